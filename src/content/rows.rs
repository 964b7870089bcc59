//! The statements of a sync: rows in, a batch at a time.
//!
//! A batch is one statement a table: its rows come as one JSON parameter, because a statement a row would spend its
//! time on going back and forth. What is written when is for [`super::sync`].

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::{Sqlite, Transaction};

use super::diagnostic::{Diagnostic, Severity};
use super::entry::Entry;
use super::sync::{Frame, SyncError};
use super::words::{self, WordChanges};
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

/// Writes the rows of one table: `?1` is a JSON array of rows, `value ->> n` the columns of one.
macro_rules! write_rows {
    ($tx:expr, $rows:expr, $sql:literal) => {{
        let rows = serde_json::to_string(&$rows)?;
        sqlx::query!($sql, rows).execute(&mut **$tx).await?;
    }};
}

pub(super) async fn write_batch(
    tx: &mut Transaction<'_, Sqlite>,
    entries: &[(Entry, String)],
    now: i64,
    word_changes: &mut WordChanges,
) -> Result<(), SyncError> {
    let rows: Vec<_> = entries
        .iter()
        .map(|(entry, hash)| {
            (&entry.id, &entry.topic, &entry.title, entry.level.rank(), entry.kind, entry.minutes, hash, now)
        })
        .collect();
    write_rows!(
        tx,
        rows,
        "insert into questions (id, topic, title, level, kind, minutes, source_hash, added_at_s, updated_at_s)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 7
         from json_each(?1) where true
         on conflict (id) do update set
            topic = excluded.topic, title = excluded.title, level = excluded.level, kind = excluded.kind,
            minutes = excluded.minutes, source_hash = excluded.source_hash, updated_at_s = excluded.updated_at_s,
            archived_at_s = null"
    );
    let ids: Vec<_> = entries.iter().map(|(entry, _)| &entry.id).collect();
    let ids = serde_json::to_string(&ids)?;
    let numbers = sqlx::query!(
        r#"select id as "id: QuestionId", number from questions where id in (select value from json_each(?1))"#,
        ids
    )
    .fetch_all(&mut **tx)
    .await?;
    let numbers: BTreeMap<QuestionId, i64> = numbers.into_iter().map(|row| (row.id, row.number)).collect();
    let numbered: Vec<(i64, &Entry)> =
        entries.iter().filter_map(|(entry, _)| Some((*numbers.get(&entry.id)?, entry))).collect();
    clear_parts(tx, &numbered, word_changes).await?;
    write_parts(tx, &numbered, word_changes).await
}

async fn clear_parts(
    tx: &mut Transaction<'_, Sqlite>,
    entries: &[(i64, &Entry)],
    word_changes: &mut WordChanges,
) -> Result<(), SyncError> {
    let numbers: Vec<i64> = entries.iter().map(|(number, _)| *number).collect();
    word_changes.subtract_stored(tx, &numbers).await?;
    write_rows!(tx, numbers, "delete from sections where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from key_points where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from steps where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from follow_ups where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from quiz_items where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_tags where question in (select value from json_each(?1))");
    write_rows!(
        tx,
        numbers,
        "delete from question_aliases where question in (select value from json_each(?1))"
    );
    write_rows!(tx, numbers, "delete from relations where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_labs where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from sources where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from facts where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_titles where rowid in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_search where rowid in (select value from json_each(?1))");
    Ok(())
}

