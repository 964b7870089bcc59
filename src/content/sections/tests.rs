use crate::content::Severity;
use crate::content::sample::{Broken, QUESTION, assert_problems, parse};

#[test]
fn sections_come_once_and_in_their_order_and_none_is_empty() {
    assert_problems(
        Severity::Error,
        &[
            (
                "## Technical explanation\n\n",
                "▸## Deep dive\n\n### Words\n\n## Technical explanation\n\n",
                &[("unknown section `Deep dive`", "Answer, Technical explanation, Hands-on example")],
            ),
            (
                "## Follow-up questions\n",
                "▸## Common mistakes\n\nAgain.\n\n## Follow-up questions\n",
                &[("a second section `Common mistakes`", "join the two")],
            ),
            (
                "---\n## Answer",
                "---\n▸A line too early.\n\n## Answer",
                &[("text before the first section", "move it into `## Answer`")],
            ),
        ],
    );
    let mistakes = "## Common mistakes\n\n- **Forgetting the bill.** Without a lifecycle rule every version is paid for.\n\n";
    let empty = Broken::new(mistakes, "▸## Common mistakes\n\n");
    assert_told(&empty, "error: the section `Common mistakes` is empty (write it");

    let late = QUESTION.replace(mistakes, "");
    let late = Broken::of(&late.replace("## Hands-on example", &format!("{mistakes}▸## Hands-on example")));
    assert_told(
        &late,
        "error: the section `Hands-on example` stands too late (the order is: Answer, Technical",
    );
}

#[test]
fn a_missing_section_is_told_at_the_end_of_the_file() {
    let starts: Vec<usize> = QUESTION.match_indices("\n## ").map(|(at, _)| at + 1).collect();
    for (n, &start) in starts.iter().enumerate() {
        let stop = starts.get(n + 1).copied().unwrap_or(QUESTION.len());
        let title = QUESTION[start + 3..].lines().next().expect("a title");
        let rest = format!("{}{}", &QUESTION[..start], &QUESTION[stop..]);
        let broken = Broken::of(&format!("{}▸", rest.trim_end()));
        let problems = broken.problems();
        let expected =
            format!("storage/s3-versioning.md:{}: error: the section `{title}` is missing", broken.marks[0]);
        assert!(
            problems.iter().any(|problem| problem.to_string().starts_with(&expected)),
            "{expected}\n{problems:#?}"
        );
    }
    assert_eq!(starts.len(), 5);
}

#[test]
fn steps_are_one_numbered_list_and_each_has_a_title_and_an_id() {
    assert_problems(
        Severity::Error,
        &[
            (
                "1. Turn versioning on {#turn-on}",
                "▸1. Turn versioning on",
                &[("the step has no id", "end its first line with a permanent id")],
            ),
            (
                "1. Turn versioning on {#turn-on}",
                "1. ▸Turn versioning on {#Turn on}",
                &[("is not a valid id", "`{#build}`")],
            ),
            (
                "2. Overwrite an object and look below it {#overwrite}",
                "▸2. Overwrite an object and look below it {#turn-on}",
                &[("a second step with the id `turn-on`", "choose another")],
            ),
            (
                "2. Overwrite an object and look below it {#overwrite}",
                "▸2. {#overwrite}",
                &[("the step has no title", "before its id")],
            ),
            (
                "   List the versions of the key and read the older one.",
                "▸List the versions of the key and read the older one.",
                &[("text after the steps", "indent it by three spaces")],
            ),
        ],
    );
    let from = QUESTION.find("1. Turn versioning").expect("in the sample");
    let to = QUESTION.find("## Common mistakes").expect("in the sample");
    let unnumbered = format!("{}- Turn it on.\n\n{}", &QUESTION[..from], &QUESTION[to..]);
    let broken = Broken::of(&unnumbered.replace("## Hands-on", "▸## Hands-on"));
    assert_told(
        &broken,
        "error: the hands-on example has no numbered steps (write them as one numbered list",
    );
}

#[test]
fn what_stands_on_the_line_of_a_step_is_its_title_and_the_rest_its_body() {
    let text = QUESTION.replace(
        "1. Turn versioning on {#turn-on}",
        "1. Turn `versioning` *on* {#turn-on} It takes a moment,\n   sometimes two.",
    );
    let (entry, problems) = parse(&text, Severity::Warning);
    let entry = entry.unwrap_or_else(|| panic!("{problems:#?}"));
    let step = &entry.steps[0];
    assert_eq!(
        (step.title.as_ref(), step.title_html.as_ref()),
        ("Turn versioning on", "Turn <code>versioning</code> <em>on</em>")
    );
    assert!(step.html.starts_with("<p>It takes a moment,\nsometimes two.</p>"), "{}", step.html);
    assert!(entry.hands_on.html.starts_with("<p>You need one bucket.</p>"), "{}", entry.hands_on.html);
}

#[test]
fn follow_ups_are_questions_with_an_id_and_an_answer() {
    assert_problems(
        Severity::Error,
        &[
            (
                "### Who may delete versions? {#who-deletes}",
                "▸### Who may delete versions?",
                &[("the follow-up question has no id", "such as `{#who-may-delete-versions}`")],
            ),
            (
                "### Who may delete versions? {#who-deletes}",
                "▸### Who may delete versions? {#Who}",
                &[("`Who` is not a valid id", "{#retries}")],
            ),
            (
                "### Who may delete versions? {#who-deletes}",
                "▸### Who may delete versions? {#read-older}",
                &[("a second follow-up question with the id `read-older`", "choose another")],
            ),
        ],
    );
    let unanswered = Broken::of(
        &QUESTION
            .replace("I name its version id in the request.\n\n", "")
            .replace("### How do you read", "▸### How do you read"),
    );
    assert_told(&unanswered, "error: the follow-up question has no answer (add a short model answer");
    let early = Broken::new("## Follow-up questions\n\n", "▸## Follow-up questions\n\nSome words.\n\n");
    assert_told(&early, "error: the section must begin with a follow-up question (write each as");
    let from = QUESTION.find("### Does replication").expect("in the sample");
    let two = Broken::of(&QUESTION[..from].replace("## Follow-up questions", "▸## Follow-up questions"));
    assert_told(&two, "warning: 2 follow-up questions (an interviewer asks 3 to 5)");
}

#[test]
fn a_heading_inside_a_quote_or_a_list_is_no_section() {
    for inside in ["> ## Common mistakes\n>\n> Quoted.\n\n", "- ## Common mistakes\n\n  Listed.\n\n"] {
        let text = QUESTION.replace("## Hands-on example\n", &format!("{inside}## Hands-on example\n"));
        let (entry, problems) = parse(&text, Severity::Warning);
        let entry = entry.unwrap_or_else(|| panic!("{inside:?}: {problems:#?}"));
        assert!(entry.mistakes.html.contains("Forgetting the bill"), "{}", entry.mistakes.html);
        let html = &entry.explanation.html;
        for tag in ["blockquote", "ul", "li"] {
            let (opened, closed) = (format!("<{tag}>"), format!("</{tag}>"));
            assert_eq!(html.matches(&opened).count(), html.matches(&closed).count(), "{html}");
        }
    }
}

/// One problem, where the mark is.
fn assert_told(broken: &Broken, words: &str) {
    let problems = broken.problems();
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    let expected = format!("storage/s3-versioning.md:{}: {words}", broken.marks[0]);
    assert!(told[0].starts_with(&expected), "{expected}\n{}", told[0]);
}
