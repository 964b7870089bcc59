use std::borrow::Cow;

use super::*;

fn points() -> Vec<KeyPoint<'static>> {
    [
        ("front-door", &["front door | entry point", "route | routes | routing"] as &[&str]),
        ("throttling", &["thrott*", "429"]),
        ("timeout", &["29 seconds", "queue*"]),
    ]
    .map(|(id, terms)| KeyPoint {
        id: id.parse().unwrap(),
        say: Cow::Borrowed("Say it."),
        say_html: Cow::Borrowed("Say it."),
        terms: terms.iter().map(|term| (*term).to_owned()).collect(),
        probe: Cow::Borrowed("Well?"),
    })
    .into()
}

fn synonyms() -> Synonyms {
    Synonyms::default()
}

const FRONT_DOOR: &str =
    "The gateway is the front door of the service and it routes every request to a function.";

#[test]
fn the_interviewer_asks_about_the_most_important_points_that_are_missing() {
    let asked = |answer: &str| probes(&points(), answer, &synonyms());
    assert_eq!(asked(""), [0, 1], "three are missing: two probes");
    assert_eq!(asked(FRONT_DOOR), [1], "two are missing: one probe");
    let two =
        format!("{FRONT_DOOR} It throttles a client that is too fast, which then gets a 429 as its answer.");
    assert_eq!(asked(&two), [2]);
    let all = format!("{two} After 29 seconds the call ends, so longer work goes to a queue.");
    assert_eq!(asked(&all), [0; 0]);
}

#[test]
fn a_point_is_made_in_the_answer_or_with_a_probe_or_missed() {
    let (points, synonyms) = (points(), synonyms());
    let about = points[1].id.clone();
    let probe = "It throttles: whoever sends too much gets a 429 before any function is invoked.";
    let said = [
        Said { prompt: 0, key_point: None, text: FRONT_DOOR },
        Said { prompt: 1, key_point: Some(&about), text: probe },
    ];
    let found = judge(&points, &said, &synonyms);
    assert_eq!(
        found.iter().map(|finding| finding.mark).collect::<Vec<_>>(),
        [Mark::Made, Mark::Probed, Mark::Missed]
    );
    let words = |finding: &Finding| -> Vec<(u8, String)> {
        let texts = [FRONT_DOOR, probe];
        let of = |(prompt, ranges): &(u8, Vec<Range<usize>>)| {
            let text = texts[usize::from(*prompt)];
            (*prompt, ranges.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>().join("|"))
        };
        finding.highlights.iter().map(of).collect()
    };
    assert_eq!(words(&found[0]), [(0, "front door|routes".to_owned())]);
    assert_eq!(words(&found[1]), [(1, "throttles|429".to_owned())]);
    assert_eq!(words(&found[2]), []);
    assert_eq!(found[2].missing, [("29 seconds".to_owned(), "not said"), ("queue*".to_owned(), "not said")]);
}

#[test]
fn a_probe_of_a_point_continues_the_answer() {
    let (points, synonyms) = (points(), synonyms());
    let main = "Clients that send too much are told so and get a 429 from the gateway as an answer.";
    let probe = "It throttles them with a token bucket that is filled again at a steady rate.";
    let marks = |key_point| {
        let said = [
            Said { prompt: 0, key_point: None, text: main },
            Said { prompt: 1, key_point: Some(key_point), text: probe },
        ];
        judge(&points, &said, &synonyms).remove(1)
    };
    let continued = marks(&points[1].id);
    assert_eq!(continued.mark, Mark::Probed);
    let prompts: Vec<u8> = continued.highlights.iter().map(|(prompt, _)| *prompt).collect();
    assert_eq!(prompts, [0, 1]);
    assert_eq!(&probe[continued.highlights[1].1[0].clone()], "throttles");
    assert_eq!(marks(&points[0].id).mark, Mark::Missed, "the answer to another probe is no continuation");
}

#[test]
fn nothing_said_makes_nothing() {
    let found = judge(&points(), &[], &synonyms());
    assert!(found.iter().all(|finding| finding.mark == Mark::Missed && finding.highlights.is_empty()));
}
