//! The interviews that a person has had: the list, and what comparing and drawing ask of them.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use super::{Sitting, from_stored, not_stored_as_ended};
use crate::content::Mode;
use crate::ids::{BlueprintId, InterviewId, PersonId, QuestionNumber};
use crate::interview::session::{End, Pace, State};
use crate::questions::Page;

/// Which interviews a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    pub preset: Option<PresetFilter>,
    pub mode: Option<Mode>,
    pub state: Option<StateFilter>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresetFilter {
    OwnMix,
    Preset(BlueprintId),
}

/// Ready, running or paused; over and not graded; graded; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFilter {
    Unfinished,
    ToGrade,
    Graded,
    Closed,
}

impl StateFilter {
    pub const ALL: [Self; 4] = [Self::Unfinished, Self::ToGrade, Self::Graded, Self::Closed];

    /// As it is written in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unfinished => "unfinished",
            Self::ToGrade => "to-grade",
            Self::Graded => "graded",
            Self::Closed => "closed",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unfinished => "Not finished",
            Self::ToGrade => "To be graded",
            Self::Graded => "Graded",
            Self::Closed => "Closed",
        }
    }
}

/// An interview in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedInterview {
    pub id: InterviewId,
    pub preset: Option<BlueprintId>,
    pub title: String,
    pub mode: Mode,
    pub pace: Pace,
    pub state: State,
    pub created_at_s: i64,
    pub ended_ms: Option<u64>,
    pub questions: u32,
    /// Questions with an answer that was handed in.
    pub answered: u32,
}

/// Interviews on a page of the history.
pub const PAGE_SIZE: u32 = 20;

/// A page of a person's interviews, the newest first, and how many there are on all pages.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn list(
    db: &mut SqliteConnection,
    person: PersonId,
    filter: &HistoryFilter,
    page: Page,
    now_ms: u64,
) -> sqlx::Result<(Vec<ListedInterview>, u32)> {
    // the only one whose row does not say how it stands
    let open = not_stored_as_ended(&mut *db, person, now_ms).await?;
    let over_by_time = open.as_ref().filter(|open| open.state().is_over()).map(|open| open.id);
    let (own_mix, preset) = match &filter.preset {
        Some(PresetFilter::OwnMix) => (true, None),
        Some(PresetFilter::Preset(id)) => (false, Some(id)),
        None => (false, None),
    };
    let state = filter.state.map(StateFilter::slug);
    let offset = page.offset(PAGE_SIZE);
    let rows = sqlx::query!(
        r#"select i.id as "id!: InterviewId", i.preset as "preset: BlueprintId", i.title, i.mode as "mode: Mode",
                  i.pace as "pace: Pace", i.created_ms, i.ended_ms, i.ended_by,
                  i.graded_at_s is not null as "graded!: bool", i.closed_at_s is not null as "closed!: bool",
                  (select count(*) from interview_rounds r where r.interview = i.id) as "questions!: u32",
                  (select count(*) from interview_answers a
                   where a.interview = i.id and a.prompt = 0 and a.handed_in_ms is not null) as "answered!: u32",
                  count(*) over () as "total!: u32"
           from interviews i
           where i.person = ?1 and (?2 = 0 or i.preset is null) and (?3 is null or i.preset = ?3)
             and (?4 is null or i.mode = ?4)
             and (?5 is null or ?5 = case
                when i.closed_at_s is not null then 'closed'
                when i.graded_at_s is not null then 'graded'
                when i.ended_ms is not null or i.id = ?6 then 'to-grade'
                else 'unfinished' end)
           order by i.created_ms desc, i.id desc limit ?7 offset ?8"#,
        person,
        own_mix,
        preset,
        filter.mode,
        state,
        over_by_time,
        PAGE_SIZE,
        offset,
    )
    .fetch_all(db)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut listed = Vec::with_capacity(rows.len());
    for row in rows {
        let sitting = open.as_ref().filter(|open| open.id == row.id).map(|open| &open.sitting);
        let state = match (sitting, row.ended_by.as_deref()) {
            (Some(sitting), _) => sitting.state(),
            (None, Some(end)) => over(end, row.graded, row.closed)?,
            (None, None) => return Err(sqlx::Error::Decode("an interview ended by nothing".into())),
        };
        listed.push(ListedInterview {
            id: row.id,
            preset: row.preset,
            title: row.title,
            mode: row.mode,
            pace: row.pace,
            state,
            created_at_s: row.created_ms / 1000,
            ended_ms: sitting.map_or(row.ended_ms.map(from_stored), Sitting::ended_ms),
            questions: row.questions,
            answered: row.answered,
        });
    }
    Ok((listed, total))
}

/// The state of an interview that is over, as its row tells it.
fn over(ended_by: &str, graded: bool, closed: bool) -> sqlx::Result<State> {
    let end = match ended_by {
        "person" => End::ByPerson,
        "time" => End::ByTime,
        "nobody" => End::Abandoned,
        other => return Err(sqlx::Error::Decode(format!("an interview ended by {other}").into())),
    };
    Ok(match (closed, graded) {
        (true, _) => State::Closed(end),
        (false, true) => State::SelfGraded(end),
        (false, false) => State::Finished(end),
    })
}

/// The last attempts of a preset before one of them, the oldest first; those that ended before they began are none.
pub(in crate::interview) async fn attempts_before(
    db: &mut SqliteConnection,
    person: PersonId,
    preset: &BlueprintId,
    id: InterviewId,
) -> sqlx::Result<Vec<InterviewId>> {
    const COMPARED: i64 = 8;
    let mut ids = sqlx::query_scalar!(
        r#"select i.id as "id!: InterviewId" from interviews i
           where i.person = ?1 and i.preset = ?2 and i.id <> ?3 and i.ended_ms is not null
             and i.created_ms <= (select created_ms from interviews where person = ?1 and id = ?3)
             and exists (select 1 from interview_events e where e.interview = i.id and e.kind = 'started')
           order by i.created_ms desc, i.id desc limit ?4"#,
        person,
        preset,
        id,
        COMPARED,
    )
    .fetch_all(db)
    .await?;
    ids.reverse();
    Ok(ids)
}

/// How lately each question was in one of a person's papers: 1 for the last one, a half for the one before, a third and
/// so on. What is longer ago does not count.
pub(in crate::interview) async fn asked_lately(
    db: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<HashMap<QuestionNumber, f64>> {
    let rows = sqlx::query!(
        r#"select r.question as "question: QuestionNumber", i.place as "place!: u32"
           from (select id, row_number() over (order by created_ms desc, id desc) as place
                 from interviews where person = ?1 order by created_ms desc, id desc limit 12) i
           join interview_rounds r on r.interview = i.id"#,
        person,
    )
    .fetch_all(db)
    .await?;
    let mut lately = HashMap::new();
    for row in rows {
        *lately.entry(row.question).or_default() += 1.0 / f64::from(row.place);
    }
    Ok(lately)
}

/// All interviews of a person, in the order in which they were made.
pub(in crate::interview) async fn all(
    db: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<Vec<InterviewId>> {
    sqlx::query_scalar!(
        r#"select id as "id!: InterviewId" from interviews where person = ?1 order by created_ms, id"#,
        person,
    )
    .fetch_all(db)
    .await
}

/// Whether a person has an interview of this name.
pub(in crate::interview) async fn is_there(
    db: &mut SqliteConnection,
    person: PersonId,
    uid: &str,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from interviews where person = ?1 and uid = ?2) as "there!: bool""#,
        person,
        uid,
    )
    .fetch_one(db)
    .await
}
