//! The statements of practice. Each names the person whose rows it may see.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::history::{Card, Change, Event, fold};
use super::learner::Learner;
use super::review::ClientId;
use super::schedule::{Grade, Memory, Recalled, Settings};
use crate::ids::{EventId, PersonId, QuestionNumber};

/// An event as the log holds it.
struct LogRow {
    id: EventId,
    question: QuestionNumber,
    at_s: i64,
    day: StudyDay,
    kind: String,
    grade: Option<Grade>,
    interval_days: Option<u32>,
    undoes: Option<EventId>,
}

impl LogRow {
    fn event(self) -> sqlx::Result<(QuestionNumber, Event)> {
        let Self { id, question, at_s, day, kind, grade, interval_days, undoes } = self;
        let change = match (kind.as_str(), grade, interval_days, undoes) {
            ("grade", Some(grade), Some(interval), None) => Change::Graded { grade, interval },
            ("undo", None, None, Some(event)) => Change::Undone { event },
            ("suspend", None, None, None) => Change::Suspended,
            ("resume", None, None, None) => Change::Resumed,
            ("bury", None, None, None) => Change::Buried,
            ("know", None, Some(interval), None) => Change::Known { interval },
            ("missed", None, Some(interval), None) => Change::Missed { interval },
            // the table's checks keep it out
            _ => {
                return Err(sqlx::Error::Decode(
                    format!("event {id:?} in the review log is no event").into(),
                ));
            }
        };
        Ok((question, Event { id, at_s, day, change }))
    }
}

/// The columns of a change: kind, grade, interval, undone event.
fn columns(change: Change) -> (&'static str, Option<Grade>, Option<u32>, Option<EventId>) {
    match change {
        Change::Graded { grade, interval } => ("grade", Some(grade), Some(interval), None),
        Change::Undone { event } => ("undo", None, None, Some(event)),
        Change::Suspended => ("suspend", None, None, None),
        Change::Resumed => ("resume", None, None, None),
        Change::Buried => ("bury", None, None, None),
        Change::Known { interval } => ("know", None, Some(interval), None),
        Change::Missed { interval } => ("missed", None, Some(interval), None),
    }
}

/// What happened to a person's card, in the order of its moments.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn events(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query_as!(
        LogRow,
        r#"select id as "id!: EventId", question as "question: QuestionNumber", at_s, day as "day: StudyDay", kind,
                  grade as "grade: Grade", interval_days as "interval_days: u32", undoes as "undoes: EventId"
           from review_log where person = ?1 and question = ?2 order by at_s, id"#,
        person,
        question,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok(row.event()?.1)).collect()
}

/// The event that a client sent under this id before.
pub(super) async fn sent_before(
    db: &mut SqliteConnection,
    person: PersonId,
    client_id: &ClientId,
) -> sqlx::Result<Option<(QuestionNumber, EventId)>> {
    let client_id = client_id.as_str();
    let row = sqlx::query!(
        r#"select id as "id!: EventId", question as "question: QuestionNumber"
           from review_log where person = ?1 and client_id = ?2"#,
        person,
        client_id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.question, row.id)))
}

/// The event that was recorded under an id.
pub async fn event_sent(
    db: &mut SqliteConnection,
    person: PersonId,
    client_id: &ClientId,
) -> sqlx::Result<Option<EventId>> {
    Ok(sent_before(db, person, client_id).await?.map(|(_, event)| event))
}

/// A question that was missed in a mock interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Miss {
    /// The study day of the interview.
    pub day: StudyDay,
    /// Seconds since 1970, UTC.
    pub at_s: i64,
    /// It was graded in practice or answered in another interview since.
    pub answered_since: bool,
}

