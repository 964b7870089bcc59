//! Full-text search over the bank: ranked, with the matches marked, synonyms, and help with misspelt words.
//!
//! The way of a search: [`Query::parse`] reads what was typed, `expression` writes it for SQLite's FTS5 with
//! the [`Synonyms`], `store` finds and ranks, `spelling` mends what found little. What the index holds is
//! written at the sync, by `content`.

mod expression;
mod found;
mod marks;
mod nearest;
mod query;
mod spelling;
mod store;
mod synonyms;
#[cfg(test)]
mod tests;

use sqlx::SqliteConnection;

use self::expression::Expression;
use super::Page;

pub use found::{Found, Hit, Matched, Total};
pub use nearest::nearest;
pub use query::Query;
pub use synonyms::Synonyms;

/// With no more results than this, a misspelt word is worth a look.
const FEW: u32 = 3;

/// One page of the questions that match, the best first.
///
/// # Errors
///
/// When the database cannot be read; nothing that is typed makes it fail.
pub async fn search(
    db: &mut SqliteConnection,
    query: &Query,
    synonyms: &Synonyms,
    page: Page,
    page_size: u32,
) -> sqlx::Result<Found> {
    let query = known_filters(db, query).await?;
    let parts = expression::parts(&query, synonyms);
    let clauses = parts.iter().map(|part| part.clause.clone()).collect();
    let expression = Expression::new(clauses, &query);
    let mut found = find(db, &query, &expression, page.offset(page_size), page_size).await?;
    if found.matched == Matched::Some || found.total.reachable() <= FEW {
        found.suggestion = spelling::correct(db, &query, &parts).await?;
    }
    found.notices = query.notices;
    Ok(found)
}

/// The best matches while a person is still typing: the last word may be unfinished.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn search_as_you_type(
    db: &mut SqliteConnection,
    query: &Query,
    synonyms: &Synonyms,
    limit: u32,
) -> sqlx::Result<Vec<Hit>> {
    let query = known_filters(db, query).await?;
    let mut parts = expression::parts(&query, synonyms);
    if let Some(part) = parts.last_mut().filter(|part| part.ends_at(query.text().len())) {
        store::finish_last_word(db, part).await?;
    }
    let expression = Expression::new(parts.into_iter().map(|part| part.clause).collect(), &query);
    if !expression.clauses.is_empty() {
        // what a question is called is what its suggestion shows, and far less to look through at every key
        let wanted = expression.all();
        let numbers = store::best_titles(db, &wanted, 0, i64::from(limit)).await?;
        if numbers.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
            return store::hits(db, &numbers, &wanted).await;
        }
    }
    Ok(find(db, &query, &expression, 0, limit).await?.results)
}

/// The query without topics and tags that are not there; its notices tell of them.
async fn known_filters(db: &mut SqliteConnection, query: &Query) -> sqlx::Result<Query> {
    let mut query = query.clone();
    if !query.topics.is_empty() {
        let known = store::known_topics(db, &query.topics).await?;
        for gone in query.topics.extract_if(.., |topic| !known.contains(topic)) {
            query.notices.push(query::left_out("topic", gone.as_str()));
        }
    }
    if !query.tags.is_empty() {
        let known = store::known_tags(db, &query.tags).await?;
        for gone in query.tags.extract_if(.., |tag| !known.contains(tag)) {
            query.notices.push(query::left_out("tag", gone.as_str()));
        }
    }
    Ok(query)
}

async fn find(
    db: &mut SqliteConnection,
    query: &Query,
    expression: &Expression,
    offset: i64,
    limit: u32,
) -> sqlx::Result<Found> {
    let mut found = Found {
        results: Vec::new(),
        total: Total::Exactly(0),
        matched: Matched::All,
        suggestion: None,
        notices: Vec::new(),
    };
    if query.is_empty() {
        return Ok(found);
    }
    let mut wanted = expression.all();
    if expression.clauses.is_empty() {
        found.total = store::count_in_order(db, &wanted).await?;
        let numbers = store::page_in_order(db, &wanted, offset, limit).await?;
        found.results = store::hits(db, &numbers, &wanted).await?;
        return Ok(found);
    }
    found.total = store::total(db, &wanted).await?;
    if found.total == Total::Exactly(0) && expression.clauses.len() > 1 {
        wanted = store::any_of(db, expression).await?;
        found.total = store::total(db, &wanted).await?;
        if found.total != Total::Exactly(0) {
            found.matched = Matched::Some;
        }
    }
    let numbers = store::ranked_page(db, &wanted, found.total, offset, limit).await?;
    found.results = store::hits(db, &numbers, &wanted).await?;
    Ok(found)
}
