//! The catalogue's queries. Every one reads what is not archived.

use jiff::civil::Date;
use sqlx::SqlitePool;

use super::index::{Found, Index};
use super::question::{Filter, Listed, Listing, Neighbour, Page, Question, Sort, TopicCount};
use crate::content::{Kind, Level, Parts};
use crate::ids::{QuestionId, TopicId};

/// Questions on a page of a list.
pub const PAGE_SIZE: u32 = 20;

/// Grows with every sync that changed something; what is cached goes by it.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn content_version(db: &SqlitePool) -> sqlx::Result<i64> {
    let version = sqlx::query_scalar!("select version from content_state").fetch_optional(db).await?;
    Ok(version.unwrap_or(0))
}

/// All topics in their order, with the number of questions in each.
pub async fn topics(db: &SqlitePool) -> sqlx::Result<Vec<TopicCount>> {
    sqlx::query_as!(
        TopicCount,
        r#"select t.id as "id: TopicId", t.title, t.summary,
                  (select count(*) from questions q where q.topic = t.id and q.archived_at_s is null) as "questions!: u32",
                  (select coalesce(sum(minutes), 0) from questions q where q.topic = t.id and q.archived_at_s is null) as "minutes!: u32"
           from topics t
           where t.position is not null
           order by t.position"#
    )
    .fetch_all(db)
    .await
}

/// One page of the questions that a filter leaves.
pub async fn list_questions(
    db: &SqlitePool,
    index: &Index,
    filter: &Filter,
    sort: Sort,
    page: Page,
) -> sqlx::Result<Listing> {
    let Found { numbers, total } = index.page(filter, sort, page, PAGE_SIZE);
    let numbers = serde_json::Value::from(numbers).to_string();
    let rows = sqlx::query_as!(
        Listed,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8", q.excerpt
           from json_each(?1) as page
           cross join questions q on q.number = page.value
           join topics t on t.id = q.topic
           order by page.key"#,
        numbers,
    )
    .fetch_all(db)
    .await?;
    Ok(Listing { rows, total })
}

/// The questions of a topic in their order, at most `limit`.
pub async fn list_in_topic(db: &SqlitePool, topic: &TopicId, limit: u32) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8", q.excerpt
           from questions q
           join topics t on t.id = q.topic
           where q.topic = ?1 and q.archived_at_s is null
           order by q.browse_order
           limit ?2"#,
        topic,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The question of a day: the whole bank comes round, in the order of its questions, before one is shown again.
pub async fn question_of_the_day(db: &SqlitePool, day: Date) -> sqlx::Result<Option<Listed>> {
    let days = (day - Date::constant(1970, 1, 1)).get_days();
    nth_question(db, i64::from(days)).await
}

/// The `n`th question of the bank, counted round and round.
async fn nth_question(db: &SqlitePool, n: i64) -> sqlx::Result<Option<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8", q.excerpt
           from questions q
           join topics t on t.id = q.topic
           where q.archived_at_s is null
             and q.browse_order > ?1 % max(1, (select count(*) from questions where archived_at_s is null))
           order by q.browse_order
           limit 1"#,
        n,
    )
    .fetch_optional(db)
    .await
}

/// Where a newcomer starts: the first question of the first topics that have any.
pub async fn starting_points(db: &SqlitePool) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8", q.excerpt
           from (select min(browse_order) as first from questions where archived_at_s is null group by topic) as topics
           join questions q on q.browse_order = topics.first and q.archived_at_s is null
           join topics t on t.id = q.topic
           order by q.browse_order
           limit 3"#
    )
    .fetch_all(db)
    .await
}

