//! The presets of mock interviews: `content/blueprints/<id>.toml`.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::catalogue::parse_toml;
use super::diagnostic::Reporter;
use super::entry::{Kind, Level};
use crate::ids::{BlueprintId, TopicId};

/// How strict a mock interview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Mode {
    /// As in an interview: one question after the other, no pause, and a prompt ends at 150 % of its time.
    Exam,
    /// All questions may be seen, two pauses may be taken, nothing but the whole is cut.
    Practice,
}

impl Mode {
    pub const ALL: [Self; 2] = [Self::Exam, Self::Practice];

    /// As it is written in blueprints and in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Exam => "exam",
            Self::Practice => "practice",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Exam => "Exam",
            Self::Practice => "Practice",
        }
    }
}

/// No mode has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown mode `{0}`; known are: exam, practice")]
pub struct UnknownMode(String);

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|mode| mode.slug() == text).ok_or_else(|| UnknownMode(text.to_owned()))
    }
}

/// A preset of a mock interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blueprint {
    pub id: BlueprintId,
    pub title: String,
    /// One or two sentences: what it is like.
    pub summary: String,
    /// For the whole.
    pub minutes: u16,
    /// Asked for; a small bank may have fewer.
    pub questions: u16,
    pub mode: Mode,
    /// Empty for all, as the two lists that follow.
    pub topics: Vec<TopicId>,
    pub levels: Vec<Level>,
    pub kinds: Vec<Kind>,
    /// The same time for each question; otherwise each has its share by its speaking time.
    pub seconds_per_question: Option<u32>,
    /// The topics are those that the person remembers least, found out when an interview is made.
    pub weakest: bool,
}

/// The file as it is written. A field that nobody knows is an error, so that a typing mistake shows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BlueprintFile {
    title: Spanned<String>,
    summary: Spanned<String>,
    minutes: Spanned<u16>,
    questions: Spanned<u16>,
    #[serde(default)]
    mode: Option<Spanned<String>>,
    #[serde(default)]
    topics: Vec<Spanned<String>>,
    #[serde(default)]
    levels: Vec<Spanned<String>>,
    #[serde(default)]
    kinds: Vec<Spanned<String>>,
    #[serde(default)]
    seconds_per_question: Option<Spanned<u32>>,
    #[serde(default)]
    weakest: bool,
}

/// Questions and minutes that a mock interview has at most; a longer one is a mistake of typing.
pub const MOST_QUESTIONS: u16 = 50;
pub const MOST_MINUTES: u16 = 240;
/// Seconds that a question has.
pub const SECONDS_PER_QUESTION: RangeInclusive<u32> = 30..=3600;

/// Reads a preset.
pub fn parse(
    id: &BlueprintId,
    source: &str,
    topics: &BTreeSet<TopicId>,
    reporter: &mut Reporter<'_>,
) -> Option<Blueprint> {
    let file: BlueprintFile = parse_toml(source, reporter)?;
    for (text, what) in [(&file.title, "title"), (&file.summary, "summary")] {
        if text.get_ref().trim().is_empty() {
            reporter.error(text.span(), format!("the {what} is empty"), "people choose by it");
        }
    }
    within(&file.minutes, 1..=MOST_MINUTES, "minutes", reporter);
    within(&file.questions, 1..=MOST_QUESTIONS, "questions", reporter);
    if let Some(seconds) = &file.seconds_per_question {
        within(seconds, SECONDS_PER_QUESTION, "seconds_per_question", reporter);
    }
    let known: Vec<&str> = topics.iter().map(TopicId::as_str).collect();
    let topic = |text: &str| match topics.get(text) {
        Some(topic) => Ok(topic.clone()),
        None => Err(format!("unknown topic `{text}`; known are: {}", known.join(", "))),
    };
    let weakest = file.weakest;
    if let (true, Some(first)) = (weakest, file.topics.first()) {
        let hint = "leave the topics out: they are the person's weakest";
        reporter.error(first.span(), "a preset of the weakest topics names topics", hint);
    }
    let mode = match &file.mode {
        Some(mode) => named(std::slice::from_ref(mode), Mode::from_str, reporter).pop()?,
        None => Mode::Exam,
    };
    Some(Blueprint {
        id: id.clone(),
        minutes: *file.minutes.get_ref(),
        questions: *file.questions.get_ref(),
        mode,
        topics: named(&file.topics, topic, reporter),
        levels: named(&file.levels, Level::from_str, reporter),
        kinds: named(&file.kinds, Kind::from_str, reporter),
        seconds_per_question: file.seconds_per_question.map(Spanned::into_inner),
        weakest,
        title: file.title.into_inner(),
        summary: file.summary.into_inner(),
    })
}

