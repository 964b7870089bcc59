//! A small complete question for the tests of this module, and a way to break one thing in it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::diagnostic::{Diagnostic, Severity};
use super::entry::{self, Entry, Surroundings};
use super::highlight::CodeColours;
use crate::coverage::Synonyms;
use crate::ids::{LabId, QuestionId, TopicId};

/// A question without any problem.
pub const QUESTION: &str = include_str!("../../tests/samples/question.md");

thread_local! {
    /// Grammars take longer to load than a question to parse.
    static COLOURS: RefCell<CodeColours> = RefCell::new(CodeColours::new());
}

/// The day on which it is checked.
const TODAY: Date = Date::constant(2026, 11, 22);

/// In a text: where a problem is expected. Taken out before the text is parsed.
const HERE: char = '▸';

/// The sample with one passage replaced, and the places that are marked in the replacement.
pub struct Broken {
    pub text: String,
    /// `line:column` of every mark, in the order of the file.
    pub marks: Vec<String>,
}

impl Broken {
    /// Replaces the passage `from`, which must be in the sample exactly once.
    pub fn new(from: &str, to: &str) -> Self {
        assert_eq!(QUESTION.matches(from).count(), 1, "in the sample once: {from:?}");
        Self::of(&QUESTION.replace(from, to))
    }

    /// Any text with marks.
    pub fn of(marked: &str) -> Self {
        let mut marks = Vec::new();
        let mut text = String::new();
        let (mut line, mut column) = (1, 1);
        for c in marked.chars() {
            match c {
                HERE => marks.push(format!("{line}:{column}")),
                '\n' => (line, column) = (line + 1, 1),
                _ => column += 1,
            }
            if c != HERE {
                text.push(c);
            }
        }
        Self { text, marks }
    }

    pub fn problems(&self) -> Vec<Diagnostic> {
        parse(&self.text, Severity::Warning).1
    }
}

/// Parses a text as the question `s3-versioning` of the topic `storage`; it may name one other question and no lab.
pub fn parse(text: &str, stale_facts: Severity) -> (Option<Entry>, Vec<Diagnostic>) {
    parse_in("storage", text, stale_facts)
}

/// The same in another topic.
pub fn parse_in(topic: &str, text: &str, stale_facts: Severity) -> (Option<Entry>, Vec<Diagnostic>) {
    let id: QuestionId = "s3-versioning".parse().expect("a slug");
    let topics: BTreeSet<TopicId> =
        ["networking", "storage"].map(|topic| topic.parse().expect("a slug")).into();
    let other: QuestionId = "shared-responsibility-model".parse().expect("a slug");
    let surroundings = Surroundings {
        topics: &topics,
        questions: &[id.clone(), other].into(),
        labs: &BTreeSet::<LabId>::new(),
        synonyms: &Synonyms::default(),
        today: TODAY,
        stale_facts,
    };
    let file = "storage/s3-versioning.md";
    let topic = topic.parse().expect("a slug");
    COLOURS.with_borrow_mut(|colours| entry::parse(file, text, id, topic, &surroundings, colours))
}

/// A way to break the sample: the passage, what stands there instead (with a mark for every problem), and what
/// the report must say: part of the message, part of the hint.
pub type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Breaks the sample in each way and expects those problems at those places, and no other.
pub fn assert_problems(severity: Severity, cases: &[Case<'_>]) {
    for (from, to, expected) in cases {
        let broken = Broken::new(from, to);
        let (entry, problems) = parse(&broken.text, Severity::Warning);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(problems.len(), expected.len(), "{to:?} reports {told:#?}");
        assert_eq!(broken.marks.len(), expected.len(), "a mark for each problem in {to:?}");
        for ((problem, mark), (message, hint)) in problems.iter().zip(&broken.marks).zip(*expected) {
            let text = problem.to_string();
            let place = format!("storage/s3-versioning.md:{mark}: {severity}: ");
            assert!(text.starts_with(&place), "expected at {place}\n{text}");
            assert!(problem.message.contains(message), "expected {message:?} in\n{text}");
            assert!(
                problem.hint.as_deref().is_some_and(|told| told.contains(hint)),
                "expected {hint:?} in\n{text}"
            );
        }
        assert_eq!(
            entry.is_some(),
            severity == Severity::Warning,
            "an error leaves the file out, a warning does not: {to:?}"
        );
    }
}
