//! The catalogue's queries. Every one reads what is not archived.

use jiff::civil::Date;
use sqlx::SqlitePool;

use super::question::{Filter, Listed, Listing, Neighbour, Page, Parts, Question, Sort, TopicCount};
use crate::content::{Kind, Level};
use crate::ids::{QuestionId, Tag, TopicId};

/// Questions on a page of a list.
pub const PAGE_SIZE: u32 = 20;

/// Characters of the answer that a list row shows at the most.
const EXCERPT: usize = 180;

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

/// A row of a list as the database has it.
struct ListedRow {
    id: QuestionId,
    title: String,
    topic: TopicId,
    topic_title: String,
    level: Level,
    kind: Kind,
    minutes: u8,
    opening: String,
}

impl From<ListedRow> for Listed {
    fn from(row: ListedRow) -> Self {
        let ListedRow { id, title, topic, topic_title, level, kind, minutes, opening } = row;
        Self { id, title, topic, topic_title, level, kind, minutes, excerpt: excerpt(&opening) }
    }
}

/// The first sentences of a text, up to [`EXCERPT`] characters; where they end too early it is cut at a word.
fn excerpt(opening: &str) -> String {
    let text = opening.replace('\n', " ");
    let Some((end, _)) = text.char_indices().nth(EXCERPT) else { return text };
    let cut = &text[..end];
    match cut.rfind(". ") {
        Some(at) if at > end / 2 => cut[..=at].to_owned(),
        _ => format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)),
    }
}

/// The list query, once for each order: SQLite walks the order's own index and stops when the page is full.
macro_rules! page_of {
    ($filter:expr, $page:expr, $order:literal) => {
        sqlx::query_as!(
            ListedRow,
            r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                      q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                      substr(s.answer, 1, 400) as "opening!: String"
               from (
                  select number from questions
                  where archived_at_s is null
                    and (?1 is null or topic = ?1)
                    and (?2 is null or level = ?2)
                    and (?3 is null or kind = ?3)
                    and (?4 is null or number in (select question from question_tags where tag = ?4))
                  order by "#
                + $order
                + r#"
                  limit ?5 offset ?6
               ) as page
               join questions q on q.number = page.number
               join topics t on t.id = q.topic
               join question_search s on s.rowid = q.number
               order by q."#
                + $order,
            $filter.topic,
            $filter.level,
            $filter.kind,
            $filter.tag,
            PAGE_SIZE,
            $page,
        )
    };
}

/// One page of the questions that a filter leaves.
pub async fn list_questions(
    db: &SqlitePool,
    filter: &Filter,
    sort: Sort,
    page: Page,
) -> sqlx::Result<Listing> {
    let total = sqlx::query_scalar!(
        r#"select count(*) as "total!: u32" from questions
           where archived_at_s is null
             and (?1 is null or topic = ?1)
             and (?2 is null or level = ?2)
             and (?3 is null or kind = ?3)
             and (?4 is null or number in (select question from question_tags where tag = ?4))"#,
        filter.topic,
        filter.level,
        filter.kind,
        filter.tag,
    )
    .fetch_one(db)
    .await?;
    let offset = page.offset(PAGE_SIZE);
    let rows = match sort {
        Sort::Topic => page_of!(filter, offset, "browse_order").fetch_all(db).await?,
        Sort::Title => page_of!(filter, offset, "title collate nocase").fetch_all(db).await?,
        Sort::Level => page_of!(filter, offset, "level, browse_order").fetch_all(db).await?,
        Sort::Newest => page_of!(filter, offset, "added_at_s desc, browse_order").fetch_all(db).await?,
    };
    Ok(Listing { rows: rows.into_iter().map(Listed::from).collect(), total })
}

/// The questions of a topic in their order, at most `limit`.
pub async fn list_in_topic(db: &SqlitePool, topic: &TopicId, limit: u32) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        ListedRow,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                  substr(s.answer, 1, 400) as "opening!: String"
           from questions q
           join topics t on t.id = q.topic
           join question_search s on s.rowid = q.number
           where q.topic = ?1 and q.archived_at_s is null
           order by q.browse_order
           limit ?2"#,
        topic,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// The question of a day: the whole bank comes round, in the order of its questions, before one is shown again.
