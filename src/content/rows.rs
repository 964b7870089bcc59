//! The rows of a batch of entries, ready for their tables.
//!
//! A batch is one statement a table, its rows one JSON parameter: a statement a row would spend its time on going
//! back and forth. The threads that parse make the rows, because the one that writes them has the most to do; its
//! statements are in [`super::store`].

use serde::Serialize;

use super::document::Parts;
use super::entry::Entry;
use super::excerpt::excerpt;
use super::sync::{Hashes, SyncError};
use super::words::{self, WordChanges};

/// An entry with the number of its row, which is its own for good.
#[derive(Debug)]
pub(super) struct Numbered {
    pub number: i64,
    pub entry: Entry,
    pub hashes: Hashes,
}

/// JSON arrays of rows, a text for each table; a row begins with the number of its question.
#[derive(Debug)]
pub(super) struct Rows {
    pub questions: String,
    pub sections: String,
    pub key_points: String,
    pub steps: String,
    pub follow_ups: String,
    pub quiz_items: String,
    pub tags: String,
    pub aliases: String,
    pub relations: String,
    pub labs: String,
    pub sources: String,
    pub facts: String,
    pub search: String,
    pub documents: Documents,
}

/// The encoded parts of question after question, and where those of each begin (counted from 1) and how long they
/// are: JSON holds no bytes.
#[derive(Debug)]
pub(super) struct Documents {
    pub bytes: Vec<u8>,
    pub places: String,
}

impl Rows {
    /// Counts the words of the entries on the way.
    pub fn new(entries: &[Numbered], now: i64, words: &mut WordChanges) -> Result<Self, SyncError> {
        Ok(Self {
            questions: questions(entries, now)?,
            sections: sections(entries)?,
            key_points: parts(
                entries,
                |entry| &entry.key_points,
                |number, at, point| {
                    (number, at, &point.id, &point.say, &point.say_html, &point.terms, &point.probe)
                },
            )?,
            steps: parts(
                entries,
                |entry| &entry.steps,
                |number, at, step| (number, at, &step.id, &step.title, &step.title_html, &step.html),
            )?,
            follow_ups: parts(
                entries,
                |entry| &entry.follow_ups,
                |number, at, item| (number, at, &item.id, &item.ask, &item.ask_html, &item.answer_html),
            )?,
            quiz_items: parts(
                entries,
                |entry| &entry.quiz,
                |number, at, item| (number, at, &item.id, &item.ask_html, &item.options),
            )?,
            tags: parts(entries, |entry| &entry.tags, |number, _, tag| (number, tag))?,
            aliases: parts(entries, |entry| &entry.aliases, |number, at, alias| (number, at, alias))?,
            relations: parts(entries, |entry| &entry.related, |number, at, related| (number, at, related))?,
            labs: parts(entries, |entry| &entry.labs, |number, at, lab| (number, at, lab))?,
            sources: parts(
                entries,
                |entry| &entry.sources,
                |number, at, source| (number, at, &source.title, &source.url, source.checked),
            )?,
            facts: parts(
                entries,
                |entry| &entry.facts,
                |number, at, fact| (number, at, &fact.claim_html, &fact.source, fact.checked, fact.review_by),
            )?,
            search: search(entries, words)?,
            documents: Documents::new(entries)?,
        })
    }
}

/// The rows of one part of the entries.
fn parts<'e, Part: 'e, Row: Serialize>(
    entries: &'e [Numbered],
    parts: impl Fn(&'e Entry) -> &'e [Part],
    row: impl Fn(i64, usize, &'e Part) -> Row,
) -> Result<String, SyncError> {
    let mut rows = Vec::with_capacity(entries.len() * 4);
    for Numbered { number, entry, .. } in entries {
        rows.extend(parts(entry).iter().enumerate().map(|(at, part)| row(*number, at, part)));
    }
    Ok(serde_json::to_string(&rows)?)
}

fn questions(entries: &[Numbered], now: i64) -> Result<String, SyncError> {
    let rows = entries.iter().map(|Numbered { number, entry, hashes }| {
        let Entry { id, topic, title, level, kind, minutes, answer, .. } = entry;
        (
            number,
            id,
            topic,
            title,
            level.rank(),
            kind,
            minutes,
            excerpt(&answer.text),
            &hashes.source,
            &hashes.text,
            now,
        )
    });
    Ok(serde_json::to_string(&rows.collect::<Vec<_>>())?)
}

fn sections(entries: &[Numbered]) -> Result<String, SyncError> {
    let mut rows = Vec::with_capacity(entries.len() * 4);
    for Numbered { number, entry, .. } in entries {
        for (name, prose) in [
            ("answer", &entry.answer),
            ("explanation", &entry.explanation),
            ("hands-on", &entry.hands_on),
            ("mistakes", &entry.mistakes),
        ] {
            rows.push((number, name, &prose.html, &prose.headings));
        }
    }
    Ok(serde_json::to_string(&rows)?)
}

fn search(entries: &[Numbered], words: &mut WordChanges) -> Result<String, SyncError> {
    let rows = entries.iter().map(|Numbered { number, entry, .. }| {
        let aliases = format!("{}\n{}", entry.aliases.join("\n"), entry.id.as_str().replace('-', " "));
        let tags = entry.tags.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" ");
        let (answer, explanation) = (&entry.answer.text, &entry.explanation.text);
        words.add([entry.title.as_str(), &aliases, &tags, answer, explanation]);
        (number, &entry.title, aliases, tags, answer, explanation, words::labels_of(entry))
    });
    Ok(serde_json::to_string(&rows.collect::<Vec<_>>())?)
}

impl Documents {
    fn new(entries: &[Numbered]) -> Result<Self, SyncError> {
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(entries.len());
        for Numbered { number, entry, .. } in entries {
            let start = bytes.len();
            bytes = Parts::of(entry).encode(bytes)?;
            places.push((number, start + 1, bytes.len() - start));
        }
        Ok(Self { bytes, places: serde_json::to_string(&places)? })
    }
}
