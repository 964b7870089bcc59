//! The statements that change interviews.

use sqlx::SqliteConnection;

use super::{Answer, to_stored};
use crate::content::Mode;
use crate::ids::{BlueprintId, InterviewId, PersonId, QuestionNumber};
use crate::interview::grading::{Axis, Grades, Outcome};
use crate::interview::session::{End, Logged, Pace, RoundNumber};

/// What an interview agrees on, ready to be inserted.
pub(in crate::interview) struct NewRow<'n> {
    pub uid: &'n str,
    pub preset: Option<&'n BlueprintId>,
    pub title: &'n str,
    pub mode: Mode,
    pub seed: u64,
    pub pace: Pace,
    /// As JSON.
    pub wish: &'n str,
    pub limit_ms: Option<u64>,
    pub probe_ms: u64,
    pub asked_for: u16,
    pub created_ms: u64,
    /// Of one that is over already.
    pub ended: Option<(End, u64)>,
    /// Each question with its budget and the recall that practice predicts.
    pub rounds: Vec<(QuestionNumber, u64, Option<f64>)>,
}

/// Adds an interview with its paper.
pub(in crate::interview) async fn insert(
    db: &mut SqliteConnection,
    person: PersonId,
    row: &NewRow<'_>,
) -> sqlx::Result<InterviewId> {
    let (seed, limit_ms) = (to_stored(row.seed), row.limit_ms.map(to_stored));
    let (probe_ms, created_ms) = (to_stored(row.probe_ms), to_stored(row.created_ms));
    let (ended_by, ended_ms) = row.ended.map(|(end, at_ms)| (column_of(end), to_stored(at_ms))).unzip();
    let id = sqlx::query_scalar!(
        r#"insert into interviews (person, uid, preset, title, mode, seed, pace, wish, limit_ms, probe_ms, asked_for, created_ms,
                                   ended_ms, ended_by)
           values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) returning id as "id!: InterviewId""#,
        person,
        row.uid,
        row.preset,
        row.title,
        row.mode,
        seed,
        row.pace,
        row.wish,
        limit_ms,
        probe_ms,
        row.asked_for,
        created_ms,
        ended_ms,
        ended_by,
    )
    .fetch_one(&mut *db)
    .await?;
    for (at, (question, budget_ms, recall)) in row.rounds.iter().enumerate() {
        let (round, budget_ms) = (RoundNumber::of_index(at), to_stored(*budget_ms));
        sqlx::query!(
            "insert into interview_rounds (interview, round, question, budget_ms, recall) values (?1, ?2, ?3, ?4, ?5)",
            id,
            round,
            question,
            budget_ms,
            recall,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(id)
}

/// Adds an event to the log of a person's interview, as the one with this number.
pub(in crate::interview) async fn append_event(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    seq: u32,
    logged: &Logged,
) -> sqlx::Result<()> {
    let (kind, round, probes) = logged.event.columns();
    let at_ms = to_stored(logged.at_ms);
    sqlx::query!(
        "insert into interview_events (interview, seq, at_ms, kind, round, probes)
         select id, ?3, ?4, ?5, ?6, ?7 from interviews where person = ?1 and id = ?2",
        person,
        id,
        seq,
        at_ms,
        kind,
        round,
        probes,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the text of a prompt that is asked; one that was handed in stays as it is.
pub(in crate::interview) async fn save_text(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    (round, prompt): (RoundNumber, u8),
    text: &str,
    now_ms: u64,
) -> sqlx::Result<()> {
    let saved_ms = to_stored(now_ms);
    // a probe has its row since it was asked; the question gets one with the first text
    sqlx::query!(
        "insert into interview_answers (interview, round, prompt, key_point, asked, text, saved_ms)
         select i.id, r.round, 0, null, q.title, ?5, ?6
         from interviews i
         join interview_rounds r on r.interview = i.id and r.round = ?3
         join questions q on q.number = r.question
         where i.person = ?1 and i.id = ?2 and ?4 = 0
         on conflict (interview, round, prompt) do nothing",
        person,
        id,
        round,
        prompt,
        text,
        saved_ms,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update interview_answers set text = ?5, saved_ms = ?6
         where interview = (select id from interviews where person = ?1 and id = ?2) and round = ?3 and prompt = ?4
           and handed_in_ms is null",
        person,
        id,
        round,
        prompt,
        text,
        saved_ms,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the text of a prompt for good.
pub(in crate::interview) async fn put_answer(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    (round, prompt): (RoundNumber, u8),
    (text, client_id): (&str, Option<&str>),
    now_ms: u64,
) -> sqlx::Result<()> {
    save_text(&mut *db, person, id, (round, prompt), text, now_ms).await?;
    let handed_in_ms = to_stored(now_ms);
    sqlx::query!(
        "update interview_answers set handed_in_ms = ?5, client_id = ?6
         where interview = (select id from interviews where person = ?1 and id = ?2) and round = ?3 and prompt = ?4
           and handed_in_ms is null",
        person,
        id,
        round,
        prompt,
        handed_in_ms,
        client_id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Adds a whole row: a probe whose text comes later, or an answer from an export.
pub(in crate::interview) async fn insert_answer(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    answer: &Answer,
) -> sqlx::Result<()> {
    let (saved_ms, handed_in_ms) = (to_stored(answer.saved_ms), answer.handed_in_ms.map(to_stored));
    sqlx::query!(
        "insert into interview_answers (interview, round, prompt, key_point, asked, text, saved_ms, handed_in_ms, client_id)
         select id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 from interviews where person = ?1 and id = ?2",
        person,
        id,
        answer.round,
        answer.prompt,
        answer.key_point,
        answer.asked,
        answer.text,
        saved_ms,
        handed_in_ms,
        answer.client_id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down that an interview is over.
pub(in crate::interview) async fn store_end(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    end: End,
    ended_ms: u64,
) -> sqlx::Result<()> {
    let (ended_ms, ended_by) = (to_stored(ended_ms), column_of(end));
    sqlx::query!(
        "update interviews set ended_ms = ?3, ended_by = ?4 where person = ?1 and id = ?2 and ended_ms is null",
        person,
        id,
        ended_ms,
        ended_by,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How an end is stored.
pub(in crate::interview) fn column_of(end: End) -> &'static str {
    match end {
        End::ByPerson => "person",
        End::ByTime => "time",
        End::Abandoned => "nobody",
    }
}

/// Keeps the grades of a round in place of those before.
pub(in crate::interview) async fn put_grades(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    round: RoundNumber,
    grades: &Grades,
    now_s: i64,
) -> sqlx::Result<()> {
    let points = serde_json::to_string(&grades.points).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let level = |axis| grades.ratings.get(&axis).map(|rating| rating.get());
    let [correctness, depth, operations, communication] = Axis::ALL.map(level);
    sqlx::query!(
        "insert into interview_grades (interview, round, points, evidence, correctness, depth, operations, communication, graded_at_s)
         select id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 from interviews where person = ?1 and id = ?2
         on conflict (interview, round) do update set points = excluded.points, evidence = excluded.evidence,
            correctness = excluded.correctness, depth = excluded.depth, operations = excluded.operations,
            communication = excluded.communication, graded_at_s = excluded.graded_at_s",
        person,
        id,
        round,
        points,
        grades.evidence,
        correctness,
        depth,
        operations,
        communication,
        now_s,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::interview) async fn set_self_graded(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    now_s: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update interviews set graded_at_s = ?3 where person = ?1 and id = ?2 and graded_at_s is null",
        person,
        id,
        now_s
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::interview) async fn close(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    now_s: i64,
) -> sqlx::Result<()> {
    sqlx::query!("update interviews set closed_at_s = ?3 where person = ?1 and id = ?2", person, id, now_s)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes what practice was told about a round last, and how often it was told.
pub(in crate::interview) async fn set_told(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
    round: RoundNumber,
    (outcome, told): (Outcome, u32),
) -> sqlx::Result<()> {
    sqlx::query!(
        "update interview_rounds set outcome = ?4, told = ?5
         where interview = (select id from interviews where person = ?1 and id = ?2) and round = ?3",
        person,
        id,
        round,
        outcome,
        told,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a member everything of a guest's. What the member has already, from an export that both read in, stays the
/// guest's and goes with them.
pub(in crate::interview) async fn give_to(
    db: &mut SqliteConnection,
    guest: PersonId,
    member: PersonId,
) -> sqlx::Result<()> {
    sqlx::query!("update or ignore interviews set person = ?2 where person = ?1", guest, member)
        .execute(db)
        .await?;
    Ok(())
}

/// `false` when there was none.
pub(in crate::interview) async fn delete(
    db: &mut SqliteConnection,
    person: PersonId,
    id: InterviewId,
) -> sqlx::Result<bool> {
    let deleted =
        sqlx::query!("delete from interviews where person = ?1 and id = ?2", person, id).execute(db).await?;
    Ok(deleted.rows_affected() > 0)
}
