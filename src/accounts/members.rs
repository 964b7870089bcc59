//! Members: how they join, how they are recognised, and how they leave.

use sqlx::SqliteConnection;

use super::invitation;
use super::password::{self, Password, PasswordHash};
use super::person::PersonName;
use super::policy::SitePolicy;
use super::session;
use super::token::Token;
use crate::db::Db;
use crate::ids::PersonId;

/// Somebody who wants to be a member.
#[derive(Clone)]
pub struct Newcomer {
    /// The guest that they were so far: becomes the member, with everything that the guest did.
    pub guest: Option<PersonId>,
    pub name: PersonName,
    pub password: PasswordHash,
}

/// Why somebody did not become a member.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("Somebody here has this name already. Choose another, or sign in.")]
    NameTaken,
    #[error("This site takes no new members.")]
    Closed,
    #[error("This site is by invitation: you need a link that still works.")]
    NotInvited,
    /// The site has an administrator already.
    #[error("This site has been set up already.")]
    SetUp,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes a newcomer a member, if the site's policy lets them in.
///
/// # Errors
///
/// When it does not, when the name is taken, or when the database cannot be used.
pub async fn join(
    db: &mut SqliteConnection,
    newcomer: Newcomer,
    invited: Option<&Token>,
    now_s: i64,
) -> Result<PersonId, JoinError> {
    match SitePolicy::load(&mut *db).await? {
        SitePolicy::Open { .. } => {}
        SitePolicy::Closed => return Err(JoinError::Closed),
        SitePolicy::Invitation => {
            let Some(token) = invited else { return Err(JoinError::NotInvited) };
            if !invitation::redeem(&mut *db, token, now_s).await? {
                return Err(JoinError::NotInvited);
            }
        }
    }
    enter(db, newcomer, now_s).await
}

/// Makes a member whatever the policy says: for whoever holds the terminal.
///
/// # Errors
///
/// When the name is taken or the database cannot be used.
pub async fn enter(db: &mut SqliteConnection, newcomer: Newcomer, now_s: i64) -> Result<PersonId, JoinError> {
    let Newcomer { guest, name, password } = newcomer;
    let key = name.key();
    let taken = |error: sqlx::Error| match error.as_database_error() {
        Some(database) if database.is_unique_violation() => JoinError::NameTaken,
        _ => JoinError::Database(error),
    };
    if let Some(guest) = guest {
        let became = sqlx::query!(
            "update people set name = ?2, name_key = ?3, password_hash = ?4, seen_at_s = ?5
             where id = ?1 and name is null",
            guest,
            name,
            key,
            password,
            now_s,
        )
        .execute(&mut *db)
        .await
        .map_err(taken)?;
        if became.rows_affected() > 0 {
            // whoever signs up gets a session of their own; the guest's cookie stands for nobody from here on
            session::end_all(&mut *db, guest).await?;
            return Ok(guest);
        }
    }
    sqlx::query_scalar!(
        r#"insert into people (name, name_key, password_hash, created_at_s, seen_at_s)
           values (?1, ?2, ?3, ?4, ?4) returning id as "id: PersonId""#,
        name,
        key,
        password,
        now_s,
    )
    .fetch_one(db)
    .await
    .map_err(taken)
}

/// Whether somebody administrates the site.
///
/// # Errors
///
/// When the database cannot be used, as in every function below.
pub async fn administrator_exists(db: &mut SqliteConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select 1 from people where is_admin = 1) as "exists!: bool""#)
        .fetch_one(db)
        .await
}

/// Makes the first administrator: a newcomer, or a member who is there already.
///
/// # Errors
///
/// When there is one already, when the name is taken, or when the database cannot be used.
pub async fn set_up(
    db: &mut SqliteConnection,
    first: FirstAdministrator,
    now_s: i64,
) -> Result<PersonId, JoinError> {
    if administrator_exists(&mut *db).await? {
        return Err(JoinError::SetUp);
    }
    let person = match first {
        FirstAdministrator::Newcomer(newcomer) => enter(&mut *db, newcomer, now_s).await?,
        FirstAdministrator::Member(person) => person,
    };
    make_administrator(db, person).await?;
    Ok(person)
}

/// Who opened the link for the first administrator.
pub enum FirstAdministrator {
    Newcomer(Newcomer),
    Member(PersonId),
}

