use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::*;
use crate::coverage::Verdict;
use crate::interview::session::RoundState;

const MINUTE: u64 = 60_000;

use Mark::{Made, Missed, Probed};

/// A round that took one of two minutes and was handed in.
fn round(number: u16, topic: &str, marks: &[Mark]) -> RoundRecord {
    let findings = marks.iter().zip(1..).map(|(mark, place)| Finding {
        point: format!("point-{place}").parse().unwrap(),
        say: format!("Point {place} of question {number}."),
        say_html: String::new(),
        mark: *mark,
        verdict: Verdict::Missed,
        highlights: Vec::new(),
        missing: Vec::new(),
    });
    RoundRecord {
        number: RoundNumber(number),
        question: format!("question-{number}").parse().unwrap(),
        title: format!("Question {number}?"),
        topic: topic.parse().unwrap(),
        topic_title: topic.to_uppercase(),
        archived: false,
        state: RoundState::Answered,
        budget_ms: 2 * MINUTE,
        main_ms: MINUTE + MINUTE / 2,
        probes_ms: Vec::new(),
        answers: vec![answer(0, "It is so.")],
        findings: findings.collect(),
        grades: None,
        recall: Some(0.5),
    }
}

fn answer(prompt: u8, text: &str) -> GivenAnswer {
    let key_point = (prompt > 0).then(|| "point-1".parse().unwrap());
    GivenAnswer { prompt, asked: "Well?".to_owned(), key_point, text: text.to_owned(), handed_in: true }
}

fn record(rounds: Vec<RoundRecord>) -> Record {
    Record {
        id: InterviewId(1),
        preset: Some("warm-up".parse().unwrap()),
        title: "Warm-up".to_owned(),
        mode: Mode::Practice,
        pace: Pace::Standard,
        seed: Seed::try_from(42).unwrap(),
        asked_for: 3,
        started_ms: Some(0),
        ended_ms: 6 * MINUTE,
        end: End::ByPerson,
        limit_ms: Some(10 * MINUTE),
        probe_ms: 45_000,
        used_ms: 5 * MINUTE,
        idle_ms: 0,
        pauses_ms: vec![(MINUTE, 2 * MINUTE)],
        rounds,
        earlier: Vec::new(),
    }
}

fn rated(levels: [u8; 4]) -> Grades {
    let ratings = Axis::ALL.into_iter().zip(levels).map(|(axis, level)| (axis, level.try_into().unwrap()));
    Grades { points: BTreeMap::new(), evidence: "It said so.".to_owned(), ratings: ratings.collect() }
}

fn attempt(share: f64) -> Attempt {
    Attempt { id: InterviewId(9), ended_ms: 0, share, axes: [None; 4], used_ms: 0, pace: Pace::Standard }
}

/// The advice of one rule.
fn advice(record: Record, rule: Rule) -> Option<String> {
    report(record).advice.into_iter().find(|advice| advice.rule == rule).map(|advice| advice.text)
}

fn assert_says(record: Record, rule: Rule, what: &str) {
    let text = advice(record, rule).unwrap_or_else(|| panic!("{rule:?} applies"));
    assert!(text.contains(what), "{text}");
}

#[test]
fn figures_are_of_what_was_asked() {
    let mut unasked = round(3, "storage", &[Missed; 4]);
    unasked.state = RoundState::Upcoming;
    unasked.answers.clear();
    let mut second = round(2, "networking", &[Probed, Missed]);
    second.grades = Some(rated([2, 3, 4, 1]));
    second.recall = None;
    let report = report(record(vec![round(1, "networking", &[Made, Made]), second, unasked]));
    assert_eq!(report.share, Some(2.5 / 4.0));
    assert_eq!(report.points, PointCount { made: 2, probed: 1, missed: 1 });
    assert_eq!((report.asked, report.answered), (2, 2));
    assert_eq!(report.axes, [Some(2.0), Some(3.0), Some(4.0), Some(1.0)]);
    assert_eq!((report.best, report.redo), (Some(RoundNumber(1)), Some(RoundNumber(2))));
    assert_eq!(report.topics.len(), 1, "what was not asked is no result");
    let topic = &report.topics[0];
    assert_eq!((topic.asked, topic.share, topic.rating, topic.recall), (2, 2.5 / 4.0, Some(2.5), 0.25));
    let missed: Vec<_> = report.missed.iter().map(|missed| (missed.round.0, missed.say.as_str())).collect();
    assert_eq!(missed, [(2, "Point 2 of question 2.")]);
    assert_eq!(report.rounds[2].outcome, None);
}

