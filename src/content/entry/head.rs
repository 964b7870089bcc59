//! The checks of the front matter, field by field.
//!
//! Owns what each field may hold and says what is wrong at its place. The shape of the YAML is
//! `front_matter`'s; the body of the file is not looked at.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use jiff::civil::Date;
use serde_saphyr::Spanned;

use super::{Kind, Level, Surroundings, UnknownName};
use crate::content::diagnostic::Reporter;
use crate::content::document::{Fact, KeyPoint, QuizItem, QuizOption, Source};
use crate::content::front_matter::{FrontMatter, RawFact, RawKeyPoint, RawQuizItem, RawSource, span_of};
use crate::content::markdown::MarkdownRenderer;
use crate::coverage::Term;
use crate::ids::{InvalidSlug, LabId, PartId, QuestionId, Tag};

/// A strong answer has so many things to say.
const KEY_POINTS: std::ops::RangeInclusive<usize> = 3..=8;
const QUIZ_ITEMS: std::ops::RangeInclusive<usize> = 1..=3;

/// The front matter after its checks, each key point with its place for the coverage lint.
pub(super) struct CheckedHead {
    pub(super) title: String,
    pub(super) level: Option<Level>,
    pub(super) kind: Option<Kind>,
    pub(super) minutes: u8,
    pub(super) tags: Vec<Tag>,
    pub(super) aliases: Vec<String>,
    pub(super) related: Vec<QuestionId>,
    pub(super) labs: Vec<LabId>,
    pub(super) key_points: Vec<(KeyPoint<'static>, Range<usize>)>,
    pub(super) sources: Vec<Source<'static>>,
    pub(super) facts: Vec<Fact<'static>>,
    pub(super) quiz: Vec<QuizItem<'static>>,
}

/// Checks the front matter, field by field.
pub(super) struct Head<'a, 'r, 's> {
    pub(super) yaml: usize,
    pub(super) surroundings: &'a Surroundings<'a>,
    pub(super) reporter: &'r mut Reporter<'s>,
}

impl Head<'_, '_, '_> {
    pub(super) fn check(
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
        let sources: Vec<Source<'static>> =
            front.sources.iter().filter_map(|source| self.source(source)).collect();
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
    ) -> Vec<(KeyPoint<'static>, Range<usize>)> {
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
    ) -> Option<(KeyPoint<'static>, Range<usize>)> {
        let id = self.part_id(&raw.id, seen);
        let say = self.text(&raw.say, "`say` of the key point");
        let probe = self.text(&raw.probe, "`probe` of the key point");
        if raw.terms.value.iter().all(|term| term.value.trim_start().starts_with('!')) {
            let span = self.span(&raw.id);
            self.reporter.error(
                span,
                "the key point has no terms that an answer must say",
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
        let point =
            KeyPoint { id: id?, say: say?.into(), say_html: say_html.into(), terms, probe: probe?.into() };
        Some((point, self.span(&raw.id)))
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

    fn source(&mut self, raw: &RawSource) -> Option<Source<'static>> {
        let title = self.text(&raw.title, "title of the source");
        let url = self.web_address(&raw.url);
        let checked = self.date(&raw.checked);
        Some(Source { title: title?.into(), url: url?.into(), checked: checked? })
    }

    fn fact(&mut self, raw: &RawFact, renderer: &mut MarkdownRenderer<'_>) -> Option<Fact<'static>> {
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
        Some(Fact { claim_html: claim_html.into(), source, checked, review_by })
    }

    fn quiz(&mut self, raw: &[RawQuizItem], renderer: &mut MarkdownRenderer<'_>) -> Vec<QuizItem<'static>> {
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
    ) -> Option<QuizItem<'static>> {
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
            Some(QuizOption { text_html: text_html.into(), right: option.right, why_html: why_html.into() })
        });
        let options = options.collect();
        let ask_html = renderer.inline(&raw.ask.value, &self.span(&raw.ask), self.reporter);
        Some(QuizItem { id: id?, ask_html: ask_html.into(), options })
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
