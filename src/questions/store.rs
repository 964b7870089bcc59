//! The queries of the catalogue. Every one reads what is not archived.

use sqlx::{Connection, SqliteConnection};

use super::catalogue::{self, Catalogue, StoredQuestion};
use super::question::TopicCount;
use crate::content::{Document, KeyPoint};
use crate::ids::{PartId, QuestionId, QuestionNumber, Tag, TopicId};

/// Questions that are read at a time.
const CHUNK: i64 = 4096;

/// Grows with every sync that changed something; what is cached goes by it.
///
/// # Errors
///
/// When the database cannot be read, as in every function here.
pub async fn content_version(db: &mut SqliteConnection) -> sqlx::Result<i64> {
    let version = sqlx::query_scalar!("select version from content_state").fetch_optional(&mut *db).await?;
    Ok(version.unwrap_or(0))
}

/// What the catalogue in memory is made from. Everything comes from one moment.
pub(super) async fn catalogue(db: &mut SqliteConnection) -> sqlx::Result<catalogue::Rows> {
    // `begin` makes sure that every statement sees the same moment
    let mut tx = db.begin().await?;
    let topics = sqlx::query_as!(
        TopicCount,
        r#"select t.id as "id: TopicId", t.title, t.summary,
                  (select count(*) from questions q where q.topic = t.id and q.archived_at_s is null) as "questions!: u32",
                  (select coalesce(sum(minutes), 0) from questions q where q.topic = t.id and q.archived_at_s is null) as "minutes!: u32"
           from topics t
           where t.position is not null
           order by t.position"#
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut questions: Vec<catalogue::Row> = Vec::new();
    let mut last = 0;
    loop {
        // many rows as one JSON text: rows of their own would take ten times longer
        let chunk = sqlx::query!(
            r#"select count(*) as "count!: i64", coalesce(max(browse_order), 0) as "last!: i64", json_group_array(json_object(
                  'number', number, 'id', id, 'topic', topic, 'title', title, 'level', level, 'kind', kind,
                  'minutes', minutes, 'excerpt', excerpt, 'added_at_s', added_at_s, 'updated_at_s', updated_at_s
               )) as "rows!: String"
               from (
                  select q.number, q.id, q.topic, q.title, l.name as level, q.kind, q.minutes, q.excerpt,
                         q.added_at_s, q.updated_at_s, q.browse_order
                  from questions q join level_names l on l.level = q.level
                  where q.archived_at_s is null and q.browse_order > ?1
                  order by q.browse_order limit ?2
               )"#,
            last,
            CHUNK,
        )
        .fetch_one(&mut *tx)
        .await?;
        questions.extend(decode::<Vec<catalogue::Row>>("rows", &chunk.rows)?);
        last = chunk.last;
        if chunk.count < CHUNK {
            break;
        }
    }
    let titles = sqlx::query_scalar!(
        r#"select json_group_array(number) as "numbers!: String"
           from (select number from questions where archived_at_s is null order by title collate nocase, number)"#
    )
    .fetch_one(&mut *tx)
    .await?;
    let tags = sqlx::query!(
        r#"select tag as "tag: Tag", json_group_array(question) as "numbers!: String"
           from question_tags group by tag order by tag"#
    )
    .fetch_all(&mut *tx)
    .await?;
    let relations = sqlx::query_scalar!(
        r#"select json_group_array(json_array(question, json(named))) as "relations!: String" from (
              select question, json_group_array(related) as named
              from (select question, related from relations order by question, position) group by question
           )"#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(catalogue::Rows {
        topics,
        questions,
        titles: decode("numbers", &titles)?,
        tags: tags
            .into_iter()
            .map(|row| Ok((row.tag, decode("numbers", &row.numbers)?)))
            .collect::<sqlx::Result<_>>()?,
        relations: decode("relations", &relations)?,
    })
}

/// The question with this id, if there is one.
pub async fn find_question<'c>(
    db: &mut SqliteConnection,
    catalogue: &'c Catalogue,
    id: &QuestionId,
) -> sqlx::Result<Option<StoredQuestion<'c>>> {
    let Some(head) = catalogue.head(id) else { return Ok(None) };
    let document = sqlx::query_scalar!(
        r#"select document as "document: Document" from question_documents where question = ?1"#,
        head.number
    )
    .fetch_one(&mut *db)
    .await?;
    Ok(Some(StoredQuestion::new(catalogue, head, document)))
}

/// The number of the question with this id, also of one that is archived.
pub async fn number_of(db: &mut SqliteConnection, id: &QuestionId) -> sqlx::Result<Option<QuestionNumber>> {
    sqlx::query_scalar!(r#"select number as "number!: QuestionNumber" from questions where id = ?1"#, id)
        .fetch_optional(db)
        .await
}

/// A question's key points, the most important first, also of one that is archived.
pub async fn key_points(
    db: &mut SqliteConnection,
    question: QuestionNumber,
) -> sqlx::Result<Vec<KeyPoint<'static>>> {
    let rows = sqlx::query!(
        r#"select id as "id: PartId", say, say_html, terms, probe from key_points where question = ?1 order by position"#,
        question,
    )
    .fetch_all(db)
    .await?;
    let points = rows.into_iter().map(|row| {
        Ok(KeyPoint {
            id: row.id,
            say: row.say.into(),
            say_html: row.say_html.into(),
            terms: decode("terms", &row.terms)?,
            probe: row.probe.into(),
        })
    });
    points.collect()
}

/// What SQLite wrote as JSON, read back.
fn decode<T: serde::de::DeserializeOwned>(column: &str, json: &str) -> sqlx::Result<T> {
    serde_json::from_str(json).map_err(|error| mismatch(column, error))
}

/// A value that does not have the form in which it was written: a fault of ours, told like a column's.
fn mismatch(column: &str, source: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(source) }
}
