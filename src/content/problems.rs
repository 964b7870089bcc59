//! What the last sync found wrong with the content, for administrators.

use sqlx::SqliteConnection;

/// One problem, as the sync stored it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredProblem {
    pub severity: String,
    pub file: String,
    pub line: i64,
    pub column: i64,
    pub message: String,
    pub hint: Option<String>,
}

/// More are no list that anybody reads on a page; `dryrun check` has them all.
const MOST: i64 = 500;

/// The first of them, in the order of the sync.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn stored(db: &mut SqliteConnection) -> sqlx::Result<Vec<StoredProblem>> {
    sqlx::query_as!(
        StoredProblem,
        "select severity, file, line, column_number as column, message, hint
         from content_problems order by position limit ?1",
        MOST,
    )
    .fetch_all(db)
    .await
}
