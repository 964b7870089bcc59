//! What is done when an interview is over: grading, closing, reading it back.

use sqlx::SqliteConnection;

use super::during::{end, log};
use super::practising::hand_over;
use super::{Bank, NotDone};
use crate::coverage::Synonyms;
use crate::ids::{InterviewId, PersonId};
use crate::interview::grading::{self, Grades, InvalidGrades};
use crate::interview::judging::{Finding, Said, judge};
use crate::interview::report::{Attempt, GivenAnswer, Record, RoundRecord};
use crate::interview::session::{Event, Refusal, RoundNumber, RoundState, State};
use crate::interview::store::{self, Interview, PlannedRound};
use crate::questions;

/// Keeps a person's grades of one round. When every round that was answered has some, the interview is self-graded and
/// practice is told.
///
/// # Errors
///
/// When the interview is not over or closed, or the grades are not whole.
pub async fn grade(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    round: RoundNumber,
    grades: &Grades,
    now_ms: u64,
) -> Result<(), NotDone> {
    let mut interview = over(&mut *db, bank, person, id, now_ms).await?;
    let records = rounds(&mut *db, bank, person, &interview).await?;
    let record = round.index().and_then(|at| records.get(at)).ok_or(Refusal::NoSuchRound)?;
    if !record.is_answered() {
        return Err(InvalidGrades::NothingToGrade.into());
    }
    grades.check(&record.findings)?;
    let now_s = store::to_stored(now_ms) / 1000;
    store::put_grades(&mut *db, person, id, round, &whole(grades, &record.findings), now_s).await?;
    let graded =
        |record: &RoundRecord| record.number == round || record.grades.is_some() || !record.is_answered();
    if records.iter().all(graded) {
        if let State::Finished(_) = interview.state() {
            log(&mut *db, person, &mut interview, Event::Graded, now_ms).await?;
            store::set_self_graded(&mut *db, person, id, now_s).await?;
        }
        hand_over(db, bank.synonyms, person, &interview, true).await?;
    }
    Ok(())
}

/// The grades with a mark for every point, so that they stay the same when the matching or the question changes.
fn whole(grades: &Grades, findings: &[Finding]) -> Grades {
    let marks = grading::marks(findings, Some(grades));
    let points = findings.iter().zip(marks).map(|(finding, mark)| (finding.point.clone(), mark));
    Grades { points: points.collect(), ..grades.clone() }
}

/// Closes an interview: the results go to practice with the person's grades, and nothing changes any more.
///
/// # Errors
///
/// When it is not over, or closed already.
pub async fn close(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    now_ms: u64,
) -> Result<(), NotDone> {
    let mut interview = over(&mut *db, bank, person, id, now_ms).await?;
    log(&mut *db, person, &mut interview, Event::Closed, now_ms).await?;
    store::close(&mut *db, person, id, store::to_stored(now_ms) / 1000).await?;
    hand_over(db, bank.synonyms, person, &interview, true).await?;
    Ok(())
}

/// An interview that is over and not closed, with its end written down.
async fn over(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    id: InterviewId,
    now_ms: u64,
) -> Result<Interview, NotDone> {
    let interview = store::find(&mut *db, person, id, now_ms).await?.ok_or(NotDone::NotFound)?;
    match interview.state() {
        State::Ready | State::Running | State::Paused => Err(Refusal::NotOver.into()),
        State::Closed(_) => Err(Refusal::Closed.into()),
        State::Finished(_) | State::SelfGraded(_) => {
            end(&mut *db, bank.synonyms, person, &interview).await?;
            // with what practice was told
            store::find(db, person, id, now_ms).await?.ok_or(NotDone::NotFound)
        }
    }
}

/// Deletes an interview with everything in it. What practice was told stays. `false` when there is none.
///
/// # Errors
///
/// When the database cannot be written.
pub async fn delete(db: &mut SqliteConnection, person: PersonId, id: InterviewId) -> sqlx::Result<bool> {
    store::delete(db, person, id).await
}

/// Writes the end of an interview that time has ended, and hands its results to practice. Pages may call it when they
/// see such a one ([`Interview::end_is_stored`]); [`super::create`] does it by itself. `true` when there was something to
/// write.
///
/// # Errors
///
/// When the database cannot be written.
pub async fn settle(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    now_ms: u64,
) -> sqlx::Result<bool> {
    let open = store::not_stored_as_ended(&mut *db, person, now_ms).await?;
    let Some(interview) = open.filter(|interview| interview.state().is_over()) else { return Ok(false) };
    end(db, bank.synonyms, person, &interview).await?;
    Ok(true)
}

/// The rounds of an interview that is over, with what coverage finds in their answers: for grading.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn rounds(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    interview: &Interview,
) -> sqlx::Result<Vec<RoundRecord>> {
    read_rounds(db, bank.synonyms, person, interview).await
}

