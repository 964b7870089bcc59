//! What becomes of a guest whose browser signs in as a member.

use sqlx::SqliteConnection;

use super::session;
use super::token::Token;
use crate::ids::PersonId;
use crate::practice::keepsakes::LONGEST_KEPT_NOTE;
use crate::practice::store::rebuild;

/// What the person decided about the progress of the guest that their browser held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestProgress {
    Move,
    Delete,
}

/// What a guest did: something to decide about if it is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events in the review log.
    pub reviews: u32,
    /// Bookmarks, notes and ticked steps.
    pub marks: u32,
}

impl Progress {
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.reviews == 0 && self.marks == 0
    }
}

/// What a person did.
///
/// # Errors
///
/// When the database cannot be used, as in every function here.
pub async fn progress(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Progress> {
    let row = sqlx::query!(
        r#"select (select count(*) from review_log where person = ?1) as "reviews!: u32",
                  (select count(*) from bookmarks where person = ?1) + (select count(*) from notes where person = ?1)
                  + (select count(*) from ticked_steps where person = ?1) as "marks!: u32""#,
        person,
    )
    .fetch_one(db)
    .await?;
    Ok(Progress { reviews: row.reviews, marks: row.marks })
}

/// Signs a member in on a browser that was a guest's until now. The guest is no more afterwards: nobody could be it.
pub async fn sign_in_instead_of(
    db: &mut SqliteConnection,
    guest: PersonId,
    decision: GuestProgress,
    member: PersonId,
    (agent, now_s): (&str, i64),
) -> sqlx::Result<Token> {
    if decision == GuestProgress::Move {
        merge(&mut *db, guest, member).await?;
    }
    sqlx::query!("delete from people where id = ?1 and name is null", guest).execute(&mut *db).await?;
    session::begin(db, member, agent, now_s).await
}

/// Gives a member what a guest did, and leaves the guest without anything. Where both have something that there can be
/// only one of, the member's stays; of two notes both, as far as a note may grow.
pub async fn merge(db: &mut SqliteConnection, guest: PersonId, member: PersonId) -> sqlx::Result<()> {
    count_once(&mut *db, guest, member).await?;
    let longest = i64::try_from(LONGEST_KEPT_NOTE).unwrap_or(i64::MAX);
    // an id that both used, which takes somebody who makes it happen, gets the event's number at its end; it has 64
    // letters at the most, and a number 19
    sqlx::query!(
        "update review_log set person = ?2, client_id = case
             when exists (select 1 from review_log m where m.person = ?2 and m.client_id = review_log.client_id)
             then substr(client_id, 1, 44) || '-' || id else client_id end
         where person = ?1",
        guest,
        member,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update or ignore bookmarks set person = ?2 where person = ?1", guest, member)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into notes (person, question, markdown, updated_at_s)
         select ?2, question, markdown, updated_at_s from notes where person = ?1
         on conflict (person, question) do update
         set markdown = notes.markdown || char(10, 10) || excluded.markdown,
             updated_at_s = max(notes.updated_at_s, excluded.updated_at_s)
         where octet_length(notes.markdown) + 2 + octet_length(excluded.markdown) <= ?3",
        guest,
        member,
        longest,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("update or ignore ticked_steps set person = ?2 where person = ?1", guest, member)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update problem_reports set person = ?2 where person = ?1", guest, member)
        .execute(&mut *db)
        .await?;
    // the log of both makes the cards
    rebuild(db, member).await
}

/// Leaves to the member what both have because both read in the same file: the same event under the same id.
async fn count_once(db: &mut SqliteConnection, guest: PersonId, member: PersonId) -> sqlx::Result<()> {
    sqlx::query!(
        "update review_log set undoes = (
             select m.id from review_log g join review_log m on m.person = ?2 and m.client_id = g.client_id
             where g.id = review_log.undoes and m.question = g.question and m.at_s = g.at_s and m.kind = g.kind
               and m.grade is g.grade)
         where person = ?1 and exists (
             select 1 from review_log g join review_log m on m.person = ?2 and m.client_id = g.client_id
             where g.id = review_log.undoes and m.question = g.question and m.at_s = g.at_s and m.kind = g.kind
               and m.grade is g.grade)",
        guest,
        member,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from review_log where person = ?1 and exists (
             select 1 from review_log m
             where m.person = ?2 and m.client_id = review_log.client_id and m.question = review_log.question
               and m.at_s = review_log.at_s and m.kind = review_log.kind and m.grade is review_log.grade)",
        guest,
        member,
    )
    .execute(db)
    .await
    .map(drop)
}
