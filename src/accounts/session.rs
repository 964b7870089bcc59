//! Sign-in sessions: which browser stands for whom, and the guests that have nothing else.

use sqlx::SqliteConnection;

use super::person::{Person, PersonName};
use super::token::Token;
use crate::ids::PersonId;

/// How long a browser that is not used stays signed in, in seconds: 90 days, as long as an unused guest is kept.
pub const LIFETIME_S: i64 = 90 * 24 * 60 * 60;
/// A session that was used more recently is not written again, in seconds.
const TOUCHED_EVERY_S: i64 = 60 * 60;
/// What is kept of a browser's own name, in characters.
const LONGEST_AGENT: usize = 200;

/// Somebody whose token was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub person: Person,
    /// The row in `sign_ins`.
    pub session: i64,
    /// It is time to [`touch`] the session.
    pub stale: bool,
}

/// Whom a token stands for; `None` when it is unknown, revoked or expired.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn find(db: &mut SqliteConnection, token: &Token, now_s: i64) -> sqlx::Result<Option<SignedIn>> {
    let hash = token.hash();
    let row = sqlx::query!(
        r#"select s.id as "session!", s.used_at_s, p.id as "person: PersonId", p.name as "name: PersonName",
                  p.is_admin as "is_admin: bool"
           from sign_ins s join people p on p.id = s.person
           where s.token_hash = ?1 and s.expires_at_s > ?2"#,
        hash,
        now_s,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| SignedIn {
        person: Person::new(row.person, row.name, row.is_admin),
        session: row.session,
        stale: row.used_at_s + TOUCHED_EVERY_S <= now_s,
    }))
}

/// Notes that a session is in use, which also keeps it and its person alive.
pub async fn touch(db: &mut SqliteConnection, session: i64, now_s: i64) -> sqlx::Result<()> {
    let expires_at_s = now_s + LIFETIME_S;
    sqlx::query!(
        "update sign_ins set used_at_s = ?2, expires_at_s = ?3 where id = ?1",
        session,
        now_s,
        expires_at_s
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update people set seen_at_s = ?2 where id = (select person from sign_ins where id = ?1)",
        session,
        now_s
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Signs a person in on a browser; the token is shown to nobody else.
pub async fn begin(
    db: &mut SqliteConnection,
    person: PersonId,
    agent: &str,
    now_s: i64,
) -> sqlx::Result<Token> {
    let token = Token::new();
    let (hash, expires_at_s) = (token.hash(), now_s + LIFETIME_S);
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
    sqlx::query!(
        "insert into sign_ins (person, token_hash, created_at_s, used_at_s, expires_at_s, agent)
         values (?1, ?2, ?3, ?3, ?4, ?5)",
        person,
        hash,
        now_s,
        expires_at_s,
        agent,
    )
    .execute(db)
    .await?;
    Ok(token)
}

/// A new guest, in the time zone of their browser if it told one.
pub async fn create_guest(db: &mut SqliteConnection, time_zone: &str, now_s: i64) -> sqlx::Result<PersonId> {
    sqlx::query_scalar!(
        r#"insert into people (created_at_s, seen_at_s, time_zone) values (?1, ?1, ?2) returning id as "id: PersonId""#,
        now_s,
        time_zone,
    )
    .fetch_one(db)
    .await
}

/// Ends one session of a person; `false` when it is not theirs or not there.
pub async fn end(db: &mut SqliteConnection, person: PersonId, session: i64) -> sqlx::Result<bool> {
    let ended = sqlx::query!("delete from sign_ins where id = ?1 and person = ?2", session, person)
        .execute(db)
        .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends every session of a person.
pub async fn end_all(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<()> {
    sqlx::query!("delete from sign_ins where person = ?1", person).execute(db).await.map(drop)
}

/// Ends every session of a person but one.
pub async fn end_others(db: &mut SqliteConnection, person: PersonId, keep: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from sign_ins where person = ?1 and id <> ?2", person, keep)
        .execute(db)
        .await
        .map(drop)
}

/// One session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: i64,
    pub agent: String,
    pub created_at_s: i64,
    /// True to the hour.
    pub used_at_s: i64,
}

/// The sessions of a person that have not expired, the one used last first.
pub async fn list(db: &mut SqliteConnection, person: PersonId, now_s: i64) -> sqlx::Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        r#"select id as "id!", agent, created_at_s, used_at_s from sign_ins
           where person = ?1 and expires_at_s > ?2 order by used_at_s desc, id desc"#,
        person,
        now_s,
    )
    .fetch_all(db)
    .await
}

/// Takes out sessions that have expired, and guests whom nobody can be any more: not seen for as long as a session
/// lives.
pub async fn expire(db: &mut SqliteConnection, now_s: i64) -> sqlx::Result<u64> {
    sqlx::query!("delete from sign_ins where expires_at_s <= ?1", now_s).execute(&mut *db).await?;
    let last_seen = now_s - LIFETIME_S;
    let guests = sqlx::query!("delete from people where name is null and seen_at_s < ?1", last_seen)
        .execute(db)
        .await?;
    Ok(guests.rows_affected())
}
