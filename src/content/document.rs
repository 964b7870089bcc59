//! The parts of a question in one piece, as its page and the API show them.
//!
//! They are stored as [postcard](https://postcard.jamesmunns.com/wire-format): a text is its length and its bytes,
//! so a page's HTML is used as it lies there. As JSON it took a quarter of the time of a whole request.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteTypeInfo, SqliteValue, SqliteValueRef};
use sqlx::{Decode, Sqlite, Type, Value, ValueRef};
use utoipa::ToSchema;

use super::entry::Entry;
use super::markdown::Heading;
use crate::ids::{LabId, PartId, Tag};

/// The parts of a question, as `question_documents` keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Parts<'d> {
    #[serde(borrow)]
    pub answer_html: Cow<'d, str>,
    /// The answer as plain text, in one line.
    #[serde(borrow)]
    pub answer_text: Cow<'d, str>,
    #[serde(borrow)]
    pub explanation_html: Cow<'d, str>,
    #[serde(borrow)]
    pub explanation_headings: Vec<Heading<'d>>,
    /// What stands before the first step; may be empty.
    #[serde(borrow)]
    pub hands_on_html: Cow<'d, str>,
    #[serde(borrow)]
    pub mistakes_html: Cow<'d, str>,
    /// In alphabetical order.
    pub tags: Vec<Tag>,
    pub aliases: Vec<String>,
    pub labs: Vec<LabId>,
    #[serde(borrow)]
    pub key_points: Vec<KeyPoint<'d>>,
    #[serde(borrow)]
    pub steps: Vec<Step<'d>>,
    #[serde(borrow)]
    pub follow_ups: Vec<FollowUp<'d>>,
    #[serde(borrow)]
    pub quiz: Vec<QuizItem<'d>>,
    #[serde(borrow)]
    pub sources: Vec<Source<'d>>,
    #[serde(borrow)]
    pub facts: Vec<Fact<'d>>,
}

/// One thing that a strong answer must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyPoint<'d> {
    pub id: PartId,
    #[serde(borrow)]
    pub say: Cow<'d, str>,
    #[serde(borrow)]
    pub say_html: Cow<'d, str>,
    /// Of every term one alternative must occur for the point to count as covered.
    // as written in the front matter; coverage::Term::parse accepts every one of them
    pub terms: Vec<String>,
    /// What an interviewer asks when the point is missing.
    #[serde(borrow)]
    pub probe: Cow<'d, str>,
}

/// A step of the hands-on guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step<'d> {
    pub id: PartId,
    #[serde(borrow)]
    pub title: Cow<'d, str>,
    #[serde(borrow)]
    pub title_html: Cow<'d, str>,
    #[serde(borrow)]
    pub html: Cow<'d, str>,
}

/// What an interviewer asks next, with a short model answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp<'d> {
    pub id: PartId,
    #[serde(borrow)]
    pub ask: Cow<'d, str>,
    #[serde(borrow)]
    pub ask_html: Cow<'d, str>,
    #[serde(borrow)]
    pub answer_html: Cow<'d, str>,
}

/// A multiple-choice item; exactly one option is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuizItem<'d> {
    pub id: PartId,
    #[serde(borrow)]
    pub ask_html: Cow<'d, str>,
    #[serde(borrow)]
    pub options: Vec<QuizOption<'d>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuizOption<'d> {
    #[serde(borrow)]
    pub text_html: Cow<'d, str>,
    pub right: bool,
    /// Why it is right or wrong.
    #[serde(borrow)]
    pub why_html: Cow<'d, str>,
}

/// A page that backs the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source<'d> {
    #[serde(borrow)]
    pub title: Cow<'d, str>,
    #[serde(borrow)]
    pub url: Cow<'d, str>,
    /// The day of the copy that was read.
    #[schema(value_type = String, format = Date)]
    #[serde(with = "compact_date")]
    pub checked: Date,
}

/// A claim that ages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fact<'d> {
    #[serde(borrow)]
    pub claim_html: Cow<'d, str>,
    pub source: Option<String>,
    #[schema(value_type = String, format = Date)]
    #[serde(with = "compact_date")]
    pub checked: Date,
    /// The last day on which the claim counts as fresh.
    #[schema(value_type = String, format = Date)]
    #[serde(with = "compact_date")]
    pub review_by: Date,
}

/// Days as texts for people's formats and as three numbers for ours.
mod compact_date {
    use jiff::civil::Date;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            date.serialize(serializer)
        } else {
            (date.year(), date.month(), date.day()).serialize(serializer)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        if deserializer.is_human_readable() {
            return Date::deserialize(deserializer);
        }
        let (year, month, day) = Deserialize::deserialize(deserializer)?;
        Date::new(year, month, day).map_err(D::Error::custom)
    }
}

impl<'e> Parts<'e> {
    pub(super) fn of(entry: &'e Entry) -> Self {
        let mut tags = entry.tags.clone();
        tags.sort_unstable();
        Self {
            answer_html: Cow::Borrowed(&entry.answer.html),
            answer_text: entry.answer.text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
            explanation_html: Cow::Borrowed(&entry.explanation.html),
            explanation_headings: entry.explanation.headings.clone(),
            hands_on_html: Cow::Borrowed(&entry.hands_on.html),
            mistakes_html: Cow::Borrowed(&entry.mistakes.html),
            tags,
            aliases: entry.aliases.clone(),
            labs: entry.labs.clone(),
            key_points: entry.key_points.clone(),
            steps: entry.steps.clone(),
            follow_ups: entry.follow_ups.clone(),
            quiz: entry.quiz.clone(),
            sources: entry.sources.clone(),
            facts: entry.facts.clone(),
        }
    }

    /// Appends the encoded parts to `bytes`.
    pub(super) fn encode(&self, bytes: Vec<u8>) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_extend(self, bytes)
    }
}

/// The encoded parts as they lie in the database.
pub struct Document(SqliteValue);

impl Document {
    /// The parts, the long ones without a copy.
    ///
    /// # Errors
    ///
    /// When the bytes are not what the sync of this version wrote: a fault of ours.
    pub fn parts(&self) -> sqlx::Result<Parts<'_>> {
        let bytes = <&[u8]>::decode(self.0.as_ref()).map_err(sqlx::Error::Decode)?;
        postcard::from_bytes(bytes).map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

impl Type<Sqlite> for Document {
    fn type_info() -> SqliteTypeInfo {
        <[u8] as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for Document {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(ValueRef::to_owned(&value)))
    }
}
