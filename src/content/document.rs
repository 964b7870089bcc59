//! The parts of a question in one piece, as its page and the API show them.
//!
//! They are stored as [postcard](https://postcard.jamesmunns.com/wire-format): a text is its length and its bytes,
//! so reading a page's HTML back is a copy. As JSON it took a quarter of the time of a whole request.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::Entry;
use super::markdown::Heading;
use crate::ids::{LabId, PartId, Tag};

/// The parts of a question, as `question_documents` keeps them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Parts {
    pub answer_html: String,
    /// The answer as plain text, in one line.
    pub answer_text: String,
    pub explanation_html: String,
    pub explanation_headings: Vec<Heading>,
    /// What stands before the first step; may be empty.
    pub hands_on_html: String,
    pub mistakes_html: String,
    /// In alphabetical order.
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
    // as written in the front matter; coverage::Term::parse accepts every one of them
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
    pub options: Vec<QuizOption>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuizOption {
    pub text_html: String,
    pub right: bool,
    /// Why it is right or wrong.
    pub why_html: String,
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

impl Parts {
    pub(super) fn of(entry: &Entry) -> Self {
        let mut tags = entry.tags.clone();
        tags.sort_unstable();
        Self {
            answer_html: entry.answer.html.clone(),
            answer_text: entry.answer.text.split_whitespace().collect::<Vec<_>>().join(" "),
            explanation_html: entry.explanation.html.clone(),
            explanation_headings: entry.explanation.headings.clone(),
            hands_on_html: entry.hands_on.html.clone(),
            mistakes_html: entry.mistakes.html.clone(),
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

    /// Reads what the sync wrote.
    ///
    /// # Errors
    ///
    /// When the bytes are of another making.
    pub fn decode(bytes: &[u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }
}
