//! A question as it is read: a row of a list, or the whole page.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::content::{Heading, Kind, Level};
use crate::ids::{LabId, PartId, QuestionId, Tag, TopicId};

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

/// Everything that a question's page shows.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Question {
    pub id: QuestionId,
    pub title: String,
    pub topic: TopicId,
    pub topic_title: String,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
    #[serde(flatten)]
    pub parts: Parts,
    /// Related in either direction.
    pub related: Vec<Listed>,
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

/// The parts of a question, as `question_documents` keeps them in one piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Parts {
    pub answer_html: String,
    pub explanation_html: String,
    pub explanation_headings: Vec<Heading>,
    /// What stands before the first step; may be empty.
    pub hands_on_html: String,
    pub mistakes_html: String,
    pub tags: Vec<Tag>,
    pub aliases: Vec<String>,
    pub labs: Vec<LabId>,
    pub key_points: Vec<KeyPoint>,
    pub steps: Vec<Step>,
    pub follow_ups: Vec<FollowUp>,
    pub quiz: Vec<QuizItem>,
    pub sources: Vec<Source>,
    pub facts: Vec<Fact>,
}

/// One thing that a strong answer must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyPoint {
    pub id: PartId,
    pub say: String,
    pub say_html: String,
    /// Of every term one alternative must occur for the point to count as covered.
    pub terms: Vec<String>,
    /// What an interviewer asks when the point is missing.
    pub probe: String,
}

/// A step of the hands-on guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    pub id: PartId,
    pub title: String,
    pub title_html: String,
    pub html: String,
}

/// What an interviewer asks next, with a short model answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    pub id: PartId,
    pub ask: String,
    pub ask_html: String,
    pub answer_html: String,
}

/// A multiple-choice item; exactly one option is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuizItem {
    pub id: PartId,
    pub ask_html: String,
    pub options: Vec<crate::content::QuizOption>,
}

/// A page that backs the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    pub title: String,
    pub url: String,
    /// The day of the copy that was read.
    #[schema(value_type = String, format = Date)]
    pub checked: Date,
}

/// A claim that ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    pub claim_html: String,
    pub source: Option<String>,
    #[schema(value_type = String, format = Date)]
    pub checked: Date,
    /// The last day on which the claim counts as fresh.
    #[schema(value_type = String, format = Date)]
    pub review_by: Date,
}

/// Which questions a list shows. Every part that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub level: Option<Level>,
    pub kind: Option<Kind>,
    pub tag: Option<Tag>,
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
