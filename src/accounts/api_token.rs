//! API tokens: what a person's programs show instead of a cookie.

use sqlx::SqliteConnection;

use super::person::{Person, PersonName};
use super::token::Token;
use crate::ids::PersonId;

/// A token whose last use was noted more recently is not written again, in seconds.
const TOUCHED_EVERY_S: i64 = 60 * 60;
/// In characters.
pub const LONGEST_LABEL: usize = 60;

/// A token as its owner sees it again: without the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: i64,
    pub label: String,
    pub created_at_s: i64,
    pub used_at_s: Option<i64>,
}

/// Somebody whose program showed a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    pub person: Person,
    /// The row in `api_tokens`.
    pub token: i64,
    /// It is time to [`touch`] the token.
    pub stale: bool,
}

/// Makes a token; it is shown once and never again.
///
/// # Errors
///
/// When the database cannot be used, as in every function here.
pub async fn create(
    db: &mut SqliteConnection,
    person: PersonId,
    label: &str,
    now_s: i64,
) -> sqlx::Result<Token> {
    let token = Token::new();
    let hash = token.hash();
    sqlx::query!(
        "insert into api_tokens (person, label, token_hash, created_at_s) values (?1, ?2, ?3, ?4)",
        person,
        label,
        hash,
        now_s,
    )
    .execute(db)
    .await?;
    Ok(token)
}

/// A person's tokens, newest first.
pub async fn list(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Vec<ApiToken>> {
    sqlx::query_as!(
        ApiToken,
        r#"select id as "id!", label, created_at_s, used_at_s from api_tokens where person = ?1 order by id desc"#,
        person,
    )
    .fetch_all(db)
    .await
}

/// Takes one token of a person back; `false` when it is not theirs or not there.
pub async fn revoke(db: &mut SqliteConnection, person: PersonId, id: i64) -> sqlx::Result<bool> {
    let revoked =
        sqlx::query!("delete from api_tokens where id = ?1 and person = ?2", id, person).execute(db).await?;
    Ok(revoked.rows_affected() > 0)
}

/// Whom a token stands for; `None` when it is unknown or revoked.
pub async fn find(db: &mut SqliteConnection, token: &Token, now_s: i64) -> sqlx::Result<Option<Recognised>> {
    let hash = token.hash();
    let row = sqlx::query!(
        r#"select t.id as "token!", t.used_at_s, p.id as "person: PersonId", p.name as "name: PersonName",
                  p.is_admin as "is_admin: bool"
           from api_tokens t join people p on p.id = t.person where t.token_hash = ?1"#,
        hash,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Recognised {
        person: Person::new(row.person, row.name, row.is_admin),
        token: row.token,
        stale: row.used_at_s.is_none_or(|used_at_s| used_at_s + TOUCHED_EVERY_S <= now_s),
    }))
}

/// Notes that a token is in use.
pub async fn touch(db: &mut SqliteConnection, token: i64, now_s: i64) -> sqlx::Result<()> {
    sqlx::query!("update api_tokens set used_at_s = ?2 where id = ?1", token, now_s)
        .execute(db)
        .await
        .map(drop)
}
