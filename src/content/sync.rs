//! Content into SQLite: what changed, and only that, in one transaction.
//!
//! A question keeps its row for good: it is found by its id, changed in place, and archived rather than
//! deleted when its file goes, since people's history points at it. The parts of a question that changed
//! are written anew. Entries are parsed and rendered on all cores while the writer takes them in batches,
//! and a batch is one statement a table: its rows come as one JSON parameter, because a statement a row
//! would spend its time on going back and forth.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::civil::Date;
use serde::Serialize;
use sqlx::{Sqlite, Transaction};
use tokio::sync::mpsc;

use super::catalogue::{self, Topic};
use super::diagnostic::{Diagnostic, Reporter, Severity};
use super::entry::{self, Entry, Surroundings};
use super::fingerprint;
use super::highlight::CodeColours;
use super::source::{QuestionFile, SourceFile, Sources};
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::{QuestionId, TopicId};

/// Entries a batch.
const BATCH: usize = 256;

/// What a sync did.
#[derive(Debug)]
pub struct Synced {
    /// Questions that were written because they are new or changed.
    pub written: usize,
    /// Questions whose files are gone or broken.
    pub archived: usize,
    /// Everything that is wrong with the content as it is now, old problems included.
    pub problems: Vec<Diagnostic>,
}

/// The sync could not be done; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the content could not be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    #[error("reading the content ended early: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// The files beside the questions, read and parsed.
pub(super) struct Frame {
    pub topics: Vec<Topic>,
    pub synonyms: catalogue::Synonyms,
    pub problems: Vec<Diagnostic>,
}

impl Frame {
    pub fn read(sources: &Sources) -> Self {
        let mut problems = Vec::new();
        let topics = first_good(&sources.topics, catalogue::parse_topics, &mut problems).unwrap_or_default();
        let synonyms = first_good(&sources.synonyms, catalogue::parse_synonyms, &mut problems).unwrap_or_default();
        Self { topics, synonyms, problems }
    }
}

