//! Searches that a person named, to practise what they find.
//!
//! What a search means is the list's business: here it is the text of its query.

use sqlx::SqliteConnection;

use crate::ids::{PersonId, SearchId};

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 80;
/// The longest query, in bytes: every filter with the longest words.
pub const LONGEST_QUERY: usize = 2_000;
/// Searches of one person.
const MOST: i64 = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    pub id: SearchId,
    pub name: String,
    /// The list's query as it stands in the URL.
    pub query: String,
}

/// Why a search was not saved.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    #[error("a search needs a name")]
    NoName,
    #[error("a name has at most {LONGEST_NAME} characters")]
    LongName,
    #[error("this search is too long to be kept")]
    LongQuery,
    #[error("you have {MOST} saved searches; remove one first")]
    Full,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Saves a search. The name that is there already gets the new query.
///
/// # Errors
///
/// When the name or the query cannot be kept, or the database cannot be written.
pub async fn save(
    db: &mut SqliteConnection,
    person: PersonId,
    name: &str,
    query: &str,
) -> Result<SearchId, NotSaved> {
    let name = name.trim();
    match name.chars().count() {
        0 => return Err(NotSaved::NoName),
        length if length > LONGEST_NAME => return Err(NotSaved::LongName),
        _ if query.len() > LONGEST_QUERY => return Err(NotSaved::LongQuery),
        _ => {}
    }
    let others = sqlx::query_scalar!(
        "select count(*) from saved_searches where person = ?1 and name <> ?2",
        person,
        name
    )
    .fetch_one(&mut *db)
    .await?;
    if others >= MOST {
        return Err(NotSaved::Full);
    }
    let id = sqlx::query_scalar!(
        r#"insert into saved_searches (person, name, query) values (?1, ?2, ?3)
           on conflict (person, name) do update set query = excluded.query
           returning id as "id!: SearchId""#,
        person,
        name,
        query,
    )
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// A person's searches by name.
///
/// # Errors
///
/// When the database cannot be used, as below.
pub async fn list(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Vec<SavedSearch>> {
    sqlx::query_as!(
        SavedSearch,
        r#"select id as "id!: SearchId", name, query from saved_searches where person = ?1
           order by name collate nocase, name"#,
        person,
    )
    .fetch_all(db)
    .await
}

/// One of a person's searches; `None` when it is not theirs or not there.
pub async fn find(
    db: &mut SqliteConnection,
    person: PersonId,
    id: SearchId,
) -> sqlx::Result<Option<SavedSearch>> {
    sqlx::query_as!(
        SavedSearch,
        r#"select id as "id!: SearchId", name, query from saved_searches where person = ?1 and id = ?2"#,
        person,
        id,
    )
    .fetch_optional(db)
    .await
}

/// Forgets a search; `false` when it is not theirs or not there.
pub async fn remove(db: &mut SqliteConnection, person: PersonId, id: SearchId) -> sqlx::Result<bool> {
    let removed = sqlx::query!("delete from saved_searches where person = ?1 and id = ?2", person, id)
        .execute(db)
        .await?;
    Ok(removed.rows_affected() > 0)
}
