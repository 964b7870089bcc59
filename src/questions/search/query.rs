//! What a person typed into the search box.

use crate::content::{Kind, Level};
use crate::ids::{Tag, TopicId};

/// A parsed search: words, phrases and filters. Whatever is typed makes one; parsing cannot fail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    text: String,
    /// From `topic:`; any of them.
    pub topics: Vec<TopicId>,
    /// From `level:`; any of them.
    pub levels: Vec<Level>,
    /// From `kind:`; any of them.
    pub kinds: Vec<Kind>,
    /// From `tag:`; all of them.
    pub tags: Vec<Tag>,
    /// What was left out, and why; whole sentences, plain text.
    pub notices: Vec<String>,
}

impl Query {
    /// Reads what was typed.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        Self { text: typed.to_owned(), ..Self::default() }
    }

    /// What was typed, as far as it is used; for the search box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing to search for: no word, no phrase, no filter.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}