/// Everything that a question's page shows, or `None` for an id that no question has.
///
/// One statement: each trip to the database costs more than what it looks up.
pub async fn find_question(db: &SqlitePool, id: &QuestionId) -> sqlx::Result<Option<Question>> {
    let row = sqlx::query!(
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                  q.added_at_s, q.updated_at_s, d.document,
                  (select json_object('id', p.id, 'title', p.title) from questions p
                   where p.topic = q.topic and p.browse_order < q.browse_order and p.archived_at_s is null
                   order by p.browse_order desc limit 1) as "previous: String",
                  (select json_object('id', n.id, 'title', n.title) from questions n
                   where n.topic = q.topic and n.browse_order > q.browse_order and n.archived_at_s is null
                   order by n.browse_order limit 1) as "next: String",
                  q.browse_order - (select min(browse_order) from questions p
                   where p.topic = q.topic and p.archived_at_s is null) + 1 as "place!: u32",
                  (select max(browse_order) from questions p
                   where p.topic = q.topic and p.archived_at_s is null)
                  - (select min(browse_order) from questions p
                     where p.topic = q.topic and p.archived_at_s is null) + 1 as "place_of!: u32",
                  (select json_group_array(json_object(
                      'id', id, 'title', title, 'topic', topic, 'topic_title', topic_title, 'level', level,
                      'kind', kind, 'minutes', minutes, 'excerpt', excerpt))
                   from (
                      select r.id, r.title, r.topic, rt.title as topic_title, l.name as level, r.kind, r.minutes,
                             r.excerpt
                      from (
                          select related as id, 0 as reverse, position from relations where question = q.number
                          union all
                          select o.id, 1, o.browse_order from relations b join questions o on o.number = b.question
                          where b.related = q.id
                            and o.id not in (select related from relations where question = q.number)
                      ) as link
                      join questions r on r.id = link.id and r.archived_at_s is null
                      join topics rt on rt.id = r.topic
                      join level_names l on l.level = r.level
                      order by link.reverse, link.position
                   )) as "related!: String"
           from questions q
           join topics t on t.id = q.topic
           join question_documents d on d.question = q.number
           where q.id = ?1 and q.archived_at_s is null"#,
        id,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let parts = Parts::decode(&row.document).map_err(|error| mismatch("document", error))?;
    let neighbour =
        |json: Option<String>| json.map(|json| decode::<Neighbour>("neighbour", &json)).transpose();
    Ok(Some(Question {
        id: row.id,
        title: row.title,
        topic: row.topic,
        topic_title: row.topic_title,
        level: row.level,
        kind: row.kind,
        minutes: row.minutes,
        parts,
        related: decode("related", &row.related)?,
        previous: neighbour(row.previous)?,
        next: neighbour(row.next)?,
        place: row.place,
        place_of: row.place_of,
        added_at_s: row.added_at_s,
        updated_at_s: row.updated_at_s,
    }))
}

/// What SQLite wrote as JSON, read back.
fn decode<T: serde::de::DeserializeOwned>(column: &str, json: &str) -> sqlx::Result<T> {
    serde_json::from_str(json).map_err(|error| mismatch(column, error))
}

/// A value that does not have the form in which it was written: a fault of ours, told like a column's.
fn mismatch(column: &str, source: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(source) }
}

/// A question's address and age, for the sitemap and the feed.
pub struct Dated {
    pub id: QuestionId,
    pub title: String,
    pub topic_title: String,
    pub excerpt: String,
    /// Seconds since 1970, UTC.
    pub added_at_s: i64,
    /// Seconds since 1970, UTC.
    pub updated_at_s: i64,
}

/// The questions that changed last.
pub async fn newest(db: &SqlitePool, limit: u32) -> sqlx::Result<Vec<Dated>> {
    sqlx::query_as!(
        Dated,
        r#"select q.id as "id: QuestionId", q.title, t.title as topic_title, q.excerpt, q.added_at_s, q.updated_at_s
           from questions q
           join topics t on t.id = q.topic
           where q.archived_at_s is null
           order by q.updated_at_s desc, q.browse_order
           limit ?1"#,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Every question's id with the moment of its last change, at most `limit`: a sitemap holds 50,000 addresses.
pub async fn sitemap(db: &SqlitePool, limit: u32) -> sqlx::Result<Vec<(QuestionId, i64)>> {
    let rows = sqlx::query!(
        r#"select id as "id: QuestionId", updated_at_s from questions
           where archived_at_s is null order by browse_order limit ?1"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.updated_at_s)).collect())
}
