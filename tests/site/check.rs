//! `dryrun check`

use dryrun::content::{self, Severity, Sources};
use jiff::civil::Date;

use crate::bank;
use crate::overlay::{Overlay, QUESTION, QUESTION_FILE, question_with};
use crate::program::{Ended, dryrun, run};

fn check(arguments: &[&str], overlay: Option<&Overlay>) -> Ended {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = dryrun(home.path());
    command.arg("check").args(arguments);
    if let Some(overlay) = overlay {
        command.arg("--content").arg(overlay.path());
    }
    run(&mut command)
}

/// The last line: questions, errors, warnings. Facts of the bank go stale as years pass, so warnings are compared with
/// what the bank has alone.
fn counts(ended: &Ended) -> [usize; 3] {
    let line = ended.stdout.lines().last().expect("a summary");
    let numbers: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    let counts: [usize; 3] = numbers.try_into().unwrap_or_else(|_| panic!("{line}"));
    let plural = |number, what| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let [questions, errors, warnings] = counts;
    assert_eq!(
        line,
        format!(
            "{}, {}, {}",
            plural(questions, "question"),
            plural(errors, "error"),
            plural(warnings, "warning")
        )
    );
    counts
}

#[test]
fn the_built_in_content_has_no_problem_on_the_day_of_its_facts() {
    let sources = Sources::find(None).expect("embedded content");
    let checked = content::check::check(&sources, Date::constant(2026, 11, 22), Severity::Error);
    let told: Vec<&String> = checked.problems.iter().map(|(_, text)| text).collect();
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(checked.questions, bank::questions().len());
}

