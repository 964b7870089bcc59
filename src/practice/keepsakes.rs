//! What a person keeps beside a question: a bookmark, a note, steps that are done. None of it changes a schedule.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use crate::ids::{PartId, PersonId, QuestionNumber};

/// The longest note that is taken from a form, in bytes.
pub const LONGEST_NOTE: usize = 20_000;
/// The longest note that is kept, in bytes: a guest's and a member's become one when they turn out to be one person.
pub const LONGEST_KEPT_NOTE: usize = 50 * LONGEST_NOTE;

/// Beside one question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keepsakes {
    pub bookmarked: bool,
    /// Markdown, as it was typed; empty when there is none.
    pub note: String,
    pub ticked: BTreeSet<PartId>,
}

impl Keepsakes {
    /// # Errors
    ///
    /// When the database cannot be read, as in every function here.
    pub async fn load(
        db: &mut SqliteConnection,
        person: PersonId,
        question: QuestionNumber,
    ) -> sqlx::Result<Self> {
        let row = sqlx::query!(
            r#"select exists (select 1 from bookmarks where person = ?1 and question = ?2) as "bookmarked!: bool",
                      (select markdown from notes where person = ?1 and question = ?2) as "note: String""#,
            person,
            question,
        )
        .fetch_one(&mut *db)
        .await?;
        let ticked = sqlx::query_scalar!(
            r#"select step as "step: PartId" from ticked_steps where person = ?1 and question = ?2"#,
            person,
            question,
        )
        .fetch_all(db)
        .await?;
        Ok(Self {
            bookmarked: row.bookmarked,
            note: row.note.unwrap_or_default(),
            ticked: ticked.into_iter().collect(),
        })
    }
}

/// A person's bookmarked questions.
pub async fn bookmarks(
    db: &mut SqliteConnection,
    person: PersonId,
) -> sqlx::Result<BTreeSet<QuestionNumber>> {
    let rows = sqlx::query_scalar!(
        r#"select question as "question: QuestionNumber" from bookmarks where person = ?1"#,
        person
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().collect())
}

pub async fn bookmark(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    on: bool,
    now_s: i64,
) -> sqlx::Result<()> {
    if on {
        sqlx::query!(
            "insert into bookmarks (person, question, at_s) values (?1, ?2, ?3) on conflict do nothing",
            person,
            question,
            now_s
        )
        .execute(db)
        .await?;
    } else {
        sqlx::query!("delete from bookmarks where person = ?1 and question = ?2", person, question)
            .execute(db)
            .await?;
    }
    Ok(())
}

/// Keeps a note; an empty one is no note.
pub async fn write_note(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    markdown: &str,
    now_s: i64,
) -> sqlx::Result<()> {
    if markdown.trim().is_empty() {
        sqlx::query!("delete from notes where person = ?1 and question = ?2", person, question)
            .execute(db)
            .await?;
    } else {
        sqlx::query!(
            "insert into notes (person, question, markdown, updated_at_s) values (?1, ?2, ?3, ?4)
             on conflict (person, question) do update set markdown = excluded.markdown, updated_at_s = excluded.updated_at_s",
            person,
            question,
            markdown,
            now_s,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

pub async fn tick_step(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    step: &PartId,
    on: bool,
    now_s: i64,
) -> sqlx::Result<()> {
    if on {
        sqlx::query!(
            "insert into ticked_steps (person, question, step, at_s) values (?1, ?2, ?3, ?4) on conflict do nothing",
            person,
            question,
            step,
            now_s,
        )
        .execute(db)
        .await?;
    } else {
        sqlx::query!(
            "delete from ticked_steps where person = ?1 and question = ?2 and step = ?3",
            person,
            question,
            step
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Tells the administrators that something is wrong with a question.
pub async fn report_problem(
    db: &mut SqliteConnection,
    person: Option<PersonId>,
    question: QuestionNumber,
    text: &str,
    now_s: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into problem_reports (person, question, text, at_s) values (?1, ?2, ?3, ?4)",
        person,
        question,
        text,
        now_s
    )
    .execute(db)
    .await?;
    Ok(())
}