async fn write_parts(
    tx: &mut Transaction<'_, Sqlite>,
    entries: &[(i64, &Entry)],
    word_changes: &mut WordChanges,
) -> Result<(), SyncError> {
    let mut sections = Vec::with_capacity(entries.len() * 4);
    for (number, entry) in entries {
        for (name, prose) in [
            ("answer", &entry.answer),
            ("explanation", &entry.explanation),
            ("hands-on", &entry.hands_on),
            ("mistakes", &entry.mistakes),
        ] {
            sections.push((number, name, &prose.html, &prose.headings));
        }
    }
    write_rows!(
        tx,
        sections,
        "insert into sections (question, name, html, headings)
         select value ->> 0, value ->> 1, value ->> 2, value -> 3 from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.key_points, |at, point| {
            (at, &point.id, &point.say, &point.say_html, &point.terms, &point.probe)
        }),
        "insert into key_points (question, position, id, say, say_html, terms, probe)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]', value -> '$[1][4]', value ->> '$[1][5]'
         from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.steps, |at, step| (at, &step.id, &step.title, &step.title_html, &step.body.html)),
        "insert into steps (question, position, id, title, title_html, html)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]', value ->> '$[1][4]'
         from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.follow_ups, |at, item| (at, &item.id, &item.ask, &item.ask_html, &item.answer.html)),
        "insert into follow_ups (question, position, id, ask, ask_html, answer_html)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]', value ->> '$[1][4]'
         from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.quiz, |at, item| (at, &item.id, &item.ask_html, &item.options)),
        "insert into quiz_items (question, position, id, ask_html, options)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value -> '$[1][3]'
         from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.tags, |_, tag| tag),
        "insert into question_tags (question, tag) select value ->> 0, value ->> 1 from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.aliases, |at, alias| (at, alias)),
        "insert into question_aliases (question, position, alias)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]' from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.related, |at, related| (at, related)),
        "insert into relations (question, position, related)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]' from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.labs, |at, lab| (at, lab)),
        "insert into question_labs (question, position, lab)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]' from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.sources, |at, source| (at, &source.title, &source.url, source.checked)),
        "insert into sources (question, position, title, url, checked)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]' from json_each(?1)"
    );
    write_rows!(
        tx,
        rows(entries, |entry| &entry.facts, |at, fact| (at, &fact.claim_html, &fact.source, fact.checked, fact.review_by)),
        "insert into facts (question, position, claim_html, source, checked, review_by)
         select value ->> 0, value ->> '$[1][0]', value ->> '$[1][1]', value ->> '$[1][2]', value ->> '$[1][3]', value ->> '$[1][4]' from json_each(?1)"
    );
    let search: Vec<_> = entries
        .iter()
        .map(|(number, entry)| {
            let aliases = format!("{}\n{}", entry.aliases.join("\n"), entry.id.as_str().replace('-', " "));
            let tags = entry.tags.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" ");
            (
                number,
                &entry.title,
                aliases,
                tags,
                &entry.answer.text,
                &entry.explanation.text,
                words::labels_of(entry),
            )
        })
        .collect();
    for (_, title, aliases, tags, answer, explanation, _) in &search {
        word_changes.add([title.as_str(), aliases, tags, answer, explanation]);
    }
    write_rows!(
        tx,
        search,
        "insert into question_search (rowid, title, aliases, tags, answer, explanation, labels)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each(?1)"
    );
    let numbers: Vec<i64> = entries.iter().map(|(number, _)| *number).collect();
    write_rows!(
        tx,
        numbers,
        "insert into question_titles (rowid, title, aliases, tags, labels)
         select rowid, title, aliases, tags, labels from question_search where rowid in (select value from json_each(?1))"
    );
    write_rows!(
        tx,
        numbers,
        "insert or replace into question_documents (question, document)
         select question, document from question_document_source where question in (select value from json_each(?1))"
    );
    Ok(())
}

/// The rows of one part of many entries: `[question number, what `row` makes of the part]`.
fn rows<'e, Part: 'e, Row: Serialize>(
    entries: &[(i64, &'e Entry)],
    parts: impl Fn(&'e Entry) -> &'e [Part],
    row: impl Fn(usize, &'e Part) -> Row,
) -> Vec<(i64, Row)> {
    let mut rows = Vec::new();
    for &(number, entry) in entries {
        rows.extend(parts(entry).iter().enumerate().map(|(at, part)| (number, row(at, part))));
    }
    rows
}

pub(super) async fn archive(
    tx: &mut Transaction<'_, Sqlite>,
    gone: &[&QuestionId],
    now: i64,
    word_changes: &mut WordChanges,
) -> Result<(), SyncError> {
    let gone = serde_json::to_string(gone)?;
    let numbers = sqlx::query_scalar!(
        "select number from questions where id in (select value from json_each(?1))",
        gone
    )
    .fetch_all(&mut **tx)
    .await?;
    word_changes.subtract_stored(tx, &numbers).await?;
    write_rows!(tx, numbers, "delete from question_titles where rowid in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_search where rowid in (select value from json_each(?1))");
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
    sqlx::query!("delete from content_problems").execute(&mut **tx).await?;
    write_rows!(
        tx,
        rows,
        "insert into content_problems (position, severity, file, line, column_number, message, hint)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 from json_each(?1)"
    );
    Ok(())
}

pub(super) async fn stored_problems(db: &Db) -> Result<Vec<Diagnostic>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select severity as "severity: Severity", file, line as "line: u32", column_number as "column: u32", message, hint
           from content_problems order by position"#
    )
    .fetch_all(db.reader())
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
