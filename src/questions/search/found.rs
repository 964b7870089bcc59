//! What a search gives back.

use serde::Serialize;
use utoipa::ToSchema;

use crate::content::{Kind, Level};
use crate::ids::{QuestionId, TopicId};

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
