//! The statements of a sync. What is written when is for [`super::sync`].

use sqlx::{Sqlite, Transaction};

use super::diagnostic::{Diagnostic, Severity};
use super::rows::{Documents, Rows};
use super::sync::{Frame, SyncError};
use super::words::WordChanges;
use crate::db::Db;
use crate::ids::QuestionId;

pub(super) async fn write_frame(tx: &mut Transaction<'_, Sqlite>, frame: &Frame) -> Result<(), SyncError> {
    let topics: Vec<_> = frame
        .topics
        .iter()
        .enumerate()
        .map(|(at, topic)| (&topic.id, at, &topic.title, &topic.summary))
        .collect();
    let topics = serde_json::to_string(&topics)?;
    sqlx::query!(
        "insert into topics (id, position, title, summary)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?1) where true
         on conflict (id) do update set position = excluded.position, title = excluded.title, summary = excluded.summary",
        topics,
    )
    .execute(&mut **tx)
    .await?;
    // a topic that archived questions still belong to stays, out of sight
    sqlx::query!(
        "update topics set position = null where id not in (select value ->> 0 from json_each(?1))",
        topics,
    )
    .execute(&mut **tx)
    .await?;

    let paths: Vec<_> = frame
        .topics
        .iter()
        .flat_map(|topic| topic.path.iter().enumerate().map(move |(at, question)| (&topic.id, question, at)))
        .collect();
    let paths = serde_json::to_string(&paths)?;
    sqlx::query!("delete from path_places").execute(&mut **tx).await?;
    sqlx::query!(
        "insert into path_places (topic, question, position)
         select value ->> 0, value ->> 1, value ->> 2 from json_each(?1)",
        paths,
    )
    .execute(&mut **tx)
    .await?;

    let synonyms: Vec<_> = frame.synonyms.groups.iter().enumerate().collect();
    let synonyms = serde_json::to_string(&synonyms)?;
    sqlx::query!("delete from synonyms").execute(&mut **tx).await?;
    sqlx::query!(
        "insert into synonyms (position, phrases) select value ->> 0, value -> 1 from json_each(?1)",
        synonyms
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Runs a statement with one parameter, the rows as JSON: `value ->> n` is a column of a row. (`jsonb_each` hands
/// rows on parsed, `json_each` as texts that every `->>` would parse again.)
macro_rules! run {
    ($tx:expr, $rows:expr, $sql:literal) => {
        sqlx::query!($sql, $rows).execute(&mut **$tx).await?
    };
}

/// Writes the questions of a batch and their parts. `known` are the numbers of those that have rows already.
pub(super) async fn write_rows(
    tx: &mut Transaction<'_, Sqlite>,
    rows: &Rows,
    known: &[i64],
    words: &mut WordChanges,
) -> Result<(), SyncError> {
    run!(
        tx,
        rows.questions,
        "insert into questions (number, id, topic, title, level, kind, minutes, excerpt, source_hash, text_hash, added_at_s, updated_at_s)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
                value ->> 8, value ->> 9, value ->> 10, value ->> 10
         from jsonb_each(?1) where true
         on conflict (number) do update set
            topic = excluded.topic, title = excluded.title, level = excluded.level, kind = excluded.kind,
            minutes = excluded.minutes, excerpt = excluded.excerpt, source_hash = excluded.source_hash,
            text_hash = excluded.text_hash, archived_at_s = null,
            updated_at_s = case when questions.text_hash in ('', excluded.text_hash) then questions.updated_at_s
                           else excluded.updated_at_s end"
    );
    if !known.is_empty() {
        clear_parts(tx, known, words).await?;
    }
    write_parts(tx, rows).await
}

async fn clear_parts(
    tx: &mut Transaction<'_, Sqlite>,
    numbers: &[i64],
    words: &mut WordChanges,
) -> Result<(), SyncError> {
    words.subtract_stored(tx, numbers).await?;
    let numbers = serde_json::to_string(numbers)?;
    run!(tx, numbers, "delete from sections where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from key_points where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from steps where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from follow_ups where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from quiz_items where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from question_tags where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from question_aliases where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from relations where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from question_labs where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from sources where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from facts where question in (select value from json_each(?1))");
    run!(tx, numbers, "delete from question_documents where question in (select value from json_each(?1))");
    clear_search(tx, &numbers).await
}

async fn clear_search(tx: &mut Transaction<'_, Sqlite>, numbers: &str) -> Result<(), SyncError> {
    run!(tx, numbers, "delete from question_titles where rowid in (select value from json_each(?1))");
    run!(tx, numbers, "delete from question_search where rowid in (select value from json_each(?1))");
    Ok(())
}

async fn write_parts(tx: &mut Transaction<'_, Sqlite>, rows: &Rows) -> Result<(), SyncError> {
    run!(
        tx,
        rows.sections,
        "insert into sections (question, name, html, headings)
         select value ->> 0, value ->> 1, value ->> 2, value -> 3 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.key_points,
        "insert into key_points (question, position, id, say, say_html, terms, probe)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value -> 5, value ->> 6
         from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.steps,
        "insert into steps (question, position, id, title, title_html, html)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.follow_ups,
        "insert into follow_ups (question, position, id, ask, ask_html, answer_html)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.quiz_items,
        "insert into quiz_items (question, position, id, ask_html, options)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value -> 4 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.tags,
        "insert into question_tags (question, tag) select value ->> 0, value ->> 1 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.aliases,
        "insert into question_aliases (question, position, alias)
         select value ->> 0, value ->> 1, value ->> 2 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.relations,
        "insert into relations (question, position, related)
         select value ->> 0, value ->> 1, value ->> 2 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.labs,
        "insert into question_labs (question, position, lab)
         select value ->> 0, value ->> 1, value ->> 2 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.sources,
        "insert into sources (question, position, title, url, checked)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.facts,
        "insert into facts (question, position, claim_html, source, checked, review_by)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.search,
        "insert into question_search (rowid, title, aliases, tags, answer, explanation, labels)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
         from jsonb_each(?1)"
    );
    run!(
        tx,
        rows.search,
        "insert into question_titles (rowid, title, aliases, tags, labels)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 6 from jsonb_each(?1)"
    );
    let Documents { bytes, places } = &rows.documents;
    sqlx::query!(
        "insert into question_documents (question, document)
         select value ->> 0, substr(?1, value ->> 1, value ->> 2) from jsonb_each(?2)",
        bytes,
        places,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn archive(
    tx: &mut Transaction<'_, Sqlite>,
    gone: &[&QuestionId],
    now: i64,
    words: &mut WordChanges,
) -> Result<(), SyncError> {
    let gone = serde_json::to_string(gone)?;
    let numbers = sqlx::query_scalar!(
        "select number from questions where id in (select value from json_each(?1))",
        gone
    )
    .fetch_all(&mut **tx)
    .await?;
    words.subtract_stored(tx, &numbers).await?;
    clear_search(tx, &serde_json::to_string(&numbers)?).await?;
    sqlx::query!(
        "update questions set archived_at_s = ?2 where id in (select value from json_each(?1))",
        gone,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Numbers the whole bank: topics in their order, in a topic its path first, then by level and title.
pub(super) async fn put_in_order(tx: &mut Transaction<'_, Sqlite>) -> Result<(), SyncError> {
    sqlx::query!(
        "update questions set browse_order = ordered.place
         from (
            select q.number, row_number() over (
                order by t.position, p.position is null, p.position, q.level, q.title collate nocase, q.id
            ) as place
            from questions q
            join topics t on t.id = q.topic
            left join path_places p on p.topic = q.topic and p.question = q.id
            where q.archived_at_s is null
         ) as ordered
         where ordered.number = questions.number and questions.browse_order <> ordered.place",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn write_problems(
    tx: &mut Transaction<'_, Sqlite>,
    problems: &[Diagnostic],
) -> Result<(), SyncError> {
    let rows: Vec<_> = problems
        .iter()
        .enumerate()
        .map(|(at, problem)| {
            let Diagnostic { severity, file, line, column, message, hint, .. } = problem;
            (at, severity, file, line, column, message, hint)
        })
        .collect();
    let rows = serde_json::to_string(&rows)?;
    sqlx::query!("delete from content_problems").execute(&mut **tx).await?;
    run!(
        tx,
        rows,
        "insert into content_problems (position, severity, file, line, column_number, message, hint)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from jsonb_each(?1)"
    );
    Ok(())
}

pub(super) async fn stored_problems(db: &Db) -> Result<Vec<Diagnostic>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select severity as "severity: Severity", file, line as "line: u32", column_number as "column: u32", message, hint
           from content_problems order by position"#
    )
    .fetch_all(&mut *db.reader().await?)
    .await?;
    let problem = |severity, file, line: u32, column: u32, message, hint| Diagnostic {
        severity,
        file,
        span: 0..0,
        line: line as usize,
        column: column as usize,
        message,
        hint,
    };
    Ok(rows
        .into_iter()
        .map(|row| problem(row.severity, row.file, row.line, row.column, row.message, row.hint))
        .collect())
}