pub async fn question_of_the_day(db: &SqlitePool, day: Date) -> sqlx::Result<Option<Listed>> {
    let days = (day - Date::constant(1970, 1, 1)).get_days();
    nth_question(db, i64::from(days)).await
}

/// The `n`th question of the bank, counted round and round.
async fn nth_question(db: &SqlitePool, n: i64) -> sqlx::Result<Option<Listed>> {
    let row = sqlx::query_as!(
        ListedRow,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                  substr(s.answer, 1, 400) as "opening!: String"
           from questions q
           join topics t on t.id = q.topic
           join question_search s on s.rowid = q.number
           where q.archived_at_s is null
             and q.browse_order > ?1 % max(1, (select count(*) from questions where archived_at_s is null))
           order by q.browse_order
           limit 1"#,
        n,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Listed::from))
}

/// Where a newcomer starts: the first question of the first topics that have any.
pub async fn starting_points(db: &SqlitePool) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        ListedRow,
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                  substr(s.answer, 1, 400) as "opening!: String"
           from (select min(browse_order) as first from questions where archived_at_s is null group by topic) as topics
           join questions q on q.browse_order = topics.first and q.archived_at_s is null
           join topics t on t.id = q.topic
           join question_search s on s.rowid = q.number
           order by q.browse_order
           limit 3"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Listed::from).collect())
}

/// A tag with the number of questions that have it, for the filter.
pub async fn tags_in_use(db: &SqlitePool) -> sqlx::Result<Vec<(Tag, u32)>> {
    let rows = sqlx::query!(
        r#"select tag as "tag: Tag", count(*) as "questions!: u32" from question_tags
           where question in (select number from questions where archived_at_s is null)
           group by tag order by tag"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.tag, row.questions)).collect())
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
                  (select max(browse_order) - min(browse_order) from questions p
                   where p.topic = q.topic and p.archived_at_s is null) + 1 as "place_of!: u32",
                  (select json_group_array(json_object(
                      'id', id, 'title', title, 'topic', topic, 'topic_title', topic_title, 'level', level,
                      'kind', kind, 'minutes', minutes, 'excerpt', opening))
                   from (
                      select r.id, r.title, r.topic, rt.title as topic_title, l.name as level, r.kind, r.minutes,
                             substr(s.answer, 1, 400) as opening
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
                      join question_search s on s.rowid = r.number
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
    let parts: Parts = decode("document", &row.document)?;
    let mut related: Vec<Listed> = decode("related", &row.related)?;
    for question in &mut related {
        question.excerpt = excerpt(&question.excerpt);
    }
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
        related,
        previous: neighbour(row.previous)?,
        next: neighbour(row.next)?,
        place: row.place,
        place_of: row.place_of,
        added_at_s: row.added_at_s,
        updated_at_s: row.updated_at_s,
    }))
}

/// What SQLite wrote as JSON, read back; a mismatch is a fault of this module, told like a column's.
fn decode<T: serde::de::DeserializeOwned>(column: &str, json: &str) -> sqlx::Result<T> {
    serde_json::from_str(json)
        .map_err(|source| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(source) })
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
    let rows = sqlx::query!(
        r#"select q.id as "id: QuestionId", q.title, t.title as topic_title, q.added_at_s, q.updated_at_s,
                  substr(s.answer, 1, 400) as "opening!: String"
           from questions q
           join topics t on t.id = q.topic
           join question_search s on s.rowid = q.number
           where q.archived_at_s is null
           order by q.updated_at_s desc, q.browse_order
           limit ?1"#,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Dated {
            id: row.id,
            title: row.title,
            topic_title: row.topic_title,
            excerpt: excerpt(&row.opening),
            added_at_s: row.added_at_s,
            updated_at_s: row.updated_at_s,
        })
        .collect())
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

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_ends_with_a_sentence_unless_that_would_leave_little() {
        let long = "word ".repeat(100);
        assert_eq!(excerpt("Short. And done."), "Short. And done.");
        let first = "A sentence that is long enough to stand for itself, since it goes on for about half of what is shown here.";
        assert_eq!(excerpt(&format!("{first} {long}")), first);
        let cut = excerpt(&format!("Brief. {long}"));
        assert!(cut.starts_with("Brief. word word") && cut.ends_with("word…"), "{cut}");
        assert!(excerpt(&"é".repeat(400)).ends_with('…'));
    }
}
