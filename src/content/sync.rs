//! Content into SQLite: what changed, and only that, in one transaction.
//!
//! A question keeps its row for good: it is found by its id, changed in place, and archived rather than
//! deleted when its file goes, since people's history points at it. The parts of a question that changed
//! are written anew. Entries are parsed and rendered on all cores and handed over in batches, as rows
//! ([`super::rows`]); the statements that write these are in [`super::store`].

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::blueprint::{self, Blueprint};
use super::catalogue::{self, Topic};
use super::diagnostic::{Diagnostic, Reporter, Severity};
use super::entry::{self, Entry, Surroundings};
use super::fingerprint;
use super::highlight::CodeColours;
use super::rows::{Numbered, Rows};
use super::source::{QuestionFile, SourceFile, Sources};
use super::store::{archive, put_in_order, stored_problems, write_frame, write_problems, write_rows};
use super::words::WordChanges;
use crate::clock::Clock;
use crate::db::Db;
use crate::ids::{QuestionId, TopicId};

/// Entries a batch.
const BATCH: usize = 256;

/// What a sync did.
#[derive(Debug)]
pub struct Synced {
    /// The presets of mock interviews as they are now.
    pub blueprints: Vec<Blueprint>,
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
    Rows(#[from] serde_json::Error),
    #[error("the content could not be encoded: {0}")]
    Document(#[from] postcard::Error),
    #[error("reading the content ended early: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// The files beside the questions, read and parsed.
pub(super) struct Frame {
    pub topics: Vec<Topic>,
    pub synonyms: catalogue::Synonyms,
    pub blueprints: Vec<Blueprint>,
    pub problems: Vec<Diagnostic>,
}

impl Frame {
    pub fn read(sources: &Sources) -> Self {
        let mut problems = Vec::new();
        let topics = first_good(&sources.topics, catalogue::parse_topics, &mut problems).unwrap_or_default();
        let synonyms =
            first_good(&sources.synonyms, catalogue::parse_synonyms, &mut problems).unwrap_or_default();
        let known: BTreeSet<TopicId> = topics.iter().map(|topic| topic.id.clone()).collect();
        let blueprints = sources.blueprints.iter().filter_map(|(id, files)| {
            let parse =
                |text: &str, reporter: &mut Reporter<'_>| blueprint::parse(id, text, &known, reporter);
            first_good(files, parse, &mut problems)
        });
        let blueprints = blueprints.collect();
        Self { topics, synonyms, blueprints, problems }
    }
}

fn first_good<T>(
    files: &[SourceFile],
    parse: impl Fn(&str, &mut Reporter<'_>) -> Option<T>,
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
    hashes: Hashes,
}

/// What tells whether a question is the one that was synced before.
#[derive(Debug, Clone)]
pub(super) struct Hashes {
    /// Of everything that its rows depend on.
    pub source: String,
    /// Of what it says.
    pub text: String,
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
    let around = fingerprint::of([around.as_str()]);
    let files: Vec<_> = sources.questions.iter().collect();
    let hashes = on_all_cores(
        files.len(),
        |at, ()| {
            let (_, question) = files[at];
            // what lies beneath counts, too: it serves when the file is broken
            let files = question.with_beneath();
            // a file that cannot be read is reported when it is parsed
            let texts: Vec<_> = files.map(|question| question.file.read().unwrap_or_default()).collect();
            let text = fingerprint::of(texts.iter().map(AsRef::as_ref));
            let topics = question.with_beneath().map(|question| question.topic.as_str());
            Hashes { source: fingerprint::of_question(topics, &text, &around), text }
        },
        || (),
    );
    let questions: Vec<Hashed> = files
        .iter()
        .zip(hashes)
        .map(|((id, file), hashes)| Hashed { id: (*id).clone(), file: (*file).clone(), hashes })
        .collect();
    // a list that cannot be read changes nothing but what is reported
    let beside: Vec<String> =
        sources.problems.iter().chain(&frame.problems).map(ToString::to_string).collect();
    let parts = questions.iter().flat_map(|question| [question.id.as_str(), question.hashes.source.as_str()]);
    let fingerprint =
        fingerprint::of([around.as_str()].into_iter().chain(parts).chain(beside.iter().map(String::as_str)));
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
    let known = sqlx::query_scalar!("select fingerprint from content_state")
        .fetch_optional(&mut *db.reader().await?)
        .await?;
    if known.as_deref() == Some(snapshot.fingerprint.as_str()) {
        let (blueprints, problems) = (snapshot.frame.blueprints, stored_problems(db).await?);
        return Ok(Synced { blueprints, written: 0, archived: 0, problems });
    }

    let mut tx = db.write().await?;
    let now = clock.seconds();
    let rows = sqlx::query!(
        r#"select id as "id: QuestionId", number, source_hash, archived_at_s is not null as "archived!: bool"
           from questions"#
    )
    .fetch_all(&mut *tx)
    .await?;
    let stored: BTreeMap<QuestionId, Stored> = rows
        .into_iter()
        .map(|row| (row.id, Stored { number: row.number, hash: row.source_hash, archived: row.archived }))
        .collect();

    let fingerprint = snapshot.fingerprint;
    let present: BTreeSet<QuestionId> = sources.questions.keys().cloned().collect();
    let (unchanged, changed): (Vec<Hashed>, Vec<Hashed>) =
        snapshot.questions.into_iter().partition(|question| {
            stored
                .get(&question.id)
                .is_some_and(|stored| !stored.archived && stored.hash == question.hashes.source)
        });
    let mut problems = sources.problems.clone();
    problems.extend(snapshot.frame.problems.iter().cloned());
    problems.extend(problems_of_unchanged(&stored_problems(db).await?, &unchanged));

    write_frame(&mut tx, &snapshot.frame).await?;
    let blueprints = snapshot.frame.blueprints.clone();
    let changed = with_numbers(changed, &stored);
    let (mut batches, parsing) = parse_in_background(changed, snapshot.frame, present, sources, clock);
    let mut good: BTreeSet<QuestionId> = unchanged.into_iter().map(|question| question.id).collect();
    let mut written = 0;
    let mut words = WordChanges::default();
    while let Some(batch) = batches.recv().await {
        let Batch { ids, known, rows, problems: found } = batch?;
        write_rows(&mut tx, &rows, &known, &mut words).await?;
        written += ids.len();
        good.extend(ids);
        problems.extend(found);
    }
    words.merge(parsing.await?);

    let live = stored.iter().filter(|(_, stored)| !stored.archived).map(|(id, _)| id);
    let gone: Vec<&QuestionId> = live.filter(|&id| !good.contains(id)).collect();
    archive(&mut tx, &gone, now, &mut words).await?;
    words.write(&mut tx).await?;
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
    db.end_first_load().await?;
    Ok(Synced { blueprints, written, archived: gone.len(), problems })
}

/// A question's row as the last sync left it.
struct Stored {
    number: i64,
    hash: String,
    archived: bool,
}

/// A question to be written.
struct Changed {
    question: Hashed,
    number: i64,
    /// Whether its number has rows already.
    known: bool,
}

/// Gives every question its number; a new one gets the next that is free.
fn with_numbers(questions: Vec<Hashed>, stored: &BTreeMap<QuestionId, Stored>) -> Vec<Changed> {
    let mut last = stored.values().map(|stored| stored.number).max().unwrap_or(0);
    let numbered = questions.into_iter().map(|question| {
        let known = stored.get(&question.id).map(|stored| stored.number);
        let number = known.unwrap_or_else(|| {
            last += 1;
            last
        });
        Changed { question, number, known: known.is_some() }
    });
    numbered.collect()
}

/// A few hundred questions, ready to be written.
struct Batch {
    ids: Vec<QuestionId>,
    /// The numbers of those that have rows already.
    known: Vec<i64>,
    rows: Rows,
    problems: Vec<Diagnostic>,
}

/// Parses on all cores and hands the batches over as they come, at last the count of their words. The channel is
/// short, so that a large bank does not pile up in memory.
fn parse_in_background(
    changed: Vec<Changed>,
    frame: Frame,
    present: BTreeSet<QuestionId>,
    sources: Sources,
    clock: &Clock,
) -> (mpsc::Receiver<Result<Batch, SyncError>>, JoinHandle<WordChanges>) {
    let (sender, receiver) = mpsc::channel(2);
    let (today, now) = (clock.today(), clock.seconds());
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
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        // a small bank is cut so that no core idles
        let size = changed.len().div_ceil(threads).clamp(1, BATCH);
        let batches: Vec<&[Changed]> = changed.chunks(size).collect();
        let next = AtomicUsize::new(0);
        let parse = || {
            let (mut colours, mut words) = (CodeColours::new(), WordChanges::default());
            while let Some(questions) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                let batch = parse_batch(questions, now, &surroundings, &mut colours, &mut words);
                // the receiver is gone when the transaction failed; there is nothing left to do
                if sender.blocking_send(batch).is_err() {
                    break;
                }
            }
            words
        };
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads.min(batches.len())).map(|_| scope.spawn(parse)).collect();
            let mut words = WordChanges::default();
            for thread in running {
                words.merge(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            words
        })
    });
    (receiver, parsing)
}

