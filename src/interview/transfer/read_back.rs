//! Reading interviews back from an export. Every one is checked as if it came from anywhere: its log must be one that
//! can have happened, and what it says must fit what people can say.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::Deserialize as _;
use sqlx::SqliteConnection;

use super::ExportedInterview;
use crate::content::{MOST_MINUTES, MOST_QUESTIONS};
use crate::ids::{PersonId, QuestionNumber};
use crate::interview::grading::{Axis, Grades, LONGEST_EVIDENCE};
use crate::interview::session::{
    End, Event, LONGEST_PAUSE_MS, Logged, MOST_PROBES, PAUSES, Pace, RoundNumber, Sitting, State, Terms,
};
use crate::interview::sit::LONGEST_ANSWER;
use crate::interview::store::{self, Answer, NewRow};
use crate::practice::ClientId;
use crate::practice::import::{self, Document, ImportError};
use crate::questions;

/// The longest title, in bytes; blueprints have shorter ones.
const LONGEST_TITLE: usize = 300;

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub practice: import::Imported,
    /// Interviews that were not there before.
    pub interviews: u32,
    /// Interviews that were there already.
    pub known_interviews: u32,
    /// Interviews about questions that this bank never had; they were left out.
    pub unknown_interviews: u32,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { practice, interviews, known_interviews, unknown_interviews } = self;
        practice.fmt(f)?;
        let plural =
            |number: u32, one: &'static str, many: &'static str| if number == 1 { one } else { many };
        if interviews + known_interviews > 0 {
            let new = plural(*interviews, "interview", "interviews");
            let were = plural(*known_interviews, "was", "were");
            write!(f, " {interviews} new {new}; {known_interviews} {were} there already.")?;
        }
        if *unknown_interviews > 0 {
            let about = plural(*unknown_interviews, "interview asks", "interviews ask");
            let were = plural(*unknown_interviews, "it was", "they were");
            write!(
                f,
                " {unknown_interviews} {about} questions that this bank does not have; {were} left out."
            )?;
        }
        Ok(())
    }
}

/// Reads a document into what is a person's: their practice, and the interviews that are not there yet.
///
/// # Errors
///
/// When the document is damaged, or the database cannot be written; roll back then.
pub async fn import(
    db: &mut SqliteConnection,
    person: PersonId,
    document: &Document,
    now: Timestamp,
) -> Result<Imported, ImportError> {
    let practice = import::import(&mut *db, person, document, now).await?;
    let mut imported = Imported { practice, ..Imported::default() };
    let Document::Practice(export) = document else { return Ok(imported) };
    for value in &export.interviews {
        let interview = ExportedInterview::deserialize(value)
            .map_err(|error| ImportError::Damaged(format!("an interview: {error}")))?;
        let damaged = |what: &dyn fmt::Display| {
            ImportError::Damaged(format!("the interview “{}”: {what}", interview.uid))
        };
        let checked = check(&interview).map_err(|what| damaged(&what))?;
        if store::is_there(&mut *db, person, &interview.uid).await? {
            imported.known_interviews += 1;
        } else if let Some(numbers) = numbers(&mut *db, &interview).await? {
            add(&mut *db, person, &interview, &checked, &numbers).await?;
            imported.interviews += 1;
        } else {
            imported.unknown_interviews += 1;
        }
    }
    Ok(imported)
}

/// The state that the log leads to, with what it was made from.
struct Checked {
    sitting: Sitting,
    end: End,
    log: Vec<Logged>,
    created_ms: u64,
}

fn ms(at: Timestamp) -> Result<u64, &'static str> {
    u64::try_from(at.as_millisecond()).map_err(|_| "a moment is before 1970")
}

fn check(interview: &ExportedInterview) -> Result<Checked, String> {
    let client_id: Result<ClientId, _> = interview.uid.parse();
    if client_id.is_err() || interview.uid.len() > 32 {
        return Err("its uid is none".to_owned());
    }
    if interview.title.len() > LONGEST_TITLE {
        return Err("its title is too long".to_owned());
    }
    interview.wish.check().map_err(|error| error.to_string())?;
    check_paper(interview)?;
    let created_ms = ms(interview.created_at)?;
    let mut log = Vec::with_capacity(interview.events.len());
    for event in &interview.events {
        let happened = Event::from_columns(&event.kind, event.round, event.probes);
        log.push(Logged { at_ms: ms(event.at)?, event: happened.map_err(|error| error.to_string())? });
    }
    let terms = Terms {
        mode: interview.mode,
        limit_ms: interview.limit_ms,
        budgets_ms: interview.rounds.iter().map(|round| round.budget_ms).collect(),
        probe_ms: interview.probe_ms,
    };
    let mut sitting = Sitting::replay(terms, created_ms, &log).map_err(|error| error.to_string())?;
    let ended_ms = ms(interview.ended_at)?;
    sitting.advance(ended_ms);
    let end = sitting.state().end().filter(|_| sitting.ended_ms() == Some(ended_ms));
    let end = end.ok_or("it did not end when it says")?;
    if log.windows(2).any(|pair| pair[0].at_ms > pair[1].at_ms) {
        return Err("its events are out of order".to_owned());
    }
    check_words(interview)?;
    Ok(Checked { sitting, end, log, created_ms })
}

