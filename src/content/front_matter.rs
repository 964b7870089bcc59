//! The YAML at the head of a question file: split off, deserialised, every value with its place in the file.
//!
//! Only the shape is decided here; whether a level, a topic or a related id exists is for [`super::entry`].

use std::ops::Range;

use serde::Deserialize;
use serde_saphyr::Spanned;

use super::diagnostic::Reporter;

/// The front matter as it is written. A field that nobody knows is an error, so that a typing mistake shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontMatter {
    pub title: Spanned<String>,
    pub level: Spanned<String>,
    pub kind: Spanned<String>,
    #[serde(default)]
    pub tags: Vec<Spanned<String>>,
    #[serde(default)]
    pub aliases: Vec<Spanned<String>>,
    pub minutes: Spanned<u8>,
    #[serde(default)]
    pub related: Vec<Spanned<String>>,
    #[serde(default)]
    pub labs: Vec<Spanned<String>>,
    pub key_points: Spanned<Vec<RawKeyPoint>>,
    #[serde(default)]
    pub sources: Vec<RawSource>,
    #[serde(default)]
    pub facts: Vec<RawFact>,
    #[serde(default)]
    pub quiz: Vec<RawQuizItem>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawKeyPoint {
    pub id: Spanned<String>,
    pub say: Spanned<String>,
    pub terms: Spanned<Vec<Spanned<String>>>,
    pub probe: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    pub title: Spanned<String>,
    pub url: Spanned<String>,
    pub checked: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFact {
    pub claim: Spanned<String>,
    pub checked: Spanned<String>,
    pub review_by: Spanned<String>,
    /// The address of the page that backs the claim, when it is not one of the sources.
    pub source: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawQuizItem {
    pub id: Spanned<String>,
    pub ask: Spanned<String>,
    pub options: Spanned<Vec<RawOption>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOption {
    pub text: Spanned<String>,
    #[serde(default)]
    pub right: bool,
    pub why: Spanned<String>,
}

/// A file cut in two: where its YAML stands and where its Markdown begins.
#[derive(Debug)]
pub struct Split {
    pub yaml: Range<usize>,
    pub body: Range<usize>,
}

/// Cuts a file at its `---` lines.
pub fn split(source: &str, reporter: &mut Reporter<'_>) -> Option<Split> {
    let hint = "start the file with a line `---`, then YAML, then a line `---`, then the sections";
    let mut lines = source.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else {
        reporter.error(reporter.line_span(1), "the file has no front matter", hint);
        return None;
    };
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == "---" {
            return Some(Split { yaml: first.len()..at, body: at + line.len()..source.len() });
        }
        at += line.len();
    }
    reporter.error(reporter.line_span(1), "the front matter does not end", hint);
    None
}

/// Deserialises the YAML. A file whose front matter cannot be read yields one error, at the place that YAML or serde names.
pub fn parse(source: &str, yaml: &Range<usize>, reporter: &mut Reporter<'_>) -> Option<FrontMatter> {
    match serde_saphyr::from_str::<FrontMatter>(&source[yaml.clone()]) {
        Ok(front_matter) => Some(front_matter),
        Err(error) => {
            let at = error
                .location()
                .and_then(|location| location.span().byte_offset())
                .and_then(|offset| usize::try_from(offset).ok())
                .map_or(yaml.start, |offset| yaml.start + offset);
            let end = source[at.min(source.len())..].find('\n').map_or(at, |length| at + length);
            let message = error.without_snippet().to_string();
            // YAML counts lines from the front matter's first; the report has the file's own
            let message = message.lines().next().unwrap_or("the front matter is not valid YAML");
            let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
            reporter.error(
                at..end.max(at),
                format!("front matter: {message}"),
                "see CONTRIBUTING.md for the fields of a question; put quotes around a text that contains `: ` or ` #`",
            );
            None
        }
    }
}

/// Where a value of the front matter stands in the file.
pub fn span_of<T>(value: &Spanned<T>, yaml_start: usize) -> Range<usize> {
    let span = value.referenced.span();
    let byte = |offset: Option<u64>| offset.and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0);
    let start = yaml_start + byte(span.byte_offset());
    start..start + byte(span.byte_len())
}
