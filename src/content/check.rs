//! `dryrun check`: every problem of the content, without a database.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::diagnostic::{Diagnostic, Severity};
use super::entry::{self, Surroundings};
use super::highlight::CodeColours;
use super::source::{QuestionFile, SourceFile, Sources};
use super::sync::Frame;
use crate::ids::QuestionId;

/// What the check found.
#[derive(Debug)]
pub struct Checked {
    /// Question files read.
    pub questions: usize,
    /// Each problem with the text to print for it.
    pub problems: Vec<(Diagnostic, String)>,
}

impl Checked {
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|(problem, _)| problem.severity == severity).count()
    }
}

/// Parses, lints and renders everything. Facts past their review date are `stale_facts`.
#[must_use]
pub fn check(sources: &Sources, today: Date, stale_facts: Severity) -> Checked {
    let frame = Frame::read(sources);
    let topics = frame.topics.iter().map(|topic| topic.id.clone()).collect();
    let questions: BTreeSet<QuestionId> = sources.questions.keys().cloned().collect();
    let surroundings = Surroundings {
        topics: &topics,
        questions: &questions,
        labs: &sources.labs,
        synonyms: &frame.synonyms.for_coverage,
        today,
        stale_facts,
    };
    let mut colours = CodeColours::new();
    let mut problems: Vec<(Diagnostic, String)> = Vec::new();
    let blueprints = sources.blueprints.values().flatten();
    let frame_files = sources.topics.iter().chain(&sources.synonyms).chain(blueprints);
    for problem in sources.problems.iter().chain(&frame.problems) {
        let text =
            frame_files.clone().find(|file| file.name == problem.file).and_then(|file| file.read().ok());
        problems.push((problem.clone(), problem.render(&text.unwrap_or_default())));
    }
    for (id, question) in &sources.questions {
        // both the file and the one that it replaces are content, so both are checked
        for question in question.with_beneath() {
            problems.extend(check_question(id, question, &surroundings, &mut colours));
        }
    }
    Checked { questions: sources.questions.len(), problems }
}

fn check_question(
    id: &QuestionId,
    question: &QuestionFile,
    surroundings: &Surroundings<'_>,
    colours: &mut CodeColours,
) -> Vec<(Diagnostic, String)> {
    let file: &SourceFile = &question.file;
    match file.read() {
        Ok(text) => {
            let (_, problems) =
                entry::parse(&file.name, &text, id.clone(), question.topic.clone(), surroundings, colours);
            problems.into_iter().map(|problem| (problem.clone(), problem.render(&text))).collect()
        }
        Err(problem) => vec![(problem.clone(), problem.render(""))],
    }
}
