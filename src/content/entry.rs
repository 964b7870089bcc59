//! A question file, parsed, linted and rendered: from here on everything in it is known to be right.
//!
//! This file holds the types of an entry and the way from text to [`Entry`]. The checks of the front matter
//! are in `head`, whether a question's own answer says its key points is in `coverage_lint`; the sections
//! of the body are [`sections`]'.

mod coverage_lint;
mod head;

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::diagnostic::{Diagnostic, Reporter, Severity};
use super::document::{Fact, FollowUp, KeyPoint, QuizItem, Source, Step};
use super::front_matter;
use super::highlight::CodeColours;
use super::markdown::{self, MarkdownRenderer, Prose};
use super::sections;
use crate::coverage;
use crate::ids::{LabId, QuestionId, Tag, TopicId};
use coverage_lint::lint_coverage;
use head::Head;

/// How hard a question is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type, ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[repr(i64)]
pub enum Level {
    Beginner = 1,
    Intermediate = 2,
    Advanced = 3,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Beginner, Self::Intermediate, Self::Advanced];

    /// As it is written in front matter and in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Beginner => "Beginner",
            Self::Intermediate => "Intermediate",
            Self::Advanced => "Advanced",
        }
    }

    /// 1, 2 or 3.
    #[must_use]
    pub fn rank(self) -> i64 {
        self as i64
    }
}

/// What sort of question it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Kind {
    Concept,
    Comparison,
    Scenario,
    Troubleshooting,
    Design,
}

impl Kind {
    pub const ALL: [Self; 5] =
        [Self::Concept, Self::Comparison, Self::Scenario, Self::Troubleshooting, Self::Design];

    /// As it is written in front matter and in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Concept => "concept",
            Self::Comparison => "comparison",
            Self::Scenario => "scenario",
            Self::Troubleshooting => "troubleshooting",
            Self::Design => "design",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Concept => "Concept",
            Self::Comparison => "Comparison",
            Self::Scenario => "Scenario",
            Self::Troubleshooting => "Troubleshooting",
            Self::Design => "Design",
        }
    }
}

/// No level or kind has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{text}`; known are: {known}")]
pub struct UnknownName {
    what: &'static str,
    text: String,
    known: String,
}

fn by_slug<T: Copy>(
    all: &[T],
    slug: fn(T) -> &'static str,
    what: &'static str,
    text: &str,
) -> Result<T, UnknownName> {
    all.iter().copied().find(|&one| slug(one) == text).ok_or_else(|| UnknownName {
        what,
        text: text.to_owned(),
        known: all.iter().map(|&one| slug(one)).collect::<Vec<_>>().join(", "),
    })
}

impl FromStr for Level {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        by_slug(&Self::ALL, Self::slug, "level", text)
    }
}

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        by_slug(&Self::ALL, Self::slug, "kind", text)
    }
}

/// A complete question, rendered.
#[derive(Debug)]
pub struct Entry {
    pub id: QuestionId,
    pub topic: TopicId,
    pub title: String,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
    pub tags: Vec<Tag>,
    pub aliases: Vec<String>,
    pub related: Vec<QuestionId>,
    pub labs: Vec<LabId>,
    pub key_points: Vec<KeyPoint<'static>>,
    pub sources: Vec<Source<'static>>,
    pub facts: Vec<Fact<'static>>,
    pub quiz: Vec<QuizItem<'static>>,
    pub answer: Prose,
    pub explanation: Prose,
    pub hands_on: Prose,
    pub steps: Vec<Step<'static>>,
    pub mistakes: Prose,
    pub follow_ups: Vec<FollowUp<'static>>,
}

/// What an entry is linted against: the rest of the content, and the day.
pub struct Surroundings<'a> {
    pub topics: &'a BTreeSet<TopicId>,
    pub questions: &'a BTreeSet<QuestionId>,
    pub labs: &'a BTreeSet<LabId>,
    pub synonyms: &'a coverage::Synonyms,
    /// Facts whose `review_by` is before this day are stale.
    pub today: Date,
    /// How bad a stale fact is.
    pub stale_facts: Severity,
}

/// Words that a spoken short answer may have.
const ANSWER_WORDS: std::ops::RangeInclusive<usize> = 60..=150;
const FOLLOW_UPS: std::ops::RangeInclusive<usize> = 3..=5;

/// Parses, lints and renders one file. The entry is there when the diagnostics hold no error.
pub fn parse(
    file: &str,
    source: &str,
    id: QuestionId,
    topic: TopicId,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
) -> (Option<Entry>, Vec<Diagnostic>) {
    let mut reporter = Reporter::new(file, source);
    if !surroundings.topics.contains(&topic) {
        let known = surroundings.topics.iter().map(TopicId::as_str).collect::<Vec<_>>().join(", ");
        reporter.error(
            0..3,
            format!("unknown topic `{topic}`"),
            format!("the folder names the topic; known are: {known}"),
        );
    }
    let entry =
        build(source, id, topic, surroundings, colours, &mut reporter).filter(|_| !reporter.has_errors());
    (entry, reporter.finish())
}

fn build(
    source: &str,
    id: QuestionId,
    topic: TopicId,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
    reporter: &mut Reporter<'_>,
) -> Option<Entry> {
    let split = front_matter::split(source, reporter)?;
    let front = front_matter::parse(source, &split.yaml, reporter);
    let mut renderer = MarkdownRenderer::new(colours);
    let events = markdown::parse(&source[split.body.clone()], split.body.start);
    // both halves are read even if one is broken: a person wants all the problems at once
    let sections = sections::split(&events, source.trim_end().len(), reporter);
    let head = front.and_then(|front| {
        Head { yaml: split.yaml.start, surroundings, reporter }.check(front, &id, &mut renderer)
    });
    let sections = sections?;

    let answer = renderer.blocks(sections.answer.events, reporter);
    let explanation = renderer.blocks(sections.explanation.events, reporter);
    let (hands_on, steps) = sections::steps(&sections.hands_on, &mut renderer, reporter);
    let mistakes = renderer.blocks(sections.mistakes.events, reporter);
    let follow_ups = sections::follow_ups(&sections.follow_ups, &mut renderer, reporter);

    if !ANSWER_WORDS.contains(&answer.words()) {
        let message = format!("the Answer has {} words", answer.words());
        reporter.warning(sections.answer.heading.clone(), message, "60 to 150 can be spoken and remembered");
    }
    if !FOLLOW_UPS.contains(&follow_ups.len()) {
        let message = format!("{} follow-up questions", follow_ups.len());
        reporter.warning(sections.follow_ups.heading.clone(), message, "an interviewer asks 3 to 5");
    }
    renderer.report_dead_anchors(reporter);
    for (linked, span) in std::mem::take(&mut renderer.question_links) {
        if !surroundings.questions.contains(linked.as_str()) {
            let message = format!("the link leads to the unknown question `{linked}`");
            reporter.error(span, message, "check the id; it is the file's name without .md");
        }
    }

    let head = head?;
    lint_coverage(&head, &sections.answer.heading, &answer, &explanation, surroundings.synonyms, reporter);
    Some(Entry {
        id,
        topic,
        title: head.title,
        level: head.level?,
        kind: head.kind?,
        minutes: head.minutes,
        tags: head.tags,
        aliases: head.aliases,
        related: head.related,
        labs: head.labs,
        key_points: head.key_points.into_iter().map(|(point, _)| point).collect(),
        sources: head.sources,
        facts: head.facts,
        quiz: head.quiz,
        answer,
        explanation,
        hands_on,
        steps,
        mistakes,
        follow_ups,
    })
}

#[cfg(test)]
mod tests;