fn parse_batch(
    questions: &[Changed],
    now: i64,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
    words: &mut WordChanges,
) -> Result<Batch, SyncError> {
    let (mut entries, mut problems) = (Vec::with_capacity(questions.len()), Vec::new());
    let mut known = Vec::new();
    for Changed { question, number, known: has_rows } in questions {
        let (entry, found) = parse_or_fall_back(&question.id, &question.file, surroundings, colours);
        problems.extend(found);
        if let Some(entry) = entry {
            known.extend(has_rows.then_some(*number));
            entries.push(Numbered { number: *number, entry, hashes: question.hashes.clone() });
        }
    }
    let rows = Rows::new(&entries, now, words)?;
    let ids = entries.into_iter().map(|numbered| numbered.entry.id).collect();
    Ok(Batch { ids, known, rows, problems })
}

/// Parses a question; a broken one of the overlay makes room for the embedded one beneath it.
pub(super) fn parse_or_fall_back(
    id: &QuestionId,
    question: &QuestionFile,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let (entry, mut problems) = match question.file.read() {
        Ok(text) => entry::parse(
            &question.file.name,
            &text,
            id.clone(),
            question.topic.clone(),
            surroundings,
            colours,
        ),
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

/// Problems of files that are not read again this time; of the others they are found anew.
fn problems_of_unchanged(stored: &[Diagnostic], unchanged: &[Hashed]) -> Vec<Diagnostic> {
    if stored.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&str> = unchanged.iter().map(|question| question.file.file.name.as_str()).collect();
    stored.iter().filter(|problem| names.contains(problem.file.as_str())).cloned().collect()
}
