//! Full-text search over the bank.

mod query;

use serde::Serialize;
use sqlx::SqlitePool;
use utoipa::ToSchema;

use super::{Neighbour, Page};
use crate::content::{Kind, Level};
use crate::ids::{QuestionId, TopicId};

pub use query::Query;

/// Phrases that mean the same; a query that says one finds them all. Loaded once, after the sync.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {}

impl Synonyms {
    /// Groups of phrases, the canonical one first.
    #[must_use]
    pub fn new(groups: Vec<Vec<String>>) -> Self {
        drop(groups);
        Self {}
    }

    /// The groups that the last sync wrote.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &SqlitePool) -> sqlx::Result<Self> {
        let _ = db;
        Ok(Self::new(Vec::new()))
    }
}

/// What a search found: one page of it, and what to tell the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Found {
    pub results: Vec<Hit>,
    /// Questions on all pages.
    pub total: Total,
    pub matched: Matched,
    /// The whole query with its misspelt words mended, plain text; for a "Did you mean" link.
    pub suggestion: Option<String>,
    /// What was left out of the query, and why; whole sentences, plain text.
    pub notices: Vec<String>,
}

/// How many questions match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    Exactly(u32),
    /// So many were ranked and can be paged through; more match. Only common words in a very large bank come here.
    MoreThan(u32),
}

impl Total {
    /// How many results the pages hold together.
    #[must_use]
    pub fn reachable(self) -> u32 {
        match self {
            Self::Exactly(count) | Self::MoreThan(count) => count,
        }
    }
}

/// How the results match the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// Every result has all the words.
    All,
    /// No question has all the words; these have some of them.
    Some,
}

/// A question that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Hit {
    pub id: QuestionId,
    pub title: String,
    /// The title with its matches in `<mark>`, everything else escaped.
    pub title_html: String,
    pub topic: TopicId,
    pub topic_title: String,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
    /// From the answer, or from the explanation when only that matches; made like `title_html`.
    pub snippet_html: String,
}

/// One page of the questions that match, the best first.
///
/// # Errors
///
/// When the database cannot be read; nothing that is typed makes it fail.
pub async fn search(
    db: &SqlitePool,
    query: &Query,
    synonyms: &Synonyms,
    page: Page,
    page_size: u32,
) -> sqlx::Result<Found> {
    let _ = (db, synonyms, page, page_size);
    let notices = query.notices.clone();
    Ok(Found { results: Vec::new(), total: Total::Exactly(0), matched: Matched::All, suggestion: None, notices })
}

/// The best matches while a person is still typing: the last word may be unfinished.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn search_as_you_type(
    db: &SqlitePool,
    query: &Query,
    synonyms: &Synonyms,
    limit: u32,
) -> sqlx::Result<Vec<Hit>> {
    let _ = (db, query, synonyms, limit);
    Ok(Vec::new())
}

/// The questions nearest to the words of a text that is no question's id, such as a mistyped URL path.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn nearest(db: &SqlitePool, text: &str, limit: u32) -> sqlx::Result<Vec<Neighbour>> {
    let _ = (db, text, limit);
    Ok(Vec::new())
}
