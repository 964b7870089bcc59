//! Interviews on their way: into an export and back, and from a guest to the member whom their browser becomes.
//!
//! An export is a person's practice ([`practice::export`]) and the interviews that they have had. One that is not over
//! is left out: it goes on where it began, and nothing of an exam that runs is told.

mod read_back;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use super::grading::{Axis, Outcome, Rating};
use super::judging::Mark;
use super::paper::{Seed, Wish};
use super::session::{Event, Pace, RoundNumber};
use super::sit::practising::moment;
use super::sit::{self, NotDone};
use super::store::{self, Interview};
use crate::content::Mode;
use crate::ids::{BlueprintId, PartId, PersonId, QuestionId};
use crate::practice::export::{self, Export};
use crate::questions::search::Synonyms;

pub use read_back::{Imported, import};

/// An interview as an export holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedInterview {
    /// Tells it from others, on whatever site it is.
    pub uid: String,
    pub preset: Option<BlueprintId>,
    pub title: String,
    pub mode: Mode,
    pub seed: Seed,
    pub pace: Pace,
    pub wish: Wish,
    /// With the pace applied, as every duration here; none without a limit.
    pub limit_ms: Option<u64>,
    pub probe_ms: u64,
    pub asked_for: u16,
    pub created_at: Timestamp,
    pub ended_at: Timestamp,
    pub rounds: Vec<ExportedRound>,
    pub events: Vec<ExportedEvent>,
    pub answers: Vec<ExportedAnswer>,
    pub grades: Vec<ExportedGrades>,
}

/// In the order of the paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportedRound {
    pub question: QuestionId,
    pub budget_ms: u64,
    /// Predicted when the interview was made.
    pub recall: Option<f64>,
    /// What practice was told last, and how often it was told something else.
    pub outcome: Option<Outcome>,
    pub told: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedEvent {
    pub at: Timestamp,
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<RoundNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probes: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedAnswer {
    pub round: RoundNumber,
    /// 0 the question, 1 and 2 its probes.
    pub prompt: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_point: Option<PartId>,
    pub asked: String,
    pub text: String,
    pub saved_at: Timestamp,
    pub handed_in_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedGrades {
    pub round: RoundNumber,
    pub points: BTreeMap<PartId, Mark>,
    pub evidence: String,
    pub ratings: BTreeMap<Axis, Rating>,
}

/// Everything that is a person's.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn export(db: &mut SqliteConnection, person: PersonId, now: Timestamp) -> sqlx::Result<Export> {
    let mut export = export::export(&mut *db, person, now).await?;
    let now_ms = store::from_stored(now.as_millisecond());
    for id in store::all(&mut *db, person).await? {
        let found = store::find(&mut *db, person, id, now_ms).await?;
        if let Some(interview) = found.filter(|interview| interview.state().is_over()) {
            let interview = exported(&mut *db, person, interview).await?;
            let value = serde_json::to_value(interview).map_err(|error| sqlx::Error::Encode(error.into()))?;
            export.interviews.push(value);
        }
    }
    Ok(export)
}

async fn exported(
    db: &mut SqliteConnection,
    person: PersonId,
    interview: Interview,
) -> sqlx::Result<ExportedInterview> {
    let events = store::log(&mut *db, person, interview.id).await?.into_iter().map(|logged| {
        let (kind, round, probes) = logged.event.columns();
        ExportedEvent { at: moment(logged.at_ms), kind: kind.to_owned(), round, probes }
    });
    let grades = store::grades(db, person, interview.id).await?.into_iter();
    let grades = grades.map(|(round, grades)| ExportedGrades {
        round,
        points: grades.points,
        evidence: grades.evidence,
        ratings: grades.ratings,
    });
    let terms = interview.sitting.terms();
    Ok(ExportedInterview {
        mode: terms.mode,
        limit_ms: terms.limit_ms,
        probe_ms: terms.probe_ms,
        created_at: moment(interview.sitting.created_ms()),
        ended_at: moment(interview.sitting.ended_ms().unwrap_or(interview.sitting.at_ms())),
        events: events.collect(),
        grades: grades.collect(),
        rounds: interview
            .rounds
            .into_iter()
            .map(|round| ExportedRound {
                question: round.id,
                budget_ms: round.budget_ms,
                recall: round.recall,
                outcome: round.outcome,
                told: round.told,
            })
            .collect(),
        answers: interview
            .answers
            .into_iter()
            .map(|answer| ExportedAnswer {
                round: answer.round,
                prompt: answer.prompt,
                key_point: answer.key_point,
                asked: answer.asked,
                text: answer.text,
                saved_at: moment(answer.saved_ms),
                handed_in_at: answer.handed_in_ms.map(moment),
                client_id: answer.client_id,
            })
            .collect(),
        uid: interview.uid,
        preset: interview.preset,
        title: interview.title,
        seed: interview.seed,
        pace: interview.pace,
        wish: interview.wish,
        asked_for: interview.asked_for,
    })
}

/// Gives a member the interviews of a guest. Nobody sits two at once: when neither has finished theirs, the guest's is
/// abandoned.
///
/// # Errors
///
/// When the database cannot be written.
pub async fn move_to(
    db: &mut SqliteConnection,
    guest: PersonId,
    member: PersonId,
    now_ms: u64,
) -> sqlx::Result<()> {
    let guests = store::not_stored_as_ended(&mut *db, guest, now_ms).await?;
    let members = store::not_stored_as_ended(&mut *db, member, now_ms).await?;
    if let (Some(guests), Some(members)) = (guests, members) {
        let synonyms = Synonyms::load(&mut *db).await?;
        let synonyms = synonyms.for_coverage().map_err(|error| sqlx::Error::Decode(error.into()))?;
        for (person, interview) in [(guest, &guests), (member, &members)] {
            // time may have ended either
            sit::end(&mut *db, &synonyms, person, interview).await?;
        }
        if !guests.state().is_over() && !members.state().is_over() {
            let mut guests = guests;
            sit::log(&mut *db, guest, &mut guests, Event::Abandoned, now_ms).await.map_err(cannot_be)?;
            sit::end(&mut *db, &synonyms, guest, &guests).await?;
        }
    }
    store::give_to(db, guest, member).await
}

/// An interview that is not over can be abandoned.
fn cannot_be(error: NotDone) -> sqlx::Error {
    match error {
        NotDone::Database(error) => error,
        other => sqlx::Error::Protocol(other.to_string()),
    }
}
