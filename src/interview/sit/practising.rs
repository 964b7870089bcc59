//! What practice is told of an interview: each question that was asked counts once.
//!
//! It is told when the interview ends, by coverage alone, so that nothing is lost on whoever does not grade. When the
//! person's grades come to something else, that is taken back in the log and told anew.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::afterwards::read_rounds;
use crate::coverage::Synonyms;
use crate::ids::PersonId;
use crate::interview::grading::{self, Outcome};
use crate::interview::report::RoundRecord;
use crate::interview::store::{self, Interview, PlannedRound};
use crate::practice::{self, Action, ClientId, NotRecorded, Request};

/// A moment of an interview's clock.
pub(in crate::interview) fn moment(at_ms: u64) -> Timestamp {
    Timestamp::from_millisecond(store::to_stored(at_ms)).unwrap_or(Timestamp::MAX)
}

/// Tells practice what it was not told yet. Before the person had their say (`last_word`), an answer that was handed in
/// without a text is left out: it was spoken, and coverage has heard nothing.
pub(super) async fn hand_over(
    db: &mut SqliteConnection,
    synonyms: &Synonyms,
    person: PersonId,
    interview: &Interview,
    last_word: bool,
) -> sqlx::Result<()> {
    let Some(ended_ms) = interview.sitting.ended_ms() else { return Ok(()) };
    let records = read_rounds(&mut *db, synonyms, person, interview).await?;
    for (planned, record) in interview.rounds.iter().zip(&records) {
        if !record.was_asked() || (!last_word && was_only_spoken(record)) {
            continue;
        }
        let marks = grading::marks(&record.findings, record.grades.as_ref());
        let outcome = grading::outcome(&marks, record.grades.as_ref(), record.is_answered());
        if planned.outcome != Some(outcome) {
            let told = Told { interview, planned, at: moment(ended_ms) };
            told.take_back(&mut *db, person).await?;
            told.tell(&mut *db, person, outcome, record).await?;
            store::set_told(&mut *db, person, interview.id, planned.number, (outcome, planned.told + 1))
                .await?;
        }
    }
    Ok(())
}

fn was_only_spoken(record: &RoundRecord) -> bool {
    let silent = |prompt: u8| {
        record.answers.iter().all(|answer| answer.prompt != prompt || answer.text.trim().is_empty())
    };
    record.grades.is_none()
        && record.answers.iter().any(|answer| answer.prompt == 0 && answer.handed_in)
        && silent(0)
}

/// What practice is told of one round.
struct Told<'i> {
    interview: &'i Interview,
    planned: &'i PlannedRound,
    at: Timestamp,
}

impl Told<'_> {
    /// Under which id practice was told for this time, counted from 1.
    fn client_id(&self, time: u32, what: &str) -> sqlx::Result<ClientId> {
        let id = format!("mock-{}-{}-{time}{what}", self.interview.uid, self.planned.number);
        id.parse().map_err(|error: practice::InvalidClientId| sqlx::Error::Encode(error.into()))
    }

    async fn take_back(&self, db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<()> {
        if self.planned.told == 0 {
            return Ok(());
        }
        let before = self.client_id(self.planned.told, "")?;
        let Some(event) = practice::store::event_sent(&mut *db, person, &before).await? else {
            return Ok(());
        };
        let client_id = self.client_id(self.planned.told, "-back")?;
        self.record(db, person, Action::Undo { event }, client_id).await
    }

    async fn tell(
        &self,
        db: &mut SqliteConnection,
        person: PersonId,
        outcome: Outcome,
        record: &RoundRecord,
    ) -> sqlx::Result<()> {
        let spent_ms = record.main_ms + record.probes_ms.iter().sum::<u64>();
        let action = match outcome.grade() {
            Some(grade) => Action::Grade { grade, answer_ms: u32::try_from(spent_ms).ok() },
            None => Action::Miss,
        };
        let client_id = self.client_id(self.planned.told + 1, "")?;
        self.record(db, person, action, client_id).await
    }

    async fn record(
        &self,
        db: &mut SqliteConnection,
        person: PersonId,
        action: Action,
        client_id: ClientId,
    ) -> sqlx::Result<()> {
        let request = Request { question: self.planned.question, action, client_id, at: self.at };
        match practice::record(db, person, &request).await {
            // the person took it back in practice already
            Ok(_) | Err(NotRecorded::NothingToUndo) => Ok(()),
            Err(NotRecorded::Database(error)) => Err(error),
        }
    }
}