/// When a person last missed a question in a mock interview, if that was not taken back.
pub async fn last_miss(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
) -> sqlx::Result<Option<Miss>> {
    let row = sqlx::query!(
        r#"select m.at_s, m.day as "day: StudyDay", exists (
              select 1 from review_log g
              where g.person = ?1 and g.question = ?2 and g.kind in ('grade', 'know')
                and (g.at_s > m.at_s or (g.at_s = m.at_s and g.id > m.id))
                and not exists (select 1 from review_log u where u.person = ?1 and u.question = ?2 and u.undoes = g.id)
           ) as "answered_since!: bool"
           from review_log m
           where m.person = ?1 and m.question = ?2 and m.kind = 'missed'
             and not exists (select 1 from review_log u where u.person = ?1 and u.question = ?2 and u.undoes = m.id)
           order by m.at_s desc, m.id desc limit 1"#,
        person,
        question,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Miss { day: row.day, at_s: row.at_s, answered_since: row.answered_since }))
}

/// A guest made after a moment whose first event carries this id.
pub(super) async fn guest_who_sent(
    db: &mut SqliteConnection,
    client_id: &ClientId,
    after_s: i64,
) -> sqlx::Result<Option<PersonId>> {
    let client_id = client_id.as_str();
    sqlx::query_scalar!(
        r#"select p.id as "id!: PersonId"
           from people p cross join review_log l on l.person = p.id and l.client_id = ?1
           where p.name is null and p.seen_at_s >= ?2 and p.created_at_s >= ?2
             and l.id = (select min(id) from review_log where person = p.id)"#,
        client_id,
        after_s,
    )
    .fetch_optional(db)
    .await
}

/// The last grade of a person on a day that was not taken back.
pub async fn last_grade(
    db: &mut SqliteConnection,
    person: PersonId,
    day: StudyDay,
) -> sqlx::Result<Option<(QuestionNumber, Event)>> {
    let row = sqlx::query_as!(
        LogRow,
        r#"select l.id as "id!: EventId", l.question as "question: QuestionNumber", l.at_s, l.day as "day: StudyDay",
                  l.kind, l.grade as "grade: Grade", l.interval_days as "interval_days: u32",
                  l.undoes as "undoes: EventId"
           from review_log l
           where l.person = ?1 and l.day = ?2 and l.kind = 'grade'
             and not exists (select 1 from review_log u where u.person = ?1 and u.question = l.question and u.undoes = l.id)
           order by l.id desc limit 1"#,
        person,
        day,
    )
    .fetch_optional(db)
    .await?;
    row.map(LogRow::event).transpose()
}

