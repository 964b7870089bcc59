//! What is done while an interview lasts: steps, answers, and what is saved as it is typed.

use sqlx::SqliteConnection;

use super::practising::hand_over;
use super::{Bank, HandedIn, LONGEST_ANSWER, NotDone, Step, Text};
use crate::coverage::Synonyms;
use crate::ids::{InterviewId, PersonId};
use crate::interview::judging;
use crate::interview::session::{Event, Refusal, RoundNumber, RoundState, Sitting, State};
use crate::interview::store::{self, Answer, Interview};
use crate::questions;

/// Does a step. The interview's end hands the results to practice, by coverage alone until the person has graded.
///
/// # Errors
///
/// When there is no such interview, or the step cannot be done now.
pub async fn step(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    step: Step,
    now_ms: u64,
) -> Result<(), NotDone> {
    let mut interview = store::find(&mut *db, person, id, now_ms).await?.ok_or(NotDone::NotFound)?;
    let event = match step {
        Step::Start if matches!(interview.state(), State::Running | State::Paused) => return Ok(()),
        Step::Start => Event::Started,
        Step::Flag(round) => Event::Flagged { round },
        Step::Open(round) => Event::Opened { round },
        Step::SkipProbe(round) => Event::ProbeSkipped { round },
        Step::Pause => Event::Paused,
        Step::Resume => Event::Resumed,
        Step::Finish => Event::Finished,
        Step::Abandon => Event::Abandoned,
    };
    log(&mut *db, person, &mut interview, event, now_ms).await?;
    if interview.state().is_over() {
        end(db, bank.synonyms, person, &interview).await?;
    }
    Ok(())
}

/// Lets an event happen and keeps it.
pub(in crate::interview) async fn log(
    db: &mut SqliteConnection,
    person: PersonId,
    interview: &mut Interview,
    event: Event,
    now_ms: u64,
) -> Result<(), NotDone> {
    let logged = interview.sitting.apply(now_ms, event)?;
    interview.events += 1;
    store::append_event(db, person, interview.id, interview.events, &logged).await?;
    Ok(())
}

/// Writes down that an interview is over, once, and hands its results to practice.
pub(in crate::interview) async fn end(
    db: &mut SqliteConnection,
    synonyms: &Synonyms,
    person: PersonId,
    interview: &Interview,
) -> sqlx::Result<()> {
    let (Some(end), Some(ended_ms)) = (interview.state().end(), interview.sitting.ended_ms()) else {
        return Ok(());
    };
    if !interview.end_is_stored {
        store::store_end(&mut *db, person, interview.id, end, ended_ms).await?;
        hand_over(db, synonyms, person, interview, false).await?;
    }
    Ok(())
}

/// Hands in the answer to what a round asks now: the question, then its probes. A flagged round is opened, and probes
/// of another round that are still asked are skipped.
///
/// # Errors
///
/// When its turn has not come, it is answered or cut, or the interview is over; what was saved before stays.
pub async fn answer(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    text: &Text,
    now_ms: u64,
) -> Result<HandedIn, NotDone> {
    let mut interview = store::find(&mut *db, person, id, now_ms).await?.ok_or(NotDone::NotFound)?;
    if let Some(handed_in) = sent_before(&interview, text) {
        return Ok(handed_in);
    }
    if text.text.len() > LONGEST_ANSWER {
        return Err(NotDone::TooLong);
    }
    let round = text.round;
    take_turn(&mut *db, person, &mut interview, round, now_ms).await?;
    let prompt = prompt_now(&interview.sitting, round, text.prompt)?;
    let client_id = text.client_id.as_ref().map(|client_id| client_id.as_str());
    let handed_in = (text.text.as_str(), client_id);
    if prompt == 0 {
        let probes = probes(&mut *db, bank, &interview, round, &text.text).await?;
        let count = u8::try_from(probes.len()).unwrap_or(u8::MAX);
        log(&mut *db, person, &mut interview, Event::Answered { round, probes: count }, now_ms).await?;
        store::put_answer(&mut *db, person, id, (round, prompt), handed_in, interview.sitting.at_ms())
            .await?;
        for probe in probes {
            store::insert_answer(&mut *db, person, id, &probe).await?;
        }
    } else {
        log(&mut *db, person, &mut interview, Event::ProbeAnswered { round }, now_ms).await?;
        store::put_answer(db, person, id, (round, prompt), handed_in, interview.sitting.at_ms()).await?;
    }
    Ok(HandedIn { round, prompt, again: false })
}

