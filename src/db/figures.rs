//! How much is in the database, for whoever watches the server. Cheap, however much there is.

use sqlx::SqliteConnection;

/// How much is in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// People with an account.
    pub members: i64,
    pub guests: i64,
    /// The number of the newest event in the review log, not a count of rows: that would read millions of them.
    pub newest_review_event: i64,
    /// The size of the database without its write-ahead log.
    pub bytes: i64,
}

impl Figures {
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn read(db: &mut SqliteConnection) -> sqlx::Result<Self> {
        sqlx::query_as!(
            Self,
            r#"select
                 (select count(name_key) from people) as "members!: i64",
                 (select count(*) from people where name is null) as "guests!: i64",
                 (select coalesce(max(id), 0) from review_log) as "newest_review_event!: i64",
                 (select page_count * page_size from pragma_page_count, pragma_page_size) as "bytes!: i64""#
        )
        .fetch_one(db)
        .await
    }
}
