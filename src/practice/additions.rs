//! Events from elsewhere on their way into a person's log: each counts once, and none is lost.
//!
//! What is there is read once and what is new written at once, so that a log of years holds the writer up for no longer
//! than it must.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::import::{ImportError, Imported};
use super::schedule::Grade;
use crate::ids::{EventId, PersonId, QuestionId, QuestionNumber};

/// An event that may be new.
pub(super) struct Entry<'e> {
    pub client_id: Cow<'e, str>,
    pub question: QuestionNumber,
    pub at: Timestamp,
    pub day: StudyDay,
    pub kind: &'static str,
    pub grade: Option<Grade>,
    pub interval_days: Option<u32>,
    pub answer_ms: Option<u32>,
    /// The client id of what an undo takes back, as the same source names it.
    pub undoes: Option<&'e str>,
}

/// What makes an event the one that it is, beside its client id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Event {
    id: EventId,
    question: QuestionNumber,
    at_s: i64,
    kind: Cow<'static, str>,
    grade: Option<Grade>,
}

/// A person's log and what is to be added to it.
pub(super) struct Additions {
    log: HashMap<String, Event>,
    next: i64,
    rows: Vec<Value>,
    /// By the client ids of the source, which may have been changed on the way.
    of_source: HashMap<String, EventId>,
    known: u32,
    renamed: u32,
}

impl Additions {
    pub async fn load(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Self> {
        let rows = sqlx::query!(
            r#"select id as "id!: EventId", question as "question: QuestionNumber", at_s, kind, grade as "grade: Grade", client_id
               from review_log where person = ?1"#,
            person,
        )
        .fetch_all(&mut *db)
        .await?;
        let log = rows.into_iter().map(|row| {
            let (question, at_s, grade) = (row.question, row.at_s, row.grade);
            (row.client_id, Event { id: row.id, question, at_s, kind: row.kind.into(), grade })
        });
        let log = log.collect();
        // nobody else writes before this transaction ends; numbers that were somebody's are not given again
        let last = sqlx::query_scalar!(
            r#"select coalesce((select seq from sqlite_sequence where name = 'review_log'), 0) as "last!: i64""#
        )
        .fetch_one(db)
        .await?;
        Ok(Self { log, next: last + 1, rows: Vec::new(), of_source: HashMap::new(), known: 0, renamed: 0 })
    }

    /// Takes an event unless it is there. One whose client id is another event's gets an id of its own, the same one
    /// whenever it comes again.
    ///
    /// # Errors
    ///
    /// When it takes back what is not there.
    pub fn add(&mut self, entry: Entry<'_>) -> Result<(), ImportError> {
        let undoes = entry.undoes.map(|client_id| self.undone(client_id, &entry)).transpose()?;
        let event = Event {
            id: EventId(self.next),
            question: entry.question,
            at_s: entry.at.as_second(),
            kind: entry.kind.into(),
            grade: entry.grade,
        };
        let same = |other: &Event| Event { id: event.id, ..other.clone() } == event;
        let mut client_id = entry.client_id.clone().into_owned();
        let mut there = self.log.get(&client_id);
        let clashes = there.is_some_and(|other| !same(other));
        if clashes {
            client_id = id_of_its_own(&entry);
            there = self.log.get(&client_id);
        }
        // whoever has that id, too, made it on purpose
        if let Some(other) = there {
            self.of_source.entry(entry.client_id.into_owned()).or_insert(other.id);
            self.known += 1;
            return Ok(());
        }
        self.renamed += u32::from(clashes);
        self.rows.push(json!([
            event.id.0,
            entry.question.0,
            event.at_s,
            entry.day.0,
            entry.kind,
            entry.grade,
            entry.interval_days,
            entry.answer_ms,
            client_id,
            undoes.map(|EventId(id)| id)
        ]));
        self.of_source.entry(entry.client_id.into_owned()).or_insert(event.id);
        self.log.insert(client_id, event);
        self.next += 1;
        Ok(())
    }

    fn undone(&self, client_id: &str, entry: &Entry<'_>) -> Result<EventId, ImportError> {
        let there =
            || self.log.get(client_id).filter(|event| event.question == entry.question).map(|event| event.id);
        self.of_source.get(client_id).copied().or_else(there).ok_or_else(|| {
            ImportError::Damaged(format!(
                "“{}” takes back “{client_id}”, which is not there",
                entry.client_id
            ))
        })
    }

    /// Writes what is new and tells how much it is.
    pub async fn write(
        self,
        db: &mut SqliteConnection,
        person: PersonId,
        imported: &mut Imported,
    ) -> Result<(), ImportError> {
        imported.added += u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        imported.known += self.known;
        imported.renamed += self.renamed;
        let rows = serde_json::to_string(&self.rows).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query!(
            "insert into review_log (id, person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id, undoes)
             select value ->> 0, ?2, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                    value ->> 7, value ->> 8, value ->> 9
             from jsonb_each(?1)",
            rows,
            person,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// An id that follows from what the event is.
fn id_of_its_own(entry: &Entry<'_>) -> String {
    let Entry { client_id, question, at, kind, grade, .. } = entry;
    let said = format!("{client_id} {} {} {kind} {grade:?}", question.0, at.as_second());
    let hash: String = Sha256::digest(said).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("clash-{hash}")
}

/// Every question that the bank ever had.
pub(super) async fn questions(
    db: &mut SqliteConnection,
) -> sqlx::Result<HashMap<QuestionId, QuestionNumber>> {
    let rows =
        sqlx::query!(r#"select id as "id: QuestionId", number as "number!: QuestionNumber" from questions"#)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}