#[test]
fn one_answer_alone_is_the_best_or_the_one_to_redo() {
    let pick = |marks: &[Mark]| {
        let report = report(record(vec![round(1, "networking", marks)]));
        (report.best.is_some(), report.redo.is_some())
    };
    assert_eq!(pick(&[Made, Made]), (true, false));
    assert_eq!(pick(&[Made, Missed]), (true, false));
    assert_eq!(pick(&[Made, Missed, Missed]), (false, true));
    assert_eq!(pick(&[Missed]), (false, true));
}

#[test]
fn a_question_without_an_answer_is_named() {
    let mut silent = round(1, "networking", &[Missed]);
    silent.answers.clear();
    assert_says(record(vec![silent]), Rule::Unanswered, "“Question 1?”");
    assert_eq!(advice(record(vec![round(1, "networking", &[Made])]), Rule::Unanswered), None);
}

#[test]
fn half_of_the_questions_over_their_time_is_a_rule_and_less_is_not() {
    let over = |number| RoundRecord { main_ms: 2 * MINUTE, ..round(number, "networking", &[Made]) };
    let cut = RoundRecord { state: RoundState::Cut, ..round(2, "networking", &[Made]) };
    let fine = |number| round(number, "networking", &[Made]);
    assert_says(record(vec![over(1), cut, fine(3), fine(4)]), Rule::OverTime, "2 of 4 questions");
    assert_eq!(advice(record(vec![over(1), fine(2), fine(3)]), Rule::OverTime), None);
    let untimed = Record { limit_ms: None, ..record(vec![over(1)]) };
    assert_eq!(advice(untimed, Rule::OverTime), None, "who has no limit is not over it");
}

#[test]
fn short_answers_that_leave_points_out_are_a_rule() {
    let short = |marks: &[Mark]| RoundRecord { main_ms: MINUTE - 1, ..round(1, "networking", marks) };
    assert_says(record(vec![short(&[Made, Missed])]), Rule::TooShort, "1 of 1 answer took");
    assert_eq!(advice(record(vec![short(&[Made])]), Rule::TooShort), None, "short and whole is good");
    assert_eq!(advice(record(vec![round(1, "networking", &[Missed])]), Rule::TooShort), None);
}

#[test]
fn points_that_come_only_with_probes_are_a_rule() {
    assert_says(
        record(vec![round(1, "networking", &[Made, Probed, Probed])]),
        Rule::NeedsProbes,
        "2 of 3 key points",
    );
    assert_eq!(advice(record(vec![round(1, "networking", &[Made, Probed])]), Rule::NeedsProbes), None);
    assert_eq!(
        advice(record(vec![round(1, "networking", &[Made, Made, Made, Probed, Probed])]), Rule::NeedsProbes),
        None
    );
}

#[test]
fn weak_topics_are_named_the_weakest_first() {
    let rounds = vec![
        round(1, "networking", &[Made, Missed, Missed]),
        round(2, "storage", &[Missed]),
        round(3, "compute", &[Made, Missed]),
    ];
    assert_says(record(rounds), Rule::WeakTopic, "STORAGE (0 % of the key points), NETWORKING (33 %");
    assert_eq!(advice(record(vec![round(1, "compute", &[Made, Missed])]), Rule::WeakTopic), None);
}

#[test]
fn the_lowest_axis_below_three_has_an_exercise() {
    let graded = |levels| RoundRecord { grades: Some(rated(levels)), ..round(1, "networking", &[Made]) };
    for (levels, what) in [
        ([1, 2, 2, 2], "read the explanation"),
        ([4, 2, 3, 3], "one alternative"),
        ([3, 3, 2, 3], "securing it"),
        ([3, 3, 3, 2], "Begin each answer"),
    ] {
        assert_says(record(vec![graded(levels)]), Rule::WeakAxis, what);
    }
    assert_eq!(advice(record(vec![graded([3; 4])]), Rule::WeakAxis), None);
}

#[test]
fn practice_and_interview_are_compared_question_by_question() {
    let known = RoundRecord { recall: Some(0.8), ..round(1, "networking", &[Missed]) };
    assert_says(record(vec![known]), Rule::KnownButMissed, "“Question 1?”");
    let forgotten = RoundRecord { recall: Some(0.79), ..round(1, "networking", &[Missed]) };
    assert_eq!(advice(record(vec![forgotten]), Rule::KnownButMissed), None);
    let new = RoundRecord { recall: None, ..round(1, "networking", &[Made]) };
    assert_says(record(vec![new]), Rule::NewAndGood, "first review");
    assert_eq!(advice(record(vec![round(1, "networking", &[Made])]), Rule::NewAndGood), None);
}

