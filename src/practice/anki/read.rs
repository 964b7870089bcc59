//! Reading an Anki collection that comes from anywhere: what was answered on cards of ours.
//!
//! The database is not trusted. It is opened in memory, for reading only; nothing but whole tables is read (a view or a
//! computed column of the same name would be a program), no index is used, and at most so many rows are looked at.

use std::collections::HashMap;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteOwnedBuf, SqliteRow};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use super::package::PackageError;
use super::question_of;
use crate::ids::QuestionId;
use crate::practice::schedule::{DEFAULT_MAXIMUM_INTERVAL, Grade};

/// How every SQLite database begins: <https://www.sqlite.org/fileformat.html>
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where its header says how it is written and read: 2 is with a write-ahead log.
const JOURNAL: std::ops::Range<usize> = 18..20;
/// Rows of a table that are looked at: more than anybody answers in a life.
const MOST_ROWS: u32 = 5_000_000;

/// What an Anki collection says about questions of ours.
#[derive(Debug, Default)]
pub struct Collection {
    /// In the order in which they were given.
    pub reviews: Vec<Review>,
    /// Notes that did not come from here.
    pub foreign_notes: u32,
    /// Entries of the log about our cards that are no answers: a card moved to another day, a cram session.
    pub no_answers: u32,
}

/// An answer given in Anki.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its moment in milliseconds since 1970, UTC, and its number in Anki's log.
    pub id: i64,
    pub question: QuestionId,
    pub grade: Grade,
    /// Whole days until it was due again; 0 on the same day, as after a learning step.
    pub interval_days: u32,
    pub answer_ms: u32,
}

impl Collection {
    /// Reads the bytes of a collection.
    ///
    /// # Errors
    ///
    /// When they are no collection, or a damaged one.
    pub async fn read(mut database: Vec<u8>) -> Result<Self, PackageError> {
        if !database.starts_with(MAGIC) || database.len() < 512 {
            return Err(PackageError::Damaged("the collection is no database".to_owned()));
        }
        // there is no log beside a database in memory, and SQLite would look for one
        if let Some(journal) = database.get_mut(JOURNAL) {
            journal.fill(1);
        }
        let memory = SqliteOwnedBuf::try_from(database.as_slice())?;
        drop(database);
        let mut db = SqliteConnectOptions::new()
            .in_memory(true)
            .pragma("trusted_schema", "off")
            .pragma("cell_size_check", "on")
            .pragma("query_only", "on")
            .connect()
            .await?;
        let read = async {
            db.deserialize(None, memory, true).await?;
            collect(&mut db).await
        };
        let collection = read.await;
        db.close().await?;
        collection.map_err(|error| match error {
            PackageError::Database(error) => PackageError::Damaged(error.to_string()),
            other => other,
        })
    }
}

async fn collect(db: &mut SqliteConnection) -> Result<Collection, PackageError> {
    for table in ["notes", "cards", "revlog"] {
        is_plain(db, table).await?;
    }
    let mut collection = Collection::default();
    let mut ours: HashMap<i64, QuestionId> = HashMap::new();
    let notes = "select cast(id as integer), cast(guid as text) from notes not indexed";
    scan(db, notes, |row| {
        match question_of(row.try_get(1)?) {
            Some(question) => drop(ours.insert(row.try_get(0)?, question)),
            None => collection.foreign_notes += 1,
        }
        Ok(())
    })
    .await?;
    let mut cards: HashMap<i64, QuestionId> = HashMap::new();
    let of_notes =
        "select cast(id as integer), cast(nid as integer), cast(ord as integer) from cards not indexed";
    scan(db, of_notes, |row| {
        // another card of the note is one that the person designed
        if let (Some(question), 0) = (ours.get(&row.try_get(1)?), row.try_get::<i64, _>(2)?) {
            cards.insert(row.try_get(0)?, question.clone());
        }
        Ok(())
    })
    .await?;
    let log = "select cast(id as integer), cast(cid as integer), cast(ease as integer), cast(ivl as integer),
                      cast(time as integer), cast(type as integer), cast(factor as integer)
               from revlog not indexed";
    scan(db, log, |row| {
        if let Some(question) = cards.get(&row.try_get(1)?) {
            match answer(row, question)? {
                Some(review) => collection.reviews.push(review),
                None => collection.no_answers += 1,
            }
        }
        Ok(())
    })
    .await?;
    collection.reviews.sort_by_key(|review| review.id);
    collection.reviews.dedup_by_key(|review| review.id);
    Ok(collection)
}

/// An entry of the log as an answer; none if it is something else: a card that was moved or reset by hand (4), one that
/// was moved with others (5), or a cram session that left the schedule alone (3 without a difficulty).
fn answer(row: &SqliteRow, question: &QuestionId) -> sqlx::Result<Option<Review>> {
    let (ease, interval, time): (i64, i64, i64) = (row.try_get(2)?, row.try_get(3)?, row.try_get(4)?);
    let (kind, factor): (i64, i64) = (row.try_get(5)?, row.try_get(6)?);
    let scheduled = matches!(kind, 0..=2) || kind == 3 && factor != 0;
    let grade = u8::try_from(ease).ok().and_then(|ease| Grade::try_from(ease).ok());
    Ok(grade.filter(|_| scheduled).map(|grade| Review {
        id: row.get(0),
        question: question.clone(),
        grade,
        // days, or seconds as a negative number
        interval_days: u32::try_from(interval.max(0))
            .map_or(DEFAULT_MAXIMUM_INTERVAL, |days| days.min(DEFAULT_MAXIMUM_INTERVAL)),
        answer_ms: u32::try_from(time.max(0)).unwrap_or(u32::MAX),
    }))
}

/// Whether a name is that of a table whose rows are what they are: no view, no virtual table, no computed column.
async fn is_plain(db: &mut SqliteConnection, table: &'static str) -> Result<(), PackageError> {
    let found: Vec<(String, i64, Option<String>)> =
        sqlx::query_as("select type, rootpage, sql from sqlite_schema where lower(name) = ?1 limit 2")
            .bind(table)
            .fetch_all(&mut *db)
            .await?;
    let computed: i64 = sqlx::query_scalar("select count(*) from pragma_table_xinfo(?1) where hidden <> 0")
        .bind(table)
        .fetch_one(db)
        .await?;
    match found.as_slice() {
        [(kind, root, Some(_))] if kind == "table" && *root > 0 && computed == 0 => Ok(()),
        [] => Err(PackageError::Damaged(format!("the collection has no table `{table}`"))),
        _ => Err(PackageError::Damaged(format!("`{table}` in the collection is no plain table"))),
    }
}

/// Looks at every row of a statement, but for a database that pretends to have no end of them.
async fn scan(
    db: &mut SqliteConnection,
    sql: &'static str,
    mut look: impl FnMut(&SqliteRow) -> sqlx::Result<()>,
) -> Result<(), PackageError> {
    let mut rows = sqlx::query(sql).fetch(db);
    let mut seen = 0;
    while let Some(row) = rows.try_next().await? {
        look(&row)?;
        seen += 1;
        if seen > MOST_ROWS {
            return Err(PackageError::Damaged("the collection has too many rows".to_owned()));
        }
    }
    Ok(())
}