/// Adds an event to the log; `None` when its client id is there already.
pub(super) async fn append(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    (at_s, day, change): (i64, StudyDay, Change),
    client_id: &ClientId,
    answer_ms: Option<u32>,
) -> sqlx::Result<Option<EventId>> {
    let (kind, grade, interval_days, undoes) = columns(change);
    let client_id = client_id.as_str();
    sqlx::query_scalar!(
        r#"insert into review_log (person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id, undoes)
           values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
           on conflict (person, client_id) do nothing returning id as "id!: EventId""#,
        person,
        question,
        at_s,
        day,
        kind,
        grade,
        interval_days,
        answer_ms,
        client_id,
        undoes,
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn save_card(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    card: &Card,
) -> sqlx::Result<()> {
    let (stability, difficulty, last_day) = match card.memory {
        Memory::New => (None, None, None),
        Memory::Reviewed(Recalled { stability, difficulty, last_day }) => {
            (Some(stability), Some(difficulty), Some(last_day))
        }
    };
    sqlx::query!(
        "insert into cards (person, question, stability, difficulty, last_day, due_day, grades, lapses, suspended, buried_until)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         on conflict (person, question) do update set
            stability = excluded.stability, difficulty = excluded.difficulty, last_day = excluded.last_day,
            due_day = excluded.due_day, grades = excluded.grades, lapses = excluded.lapses,
            suspended = excluded.suspended, buried_until = excluded.buried_until",
        person,
        question,
        stability,
        difficulty,
        last_day,
        card.due,
        card.grades,
        card.lapses,
        card.suspended,
        card.buried_until,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct CardRow {
    question: QuestionNumber,
    stability: Option<f32>,
    difficulty: Option<f32>,
    last_day: Option<StudyDay>,
    due_day: Option<StudyDay>,
    grades: u32,
    lapses: u32,
    suspended: bool,
    buried_until: Option<StudyDay>,
}

impl CardRow {
    fn card(self) -> (QuestionNumber, Card) {
        let memory = match (self.stability, self.difficulty, self.last_day) {
            (Some(stability), Some(difficulty), Some(last_day)) => {
                Memory::Reviewed(Recalled { stability, difficulty, last_day })
            }
            _ => Memory::New,
        };
        let card = Card {
            memory,
            due: self.due_day,
            grades: self.grades,
            lapses: self.lapses,
            suspended: self.suspended,
            buried_until: self.buried_until,
        };
        (self.question, card)
    }
}

/// Every card of a person.
pub async fn cards(
    db: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<BTreeMap<QuestionNumber, Card>> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select question as "question: QuestionNumber", stability as "stability: f32",
                  difficulty as "difficulty: f32", last_day as "last_day: StudyDay", due_day as "due_day: StudyDay",
                  grades as "grades: u32", lapses as "lapses: u32", suspended as "suspended: bool",
                  buried_until as "buried_until: StudyDay"
           from cards where person = ?1"#,
        person,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(CardRow::card).collect())
}

/// A person's card of one question; a new one when nothing happened to it.
pub async fn card(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
) -> sqlx::Result<Card> {
    let row = sqlx::query_as!(
        CardRow,
        r#"select question as "question: QuestionNumber", stability as "stability: f32",
                  difficulty as "difficulty: f32", last_day as "last_day: StudyDay", due_day as "due_day: StudyDay",
                  grades as "grades: u32", lapses as "lapses: u32", suspended as "suspended: bool",
                  buried_until as "buried_until: StudyDay"
           from cards where person = ?1 and question = ?2"#,
        person,
        question,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map_or_else(Card::default, |row| row.card().1))
}

/// How many questions a person met for the first time on a day.
pub(super) async fn met_on(db: &mut SqliteConnection, person: PersonId, day: StudyDay) -> sqlx::Result<u32> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: u32" from (
              select question from review_log l
              where person = ?1 and day = ?2 and kind = 'grade'
                and not exists (select 1 from review_log u where u.person = ?1 and u.question = l.question and u.undoes = l.id)
              group by question
           ) today
           where not exists (
              select 1 from review_log e
              where e.person = ?1 and e.question = today.question and e.kind in ('grade', 'know') and e.day < ?2
                and not exists (select 1 from review_log u where u.person = ?1 and u.question = e.question and u.undoes = e.id))"#,
        person,
        day,
    )
    .fetch_one(db)
    .await
}

/// When a person came, in seconds since 1970, UTC.
pub async fn joined_at(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<i64> {
    sqlx::query_scalar!("select created_at_s from people where id = ?1", person).fetch_one(db).await
}

/// Everybody who has a review log, guests too.
pub async fn people_with_reviews(db: &mut SqliteConnection) -> sqlx::Result<Vec<PersonId>> {
    sqlx::query_scalar!(
        r#"select id as "id!: PersonId" from people p
           where exists (select 1 from review_log l where l.person = p.id) order by id"#
    )
    .fetch_all(db)
    .await
}

/// What happened to each card of a person, in the order of its moments.
pub(super) async fn histories(
    db: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<BTreeMap<QuestionNumber, Vec<Event>>> {
    let rows = sqlx::query_as!(
        LogRow,
        r#"select id as "id!: EventId", question as "question: QuestionNumber", at_s, day as "day: StudyDay", kind,
                  grade as "grade: Grade", interval_days as "interval_days: u32", undoes as "undoes: EventId"
           from review_log where person = ?1 order by at_s, id"#,
        person,
    )
    .fetch_all(db)
    .await?;
    let mut histories: BTreeMap<QuestionNumber, Vec<Event>> = BTreeMap::new();
    for row in rows {
        let (question, event) = row.event()?;
        histories.entry(question).or_default().push(event);
    }
    Ok(histories)
}

/// Makes every card of a person anew from the log alone.
pub async fn rebuild(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<()> {
    let settings: Settings = Learner::load(&mut *db, person).await?.settings;
    let histories = histories(&mut *db, person).await?;
    sqlx::query!("delete from cards where person = ?1", person).execute(&mut *db).await?;
    for (question, events) in &histories {
        save_card(&mut *db, person, *question, &fold(events, &settings)).await?;
    }
    Ok(())
}