/// What the client sent under the same id.
fn sent_before(interview: &Interview, text: &Text) -> Option<HandedIn> {
    let client_id = text.client_id.as_ref()?;
    let before =
        interview.answers.iter().find(|answer| answer.client_id.as_deref() == Some(client_id.as_str()))?;
    Some(HandedIn { round: before.round, prompt: before.prompt, again: true })
}

/// Makes it a round's turn, if it can be.
async fn take_turn(
    db: &mut SqliteConnection,
    person: PersonId,
    interview: &mut Interview,
    round: RoundNumber,
    now_ms: u64,
) -> Result<(), NotDone> {
    let state_of = |sitting: &Sitting, round| sitting.round(round).map(|round| round.state);
    while let Some(current) = interview.sitting.current().filter(|current| *current != round) {
        if state_of(&interview.sitting, current) != Some(RoundState::Probing) {
            break;
        }
        log(&mut *db, person, interview, Event::ProbeSkipped { round: current }, now_ms).await?;
    }
    if matches!(state_of(&interview.sitting, round), Some(RoundState::Upcoming | RoundState::Flagged)) {
        log(db, person, interview, Event::Opened { round }, now_ms).await?;
    }
    Ok(())
}

/// Which prompt a round takes an answer to now. A text that was typed for another prompt is not taken for it.
fn prompt_now(sitting: &Sitting, round: RoundNumber, typed_for: Option<u8>) -> Result<u8, Refusal> {
    match sitting.state() {
        State::Ready => return Err(Refusal::NotStarted),
        State::Paused => return Err(Refusal::Paused),
        State::Running => {}
        State::Closed(_) => return Err(Refusal::Closed),
        State::Finished(_) | State::SelfGraded(_) => return Err(Refusal::Over),
    }
    let round = sitting.round(round).ok_or(Refusal::NoSuchRound)?;
    let prompt = round.prompt().ok_or(match round.state {
        RoundState::Cut => Refusal::Cut,
        RoundState::Answered => Refusal::Answered,
        _ => Refusal::NotItsTurn,
    })?;
    match typed_for {
        Some(typed_for) if typed_for < prompt => Err(Refusal::Answered),
        Some(typed_for) if typed_for > prompt => Err(Refusal::NoProbe),
        _ => Ok(prompt),
    }
}

/// What the interviewer asks after an answer.
async fn probes(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    interview: &Interview,
    round: RoundNumber,
    answer: &str,
) -> Result<Vec<Answer>, NotDone> {
    let planned = interview.round(round).ok_or(Refusal::NoSuchRound)?;
    let points = questions::key_points(db, planned.question).await?;
    let probe = |(prompt, place): (u8, usize)| Answer {
        round,
        prompt,
        key_point: Some(points[place].id.clone()),
        asked: points[place].probe.clone().into_owned(),
        text: String::new(),
        saved_ms: interview.sitting.at_ms(),
        handed_in_ms: None,
        client_id: None,
    };
    Ok((1..).zip(judging::probes(&points, answer, bank.synonyms)).map(probe).collect())
}

/// Keeps what is typed so far. Only the prompt that is asked now takes it.
///
/// # Errors
///
/// As [`answer`].
pub async fn save(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    text: &Text,
    now_ms: u64,
) -> Result<(), NotDone> {
    let sitting = store::sitting(&mut *db, person, id, now_ms).await?.ok_or(NotDone::NotFound)?;
    let prompt = prompt_now(&sitting, text.round, text.prompt)?;
    if text.text.len() > LONGEST_ANSWER {
        return Err(NotDone::TooLong);
    }
    store::save_text(db, person, id, (text.round, prompt), &text.text, sitting.at_ms()).await?;
    Ok(())
}
