//! The statements of a search, and how much of a common word's questions they look at.
//!
//! FTS5 finds a hundred thousand questions in milliseconds, but scoring one takes more than a microsecond. So
//! up to [`RANKED`] matches are all scored; beyond that, the first of those that have the words in what they
//! are called (`question_titles`), then, if these do not fill the page, the first of the others.

use sqlx::SqliteConnection;

use super::expression::{Clause, Expression, Part};
use super::{Hit, Total, marks};
use crate::content::{Kind, Level};
use crate::ids::{QuestionId, Tag, TopicId};
use crate::questions::Neighbour;

/// Matches that are scored for one search, and so the results that its pages reach.
pub(super) const RANKED: u32 = 2_000;

/// Words that finish the one being typed.
const ENDINGS: i64 = 20;

/// Matches of an expression, counted no further than just past [`RANKED`].
async fn count_matches(db: &mut SqliteConnection, expression: &str) -> sqlx::Result<u32> {
    let limit = RANKED + 1;
    sqlx::query_scalar!(
        r#"select count(*) as "count!: u32"
           from (select 1 from question_search where question_search match ?1 limit ?2)"#,
        expression,
        limit,
    )
    .fetch_one(&mut *db)
    .await
}

/// How many questions an expression matches.
pub(super) async fn total(db: &mut SqliteConnection, expression: &str) -> sqlx::Result<Total> {
    let count = count_matches(db, expression).await?;
    Ok(if count > RANKED { Total::MoreThan(RANKED) } else { Total::Exactly(count) })
}

/// One page of an expression's matches as numbers of questions, the best first.
pub(super) async fn ranked_page(
    db: &mut SqliteConnection,
    expression: &str,
    total: Total,
    offset: i64,
    limit: u32,
) -> sqlx::Result<Vec<i64>> {
    let limit = i64::from(limit).min(i64::from(total.reachable()) - offset);
    if limit <= 0 {
        return Ok(Vec::new());
    }
    match total {
        Total::Exactly(_) => best(db, expression, offset, limit).await,
        Total::MoreThan(_) => {
            let mut numbers = best_titles(db, expression, offset, limit).await?;
            let missing = limit - i64::try_from(numbers.len()).unwrap_or(limit);
            if missing > 0 {
                let titles = count_titles(db, expression).await?;
                numbers.extend(best_of_others(db, expression, (offset - titles).max(0), missing).await?);
            }
            Ok(numbers)
        }
    }
}

/// Of the first [`RANKED`] matches the best. The weights: title, aliases, tags, answer, explanation, labels.
async fn best(
    db: &mut SqliteConnection,
    expression: &str,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select number as "number!: i64" from (
               select rowid as number, bm25(question_search, 10.0, 6.0, 4.0, 2.0, 1.0, 0.0) as score
               from question_search where question_search match ?1 limit ?2
           )
           order by score, number limit ?3 offset ?4"#,
        expression,
        RANKED,
        limit,
        offset,
    )
    .fetch_all(&mut *db)
    .await
}

/// Of the first [`RANKED`] questions that have it all in what they are called, the best.
pub(super) async fn best_titles(
    db: &mut SqliteConnection,
    expression: &str,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select number as "number!: i64" from (
               select rowid as number, bm25(question_titles, 10.0, 6.0, 4.0, 0.0) as score
               from question_titles where question_titles match ?1 limit ?2
           )
           order by score, number limit ?3 offset ?4"#,
        expression,
        RANKED,
        limit,
        offset,
    )
    .fetch_all(&mut *db)
    .await
}

/// How many questions [`best_titles`] can give.
async fn count_titles(db: &mut SqliteConnection, expression: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64"
           from (select 1 from question_titles where question_titles match ?1 limit ?2)"#,
        expression,
        RANKED,
    )
    .fetch_one(&mut *db)
    .await
}

/// The same as [`best`] without those that [`best_titles`] gives.
async fn best_of_others(
    db: &mut SqliteConnection,
    expression: &str,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select number as "number!: i64" from (
               select rowid as number, bm25(question_search, 10.0, 6.0, 4.0, 2.0, 1.0, 0.0) as score
               from question_search where question_search match ?1 limit ?2
           )
           where number not in (select rowid from question_titles where question_titles match ?1 limit ?2)
           order by score, number limit ?3 offset ?4"#,
        expression,
        RANKED,
        limit,
        offset,
    )
    .fetch_all(&mut *db)
    .await
}

/// How many questions a query matches that has filters only.
pub(super) async fn count_in_order(db: &mut SqliteConnection, labels: &str) -> sqlx::Result<Total> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!: u32" from question_search where question_search match ?1"#,
        labels
    )
    .fetch_one(&mut *db)
    .await?;
    Ok(Total::Exactly(count))
}

/// One page of them, in the order of the bank.
pub(super) async fn page_in_order(
    db: &mut SqliteConnection,
    labels: &str,
    offset: i64,
    limit: u32,
) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        r#"select number from questions
           where archived_at_s is null
             and number in (select rowid from question_search where question_search match ?1)
           order by browse_order limit ?2 offset ?3"#,
        labels,
        limit,
        offset,
    )
    .fetch_all(&mut *db)
    .await
}

