//! What progress reads of a person: their answers in the order they were given, and the interview that they prepare for.
//!
//! Each statement names the person whose rows it may see.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::{Date, Weekday};
use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::optimise::History;
use super::progress::Graded;
use super::schedule::Grade;
use crate::ids::{EventId, PersonId, QuestionNumber, TopicId};

/// A person's graded answers that were not taken back, in the order in which they were given.
///
/// The interval before an answer is what the last event told: a grade, "I know this" or a miss in a mock interview.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn answers(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Vec<Graded>> {
    let mut rows = sqlx::query!(
        r#"select id as "id!: EventId", question as "question: QuestionNumber", at_s, day as "day: StudyDay",
                  grade as "grade: Grade", interval_days as "interval_days: u32", answer_ms as "answer_ms: u32",
                  undoes as "undoes: EventId"
           from review_log where person = ?1 and kind in ('grade', 'know', 'missed', 'undo')"#,
        person,
    )
    .fetch_all(db)
    .await?;
    let undone: HashSet<i64> = rows.iter().filter_map(|row| row.undoes).map(|EventId(id)| id).collect();
    rows.retain(|row| row.undoes.is_none() && !undone.contains(&row.id.0));
    rows.sort_unstable_by_key(|row| (row.at_s, row.id));
    let mut told: HashMap<i64, u32> = HashMap::new();
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let QuestionNumber(question) = row.question;
        let interval_before = match row.interval_days {
            Some(interval) => told.insert(question, interval),
            None => None,
        };
        if let Some(grade) = row.grade {
            let (day, answer_ms) = (row.day, row.answer_ms);
            answers.push(Graded { question, day, grade, interval_before, answer_ms });
        }
    }
    Ok(answers)
}

/// How many graded answers a person gave and did not take back.
pub async fn answer_count(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<u32> {
    sqlx::query_scalar!(
        r#"select (select count(*) from review_log where person = ?1 and kind = 'grade')
                - (select count(*) from review_log u join review_log g on g.id = u.undoes
                   where u.person = ?1 and u.kind = 'undo' and g.kind = 'grade') as "count!: u32""#,
        person,
    )
    .fetch_one(db)
    .await
}

/// The answers as the optimiser takes them: one history a question.
#[must_use]
pub fn histories(answers: &[Graded]) -> Vec<History> {
    let mut histories: BTreeMap<i64, History> = BTreeMap::new();
    for answer in answers {
        histories.entry(answer.question).or_default().push((answer.day, answer.grade));
    }
    histories.into_values().collect()
}

/// What a person plans.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The day of the week without practice.
    pub rest_day: Option<Weekday>,
    pub interview_on: Option<Date>,
    /// What the interview is about; empty for everything.
    pub interview_topics: Vec<TopicId>,
}

pub async fn plan(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Plan> {
    let row = sqlx::query!(
        r#"select rest_day as "rest_day: i8", interview_on, interview_topics from people where id = ?1"#,
        person,
    )
    .fetch_one(db)
    .await?;
    let odd = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
    let interview_on = row.interview_on.map(|date| date.parse::<Date>()).transpose();
    let topics = row.interview_topics.map(|json| serde_json::from_str(&json)).transpose();
    Ok(Plan {
        rest_day: row.rest_day.and_then(|number| Weekday::from_monday_zero_offset(number).ok()),
        interview_on: interview_on.map_err(|error| odd(error.into()))?,
        interview_topics: topics.map_err(|error| odd(error.into()))?.unwrap_or_default(),
    })
}

/// Keeps when the interview is and what it is about; no topic stands for all of them.
pub async fn plan_interview(
    db: &mut SqliteConnection,
    person: PersonId,
    on: Option<Date>,
    topics: &[TopicId],
) -> sqlx::Result<()> {
    let on = on.map(|date| date.to_string());
    let topics = match topics {
        [] => None,
        topics => Some(serde_json::to_string(topics).map_err(|error| sqlx::Error::Encode(error.into()))?),
    };
    sqlx::query!(
        "update people set interview_on = ?2, interview_topics = ?3 where id = ?1",
        person,
        on,
        topics
    )
    .execute(db)
    .await?;
    Ok(())
}
