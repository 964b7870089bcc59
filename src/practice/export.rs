//! A person's practice as one JSON document: complete, so that what [`super::import`] reads back gives the same state.
//!
//! Events are told apart by their client ids, so a document can be read in as often as one likes, and into an account
//! that has gone on since.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::import::ImportError;
use super::schedule::Grade;
use crate::ids::{PartId, PersonId, QuestionId};

/// What tells the document from others.
const FORMAT: &str = "dryrun-practice";
/// Grows when a reader of the older form would misread the newer one.
const VERSION: u32 = 1;

/// The document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Export {
    pub format: String,
    pub version: u32,
    pub exported_at: Timestamp,
    pub settings: ExportedSettings,
    /// Every grade once, also those that were taken back, in the order in which they were recorded.
    pub reviews: Vec<Review>,
    /// Everything else that changed a schedule.
    pub events: Vec<OtherEvent>,
    pub bookmarks: Vec<Bookmark>,
    pub notes: Vec<Note>,
    pub ticked_steps: Vec<TickedStep>,
    /// Interviews, in the form of whom they belong to ([`crate::interview::transfer`]); practice only carries them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interviews: Vec<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedSettings {
    pub time_zone: String,
    /// 0 to 23.
    pub day_start_hour: i64,
    /// A share of one.
    pub desired_retention: f64,
    pub new_per_day: i64,
    /// Days.
    pub maximum_interval: i64,
    /// 0 is Monday.
    pub rest_day: Option<i64>,
    /// FSRS-6's, when they are not the defaults.
    pub parameters: Option<Vec<f32>>,
    /// ISO date.
    pub interview_on: Option<String>,
    pub interview_topics: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub client_id: String,
    pub question: QuestionId,
    pub grade: Grade,
    pub reviewed_at: Timestamp,
    /// The study day that it counted for, in days since 1970-01-01.
    pub day: StudyDay,
    /// Days until it was due again, as the person was told.
    pub interval_days: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_ms: Option<u32>,
    /// The place in the order of everything that was recorded.
    pub sequence: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherEvent {
    pub client_id: String,
    pub question: QuestionId,
    pub kind: OtherKind,
    pub at: Timestamp,
    pub day: StudyDay,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_days: Option<u32>,
    /// The client id of what an undo takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    pub sequence: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum OtherKind {
    Undo,
    Suspend,
    Resume,
    Bury,
    Know,
    Missed,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bookmark {
    pub question: QuestionId,
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub question: QuestionId,
    pub markdown: String,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TickedStep {
    pub question: QuestionId,
    pub step: PartId,
    pub at: Timestamp,
}

impl Export {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When it is not one, or of a newer form.
    pub fn parse(json: &[u8]) -> Result<Self, ImportError> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let head: Head =
            serde_json::from_slice(json).map_err(|error| ImportError::NotAnExport(error.to_string()))?;
        if head.format != FORMAT {
            return Err(ImportError::NotAnExport(format!("its format is “{}”", head.format)));
        }
        if head.version > VERSION {
            return Err(ImportError::Newer(head.version));
        }
        serde_json::from_slice(json).map_err(|error| ImportError::Damaged(error.to_string()))
    }
}

/// Everything that a person did in practice.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn export(db: &mut SqliteConnection, person: PersonId, now: Timestamp) -> sqlx::Result<Export> {
    let settings = settings(&mut *db, person).await?;
    let rows = sqlx::query!(
        r#"select l.client_id, q.id as "question: QuestionId", l.kind, l.grade as "grade: Grade", l.at_s, l.day as "day: StudyDay",
                  l.interval_days as "interval_days: u32", l.answer_ms as "answer_ms: u32", u.client_id as "undoes?"
           from review_log l
           join questions q on q.number = l.question
           left join review_log u on u.id = l.undoes
           where l.person = ?1 order by l.id"#,
        person,
    )
    .fetch_all(&mut *db)
    .await?;
    let (mut reviews, mut events) = (Vec::new(), Vec::new());
    for (sequence, row) in (0..).zip(rows) {
        let at = moment(row.at_s);
        match (row.grade, other_kind(&row.kind)) {
            (Some(grade), _) => reviews.push(Review {
                client_id: row.client_id,
                question: row.question,
                grade,
                reviewed_at: at,
                day: row.day,
                interval_days: row.interval_days.unwrap_or(0),
                answer_ms: row.answer_ms,
                sequence,
            }),
            (None, Some(kind)) => events.push(OtherEvent {
                client_id: row.client_id,
                question: row.question,
                kind,
                at,
                day: row.day,
                interval_days: row.interval_days,
                undoes: row.undoes,
                sequence,
            }),
            (None, None) => return Err(sqlx::Error::Decode(format!("unknown event {}", row.kind).into())),
        }
    }
    let bookmarks = sqlx::query!(
        r#"select q.id as "question: QuestionId", b.at_s from bookmarks b join questions q on q.number = b.question
           where b.person = ?1 order by b.at_s, q.id"#,
        person
    )
    .fetch_all(&mut *db)
    .await?;
    let notes = sqlx::query!(
        r#"select q.id as "question: QuestionId", n.markdown, n.updated_at_s from notes n
           join questions q on q.number = n.question where n.person = ?1 order by q.id"#,
        person
    )
    .fetch_all(&mut *db)
    .await?;
    let ticked = sqlx::query!(
        r#"select q.id as "question: QuestionId", t.step as "step: PartId", t.at_s from ticked_steps t
           join questions q on q.number = t.question where t.person = ?1 order by q.id, t.step"#,
        person
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(Export {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at: now,
        settings,
        reviews,
        events,
        bookmarks: bookmarks
            .into_iter()
            .map(|row| Bookmark { question: row.question, at: moment(row.at_s) })
            .collect(),
        notes: notes
            .into_iter()
            .map(|row| Note {
                question: row.question,
                markdown: row.markdown,
                updated_at: moment(row.updated_at_s),
            })
            .collect(),
        ticked_steps: ticked
            .into_iter()
            .map(|row| TickedStep { question: row.question, step: row.step, at: moment(row.at_s) })
            .collect(),
        interviews: Vec::new(),
    })
}

/// The kinds that have no grade.
fn other_kind(kind: &str) -> Option<OtherKind> {
    serde_json::from_value(serde_json::Value::from(kind)).ok()
}

fn moment(at_s: i64) -> Timestamp {
    Timestamp::from_second(at_s).unwrap_or(Timestamp::UNIX_EPOCH)
}

async fn settings(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<ExportedSettings> {
    let row = sqlx::query!(
        "select time_zone, day_start_hour, desired_retention, new_per_day, maximum_interval, rest_day, parameters,
                interview_on, interview_topics
         from people where id = ?1",
        person
    )
    .fetch_one(db)
    .await?;
    fn decoded<T: serde::de::DeserializeOwned>(json: Option<String>) -> sqlx::Result<Option<T>> {
        json.map(|json| serde_json::from_str(&json))
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))
    }
    Ok(ExportedSettings {
        time_zone: row.time_zone,
        day_start_hour: row.day_start_hour,
        desired_retention: row.desired_retention,
        new_per_day: row.new_per_day,
        maximum_interval: row.maximum_interval,
        rest_day: row.rest_day,
        parameters: decoded(row.parameters)?,
        interview_on: row.interview_on,
        interview_topics: decoded(row.interview_topics)?,
    })
}

/// The reviews as a table, for spreadsheets (RFC 4180). Those that were taken back say so.
#[must_use]
pub fn to_csv(export: &Export) -> String {
    let undone: Vec<&str> = export.events.iter().filter_map(|event| event.undoes.as_deref()).collect();
    let mut csv = "reviewed_at,day,question,grade,interval_days,answer_ms,undone,client_id\r\n".to_owned();
    for review in &export.reviews {
        // none of these holds a comma or a quote: ids, numbers and dates
        let answer_ms = review.answer_ms.map(|ms| ms.to_string()).unwrap_or_default();
        let (grade, undone) = (u8::from(review.grade), undone.contains(&review.client_id.as_str()));
        let Review { reviewed_at, day, question, interval_days, client_id, .. } = review;
        let day = day.date();
        csv += &format!(
            "{reviewed_at},{day},{question},{grade},{interval_days},{answer_ms},{undone},{client_id}\r\n"
        );
    }
    csv
}