/// The member with this name and password. Takes the same time for a name that nobody has.
pub async fn recognise(db: &Db, name: &str, typed: &str) -> sqlx::Result<Option<PersonId>> {
    let known = match name.parse::<PersonName>() {
        Ok(name) => credentials(&mut *db.reader().await?, &name).await?,
        Err(_) => None,
    };
    let (person, hash) = known.unzip();
    Ok(if password::verify(typed, hash).await { person } else { None })
}

async fn credentials(
    db: &mut SqliteConnection,
    name: &PersonName,
) -> sqlx::Result<Option<(PersonId, PasswordHash)>> {
    let key = name.key();
    let row = sqlx::query!(
        r#"select id as "id!: PersonId", password_hash as "hash!: PasswordHash" from people where name_key = ?1"#,
        key,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.hash)))
}

/// The member of this name, however it is capitalised.
pub async fn find(db: &mut SqliteConnection, name: &PersonName) -> sqlx::Result<Option<PersonId>> {
    Ok(credentials(db, name).await?.map(|(person, _)| person))
}

/// Gives a member another password and signs them out everywhere but in one session, if one is named.
pub async fn change_password(
    db: &mut SqliteConnection,
    person: PersonId,
    password: PasswordHash,
    keep: Option<i64>,
) -> sqlx::Result<()> {
    sqlx::query!("update people set password_hash = ?2 where id = ?1 and name is not null", person, password)
        .execute(&mut *db)
        .await?;
    match keep {
        Some(session) => session::end_others(db, person, session).await,
        None => session::end_all(db, person).await,
    }
}

/// `false` when there is no such member.
pub async fn make_administrator(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<bool> {
    let made = sqlx::query!("update people set is_admin = 1 where id = ?1 and name is not null", person)
        .execute(db)
        .await?;
    Ok(made.rows_affected() > 0)
}

/// Whether the site would be without an administrator but not without members if this person went.
pub async fn is_needed(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select (select is_admin from people where id = ?1) = 1
                  and not exists (select 1 from people where is_admin = 1 and id <> ?1)
                  and exists (select 1 from people where name is not null and id <> ?1) as "needed!: bool""#,
        person,
    )
    .fetch_one(db)
    .await
}

/// Takes a person out with everything that is theirs.
pub async fn delete(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<bool> {
    let deleted = sqlx::query!("delete from people where id = ?1", person).execute(db).await?;
    Ok(deleted.rows_affected() > 0)
}

/// A member as administrators see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: PersonId,
    pub name: PersonName,
    pub is_admin: bool,
    pub created_at_s: i64,
    pub seen_at_s: i64,
}

/// One page of the members whose names hold a text, by name, with the number of all of them.
pub async fn list(
    db: &mut SqliteConnection,
    text: &str,
    (skip, take): (u32, u32),
) -> sqlx::Result<(Vec<Member>, u32)> {
    // no pattern, so that nothing in the text means more than itself
    let text = text.trim().to_lowercase();
    let total = sqlx::query_scalar!(
        r#"select count(*) as "total!: u32" from people where name is not null and instr(name_key, ?1) > 0"#,
        text,
    )
    .fetch_one(&mut *db)
    .await?;
    let members = sqlx::query_as!(
        Member,
        r#"select id as "id!: PersonId", name as "name!: PersonName", is_admin as "is_admin: bool",
                  created_at_s, seen_at_s
           from people where name is not null and instr(name_key, ?1) > 0 order by name_key limit ?2 offset ?3"#,
        text,
        take,
        skip,
    )
    .fetch_all(db)
    .await?;
    Ok((members, total))
}

/// The member with this row.
pub async fn get(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Option<Member>> {
    sqlx::query_as!(
        Member,
        r#"select id as "id!: PersonId", name as "name!: PersonName", is_admin as "is_admin: bool",
                  created_at_s, seen_at_s
           from people where id = ?1 and name is not null"#,
        person,
    )
    .fetch_optional(db)
    .await
}

/// How many guests have progress here.
pub async fn count_guests(db: &mut SqliteConnection) -> sqlx::Result<u32> {
    sqlx::query_scalar!(r#"select count(*) as "guests!: u32" from people where name is null"#)
        .fetch_one(db)
        .await
}

/// Hashes a password that somebody of this name chose.
///
/// # Errors
///
/// When it may not be used.
pub async fn hash_chosen(typed: &str, name: &PersonName) -> Result<PasswordHash, password::WeakPassword> {
    Ok(Password::choose(typed, name)?.hash().await)
}
