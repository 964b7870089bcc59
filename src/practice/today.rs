//! What a person did on a day.

use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::schedule::Grade;
use crate::ids::PersonId;

/// A day's grades that were not taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    pub graded: u32,
    /// Again, Hard, Good, Easy.
    pub grades: [u32; 4],
    /// Time between question and grade, as far as it is known.
    pub answer_ms: u32,
    /// The first day on which anything is due.
    pub next_due: Option<StudyDay>,
}

impl Day {
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &mut SqliteConnection, person: PersonId, day: StudyDay) -> sqlx::Result<Self> {
        let rows = sqlx::query!(
            r#"select grade as "grade!: Grade", count(*) as "count!: u32",
                      min(coalesce(sum(answer_ms), 0), 4294967295) as "answer_ms!: u32"
               from review_log l
               where person = ?1 and day = ?2 and kind = 'grade'
                 and not exists (select 1 from review_log u where u.person = ?1 and u.question = l.question and u.undoes = l.id)
               group by grade"#,
            person,
            day,
        )
        .fetch_all(&mut *db)
        .await?;
        let next_due = sqlx::query_scalar!(
            r#"select min(max(due_day, coalesce(buried_until, due_day))) as "due: StudyDay" from cards
               where person = ?1 and suspended = 0 and due_day is not null"#,
            person,
        )
        .fetch_one(db)
        .await?;
        let mut today = Self { next_due, ..Self::default() };
        for row in rows {
            today.graded += row.count;
            today.grades[usize::from(u8::from(row.grade)) - 1] = row.count;
            today.answer_ms = today.answer_ms.saturating_add(row.answer_ms);
        }
        Ok(today)
    }
}
