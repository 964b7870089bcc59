//! What a person keeps beside a question: a bookmark, a note, steps that are done. None of it changes a schedule.

use std::collections::BTreeSet;

use sqlx::SqliteConnection;

use crate::ids::{PartId, PersonId, QuestionNumber};

/// The longest note that is taken from a form, in bytes.
pub const LONGEST_NOTE: usize = 20_000;
/// All notes of a person together, in bytes: more than anybody writes, and too little to fill a disk.
const ALL_NOTES: i64 = 5_000_000;
/// Reports of one person that nobody has settled yet.
const OPEN_REPORTS: i64 = 20;

/// Why something was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    #[error("your notes are full: together they have at most {} megabytes", ALL_NOTES / 1_000_000)]
    NotesFull,
    #[error("{OPEN_REPORTS} of your reports are still to be read; wait until they are dealt with")]
    ReportsFull,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
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
///
/// # Errors
///
/// When the person's notes are full, or the database cannot be written.
pub async fn write_note(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    markdown: &str,
    now_s: i64,
) -> Result<(), NotKept> {
    if markdown.trim().is_empty() {
        sqlx::query!("delete from notes where person = ?1 and question = ?2", person, question)
            .execute(db)
            .await?;
    } else {
        let others = sqlx::query_scalar!(
            r#"select coalesce(sum(octet_length(markdown)), 0) as "bytes!: i64" from notes
               where person = ?1 and question <> ?2"#,
            person,
            question,
        )
        .fetch_one(&mut *db)
        .await?;
        if others.saturating_add_unsigned(markdown.len() as u64) > ALL_NOTES {
            return Err(NotKept::NotesFull);
        }
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
///
/// # Errors
///
/// When too many of the person's reports are open, or the database cannot be written.
pub async fn report_problem(
    db: &mut SqliteConnection,
    person: PersonId,
    question: QuestionNumber,
    text: &str,
    now_s: i64,
) -> Result<(), NotKept> {
    let open = sqlx::query_scalar!(
        "select count(*) from problem_reports where person = ?1 and settled_at_s is null",
        person
    )
    .fetch_one(&mut *db)
    .await?;
    if open >= OPEN_REPORTS {
        return Err(NotKept::ReportsFull);
    }
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
