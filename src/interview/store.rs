//! The statements of mock interviews. Each names the person whose rows it may see.

mod history;
mod interview;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use sqlx::SqliteConnection;

use super::grading::{Axis, Grades, Outcome, Rating};
use super::session::{Event, Logged, Pace, RoundNumber, Sitting, State, Terms};
use crate::content::{Kind, Level, Mode};
use crate::ids::{BlueprintId, InterviewId, PartId, PersonId, QuestionId, QuestionNumber, TopicId};

pub use history::{HistoryFilter, ListedInterview, PAGE_SIZE, PresetFilter, StateFilter, list};
pub(super) use history::{all, asked_lately, attempts_before, is_there};
pub use interview::{Answer, Interview, PlannedRound};
pub(super) use write::{
    NewRow, append_event, close, delete, give_to, insert, insert_answer, put_answer, put_grades, save_text,
    set_self_graded, set_told, store_end,
};

/// A row of `interviews`.
struct Head {
    id: InterviewId,
    uid: String,
    preset: Option<BlueprintId>,
    title: String,
    mode: Mode,
    seed: i64,
    pace: Pace,
    wish: String,
    limit_ms: Option<i64>,
    probe_ms: i64,
    asked_for: u16,
    created_ms: i64,
    ended_ms: Option<i64>,
}

/// Durations and moments as the database has them; none is negative.
pub(super) fn from_stored(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}

