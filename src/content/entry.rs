//! A question file, parsed, linted and rendered: from here on everything in it is known to be right.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;
use utoipa::ToSchema;

use super::diagnostic::{Diagnostic, Reporter, Severity};
use super::front_matter::{self, FrontMatter, RawFact, RawKeyPoint, RawQuizItem, RawSource, span_of};
use super::highlight::CodeColours;
use super::markdown::{self, MarkdownRenderer, Prose};
use super::sections::{self, FollowUp, Step};
use crate::coverage::{self, Term, Verdict};
use crate::ids::{InvalidSlug, LabId, PartId, QuestionId, Tag, TopicId};

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
    pub key_points: Vec<KeyPoint>,
    pub sources: Vec<Source>,
    pub facts: Vec<Fact>,
    pub quiz: Vec<QuizItem>,
    pub answer: Prose,
    pub explanation: Prose,
    pub hands_on: Prose,
    pub steps: Vec<Step>,
    pub mistakes: Prose,
    pub follow_ups: Vec<FollowUp>,
}

/// One thing that a strong answer must say.
#[derive(Debug)]
pub struct KeyPoint {
    pub id: PartId,
    pub say: String,
    pub say_html: String,
    /// As written; [`Term::parse`] accepts every one of them.
    pub terms: Vec<String>,
    pub probe: String,
}

/// A page that backs the text.
#[derive(Debug)]
pub struct Source {
    pub title: String,
    pub url: String,
    /// The day of the copy that was read.
    pub checked: Date,
}

/// A claim that ages.
#[derive(Debug)]
pub struct Fact {
    pub claim_html: String,
    pub source: Option<String>,
    pub checked: Date,
    /// The last day on which the claim counts as fresh.
    pub review_by: Date,
}

/// A multiple-choice item; exactly one option is right.
#[derive(Debug)]
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
/// A strong answer has so many things to say.
const KEY_POINTS: std::ops::RangeInclusive<usize> = 3..=8;
const FOLLOW_UPS: std::ops::RangeInclusive<usize> = 3..=5;
const QUIZ_ITEMS: std::ops::RangeInclusive<usize> = 1..=3;

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

/// The Answer must cover half of the key points; with the explanation it must cover all: an entry that does
/// not say what it asks for would grade people against something that they could not have read.
fn lint_coverage(
    head: &CheckedHead,
    answer_heading: &Range<usize>,
    answer: &Prose,
    explanation: &Prose,
    synonyms: &coverage::Synonyms,
    reporter: &mut Reporter<'_>,
) {
    let spoken = coverage::Answer::prepare(&answer.text, synonyms);
    let both = format!("{}\n{}", answer.text, explanation.text);
    let both = coverage::Answer::prepare(&both, synonyms);
    let mut covered = 0;
    for (point, span) in &head.key_points {
        let terms: Vec<Term> = point.terms.iter().filter_map(|term| Term::parse(term).ok()).collect();
        if terms.is_empty() || terms.len() < point.terms.len() {
            // told already; whether the point is covered cannot be said
            covered += 1;
            continue;
        }
        if spoken.cover(&terms).verdict == Verdict::Covered {
            covered += 1;
        }
        let found = both.cover(&terms);
        if found.verdict != Verdict::Covered {
            let missing: Vec<_> = found.missing().map(|term| format!("`{term}`")).collect();
            let hint = if missing.is_empty() {
                "its terms must stand within one or two neighbouring sentences, and not be denied".to_owned()
            } else {
                format!(
                    "say {}, near the other terms, or add your wording as an alternative",
                    missing.join(", ")
                )
            };
            let message =
                format!("Answer and explanation together do not cover the key point `{}`", point.id);
            reporter.error(span.clone(), message, hint);
        }
    }
    if covered * 2 < head.key_points.len() {
        let message = format!("the Answer covers {covered} of its own {} key points", head.key_points.len());
        reporter.error(answer_heading.clone(), message, "say at least half of them in the first answer");
    }
}