fn check_paper(interview: &ExportedInterview) -> Result<(), String> {
    let most_ms = u64::from(MOST_MINUTES) * 60_000 * 2;
    let possible = |ms: u64| (1..=most_ms + LONGEST_PAUSE_MS * PAUSES as u64).contains(&ms);
    let rounds = &interview.rounds;
    if rounds.is_empty() || rounds.len() > usize::from(MOST_QUESTIONS) || interview.asked_for == 0 {
        return Err("it has no paper, or one that is too long".to_owned());
    }
    if (interview.pace == Pace::Untimed) != interview.limit_ms.is_none() {
        return Err("its limit does not fit its pace".to_owned());
    }
    let mut times =
        rounds.iter().map(|round| round.budget_ms).chain([interview.probe_ms]).chain(interview.limit_ms);
    if !times.all(possible) {
        return Err("its times cannot be".to_owned());
    }
    if rounds.iter().any(|round| round.recall.is_some_and(|recall| !(0.0..=1.0).contains(&recall))) {
        return Err("a predicted recall is no share".to_owned());
    }
    if rounds.iter().any(|round| round.outcome.is_some() != (round.told > 0)) {
        return Err("what practice was told is not whole".to_owned());
    }
    Ok(())
}

fn check_words(interview: &ExportedInterview) -> Result<(), String> {
    let there = |round: RoundNumber| round.index().is_some_and(|at| at < interview.rounds.len());
    let (mut prompts, mut client_ids, mut graded) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for answer in &interview.answers {
        if !there(answer.round)
            || answer.prompt > MOST_PROBES
            || !prompts.insert((answer.round, answer.prompt))
        {
            return Err("an answer is to no prompt, or there are two to one".to_owned());
        }
        if (answer.prompt == 0) != answer.key_point.is_none() {
            return Err("a probe is about a key point, and a question is not".to_owned());
        }
        if answer.text.len() > LONGEST_ANSWER || answer.asked.len() > LONGEST_ANSWER {
            return Err("an answer is too long".to_owned());
        }
        if let Some(client_id) = &answer.client_id
            && !client_ids.insert(client_id)
        {
            return Err("two answers have one client_id".to_owned());
        }
        ms(answer.saved_at)?;
        answer.handed_in_at.map(ms).transpose()?;
    }
    for grades in &interview.grades {
        let whole = Axis::ALL.iter().all(|axis| grades.ratings.contains_key(axis));
        if !there(grades.round)
            || !graded.insert(grades.round)
            || !whole
            || grades.evidence.len() > LONGEST_EVIDENCE
        {
            return Err("the grades of a round are not whole".to_owned());
        }
    }
    Ok(())
}

/// The numbers of its questions here; none when one was never here.
async fn numbers(
    db: &mut SqliteConnection,
    interview: &ExportedInterview,
) -> sqlx::Result<Option<Vec<QuestionNumber>>> {
    let mut numbers = Vec::with_capacity(interview.rounds.len());
    for round in &interview.rounds {
        match questions::number_of(&mut *db, &round.question).await? {
            Some(number) => numbers.push(number),
            None => return Ok(None),
        }
    }
    Ok(Some(numbers))
}

async fn add(
    db: &mut SqliteConnection,
    person: PersonId,
    interview: &ExportedInterview,
    checked: &Checked,
    numbers: &[QuestionNumber],
) -> Result<(), ImportError> {
    let wish = serde_json::to_string(&interview.wish).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let rounds = interview.rounds.iter().zip(numbers);
    let row = NewRow {
        uid: &interview.uid,
        preset: interview.preset.as_ref(),
        title: &interview.title,
        mode: interview.mode,
        seed: interview.seed.get(),
        pace: interview.pace,
        wish: &wish,
        limit_ms: interview.limit_ms,
        probe_ms: interview.probe_ms,
        asked_for: interview.asked_for,
        created_ms: checked.created_ms,
        ended: Some((checked.end, checked.sitting.ended_ms().unwrap_or(checked.created_ms))),
        rounds: rounds.map(|(round, number)| (*number, round.budget_ms, round.recall)).collect(),
    };
    let id = store::insert(&mut *db, person, &row).await?;
    for (seq, logged) in (1..).zip(&checked.log) {
        store::append_event(&mut *db, person, id, seq, logged).await?;
        let at_s = store::to_stored(logged.at_ms) / 1000;
        match logged.event {
            Event::Graded => store::set_self_graded(&mut *db, person, id, at_s).await?,
            Event::Closed => store::close(&mut *db, person, id, at_s).await?,
            _ => {}
        }
    }
    debug_assert!(matches!(
        checked.sitting.state(),
        State::Finished(_) | State::SelfGraded(_) | State::Closed(_)
    ));
    for (round, number) in interview.rounds.iter().zip(0..) {
        if let Some(outcome) = round.outcome {
            let number = RoundNumber::of_index(number);
            store::set_told(&mut *db, person, id, number, (outcome, round.told)).await?;
        }
    }
    for answer in &interview.answers {
        let answer = Answer {
            round: answer.round,
            prompt: answer.prompt,
            key_point: answer.key_point.clone(),
            asked: answer.asked.clone(),
            text: answer.text.clone(),
            saved_ms: ms(answer.saved_at).unwrap_or(0),
            handed_in_ms: answer.handed_in_at.and_then(|at| ms(at).ok()),
            client_id: answer.client_id.clone(),
        };
        store::insert_answer(&mut *db, person, id, &answer).await?;
    }
    for grades in &interview.grades {
        let whole = Grades {
            points: grades.points.clone(),
            evidence: grades.evidence.clone(),
            ratings: grades.ratings.clone(),
        };
        let graded_at_s = interview.ended_at.as_second();
        store::put_grades(&mut *db, person, id, grades.round, &whole, graded_at_s).await?;
    }
    Ok(())
}