#[test]
fn an_attempt_is_compared_with_the_last_one() {
    let compared = |before: f64| {
        let rounds = vec![round(1, "networking", &[Made, Missed])];
        advice(Record { earlier: vec![attempt(1.0), attempt(before)], ..record(rounds) }, Rule::Compared)
    };
    assert_eq!(
        compared(0.3).as_deref(),
        Some(
            "50 % of the key points in attempt 3 of this preset: 20 percentage points more than the last time."
        )
    );
    assert!(compared(0.7).is_some_and(|text| text.contains("20 percentage points less")));
    assert!(compared(0.48).is_some_and(|text| text.contains("as good as the last time")));
    assert_eq!(advice(record(vec![round(1, "networking", &[Made])]), Rule::Compared), None);
}

#[test]
fn when_nothing_stands_out_it_says_what_next() {
    assert_says(record(vec![round(1, "networking", &[Made])]), Rule::KeepGoing, "exam mode next");
    assert_eq!(advice(record(vec![round(1, "networking", &[Missed])]), Rule::KeepGoing), None);
    assert!(report(record(Vec::new())).advice.is_empty(), "nothing asked, nothing to say");
}

#[test]
fn the_markdown_has_the_answers_word_for_word() {
    let typed = "# It `routes`.\n```\ncode\n```\nEnd";
    let mut first = round(1, "networking", &[Made, Probed, Missed]);
    first.answers = vec![answer(0, typed), answer(1, "A *probe*.")];
    first.probes_ms = vec![30_000];
    first.grades = Some(rated([3, 2, 3, 4]));
    let mut last = round(2, "storage", &[Missed]);
    last.state = RoundState::Upcoming;
    last.answers.clear();
    last.main_ms = 0;
    let markdown = to_markdown(&report(record(vec![first, last])), "http://site", &TimeZone::UTC);
    insta::assert_snapshot!(markdown, @r#"
    # Mock interview: Warm-up

    - Finished: 1 January 1970, 00:06 UTC
    - Mode: Practice
    - Accommodation: 1× (standard time)
    - Time used: 5:00 of 10:00
    - Pause: 1:00 from 1 January 1970, 00:01 UTC
    - Seed: 42
    - Shortened: the bank had 2 of 3 questions

    ## Overall

    - Key points: 50 % (1 made, 1 with a probe, 1 missed)
    - Answered: 1 of 1 asked, 2 on the paper
    - Probes that were needed: 1
    - Correctness: 3.0 of 4
    - Depth and trade-offs: 2.0 of 4
    - Operations, security, cost: 3.0 of 4
    - Communication: 4.0 of 4
    - Best answer: question 1, Question 1?

    | Topic | Asked | Key points | Ratings | Recall in practice |
    | --- | --- | --- | --- | --- |
    | NETWORKING | 1 | 50 % | 3.0 | 50 % |

    ## What to practise next

    - Depth and trade-offs has the lowest of your ratings, 2.0 of 4. To each answer add one alternative, and the case in which you would choose it.

    ## Time

    | Question | Budget | Used | Probes | Recall in practice | Key points |
    | --- | --- | --- | --- | --- | --- |
    | 1. Question 1? | 2:00 | 1:30 | 0:30 | 50 % | 50 % |
    | 2. Question 2? | 2:00 | 0:00 | 0:00 | 50 % | not asked |

    ## Key points that were missed

    - Point 3 of question 1. ([question 1](http://site/questions/question-1))

    ## Questions and answers

    ### 1. Question 1?

    <http://site/questions/question-1>

    ````text
    # It `routes`.
    ```
    code
    ```
    End
    ````

    **Probe:** Well?

    ```text
    A *probe*.
    ```

    - [x] Point 1 of question 1.
    - [x] Point 2 of question 1. (with a probe)
    - [ ] Point 3 of question 1.

    Ratings: Correctness 3 · Depth and trade-offs 2 · Operations, security, cost 3 · Communication 4. Evidence:

    ```text
    It said so.
    ```


    ### 2. Question 2?

    <http://site/questions/question-2>

    Not asked.
    "#);
}