/// What to search for when no question has everything: all clauses if that can be ranked, or else the rarest,
/// which say the most.
pub(super) async fn any_of(db: &mut SqliteConnection, expression: &Expression) -> sqlx::Result<String> {
    let clauses: Vec<&Clause> = expression.clauses.iter().collect();
    let all = expression.some(&clauses);
    if count_matches(db, &all).await? <= RANKED {
        return Ok(all);
    }
    let mut by_rarity = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let count = count_matches(db, &expression.some(&[clause])).await?;
        if count > 0 {
            by_rarity.push((count, clause));
        }
    }
    by_rarity.sort_by_key(|(count, _)| *count);
    let mut matches = 0;
    let rarest = by_rarity.into_iter().enumerate().take_while(|(at, (count, _))| {
        matches += count;
        *at == 0 || matches <= RANKED
    });
    let rarest: Vec<&Clause> = rarest.map(|(_, (_, clause))| clause).collect();
    Ok(expression.some(&rarest))
}

/// The questions with these numbers, in this order, with the matches of the expression marked.
pub(super) async fn hits(
    db: &mut SqliteConnection,
    numbers: &[i64],
    expression: &str,
) -> sqlx::Result<Vec<Hit>> {
    let numbers = serde_json::Value::from(numbers).to_string();
    let rows = sqlx::query!(
        r#"select q.id as "id: QuestionId", q.title, q.topic as "topic: TopicId", t.title as topic_title,
                  q.level as "level: Level", q.kind as "kind: Kind", q.minutes as "minutes: u8",
                  highlight(question_search, 0, char(2), char(3)) as "marked_title!: String",
                  snippet(question_search, 3, char(2), char(3), '…', 32) as "answer!: String",
                  snippet(question_search, 4, char(2), char(3), '…', 32) as "explanation!: String"
           from json_each(?1) as page
           cross join question_search on question_search.rowid = page.value
           cross join questions q on q.number = page.value
           join topics t on t.id = q.topic
           where question_search match ?2
           order by page.key"#,
        numbers,
        expression,
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let in_explanation = !marks::has_match(&row.answer) && marks::has_match(&row.explanation);
            let snippet = if in_explanation { row.explanation } else { row.answer };
            Hit {
                id: row.id,
                title: row.title,
                title_html: marks::to_html(&row.marked_title),
                topic: row.topic,
                topic_title: row.topic_title,
                level: row.level,
                kind: row.kind,
                minutes: row.minutes,
                snippet_html: marks::to_html(&snippet),
            }
        })
        .collect())
}

/// The ids and titles of the questions with these numbers, in this order.
pub(super) async fn neighbours(db: &mut SqliteConnection, numbers: &[i64]) -> sqlx::Result<Vec<Neighbour>> {
    let numbers = serde_json::Value::from(numbers).to_string();
    sqlx::query_as!(
        Neighbour,
        r#"select q.id as "id: QuestionId", q.title from json_each(?1) as page
           cross join questions q on q.number = page.value
           order by page.key"#,
        numbers,
    )
    .fetch_all(&mut *db)
    .await
}

/// Lets a part also match with its last word finished in the commonest ways. By whole words and not by FTS5's
/// prefix search, which compares with stems: "securi" is no beginning of "secur".
pub(super) async fn finish_last_word(db: &mut SqliteConnection, part: &mut Part<'_>) -> sqlx::Result<()> {
    let words: Vec<&str> =
        part.items.iter().flat_map(|item| &item.words).map(|word| word.text.as_str()).collect();
    let [before @ .., last] = words.as_slice() else { return Ok(()) };
    let endings = sqlx::query_scalar!(
        "select word from search_words
         where word > ?1 and word < ?1 || char(1114111)
         order by questions desc, word limit ?2",
        last,
        ENDINGS,
    )
    .fetch_all(&mut *db)
    .await?;
    for ending in endings {
        let phrase: Vec<&str> = before.iter().copied().chain([ending.as_str()]).collect();
        part.clause.or(phrase.join(" "));
    }
    Ok(())
}

/// Those of the topics that the bank has.
pub(super) async fn known_topics(
    db: &mut SqliteConnection,
    topics: &[TopicId],
) -> sqlx::Result<Vec<TopicId>> {
    let topics = serde_json::Value::from_iter(topics.iter().map(TopicId::as_str)).to_string();
    sqlx::query_scalar!(
        r#"select id as "id: TopicId" from topics
           where position is not null and id in (select value from json_each(?1))"#,
        topics
    )
    .fetch_all(&mut *db)
    .await
}

/// Those of the tags that some question has.
pub(super) async fn known_tags(db: &mut SqliteConnection, tags: &[Tag]) -> sqlx::Result<Vec<Tag>> {
    let tags = serde_json::Value::from_iter(tags.iter().map(Tag::as_str)).to_string();
    sqlx::query_scalar!(
        r#"select distinct tag as "tag: Tag" from question_tags where tag in (select value from json_each(?1))"#,
        tags
    )
    .fetch_all(&mut *db)
    .await
}
