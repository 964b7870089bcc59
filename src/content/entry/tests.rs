use super::*;
use crate::content::sample::{Broken, QUESTION, assert_problems, parse, parse_in};

const ONE_POINT: &str = "  - id: delete-marker
    say: \"A delete only adds a *delete marker* on top.\"
    terms: [\"delete marker\"]
    probe: Where is an object after you deleted it?
";
const THE_SOURCE: &str = "sources:
  - {title: \"Retaining multiple versions of objects\", url: \"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html\", checked: 2026-08-01}
";
const QUIZ: &str = "quiz:
  - id: deleted
    ask: Somebody deleted an object in a versioned bucket. What do you do?
    options:
      - {text: \"Remove the delete marker\", right: true, why: \"The versions below it are still there.\"}
      - {text: \"Restore last night's backup\", why: \"Nothing was lost, so nothing has to come back.\"}
";

#[test]
fn a_complete_question_has_no_problem_and_all_its_parts() {
    let (entry, problems) = parse(QUESTION, Severity::Error);
    assert_eq!(problems, []);
    let entry = entry.expect("no problem, so an entry");
    assert_eq!(entry.title, "What does S3 versioning protect you from?");
    assert_eq!((entry.level, entry.kind, entry.minutes), (Level::Beginner, Kind::Concept, 2));
    assert_eq!(entry.key_points[1].say_html, "A delete only adds a <em>delete marker</em> on top.");
    assert_eq!(entry.key_points[2].terms, ["lifecycle", "cost* | pay* | bill*"]);
    let steps: Vec<&str> = entry.steps.iter().map(|step| step.id.as_str()).collect();
    assert_eq!(steps, ["turn-on", "overwrite"]);
    assert_eq!(entry.steps[0].title, "Turn versioning on");
    assert!(entry.steps[0].html.contains("put-bucket-versioning"), "{}", entry.steps[0].html);
    let asked: Vec<&str> = entry.follow_ups.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(asked, ["read-older", "who-deletes", "replication", "restore"]);
    assert_eq!(entry.quiz[0].options.iter().filter(|option| option.right).count(), 1);
    assert_eq!(entry.facts[0].review_by, Date::constant(2027, 5, 22));
}

#[test]
fn every_mistake_in_the_front_matter_is_told_with_its_place() {
    assert_problems(
        Severity::Error,
        &[
            (
                "title: What does S3 versioning protect you from?",
                "title: ▸\"  \"",
                &[("the title is empty", "write it")],
            ),
            (
                "level: beginner",
                "level: ▸expert",
                &[("unknown level `expert`", "beginner, intermediate, advanced")],
            ),
            (
                "kind: concept",
                "kind: ▸essay",
                &[("unknown kind `essay`", "concept, comparison, scenario, troubleshooting, design")],
            ),
            ("minutes: 2", "minutes: ▸0", &[("`minutes` is out of range", "1 to 30 minutes")]),
            ("minutes: 2", "minutes: ▸31", &[("`minutes` is out of range", "1 to 30 minutes")]),
            (
                "tags: [s3, versioning]",
                "tags: [s3, ▸Versioning]",
                &[("`Versioning` is not a valid tag", "lower case")],
            ),
            ("tags: [s3, versioning]", "tags: [s3, ▸s3]", &[("`s3` is named twice", "keep one")]),
            (
                "aliases: [\"object versions\"]",
                "aliases: [▸\"\"]",
                &[("the alias is empty", "take the field out")],
            ),
            (
                "related: [shared-responsibility-model]",
                "related: [▸shared-responsability-model]",
                &[(
                    "unknown related question `shared-responsability-model`",
                    "did you mean `shared-responsibility-model`?",
                )],
            ),
            (
                "related: [shared-responsibility-model]",
                "related: [▸quantum]",
                &[("unknown related question `quantum`", "an id is a file's name without .md")],
            ),
            (
                "related: [shared-responsibility-model]",
                "related: [▸s3-versioning]",
                &[("the question is related to itself", "take it out")],
            ),
            (
                "related: [shared-responsibility-model]",
                "related: [shared-responsibility-model, ▸shared-responsibility-model]",
                &[("`shared-responsibility-model` is named twice", "keep one")],
            ),
            ("labs: []", "labs: [▸s3-lab]", &[("the lab `s3-lab` does not exist", "content/labs/{id}")]),
        ],
    );
}

#[test]
fn key_points_are_three_to_eight_each_with_id_terms_and_probe() {
    assert_problems(
        Severity::Error,
        &[
            (
                "  - id: keeps-versions",
                "  - id: ▸Keeps",
                &[("`Keeps` is not a valid id", "an id looks like `front-door`")],
            ),
            (
                "  - id: lifecycle",
                "  - id: ▸delete-marker",
                &[("the id `delete-marker` is used twice", "choose another")],
            ),
            (
                "say: \"Old versions cost storage until a lifecycle rule removes them.\"",
                "say: ▸\"\"",
                &[("the `say` of the key point is empty", "write it")],
            ),
            (
                "probe: Where is an object after you deleted it?",
                "probe: ▸\"\"",
                &[("the `probe` of the key point is empty", "write it")],
            ),
            ("terms: [\"delete marker\"]", "terms: [▸\"delete | | marker\"]", &[("", "split by ` | `")]),
        ],
    );
    let too_few = Broken::of(
        &QUESTION.replace(ONE_POINT, "").replace("  - id: keeps-versions", "  ▸- id: keeps-versions"),
    );
    let too_many = (0..6)
        .map(|n| ONE_POINT.replace("id: delete-marker", &format!("id: marker-{n}")))
        .collect::<String>();
    let too_many = QUESTION.replace(ONE_POINT, &format!("{ONE_POINT}{too_many}"));
    let too_many = Broken::of(&too_many.replace("  - id: keeps-versions", "  ▸- id: keeps-versions"));
    for (broken, message) in [(too_few, "2 key points"), (too_many, "9 key points")] {
        let problems = broken.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let expected = format!("storage/s3-versioning.md:{}: error: {message}", broken.marks[0]);
        assert!(problems[0].to_string().starts_with(&expected), "{}", problems[0]);
    }
    let without_terms = Broken::new(
        "  - id: delete-marker\n    say: \"A delete only adds a *delete marker* on top.\"\n    terms: [\"delete marker\"]",
        "  - id: ▸delete-marker\n    say: \"A delete only adds a *delete marker* on top.\"\n    terms: []",
    );
    let problems = without_terms.problems();
    assert!(
        problems[0]
            .to_string()
            .contains(&format!("{}: error: the key point has no terms", without_terms.marks[0]))
    );
}

#[test]
fn sources_and_facts_name_web_addresses_and_days() {
    let fact = "review_by: 2027-05-22, source: \"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html\"";
    assert_problems(
        Severity::Error,
        &[
            (
                "title: \"Retaining multiple versions of objects\"",
                "title: ▸\"\"",
                &[("the title of the source is empty", "write it")],
            ),
            (
                "url: \"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html\"",
                "url: ▸\"docs.aws.amazon.com\"",
                &[("`docs.aws.amazon.com` is not a web address", "beginning with https://")],
            ),
            (
                "url: \"https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html\"",
                "url: ▸\"javascript:alert(1)\"",
                &[("`javascript:alert(1)` is not a web address", "beginning with https://")],
            ),
            (
                "Versioning.html\", checked: 2026-08-01}\nfacts",
                "Versioning.html\", checked: ▸2026-13-01}\nfacts",
                &[("`2026-13-01` is not a date", "write a day as")],
            ),
            (
                "claim: \"Versioning can be suspended, but never turned off again.\"",
                "claim: ▸\"\"",
                &[("the claim of the fact is empty", "write it")],
            ),
            (fact, "review_by: ▸soon", &[("`soon` is not a date", "write a day as")]),
            (
                fact,
                "review_by: ▸2026-08-01",
                &[("`review_by` is not after `checked`", "read the source again")],
            ),
            (
                fact,
                "review_by: 2027-05-22, source: ▸\"ftp://example.com/\"",
                &[("`ftp://example.com/` is not a web address", "https://")],
            ),
        ],
    );
}

#[test]
fn a_fact_past_its_review_day_is_a_warning_and_with_stale_an_error() {
    let stale = Broken::new("review_by: 2027-05-22", "review_by: ▸2026-11-21");
    for (severity, kept) in [(Severity::Warning, true), (Severity::Error, false)] {
        let (entry, problems) = parse(&stale.text, severity);
        let expected = format!(
            "storage/s3-versioning.md:{}: {severity}: stale fact, to be reviewed by 2026-11-21: Versioning can be suspended",
            stale.marks[0]
        );
        assert_eq!(problems.len(), 1);
        assert!(problems[0].to_string().starts_with(&expected), "{}", problems[0]);
        assert_eq!(entry.is_some(), kept);
    }
    let on_the_day = Broken::new("review_by: 2027-05-22", "review_by: 2026-11-22");
    assert_eq!(parse(&on_the_day.text, Severity::Error).1, [], "the last day counts as fresh");
}

#[test]
fn a_quiz_item_has_one_right_option_and_explains_all_of_them() {
    assert_problems(
        Severity::Error,
        &[
            ("  - id: deleted", "  - id: ▸Deleted!", &[("is not a valid id", "an id looks like")]),
            (
                "ask: Somebody deleted an object in a versioned bucket. What do you do?",
                "ask: ▸\"\"",
                &[("the `ask` of the quiz item is empty", "write it")],
            ),
            (
                "text: \"Remove the delete marker\"",
                "text: ▸\" \"",
                &[("the text of the option is empty", "write it")],
            ),
            (
                "why: \"Nothing was lost, so nothing has to come back.\"",
                "why: ▸\"\"",
                &[("the `why` of the option is empty", "write it")],
            ),
        ],
    );
    for (from, to, message) in [
        ("right: true, ", "", "2 options, 0 of them right"),
        ("why: \"Nothing was lost", "right: true, why: \"Nothing was lost", "2 options, 2 of them right"),
        (
            "      - {text: \"Restore last night's backup\", why: \"Nothing was lost, so nothing has to come back.\"}\n",
            "",
            "1 options, 1 of them right",
        ),
    ] {
        let broken = Broken::of(&QUESTION.replace(from, to).replace("  - id: deleted", "  - id: ▸deleted"));
        let problems = broken.problems();
        assert_eq!(problems.len(), 1, "{problems:#?}");
        let expected =
            format!("storage/s3-versioning.md:{}: error: {message} (a quiz item has two", broken.marks[0]);
        assert!(problems[0].to_string().starts_with(&expected), "{}", problems[0]);
    }
}

#[test]
fn what_a_question_can_do_without_is_a_warning() {
    let item = &QUIZ["quiz:\n".len()..];
    let four = format!(
        "quiz:\n{item}{}",
        ["b", "c", "d"].map(|id| item.replace("id: deleted", &format!("id: {id}"))).concat()
    );
    for (from, to, message) in [
        (THE_SOURCE, "", "the question names no source (list the pages that back it"),
        (QUIZ, "", "0 quiz items (a question has 1 to 3"),
        (QUIZ, &four, "4 quiz items (a question has 1 to 3"),
    ] {
        let (entry, problems) = parse(&Broken::new(from, to).text, Severity::Warning);
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 1, "{told:#?}");
        assert!(
            told[0].starts_with(&format!("storage/s3-versioning.md:1:1: warning: {message}")),
            "{}",
            told[0]
        );
        assert!(entry.is_some());
    }
}

#[test]
fn yaml_that_cannot_be_read_is_one_error_at_its_place() {
    assert_problems(
        Severity::Error,
        &[
            ("level: beginner", "▸levle: beginner", &[("unknown field `levle`", "CONTRIBUTING.md")]),
            ("minutes: 2", "minutes: ▸quick", &[("front matter: ", "CONTRIBUTING.md")]),
            (
                "---\ntitle: What",
                "▸----\ntitle: What",
                &[("the file has no front matter", "start the file with a line `---`")],
            ),
        ],
    );
    let without_minutes = parse(&QUESTION.replace("minutes: 2\n", ""), Severity::Warning).1;
    assert_eq!(without_minutes.len(), 1);
    assert!(without_minutes[0].message.contains("minutes"), "{}", without_minutes[0]);

    let endless = QUESTION.replace("---\n## Answer", "## Answer");
    let problems = parse(&endless, Severity::Warning).1;
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0]
            .to_string()
            .starts_with("storage/s3-versioning.md:1:1: error: the front matter does not end")
    );
}

#[test]
fn the_topic_is_the_folder_and_must_be_known() {
    let (entry, problems) = parse_in("stoarge", QUESTION, Severity::Warning);
    assert!(entry.is_none());
    assert_eq!(
        problems[0].to_string(),
        "storage/s3-versioning.md:1:1: error: unknown topic `stoarge` \
         (the folder names the topic; known are: networking, storage)"
    );
}

#[test]
fn the_answer_says_half_of_the_key_points_and_with_the_explanation_all() {
    let spoken = QUESTION
        .split_once("## Answer\n\n")
        .and_then(|(_, rest)| rest.split_once("\n\n## Technical"))
        .map(|(answer, _)| answer)
        .expect("the sample has an answer");
    let elsewhere = "The bucket is a place for files, and a place for files wants some care. ".repeat(5);

    // what the answer leaves out, the explanation may say; but not more than half of it
    let explained = QUESTION
        .replace("## Answer\n\n", "▸## Answer\n\n")
        .replace(spoken, &elsewhere)
        .replace("Each version has an id of its own.", spoken);
    let broken = Broken::of(&explained);
    let problems = broken.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let expected = format!(
        "storage/s3-versioning.md:{}: error: the Answer covers 0 of its own 3 key points (say at least half",
        broken.marks[0]
    );
    assert!(problems[0].to_string().starts_with(&expected), "{}", problems[0]);

    assert_problems(
        Severity::Error,
        &[(
            "  - id: lifecycle\n    say: \"Old versions cost storage until a lifecycle rule removes them.\"\n    terms: [\"lifecycle\", \"cost* | pay* | bill*\"]",
            "  - id: ▸lifecycle\n    say: \"Old versions cost storage until a lifecycle rule removes them.\"\n    terms: [\"lifecycle\", \"glacier | archive tier\"]",
            &[(
                "Answer and explanation together do not cover the key point `lifecycle`",
                "say `glacier | archive tier`",
            )],
        )],
    );
}

#[test]
fn an_answer_that_cannot_be_spoken_in_a_minute_or_two_is_a_warning() {
    let long = format!("{}\n\n## Technical", "Versions are kept, as was said. ".repeat(16).trim_end());
    let broken = Broken::of(
        &QUESTION.replace("## Answer", "▸## Answer").replace("\n\n## Technical", &format!(" {long}")),
    );
    let problems = broken.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let place = format!("storage/s3-versioning.md:{}: warning: the Answer has 1", broken.marks[0]);
    assert!(problems[0].to_string().starts_with(&place), "{}", problems[0]);
    assert!(problems[0].hint.as_deref().is_some_and(|hint| hint.contains("60 to 150")));
}

#[test]
fn several_problems_in_one_file_are_all_reported_in_the_order_of_the_file() {
    let text = QUESTION
        .replace("title: What does S3 versioning protect you from?", "title: \"\"")
        .replace("level: beginner", "level: expert")
        .replace("tags: [s3, versioning]", "tags: [S3, versioning]")
        .replace("checked: 2026-08-01}\nfacts", "checked: yesterday}\nfacts")
        .replace("You need one bucket.", "You need <b>one</b> bucket.")
        .replace("1. Turn versioning on {#turn-on}", "1. Turn versioning on")
        .replace("### Who may delete versions? {#who-deletes}", "### Who may delete versions?");
    let (entry, problems) = parse(&text, Severity::Warning);
    assert!(entry.is_none());
    let told: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    2: the title is empty
    3: unknown level `expert`
    5: `S3` is not a valid tag: use lower-case letters, digits and single hyphens, at most 80 characters
    24: `yesterday` is not a date
    54: raw HTML is not allowed in content
    54: raw HTML is not allowed in content
    56: the step has no id
    76: the follow-up question has no id
    ");
}
