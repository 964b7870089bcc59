//! The small TOML files beside the questions: the topics in their order, and the synonyms.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::diagnostic::Reporter;
use crate::coverage;
use crate::ids::{QuestionId, TopicId};

/// A topic of the bank, as `content/topics.toml` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub id: TopicId,
    pub title: String,
    /// One or two sentences: what an interviewer asks about here.
    pub summary: String,
    /// An order to study in. Questions that it does not name come after it, by level and title.
    #[serde(default)]
    pub path: Vec<QuestionId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicsFile {
    topic: Vec<toml::Spanned<Topic>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SynonymsFile {
    groups: Vec<Vec<String>>,
}

/// Phrases that mean the same, such as "security group" and "SG"; the canonical one first.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    pub groups: Vec<Vec<String>>,
    /// The same, ready for matching answers.
    pub for_coverage: coverage::Synonyms,
}

/// Reads `topics.toml`.
pub fn parse_topics(source: &str, reporter: &mut Reporter<'_>) -> Option<Vec<Topic>> {
    let file: TopicsFile = parse_toml(source, reporter)?;
    let mut seen = BTreeSet::new();
    for topic in &file.topic {
        let id = &topic.get_ref().id;
        if !seen.insert(id) {
            reporter.error(topic.span(), format!("the topic `{id}` is listed twice"), "keep one of the two");
        }
    }
    Some(file.topic.into_iter().map(toml::Spanned::into_inner).collect())
}

/// Reads `synonyms.toml`.
pub fn parse_synonyms(source: &str, reporter: &mut Reporter<'_>) -> Option<Synonyms> {
    let SynonymsFile { groups } = parse_toml(source, reporter)?;
    let mut place = |phrase: &str, message: String| {
        let at = source.find(phrase).unwrap_or(0);
        reporter.error(at..at + phrase.len(), message, "write a group as [\"security group\", \"SG\"]");
    };
    for group in groups.iter().filter(|group| group.len() < 2) {
        let phrase = group.first().map_or("", String::as_str);
        place(phrase, "a group of synonyms needs two phrases or more".to_owned());
    }
    let for_coverage =
        coverage::Synonyms::new(&groups).map_err(|error| place(&error.phrase, error.to_string())).ok()?;
    Some(Synonyms { groups, for_coverage })
}

pub(super) fn parse_toml<T: serde::de::DeserializeOwned>(
    source: &str,
    reporter: &mut Reporter<'_>,
) -> Option<T> {
    toml::from_str(source)
        .inspect_err(|error| {
            let span = error.span().unwrap_or(0..0);
            reporter.error(
                span,
                error.message(),
                "the file is TOML; see content/ in the repository for its shape",
            );
        })
        .ok()
}

#[cfg(test)]
mod tests;
