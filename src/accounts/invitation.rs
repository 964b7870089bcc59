//! Invitations: links that let a few people join for some days.

use sqlx::SqliteConnection;

use super::token::Token;
use crate::ids::PersonId;

/// An invitation that somebody may still use, for the list of administrators. Nobody can read its link again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: i64,
    pub created_at_s: i64,
    pub expires_at_s: i64,
    pub uses_left: u32,
    /// Who made it, unless they are gone.
    pub created_by: Option<String>,
}

/// Makes an invitation; the token is for its link.
///
/// # Errors
///
/// When the database cannot be used, as in every function here.
pub async fn create(
    db: &mut SqliteConnection,
    created_by: PersonId,
    uses: u32,
    (now_s, expires_at_s): (i64, i64),
) -> sqlx::Result<Token> {
    let token = Token::new();
    let hash = token.hash();
    sqlx::query!(
        "insert into invitations (code_hash, created_by, created_at_s, expires_at_s, uses_left)
         values (?1, ?2, ?3, ?4, ?5)",
        hash,
        created_by,
        now_s,
        expires_at_s,
        uses,
    )
    .execute(db)
    .await?;
    Ok(token)
}

/// Those that can still be used, newest first.
pub async fn list(db: &mut SqliteConnection, now_s: i64) -> sqlx::Result<Vec<Invitation>> {
    sqlx::query_as!(
        Invitation,
        r#"select i.id as "id!", i.created_at_s, i.expires_at_s, i.uses_left as "uses_left: u32",
                  p.name as "created_by?"
           from invitations i left join people p on p.id = i.created_by
           where i.expires_at_s > ?1 and i.uses_left > 0 and i.revoked_at_s is null
           order by i.id desc"#,
        now_s,
    )
    .fetch_all(db)
    .await
}

/// Whether a link still lets somebody in.
pub async fn is_usable(db: &mut SqliteConnection, token: &Token, now_s: i64) -> sqlx::Result<bool> {
    let hash = token.hash();
    sqlx::query_scalar!(
        r#"select exists (select 1 from invitations
                          where code_hash = ?1 and expires_at_s > ?2 and uses_left > 0 and revoked_at_s is null)
           as "usable!: bool""#,
        hash,
        now_s,
    )
    .fetch_one(db)
    .await
}

/// Uses an invitation once; `false` when it lets nobody in any more.
pub(super) async fn redeem(db: &mut SqliteConnection, token: &Token, now_s: i64) -> sqlx::Result<bool> {
    let hash = token.hash();
    let used = sqlx::query!(
        "update invitations set uses_left = uses_left - 1
         where code_hash = ?1 and expires_at_s > ?2 and uses_left > 0 and revoked_at_s is null",
        hash,
        now_s,
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() > 0)
}

/// Takes an invitation back; `false` when there is no such one.
pub async fn revoke(db: &mut SqliteConnection, id: i64, now_s: i64) -> sqlx::Result<bool> {
    let revoked = sqlx::query!(
        "update invitations set revoked_at_s = ?2 where id = ?1 and revoked_at_s is null",
        id,
        now_s
    )
    .execute(db)
    .await?;
    Ok(revoked.rows_affected() > 0)
}
