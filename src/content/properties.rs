//! What holds for every text: the parser does not panic, reports only places that exist, and prints no markup that
//! it did not make.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;

use super::diagnostic::{Reporter, Severity};
use super::sample::{QUESTION, parse};

/// Scraps that the parser looks for, so that chance puts them where they do not belong.
#[rustfmt::skip]
const SCRAPS: &[&str] = &[
    "---\n", "\n", "\n\n", "## Answer\n", "## Hands-on example\n", "# Common mistakes\n", "> ", "- ", "1. ", "   ", "\t", "{#", "}",
    "{#build}", "### Why? {#why}\n", "```", "```diagram title=\"a\" description=\"b\"\nflowchart TB\na[A] --> b[B]\n```\n", "|", "| a |\n| - |\n",
    "[^1]", "[^1]: x", "[a](", "](javascript:x)", "![", "<b>", "<!--", "&amp;", "\\", "*", "_", "`", "~~", "key_points:\n", "  - id: ",
    "terms: [", "]", ": ", "&a ", "*a", "<<: ", "!!binary ", "? ", "\"", "'", "\u{feff}", "\r\n", "\0", "é", "한", "𝔸", "e\u{301}",
];

/// The sample and every question of the bank.
fn real_questions() -> Vec<String> {
    let mut texts = vec![QUESTION.to_owned()];
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("content/questions")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension() == Some(Path::new("md").as_os_str()) {
                texts.push(fs::read_to_string(path).expect("UTF-8"));
            }
        }
    }
    texts.sort();
    texts
}

/// Cuts a passage out of a text and puts another one in.
fn mutate(text: &mut String, from: Index, length: usize, scrap: &str) {
    let start = text.floor_char_boundary(from.index(text.len() + 1));
    let end = text.ceil_char_boundary((start + length).min(text.len()));
    text.replace_range(start..end, scrap);
}

fn assert_holds(text: &str) -> Result<(), TestCaseError> {
    let (entry, problems) = parse(text, Severity::Warning);
    let errors = problems.iter().any(|problem| problem.severity == Severity::Error);
    prop_assert_eq!(entry.is_some(), !errors, "an entry, or an error that tells why not");
    for problem in &problems {
        prop_assert!(text.get(problem.span.clone()).is_some(), "{:?} is in the file", problem.span);
        let line = text.split('\n').nth(problem.line - 1);
        let width = line.map(|line| line.chars().count());
        prop_assert!(width.is_some_and(|width| problem.column <= width + 1), "{} is in the file", problem);
        prop_assert!(problem.hint.is_some(), "{problem} says what to do");
        let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
        prop_assert!(problem.render(text).contains(&place), "{}\n{}", place, problem.render(text));
    }
    if let Some(entry) = entry {
        for prose in [&entry.answer, &entry.explanation, &entry.hands_on, &entry.mistakes] {
            for forbidden in ["<script", "<style", " style=", "=\"javascript:", "<img", "<iframe"] {
                prop_assert!(!prose.html.contains(forbidden), "{forbidden} in {}", prose.html);
            }
        }
    }
    Ok(())
}

proptest! {
    // A debug build takes milliseconds for each; the many small changes below go further than more cases would.
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), proptest::collection::vec(proptest::sample::select(SCRAPS), 0..80).prop_map(|scraps| scraps.concat())]) {
        assert_holds(&text)?;
        assert_holds(&format!("---\n{text}\n---\n{text}"))?;
        let body = QUESTION.find("## Answer").expect("in the sample");
        assert_holds(&format!("{}{text}", &QUESTION[..body]))?;
    }

    #[test]
    fn no_change_of_a_real_question_panics(
        question in any::<Index>(),
        changes in proptest::collection::vec((any::<Index>(), 0_usize..60, proptest::sample::select(SCRAPS)), 1..6),
    ) {
        let mut text = question.get(&real_questions()).clone();
        for (from, length, scrap) in changes {
            mutate(&mut text, from, length, scrap);
        }
        assert_holds(&text)?;
    }

    #[test]
    fn a_report_is_inside_the_file_wherever_it_is_said_to_be(
        text in "[a é한𝔸\n\r]{0,40}",
        start in 0_usize..60,
        length in 0_usize..60,
        line in 0_usize..60,
    ) {
        let mut reporter = Reporter::new("x", &text);
        let line_span = reporter.line_span(line);
        prop_assert!(text.get(line_span.clone()).is_some_and(|line| !line.contains('\n')), "{:?}", line_span);
        prop_assert!(reporter.line_of(start) <= text.matches('\n').count() + 1);
        reporter.error(start..start + length, "m", "h");
        let problem = reporter.finish().remove(0);
        prop_assert!(text.get(problem.span.clone()).is_some());
        let before = &text[..problem.span.start];
        prop_assert_eq!(problem.line, before.split('\n').count());
        prop_assert_eq!(problem.column, before.rsplit('\n').next().unwrap_or("").chars().count() + 1);
        prop_assert!(!problem.render(&text).is_empty());
    }
}

/// Recursion that follows the depth of a file would end the program, not the test: a stack overflow is no panic.
#[test]
fn a_file_that_is_nested_as_deep_as_it_can_be_is_parsed_or_refused() {
    const DEPTH: usize = 20_000;
    let (head, body) = QUESTION.split_at(QUESTION.find("## Answer").expect("in the sample"));
    for opening in ["[", "{a: ", "- ", "? ", "&a [*a, ", "!!seq ["] {
        let text = QUESTION.replace("tags: [s3, versioning]", &format!("tags: {}", opening.repeat(DEPTH)));
        let (entry, problems) = parse(&text, Severity::Warning);
        assert!(entry.is_none() && !problems.is_empty(), "{opening:?}");
    }
    for opening in ["> ", "- ", "1. ", "[", "![", "*a ", "**", "(", "<b>", "`", "| "] {
        let deep = body.replacen(
            "Each version has an id",
            &format!("{}\n\nEach version has an id", opening.repeat(DEPTH)),
            1,
        );
        let _ = parse(&format!("{head}{deep}"), Severity::Warning);
    }
}