fn first_good<T>(
    files: &[SourceFile],
    parse: fn(&str, &mut Reporter<'_>) -> Option<T>,
    problems: &mut Vec<Diagnostic>,
) -> Option<T> {
    files.iter().find_map(|file| {
        let text = file.read().map_err(|problem| problems.push(problem)).ok()?;
        let mut reporter = Reporter::new(&file.name, &text);
        let parsed = parse(&text, &mut reporter).filter(|_| !reporter.has_errors());
        problems.extend(reporter.finish());
        parsed
    })
}

/// A question's file with the hash of what it says now.
struct Hashed {
    id: QuestionId,
    file: QuestionFile,
    hash: String,
}

/// The whole content as it is on disk: what to compare with the database.
struct Snapshot {
    frame: Frame,
    questions: Vec<Hashed>,
    fingerprint: String,
}

fn take_snapshot(sources: Sources) -> (Snapshot, Sources) {
    let frame = Frame::read(&sources);
    let around = format!("{:?}{:?}{:?}", frame.topics, frame.synonyms.groups, sources.labs);
    let files: Vec<_> = sources.questions.iter().collect();
    let hashes = on_all_cores(files.len(), |at, ()| {
        let (_, question) = files[at];
        // a file that cannot be read is reported when it is parsed
        let text = question.file.read().unwrap_or_default();
        fingerprint::of([fingerprint::of_question(question.topic.as_str(), &text).as_str(), &around])
    }, || ());
    let questions: Vec<Hashed> = files
        .iter()
        .zip(hashes)
        .map(|((id, file), hash)| Hashed { id: (*id).clone(), file: (*file).clone(), hash })
        .collect();
    let misplaced: Vec<String> = sources.problems.iter().map(ToString::to_string).collect();
    let parts = questions.iter().flat_map(|question| [question.id.as_str(), question.hash.as_str()]);
    let fingerprint = fingerprint::of(
        [around.as_str()].into_iter().chain(parts).chain(misplaced.iter().map(String::as_str)),
    );
    (Snapshot { frame, questions, fingerprint }, sources)
}

/// Runs `work` for 0..count on all cores and gives the results in order. Each thread has a tool of its own.
fn on_all_cores<T: Send, Tool>(
    count: usize,
    work: impl Fn(usize, &mut Tool) -> T + Sync,
    tool: impl Fn() -> Tool + Sync,
) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(count.max(1));
    let share = count.div_ceil(threads).max(1);
    thread::scope(|scope| {
        let (work, tool) = (&work, &tool);
        let running: Vec<_> = (0..count)
            .step_by(share)
            .map(|start| {
                scope.spawn(move || {
                    let mut tool = tool();
                    (start..count.min(start + share)).map(|at| work(at, &mut tool)).collect::<Vec<_>>()
                })
            })
            .collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Brings the database to what `sources` say. Writes nothing when nothing changed.
///
/// # Errors
///
/// When the database cannot be read or written. Broken files are no error: they are in [`Synced::problems`].
pub async fn sync(db: &Db, sources: Sources, clock: &Clock) -> Result<Synced, SyncError> {
    let (snapshot, sources) = tokio::task::spawn_blocking(move || take_snapshot(sources)).await?;
    let known = sqlx::query_scalar!("select fingerprint from content_state").fetch_optional(db.reader()).await?;
    if known.as_deref() == Some(snapshot.fingerprint.as_str()) {
        return Ok(Synced { written: 0, archived: 0, problems: stored_problems(db).await? });
    }

    let mut tx = db.write().await?;
    let now = clock.seconds();
    let rows = sqlx::query!(r#"select id as "id: QuestionId", source_hash from questions where archived_at_s is null"#)
        .fetch_all(&mut *tx)
        .await?;
    let stored: BTreeMap<QuestionId, String> = rows.into_iter().map(|row| (row.id, row.source_hash)).collect();

    let fingerprint = snapshot.fingerprint;
    let present: BTreeSet<QuestionId> = sources.questions.keys().cloned().collect();
    let (unchanged, changed): (Vec<Hashed>, Vec<Hashed>) =
        snapshot.questions.into_iter().partition(|question| stored.get(&question.id) == Some(&question.hash));
    let mut problems = sources.problems.clone();
    problems.extend(snapshot.frame.problems.iter().cloned());
    problems.extend(problems_of_unchanged(&stored_problems(db).await?, &unchanged));

    write_frame(&mut tx, &snapshot.frame).await?;
    let (batches, parsing) = parse_in_background(changed, snapshot.frame, present, sources, clock.today());
    let mut incoming = batches;
    let mut good: BTreeSet<QuestionId> = unchanged.into_iter().map(|question| question.id).collect();
    let mut written = 0;
    while let Some(batch) = incoming.recv().await {
        written += batch.entries.len();
        good.extend(batch.entries.iter().map(|(entry, _)| entry.id.clone()));
        problems.extend(batch.problems);
        write_batch(&mut tx, &batch.entries, now).await?;
    }
    parsing.await?;

    let gone: Vec<&QuestionId> = stored.keys().filter(|id| !good.contains(id)).collect();
    archive(&mut tx, &gone, now).await?;
    put_in_order(&mut tx).await?;
    write_problems(&mut tx, &problems).await?;
    sqlx::query!(
        "insert into content_state (only_row, fingerprint, version, synced_at_s) values (1, ?1, 1, ?2)
         on conflict (only_row) do update set fingerprint = ?1, version = version + 1, synced_at_s = ?2",
        fingerprint,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Synced { written, archived: gone.len(), problems })
}

struct Batch {
    entries: Vec<(Entry, String)>,
    problems: Vec<Diagnostic>,
}

/// Parses on all cores and hands the entries over as they come; the channel is short, so that a large bank
/// does not pile up in memory.
fn parse_in_background(
    changed: Vec<Hashed>,
    frame: Frame,
    present: BTreeSet<QuestionId>,
    sources: Sources,
    today: Date,
) -> (mpsc::Receiver<Batch>, tokio::task::JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(2);
    let parsing = tokio::task::spawn_blocking(move || {
        let topics: BTreeSet<TopicId> = frame.topics.iter().map(|topic| topic.id.clone()).collect();
        let surroundings = Surroundings {
            topics: &topics,
            questions: &present,
            labs: &sources.labs,
            synonyms: &frame.synonyms.for_coverage,
            today,
            stale_facts: Severity::Warning,
        };
        let next = Arc::new(AtomicUsize::new(0));
        let batches: Vec<&[Hashed]> = changed.chunks(BATCH).collect();
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        // a small bank is one batch; cut it so that no core idles
        let batches: Vec<&[Hashed]> = if batches.len() < threads {
            changed.chunks(changed.len().div_ceil(threads).max(1)).collect()
        } else {
            batches
        };
        thread::scope(|scope| {
            for _ in 0..threads.min(batches.len()) {
                let (next, batches, sender, surroundings) = (&next, &batches, sender.clone(), &surroundings);
                scope.spawn(move || {
                    let mut colours = CodeColours::new();
                    while let Some(files) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let mut batch = Batch { entries: Vec::with_capacity(files.len()), problems: Vec::new() };
                        for question in *files {
                            let (entry, problems) =
                                parse_or_fall_back(&question.id, &question.file, surroundings, &mut colours);
                            batch.entries.extend(entry.map(|entry| (entry, question.hash.clone())));
                            batch.problems.extend(problems);
                        }
                        // the receiver is gone when the transaction failed; there is nothing left to do
                        if sender.blocking_send(batch).is_err() {
                            return;
                        }
                    }
                });
            }
        });
    });
    (receiver, parsing)
}

/// Parses a question; a broken one of the overlay makes room for the embedded one beneath it.
pub(super) fn parse_or_fall_back(
    id: &QuestionId,
    question: &QuestionFile,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let (entry, mut problems) = match question.file.read() {
        Ok(text) => {
            entry::parse(&question.file.name, &text, id.clone(), question.topic.clone(), surroundings, colours)
        }
        Err(problem) => (None, vec![problem]),
    };
    match (&entry, &question.beneath) {
        (None, Some(beneath)) => {
            let (entry, more) = parse_or_fall_back(id, beneath, surroundings, colours);
            problems.extend(more);
            (entry, problems)
        }
        _ => (entry, problems),
    }
}

async fn write_frame(tx: &mut Transaction<'_, Sqlite>, frame: &Frame) -> Result<(), SyncError> {
    let topics: Vec<_> = frame.topics.iter().enumerate().map(|(at, topic)| (&topic.id, at, &topic.title, &topic.summary)).collect();
    let topics = serde_json::to_string(&topics)?;
    sqlx::query!(
        "insert into topics (id, position, title, summary)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?1) where true
         on conflict (id) do update set position = excluded.position, title = excluded.title, summary = excluded.summary",
        topics,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from topics where id not in (select value ->> 0 from json_each(?1)) and id not in (select topic from questions)",
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
    sqlx::query!("insert into synonyms (position, phrases) select value ->> 0, value -> 1 from json_each(?1)", synonyms)
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

async fn write_batch(
    tx: &mut Transaction<'_, Sqlite>,
    entries: &[(Entry, String)],
    now: i64,
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
    clear_parts(tx, &numbered).await?;
    write_parts(tx, &numbered).await
}

async fn clear_parts(tx: &mut Transaction<'_, Sqlite>, entries: &[(i64, &Entry)]) -> Result<(), SyncError> {
    let numbers: Vec<i64> = entries.iter().map(|(number, _)| *number).collect();
    write_rows!(tx, numbers, "delete from sections where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from key_points where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from steps where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from follow_ups where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from quiz_items where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_tags where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_aliases where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from relations where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_labs where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from sources where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from facts where question in (select value from json_each(?1))");
    write_rows!(tx, numbers, "delete from question_search where rowid in (select value from json_each(?1))");
    Ok(())
}

async fn write_parts(tx: &mut Transaction<'_, Sqlite>, entries: &[(i64, &Entry)]) -> Result<(), SyncError> {
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
            let tags: Vec<&str> = entry.tags.iter().map(AsRef::as_ref).collect();
            (number, &entry.title, entry.aliases.join("\n"), tags.join(" "), &entry.answer.text, &entry.explanation.text)
        })
        .collect();
    write_rows!(
        tx,
        search,
        "insert into question_search (rowid, title, aliases, tags, answer, explanation)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 from json_each(?1)"
    );
    let numbers: Vec<i64> = entries.iter().map(|(number, _)| *number).collect();
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

async fn archive(tx: &mut Transaction<'_, Sqlite>, gone: &[&QuestionId], now: i64) -> Result<(), SyncError> {
    let gone = serde_json::to_string(gone)?;
    sqlx::query!(
        "delete from question_search where rowid in
            (select number from questions where id in (select value from json_each(?1)))",
        gone,
    )
    .execute(&mut **tx)
    .await?;
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
async fn put_in_order(tx: &mut Transaction<'_, Sqlite>) -> Result<(), SyncError> {
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

async fn write_problems(tx: &mut Transaction<'_, Sqlite>, problems: &[Diagnostic]) -> Result<(), SyncError> {
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

async fn stored_problems(db: &Db) -> Result<Vec<Diagnostic>, sqlx::Error> {
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

/// Problems of files that are not read again this time; of the others they are found anew.
fn problems_of_unchanged(stored: &[Diagnostic], unchanged: &[Hashed]) -> Vec<Diagnostic> {
    if stored.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&str> = unchanged.iter().map(|question| question.file.file.name.as_str()).collect();
    stored.iter().filter(|problem| names.contains(problem.file.as_str())).cloned().collect()
}