pub(super) async fn read_rounds(
    db: &mut SqliteConnection,
    synonyms: &Synonyms,
    person: PersonId,
    interview: &Interview,
) -> sqlx::Result<Vec<RoundRecord>> {
    let mut grades = store::grades(&mut *db, person, interview.id).await?;
    let mut records = Vec::with_capacity(interview.rounds.len());
    for planned in &interview.rounds {
        let points = questions::key_points(&mut *db, planned.question).await?;
        let given = given_answers(interview, planned.number);
        let said: Vec<Said<'_>> = given
            .iter()
            .map(|given| Said {
                prompt: given.prompt,
                key_point: given.key_point.as_ref(),
                text: &given.text,
            })
            .collect();
        let findings = judge(&points, &said, synonyms);
        records.push(round_record(interview, planned, given, findings, grades.remove(&planned.number)));
    }
    Ok(records)
}

/// What was said in a round, without probes that were prepared and never asked.
fn given_answers(interview: &Interview, round: RoundNumber) -> Vec<GivenAnswer> {
    let asked = interview.sitting.round(round).map_or(0, |round| round.probes_ms.len());
    let answers = interview.answers_of(round).filter(|answer| usize::from(answer.prompt) <= asked);
    answers
        .map(|answer| GivenAnswer {
            prompt: answer.prompt,
            asked: answer.asked.clone(),
            key_point: answer.key_point.clone(),
            text: answer.text.clone(),
            handed_in: answer.handed_in_ms.is_some(),
        })
        .collect()
}

fn round_record(
    interview: &Interview,
    planned: &PlannedRound,
    answers: Vec<GivenAnswer>,
    findings: Vec<Finding>,
    grades: Option<Grades>,
) -> RoundRecord {
    let clock = interview.sitting.round(planned.number);
    RoundRecord {
        number: planned.number,
        question: planned.id.clone(),
        title: planned.title.clone(),
        topic: planned.topic.clone(),
        topic_title: planned.topic_title.clone(),
        archived: planned.archived,
        state: clock.map_or(RoundState::Upcoming, |clock| clock.state),
        budget_ms: planned.budget_ms,
        main_ms: clock.map_or(0, |clock| clock.main_ms),
        probes_ms: clock.map(|clock| clock.probes_ms.clone()).unwrap_or_default(),
        answers,
        findings,
        grades,
        recall: planned.recall,
    }
}

/// An interview that is over, with earlier attempts of the same preset: for the report. None while it is not over.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn record(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    interview: &Interview,
) -> sqlx::Result<Option<Record>> {
    let (Some(end), Some(ended_ms)) = (interview.state().end(), interview.sitting.ended_ms()) else {
        return Ok(None);
    };
    let mut earlier = Vec::new();
    if let Some(preset) = &interview.preset {
        for id in store::attempts_before(&mut *db, person, preset, interview.id).await? {
            // one that is over stands as it stood at any later moment
            if let Some(attempt) = store::find(&mut *db, person, id, ended_ms).await? {
                earlier.extend(self::attempt(&mut *db, bank, person, &attempt).await?);
            }
        }
    }
    let (sitting, terms) = (&interview.sitting, interview.sitting.terms());
    Ok(Some(Record {
        id: interview.id,
        preset: interview.preset.clone(),
        title: interview.title.clone(),
        mode: terms.mode,
        pace: interview.pace,
        seed: interview.seed,
        asked_for: interview.asked_for,
        started_ms: sitting.started_ms(),
        ended_ms,
        end,
        limit_ms: terms.limit_ms,
        probe_ms: terms.probe_ms,
        used_ms: sitting.used_ms(),
        idle_ms: sitting.idle_ms(),
        pauses_ms: sitting
            .pauses()
            .iter()
            .map(|pause| (pause.start_ms, pause.end_ms.unwrap_or(ended_ms)))
            .collect(),
        rounds: rounds(db, bank, person, interview).await?,
        earlier,
    }))
}

/// An earlier interview in short; none when nothing was asked in it.
async fn attempt(
    db: &mut SqliteConnection,
    bank: Bank<'_>,
    person: PersonId,
    interview: &Interview,
) -> sqlx::Result<Option<Attempt>> {
    let Some(ended_ms) = interview.sitting.ended_ms() else { return Ok(None) };
    let mut asked = rounds(db, bank, person, interview).await?;
    asked.retain(RoundRecord::was_asked);
    if asked.is_empty() {
        return Ok(None);
    }
    let marks: Vec<_> =
        asked.iter().flat_map(|round| grading::marks(&round.findings, round.grades.as_ref())).collect();
    Ok(Some(Attempt {
        id: interview.id,
        ended_ms,
        share: grading::share(&marks),
        axes: grading::means(asked.iter().filter_map(|round| round.grades.as_ref())),
        used_ms: interview.sitting.used_ms(),
        pace: interview.pace,
    }))
}