/// The other way; no interview lasts three hundred million years.
pub(super) fn to_stored(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn odd(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

/// A person's interview, as it stands at `now_ms`; none when there is none or it is not theirs.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn find(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    now_ms: u64,
) -> sqlx::Result<Option<Interview>> {
    let Some(head) = head(&mut *db, person, id).await? else { return Ok(None) };
    load(db, person, head, now_ms).await.map(Some)
}

/// The interview that a person has not ended, if time has not ended it either.
pub async fn unfinished(
    db: &mut SqliteConnection,
    person: PersonId,
    now_ms: u64,
) -> sqlx::Result<Option<Interview>> {
    Ok(not_stored_as_ended(db, person, now_ms).await?.filter(|interview| !interview.state().is_over()))
}

/// The interview whose end is not in the database; time may have ended it.
pub(super) async fn not_stored_as_ended(
    db: &mut SqliteConnection,
    person: PersonId,
    now_ms: u64,
) -> sqlx::Result<Option<Interview>> {
    match unfinished_id(&mut *db, person).await? {
        Some(id) => find(db, person, id, now_ms).await,
        None => Ok(None),
    }
}

async fn unfinished_id(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Option<InterviewId>> {
    sqlx::query_scalar!(
        r#"select id as "id!: InterviewId" from interviews where person = ?1 and ended_ms is null"#,
        person,
    )
    .fetch_optional(db)
    .await
}

/// The questions of an exam that runs: the person sees nothing of them until it ends. Cheap when none runs.
pub async fn hidden_questions(
    db: &mut SqliteConnection,
    person: PersonId,
    now_ms: u64,
) -> sqlx::Result<BTreeSet<QuestionNumber>> {
    let Some(id) = unfinished_id(&mut *db, person).await? else { return Ok(BTreeSet::new()) };
    let Some(head) = head(&mut *db, person, id).await? else { return Ok(BTreeSet::new()) };
    if head.mode != Mode::Exam {
        return Ok(BTreeSet::new());
    }
    let (sitting, _) = sitting_of(&mut *db, person, &head, now_ms).await?;
    if !matches!(sitting.state(), State::Running | State::Paused) {
        return Ok(BTreeSet::new());
    }
    let questions = sqlx::query_scalar!(
        r#"select r.question as "question: QuestionNumber" from interviews i join interview_rounds r on r.interview = i.id
           where i.person = ?1 and i.id = ?2"#,
        person,
        id,
    )
    .fetch_all(db)
    .await?;
    Ok(questions.into_iter().collect())
}

/// The state of a person's interview alone, without what was asked and said.
pub(super) async fn sitting(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    now_ms: u64,
) -> sqlx::Result<Option<Sitting>> {
    let Some(head) = head(&mut *db, person, id).await? else { return Ok(None) };
    Ok(Some(sitting_of(db, person, &head, now_ms).await?.0))
}

async fn head(db: &mut SqliteConnection, person: PersonId, id: InterviewId) -> sqlx::Result<Option<Head>> {
    sqlx::query_as!(
        Head,
        r#"select id as "id!: InterviewId", uid, preset as "preset: BlueprintId", title, mode as "mode: Mode", seed,
                  pace as "pace: Pace", wish, limit_ms, probe_ms, asked_for as "asked_for: u16", created_ms, ended_ms
           from interviews where person = ?1 and id = ?2"#,
        person,
        id,
    )
    .fetch_optional(db)
    .await
}

/// What the log and the time have led to, and how many events the log has.
async fn sitting_of(
    db: &mut SqliteConnection,
    person: PersonId,
    head: &Head,
    now_ms: u64,
) -> sqlx::Result<(Sitting, u32)> {
    let budgets = sqlx::query_scalar!(
        "select r.budget_ms from interviews i join interview_rounds r on r.interview = i.id
         where i.person = ?1 and i.id = ?2 order by r.round",
        person,
        head.id,
    )
    .fetch_all(&mut *db)
    .await?;
    let log = log(db, person, head.id).await?;
    let terms = Terms {
        mode: head.mode,
        limit_ms: head.limit_ms.map(from_stored),
        budgets_ms: budgets.into_iter().map(from_stored).collect(),
        probe_ms: from_stored(head.probe_ms),
    };
    let mut sitting = Sitting::replay(terms, from_stored(head.created_ms), &log).map_err(odd)?;
    // an end that is stored stays, even if the clock has been put back since
    sitting.advance(now_ms.max(head.ended_ms.map_or(0, from_stored)));
    Ok((sitting, u32::try_from(log.len()).unwrap_or(u32::MAX)))
}

/// What people did, in the order in which it happened.
pub(super) async fn log(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
) -> sqlx::Result<Vec<Logged>> {
    let rows = sqlx::query!(
        r#"select e.at_ms, e.kind, e.round as "round: RoundNumber", e.probes as "probes: u8"
           from interviews i join interview_events e on e.interview = i.id
           where i.person = ?1 and i.id = ?2 order by e.seq"#,
        person,
        id,
    )
    .fetch_all(db)
    .await?;
    let logged = |at_ms, kind: &str, round, probes| -> sqlx::Result<Logged> {
        let event = Event::from_columns(kind, round, probes).map_err(odd)?;
        Ok(Logged { at_ms: from_stored(at_ms), event })
    };
    rows.into_iter().map(|row| logged(row.at_ms, &row.kind, row.round, row.probes)).collect()
}

async fn load(
    db: &mut SqliteConnection,
    person: PersonId,
    head: Head,
    now_ms: u64,
) -> sqlx::Result<Interview> {
    let (sitting, events) = sitting_of(&mut *db, person, &head, now_ms).await?;
    Ok(Interview {
        rounds: rounds(&mut *db, person, head.id).await?,
        answers: answers(db, person, head.id).await?,
        sitting,
        events,
        id: head.id,
        uid: head.uid,
        preset: head.preset,
        title: head.title,
        seed: from_stored(head.seed).try_into().map_err(odd)?,
        pace: head.pace,
        wish: serde_json::from_str(&head.wish).map_err(odd)?,
        asked_for: head.asked_for,
        created_at_s: head.created_ms / 1000,
        end_is_stored: head.ended_ms.is_some(),
    })
}

async fn rounds(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
) -> sqlx::Result<Vec<PlannedRound>> {
    let rows = sqlx::query!(
        r#"select r.round as "number: RoundNumber", r.question as "question: QuestionNumber", q.id as "id: QuestionId",
                  q.title, q.topic as "topic: TopicId", t.title as topic_title, q.level as "level: Level",
                  q.kind as "kind: Kind", q.archived_at_s is not null as "archived!: bool", r.budget_ms, r.recall,
                  r.outcome as "outcome: Outcome", r.told as "told: u32"
           from interviews i
           join interview_rounds r on r.interview = i.id
           join questions q on q.number = r.question
           join topics t on t.id = q.topic
           where i.person = ?1 and i.id = ?2 order by r.round"#,
        person,
        id,
    )
    .fetch_all(db)
    .await?;
    let planned = rows.into_iter().map(|row| PlannedRound {
        number: row.number,
        question: row.question,
        id: row.id,
        title: row.title,
        topic: row.topic,
        topic_title: row.topic_title,
        level: row.level,
        kind: row.kind,
        archived: row.archived,
        budget_ms: from_stored(row.budget_ms),
        recall: row.recall,
        outcome: row.outcome,
        told: row.told,
    });
    Ok(planned.collect())
}

async fn answers(db: &mut SqliteConnection, person: PersonId, id: InterviewId) -> sqlx::Result<Vec<Answer>> {
    let rows = sqlx::query!(
        r#"select a.round as "round: RoundNumber", a.prompt as "prompt: u8", a.key_point as "key_point: PartId", a.asked,
                  a.text, a.saved_ms, a.handed_in_ms, a.client_id
           from interviews i join interview_answers a on a.interview = i.id
           where i.person = ?1 and i.id = ?2 order by a.round, a.prompt"#,
        person,
        id,
    )
    .fetch_all(db)
    .await?;
    let answers = rows.into_iter().map(|row| Answer {
        round: row.round,
        prompt: row.prompt,
        key_point: row.key_point,
        asked: row.asked,
        text: row.text,
        saved_ms: from_stored(row.saved_ms),
        handed_in_ms: row.handed_in_ms.map(from_stored),
        client_id: row.client_id,
    });
    Ok(answers.collect())
}

/// A person's grades of an interview, by round.
pub async fn grades(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
) -> sqlx::Result<BTreeMap<RoundNumber, Grades>> {
    let rows = sqlx::query!(
        r#"select g.round as "round: RoundNumber", g.points, g.evidence, g.correctness as "correctness: u8",
                  g.depth as "depth: u8", g.operations as "operations: u8", g.communication as "communication: u8"
           from interviews i join interview_grades g on g.interview = i.id
           where i.person = ?1 and i.id = ?2"#,
        person,
        id,
    )
    .fetch_all(db)
    .await?;
    let mut grades = BTreeMap::new();
    for row in rows {
        let levels = [row.correctness, row.depth, row.operations, row.communication];
        let mut ratings = BTreeMap::new();
        for (axis, level) in Axis::ALL.into_iter().zip(levels) {
            ratings.insert(axis, Rating::try_from(level).map_err(odd)?);
        }
        let points = serde_json::from_str(&row.points).map_err(odd)?;
        grades.insert(row.round, Grades { points, evidence: row.evidence, ratings });
    }
    Ok(grades)
}
