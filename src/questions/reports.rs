//! What people reported as wrong with a question, for administrators.

use sqlx::SqliteConnection;

use crate::ids::QuestionId;

/// A report that nobody settled yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub id: i64,
    pub question: QuestionId,
    pub title: String,
    pub text: String,
    pub at_s: i64,
    /// Who wrote it, if they have a name and are still here.
    pub by: Option<String>,
}

/// Shown at once; more come when these are settled.
const MOST: i64 = 200;

/// The oldest reports that are open.
///
/// # Errors
///
/// When the database cannot be used, as in every function here.
pub async fn open(db: &mut SqliteConnection) -> sqlx::Result<Vec<Report>> {
    sqlx::query_as!(
        Report,
        r#"select r.id as "id!", q.id as "question: QuestionId", q.title, r.text, r.at_s, p.name as "by?"
           from problem_reports r join questions q on q.number = r.question left join people p on p.id = r.person
           where r.settled_at_s is null order by r.id limit ?1"#,
        MOST,
    )
    .fetch_all(db)
    .await
}

/// Notes that a report is dealt with; `false` when there is no such open one.
pub async fn settle(db: &mut SqliteConnection, id: i64, now_s: i64) -> sqlx::Result<bool> {
    let settled = sqlx::query!(
        "update problem_reports set settled_at_s = ?2 where id = ?1 and settled_at_s is null",
        id,
        now_s
    )
    .execute(db)
    .await?;
    Ok(settled.rows_affected() > 0)
}