/// The front matter after its checks, each key point with its place for the coverage lint.
struct CheckedHead {
    title: String,
    level: Option<Level>,
    kind: Option<Kind>,
    minutes: u8,
    tags: Vec<Tag>,
    aliases: Vec<String>,
    related: Vec<QuestionId>,
    labs: Vec<LabId>,
    key_points: Vec<(KeyPoint, Range<usize>)>,
    sources: Vec<Source>,
    facts: Vec<Fact>,
    quiz: Vec<QuizItem>,
}

/// Checks the front matter, field by field.
struct Head<'a, 'r, 's> {
    yaml: usize,
    surroundings: &'a Surroundings<'a>,
    reporter: &'r mut Reporter<'s>,
}

impl Head<'_, '_, '_> {
    fn check(
        mut self,
        front: FrontMatter,
        own_id: &QuestionId,
        renderer: &mut MarkdownRenderer<'_>,
    ) -> Option<CheckedHead> {
        let title = self.text(&front.title, "title");
        let level = self.known(&front.level);
        let kind = self.known(&front.kind);
        let minutes = front.minutes.value;
        if !(1..=30).contains(&minutes) {
            let span = self.span(&front.minutes);
            self.reporter.error(
                span,
                "`minutes` is out of range",
                "the speaking time of a good answer is 1 to 30 minutes",
            );
        }
        let tags = self.slugs(&front.tags, "write the tag in lower case with hyphens");
        let aliases = front.aliases.iter().filter_map(|alias| self.text(alias, "alias")).collect();
        let related = self.related(&front.related, own_id);
        let labs = self.labs(&front.labs);
        let key_points = self.key_points(&front.key_points, renderer);
        let sources: Vec<Source> = front.sources.iter().filter_map(|source| self.source(source)).collect();
        if front.sources.is_empty() {
            self.reporter.warning(
                0..3,
                "the question names no source",
                "list the pages that back it under `sources`",
            );
        }
        let facts = front.facts.iter().filter_map(|fact| self.fact(fact, renderer)).collect();
        let quiz = self.quiz(&front.quiz, renderer);
        Some(CheckedHead {
            title: title?,
            level,
            kind,
            minutes,
            tags,
            aliases,
            related,
            labs,
            key_points,
            sources,
            facts,
            quiz,
        })
    }

    fn span<T>(&self, value: &Spanned<T>) -> Range<usize> {
        span_of(value, self.yaml)
    }

    fn text(&mut self, value: &Spanned<String>, what: &str) -> Option<String> {
        let text = value.value.trim();
        if text.is_empty() {
            let span = self.span(value);
            self.reporter.error(span, format!("the {what} is empty"), "write it, or take the field out");
            return None;
        }
        Some(text.to_owned())
    }

    fn known<T: FromStr<Err = UnknownName>>(&mut self, value: &Spanned<String>) -> Option<T> {
        let span = self.span(value);
        value
            .value
            .parse()
            .inspect_err(|error: &UnknownName| {
                let hint = format!("use one of: {}", error.known);
                self.reporter.error(span, format!("unknown {} `{}`", error.what, error.text), hint);
            })
            .ok()
    }

    fn slugs<T: FromStr<Err = InvalidSlug>>(&mut self, values: &[Spanned<String>], hint: &str) -> Vec<T> {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for value in values {
            let span = self.span(value);
            match value.value.parse::<T>() {
                Ok(_) if !seen.insert(&value.value) => {
                    self.reporter.error(span, format!("`{}` is named twice", value.value), "keep one");
                }
                Ok(slug) => found.push(slug),
                Err(error) => self.reporter.error(span, error.to_string(), hint),
            }
        }
        found
    }

    fn related(&mut self, values: &[Spanned<String>], own_id: &QuestionId) -> Vec<QuestionId> {
        for value in values {
            let span = self.span(value);
            if value.value == own_id.as_str() {
                self.reporter.error(span, "the question is related to itself", "take it out");
            } else if !self.surroundings.questions.contains(value.value.as_str()) {
                let ids = self.surroundings.questions.iter().map(QuestionId::as_str);
                let hint = nearest(&value.value, ids)
                    .map_or("an id is a file's name without .md".to_owned(), |id| {
                        format!("did you mean `{id}`?")
                    });
                self.reporter.error(span, format!("unknown related question `{}`", value.value), hint);
            }
        }
        self.slugs(values, "an id is a file's name without .md")
    }

    fn labs(&mut self, values: &[Spanned<String>]) -> Vec<LabId> {
        for value in values {
            if !self.surroundings.labs.contains(value.value.as_str()) {
                let span = self.span(value);
                let message = format!("the lab `{}` does not exist", value.value);
                self.reporter.error(
                    span,
                    message,
                    "a lab is a folder content/labs/{id}; take the link out until it is there",
                );
            }
        }
        self.slugs(values, "a lab's id is the name of its folder")
    }

    fn key_points(
        &mut self,
        raw: &Spanned<Vec<RawKeyPoint>>,
        renderer: &mut MarkdownRenderer<'_>,
    ) -> Vec<(KeyPoint, Range<usize>)> {
        if !KEY_POINTS.contains(&raw.value.len()) {
            let span = self.span(raw);
            let message = format!("{} key points", raw.value.len());
            self.reporter.error(
                span.start..span.start,
                message,
                "a question has 3 to 8: the things that a strong answer must say",
            );
        }
        let mut seen = BTreeSet::new();
        raw.value.iter().filter_map(|point| self.key_point(point, &mut seen, renderer)).collect()
    }

    fn key_point(
        &mut self,
        raw: &RawKeyPoint,
        seen: &mut BTreeSet<PartId>,
        renderer: &mut MarkdownRenderer<'_>,
    ) -> Option<(KeyPoint, Range<usize>)> {
        let id = self.part_id(&raw.id, seen);
        let say = self.text(&raw.say, "`say` of the key point");
        let probe = self.text(&raw.probe, "`probe` of the key point");
        if raw.terms.value.is_empty() {
            let span = self.span(&raw.id);
            self.reporter.error(
                span,
                "the key point has no terms",
                "without terms no answer can be matched against it",
            );
        }
        for term in &raw.terms.value {
            if let Err(error) = Term::parse(&term.value) {
                let span = self.span(term);
                self.reporter.error(
                    span,
                    error.to_string(),
                    "alternatives are split by ` | `; one of them must occur",
                );
            }
        }
        let say_html = renderer.inline(&raw.say.value, &self.span(&raw.say), self.reporter);
        let terms = raw.terms.value.iter().map(|term| term.value.clone()).collect();
        Some((KeyPoint { id: id?, say: say?, say_html, terms, probe: probe? }, self.span(&raw.id)))
    }

    fn part_id(&mut self, value: &Spanned<String>, seen: &mut BTreeSet<PartId>) -> Option<PartId> {
        let span = self.span(value);
        match value.value.parse::<PartId>() {
            Ok(id) if !seen.insert(id.clone()) => {
                self.reporter.error(
                    span,
                    format!("the id `{id}` is used twice"),
                    "an id names one thing for good: choose another",
                );
                None
            }
            Ok(id) => Some(id),
            Err(error) => {
                self.reporter.error(span, error.to_string(), "an id looks like `front-door`");
                None
            }
        }
    }

    fn source(&mut self, raw: &RawSource) -> Option<Source> {
        let title = self.text(&raw.title, "title of the source");
        let url = self.web_address(&raw.url);
        let checked = self.date(&raw.checked);
        Some(Source { title: title?, url: url?, checked: checked? })
    }

    fn fact(&mut self, raw: &RawFact, renderer: &mut MarkdownRenderer<'_>) -> Option<Fact> {
        let claim = self.text(&raw.claim, "claim of the fact");
        let checked = self.date(&raw.checked);
        let review_by = self.date(&raw.review_by);
        let source = match &raw.source {
            Some(url) => Some(self.web_address(url)?),
            None => None,
        };
        let (claim, checked, review_by) = (claim?, checked?, review_by?);
        if review_by <= checked {
            let span = self.span(&raw.review_by);
            self.reporter.error(
                span,
                "`review_by` is not after `checked`",
                "give the day on which somebody should read the source again",
            );
        } else if review_by < self.surroundings.today {
            let span = self.span(&raw.review_by);
            let message = format!("stale fact, to be reviewed by {review_by}: {claim}");
            self.reporter.report(
                self.surroundings.stale_facts,
                span,
                message,
                "read the source again, mend the claim, and move `checked` and `review_by`",
            );
        }
        let claim_html = renderer.inline(&raw.claim.value, &self.span(&raw.claim), self.reporter);
        Some(Fact { claim_html, source, checked, review_by })
    }

    fn quiz(&mut self, raw: &[RawQuizItem], renderer: &mut MarkdownRenderer<'_>) -> Vec<QuizItem> {
        if !QUIZ_ITEMS.contains(&raw.len()) {
            let message = format!("{} quiz items", raw.len());
            self.reporter.warning(0..3, message, "a question has 1 to 3 under `quiz`");
        }
        let mut seen = BTreeSet::new();
        raw.iter().filter_map(|item| self.quiz_item(item, &mut seen, renderer)).collect()
    }

    fn quiz_item(
        &mut self,
        raw: &RawQuizItem,
        seen: &mut BTreeSet<PartId>,
        renderer: &mut MarkdownRenderer<'_>,
    ) -> Option<QuizItem> {
        let id = self.part_id(&raw.id, seen);
        self.text(&raw.ask, "`ask` of the quiz item")?;
        let span = self.span(&raw.id);
        let right = raw.options.value.iter().filter(|option| option.right).count();
        if raw.options.value.len() < 2 || right != 1 {
            let message = format!("{} options, {right} of them right", raw.options.value.len());
            self.reporter.error(
                span,
                message,
                "a quiz item has two options or more; mark exactly one with `right: true`",
            );
        }
        let options = raw.options.value.iter().filter_map(|option| {
            self.text(&option.text, "text of the option")?;
            self.text(&option.why, "`why` of the option")?;
            let text_html = renderer.inline(&option.text.value, &self.span(&option.text), self.reporter);
            let why_html = renderer.inline(&option.why.value, &self.span(&option.why), self.reporter);
            Some(QuizOption { text_html, right: option.right, why_html })
        });
        let options = options.collect();
        let ask_html = renderer.inline(&raw.ask.value, &self.span(&raw.ask), self.reporter);
        Some(QuizItem { id: id?, ask_html, options })
    }

    fn date(&mut self, value: &Spanned<String>) -> Option<Date> {
        let span = self.span(value);
        value
            .value
            .parse()
            .inspect_err(|_| {
                let message = format!("`{}` is not a date", value.value);
                self.reporter.error(span, message, "write a day as 2026-11-22");
            })
            .ok()
    }

    fn web_address(&mut self, value: &Spanned<String>) -> Option<String> {
        let good = url::Url::parse(&value.value)
            .is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.host_str().is_some());
        if !good {
            let span = self.span(value);
            let message = format!("`{}` is not a web address", value.value);
            self.reporter.error(span, message, "give the full address, beginning with https://");
            return None;
        }
        Some(value.value.clone())
    }
}

/// The known id that looks most like the one that was written, if one looks alike at all.
fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|id| (strsim::damerau_levenshtein(written, id), id))
        .filter(|(distance, id)| *distance <= id.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests;
