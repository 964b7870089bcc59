//! A question as it is read: a row of a list, or the whole page.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::content::{Kind, Level, Parts};
use crate::ids::{QuestionId, QuestionNumber, Tag, TopicId};

/// A topic with the number of its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicCount {
    pub id: TopicId,
    pub title: String,
    pub summary: String,
    pub questions: u32,
    /// Sum of the speaking times of its questions.
    pub minutes: u32,
}

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listed {
    pub id: QuestionId,
    pub title: String,
    pub topic: TopicId,
    pub topic_title: String,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
    /// The beginning of the answer, plain text, cut at a sentence where one ends soon enough.
    pub excerpt: String,
}

/// A question next to another in its topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Neighbour {
    pub id: QuestionId,
    pub title: String,
}

impl From<&Listed> for Neighbour {
    fn from(listed: &Listed) -> Self {
        Self { id: listed.id.clone(), title: listed.title.clone() }
    }
}

/// Everything that a question's page shows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Question<'q> {
    #[schema(inline)]
    pub id: &'q QuestionId,
    pub title: &'q str,
    #[schema(inline)]
    pub topic: &'q TopicId,
    pub topic_title: &'q str,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
    #[serde(flatten)]
    pub parts: Parts<'q>,
    /// Related in either direction.
    pub related: Vec<&'q Listed>,
    pub previous: Option<Neighbour>,
    pub next: Option<Neighbour>,
    /// Its place in the topic, counted from 1.
    pub place: u32,
    /// Questions in the topic.
    pub place_of: u32,
    /// Seconds since 1970, UTC.
    pub added_at_s: i64,
    /// Seconds since 1970, UTC.
    pub updated_at_s: i64,
}

/// A question with its age, for the sitemap and the feed.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'c> {
    pub listed: &'c Listed,
    /// Seconds since 1970, UTC.
    pub added_at_s: i64,
    /// Seconds since 1970, UTC.
    pub updated_at_s: i64,
}

/// Which questions a list shows. Every part that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub level: Option<Level>,
    pub kind: Option<Kind>,
    pub tag: Option<Tag>,
}

/// Which questions a session is about: one of each list that is not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    pub topics: Vec<TopicId>,
    pub levels: Vec<Level>,
    pub tags: Vec<Tag>,
    /// Only these, if they were looked for.
    pub among: Option<BTreeSet<QuestionNumber>>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Topics in their order, the learning path in each.
    #[default]
    Topic,
    Title,
    Level,
    Newest,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Topic, Self::Title, Self::Level, Self::Newest];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Title => "title",
            Self::Level => "level",
            Self::Newest => "newest",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Topic => "Topic order",
            Self::Title => "Title",
            Self::Level => "Level",
            Self::Newest => "Newest",
        }
    }
}

/// No list is sorted by this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown sort `{0}`; known are: topic, title, level, newest")]
pub struct UnknownSort(String);

impl FromStr for Sort {
    type Err = UnknownSort;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|sort| sort.slug() == text).ok_or_else(|| UnknownSort(text.to_owned()))
    }
}

/// A page number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page(pub u32);

impl Page {
    pub const FIRST: Self = Self(1);

    /// Rows before this page.
    #[must_use]
    pub fn offset(self, size: u32) -> i64 {
        i64::from(self.0.saturating_sub(1)) * i64::from(size)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub rows: Vec<Listed>,
    /// Questions on all pages.
    pub total: u32,
}