#[test]
fn the_check_of_the_built_in_content_alone_ends_well() {
    let ended = check(&[], None);
    let [questions, errors, _] = counts(&ended);
    assert_eq!((questions, errors), (bank::questions().len(), 0), "{}", ended.stdout);
    assert_eq!((ended.status.code(), ended.stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_good_overlay_is_counted_with_the_built_in_content() {
    let ended = check(&[], Some(&Overlay::with_question()));
    let [questions, errors, _] = counts(&ended);
    assert_eq!((questions, errors), (bank::questions().len() + 1, 0), "{}", ended.stdout);
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn every_problem_of_every_file_is_shown_with_its_line_and_a_hint() {
    const STORAGE_FILE: &str = "questions/storage/s3-versioning.md";
    let overlay = Overlay::new();
    overlay.write(
        STORAGE_FILE,
        question_with(&[("level: beginner", "level: expert"), ("kind: concept", "kind: essay")]),
    );
    overlay.write("questions/storage/other.md", "No front matter.\n");
    overlay.write("questions/stray.md", QUESTION);
    overlay.write("questions/storage/Bad Name.md", QUESTION);
    overlay.write("questions/storage/latin.md", b"---\ntitle: \xe9\n");
    overlay.write("questions/storage/large.md", QUESTION.repeat(1 + 1024 * 1024 / QUESTION.len()));
    overlay.write("topics.toml", "[[topic]]\nid = \"storage\"\ntitel = \"Storage\"\n");
    overlay.write("blueprints/ours.toml", "title = \"T\"\nsummary = \"S.\"\nminutes = 0\nquestions = 1\n");
    let ended = check(&[], Some(&overlay));
    assert_eq!(ended.status.code(), Some(1));
    for (file, line, message, hint) in [
        (
            STORAGE_FILE,
            "3:8",
            "error: unknown level `expert`",
            "help: use one of: beginner, intermediate, advanced",
        ),
        (STORAGE_FILE, "4:7", "error: unknown kind `essay`", "help: use one of: concept, comparison"),
        (
            "questions/storage/other.md",
            "1:1",
            "error: the file has no front matter",
            "help: start the file with a line `---`",
        ),
        (
            "questions/stray.md",
            "1:1",
            "error: the question stands in no topic's folder",
            "help: a question's file is questions/{topic}/{id}.md",
        ),
        (
            "questions/storage/Bad Name.md",
            "1:1",
            "error: `Bad Name` is not a valid question id",
            "help: rename the file",
        ),
        ("questions/storage/latin.md", "1:1", "error: the file is not UTF-8", "help: save it as UTF-8 text"),
        (
            "questions/storage/large.md",
            "1:1",
            "error: the file is larger than 1 MiB",
            "help: a question is a few pages of text",
        ),
        ("topics.toml", "3:1", "error: unknown field `titel`", "help: the file is TOML"),
        ("blueprints/ours.toml", "3:11", "error: `minutes` is 0", "help: a number from 1 to 240"),
    ] {
        let place = format!("{}:{line}", overlay.file(file).display());
        let report =
            ended.stdout.split("\n\n").find(|report| report.contains(&place) && report.starts_with(message));
        let report = report.unwrap_or_else(|| panic!("{message} at {place} in\n{}", ended.stdout));
        assert!(report.contains(hint), "{hint} in\n{report}");
    }
    assert!(
        ended.stdout.contains("3 | level: expert\n  |        ^^^^^^"),
        "the line itself is shown\n{}",
        ended.stdout
    );
    assert_eq!(counts(&ended)[1], 9, "{}", ended.stdout);
}

#[test]
fn a_stale_fact_is_a_warning_and_with_stale_an_error() {
    let overlay = Overlay::with_question();
    let stale =
        [("checked: 2026-08-01, review_by: 2027-05-22", "checked: 2020-01-01, review_by: 2021-01-01")];
    overlay.write(QUESTION_FILE, question_with(&stale));
    let place = format!("{}:26:", overlay.file(QUESTION_FILE).display());

    let ended = check(&[], Some(&overlay));
    assert_eq!(ended.status.code(), Some(0));
    assert!(
        ended.stdout.contains("warning: stale fact, to be reviewed by 2021-01-01")
            && ended.stdout.contains(&place),
        "{}",
        ended.stdout
    );
    let alone = counts(&check(&[], None))[2];
    assert_eq!(counts(&ended)[1..], [0, alone + 1], "{}", ended.stdout);

    let ended = check(&["--stale"], Some(&overlay));
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stdout.contains("error: stale fact, to be reviewed by 2021-01-01"), "{}", ended.stdout);
    assert_eq!(counts(&ended)[1..], [alone + 1, 0], "{}", ended.stdout);

    let home = tempfile::tempdir().expect("a temporary folder");
    let ended = run(dryrun(home.path())
        .arg("check")
        .env("DRYRUN_STALE", "true")
        .env("DRYRUN_CONTENT", overlay.path()));
    assert_eq!(ended.status.code(), Some(1), "the variables work as well");
}

#[test]
fn a_built_in_question_stays_checked_below_the_one_that_replaces_it() {
    let overlay = Overlay::new();
    let broken = question_with(&[("kind: concept", "kind: essay"), ("[shared-responsibility-model]", "[]")]);
    overlay.write("questions/serverless/api-gateway-lambda.md", broken);
    let ended = check(&[], Some(&overlay));
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(counts(&ended)[..2], [bank::questions().len(), 1], "{}", ended.stdout);
}

#[test]
fn links_between_the_overlay_and_the_built_in_content_are_checked() {
    let overlay = Overlay::with_question();
    let linked = question_with(&[(
        "Each version has an id",
        "Each [version](/questions/vpc-core-components#answer) has an id",
    )]);
    overlay.write(QUESTION_FILE, linked);
    assert_eq!(check(&[], Some(&overlay)).status.code(), Some(0));
    overlay.write(QUESTION_FILE, question_with(&[("[shared-responsibility-model]", "[vpc-core-component]")]));
    let ended = check(&[], Some(&overlay));
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stdout.contains("unknown related question `vpc-core-component`"), "{}", ended.stdout);
    assert!(ended.stdout.contains("did you mean `vpc-core-components`?"), "{}", ended.stdout);
}