fn within<T: PartialOrd + Display>(
    value: &Spanned<T>,
    range: RangeInclusive<T>,
    what: &str,
    reporter: &mut Reporter<'_>,
) {
    if !range.contains(value.get_ref()) {
        let message = format!("`{what}` is {}", value.get_ref());
        reporter.error(value.span(), message, format!("a number from {} to {}", range.start(), range.end()));
    }
}

/// The things that a list names, each once. What has no such name, or is there already, is an error.
fn named<T: PartialEq, E: Display>(
    list: &[Spanned<String>],
    parse: impl Fn(&str) -> Result<T, E>,
    reporter: &mut Reporter<'_>,
) -> Vec<T> {
    let mut found = Vec::with_capacity(list.len());
    for text in list {
        match parse(text.get_ref()) {
            Ok(one) if found.contains(&one) => {
                reporter.error(
                    text.span(),
                    format!("`{}` is listed twice", text.get_ref()),
                    "keep one of the two",
                );
            }
            Ok(one) => found.push(one),
            Err(error) => {
                let message = error.to_string();
                // what is wrong, and what could stand there
                let (message, hint) = message.split_once("; ").unwrap_or((&message, ""));
                reporter.error(text.span(), message, hint);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = \"T\"\nsummary = \"S.\"\nminutes = 30\nquestions = 6\nmode = \"practice\"\n\
        topics = [\"a\", \"b\"]\nlevels = [\"advanced\"]\nkinds = [\"design\"]\nseconds_per_question = 120\n";

    fn read(text: &str) -> (Option<Blueprint>, Vec<String>) {
        let topics = ["a", "b"].map(|topic| topic.parse().unwrap()).into();
        let mut reporter = Reporter::new("x.toml", text);
        let id = "x".parse().unwrap();
        let blueprint = parse(&id, text, &topics, &mut reporter).filter(|_| !reporter.has_errors());
        (blueprint, reporter.finish().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_preset_says_what_is_asked_and_how_long() {
        let (blueprint, problems) = read(GOOD);
        assert_eq!(problems, [""; 0]);
        let blueprint = blueprint.unwrap();
        assert_eq!((blueprint.minutes, blueprint.questions, blueprint.mode), (30, 6, Mode::Practice));
        assert_eq!(blueprint.topics.iter().map(TopicId::as_str).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((blueprint.levels, blueprint.kinds), (vec![Level::Advanced], vec![Kind::Design]));
        assert_eq!((blueprint.seconds_per_question, blueprint.weakest), (Some(120), false));
        let short = "title = \"T\"\nsummary = \"S.\"\nminutes = 1\nquestions = 1\nweakest = true\n";
        let blueprint = read(short).0.unwrap();
        assert_eq!((blueprint.mode, blueprint.weakest, blueprint.topics.len()), (Mode::Exam, true, 0));
    }

    #[test]
    fn a_mistake_in_a_preset_is_told_with_its_place_and_a_hint() {
        let cases = [
            ("minutes = 30", "minutes = 0", "x.toml:3:11: error: `minutes` is 0 (a number from 1 to 240)"),
            (
                "questions = 6",
                "questions = 51",
                "x.toml:4:13: error: `questions` is 51 (a number from 1 to 50)",
            ),
            ("= 120", "= 5", "x.toml:9:24: error: `seconds_per_question` is 5 (a number from 30 to 3600)"),
            (
                "\"practice\"",
                "\"hard\"",
                "x.toml:5:8: error: unknown mode `hard` (known are: exam, practice)",
            ),
            ("\"b\"]", "\"c\"]", "x.toml:6:16: error: unknown topic `c` (known are: a, b)"),
            ("\"b\"]", "\"a\"]", "x.toml:6:16: error: `a` is listed twice (keep one of the two)"),
            ("\"advanced\"", "\"expert\"", "x.toml:7:11: error: unknown level `expert` (known are: "),
            ("\"design\"", "\"riddle\"", "x.toml:8:10: error: unknown kind `riddle` (known are: "),
            ("\"S.\"", "\" \"", "x.toml:2:11: error: the summary is empty (people choose by it)"),
            ("minutes", "minuets", "x.toml:3:1: error: unknown field `minuets`"),
            ("minutes = 30\n", "", "x.toml:1:1: error: missing field `minutes`"),
            (
                "seconds_per_question = 120",
                "weakest = true",
                "x.toml:6:11: error: a preset of the weakest topics names topics",
            ),
        ];
        for (good, bad, expected) in cases {
            let (blueprint, problems) = read(&GOOD.replacen(good, bad, 1));
            assert!(blueprint.is_none(), "{bad}");
            assert_eq!(problems.len(), 1, "{bad}: {problems:#?}");
            assert!(problems[0].starts_with(expected), "{expected}\n{}", problems[0]);
        }
    }
}
