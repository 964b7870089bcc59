//! What holds for every text: no panic, highlights that can be sliced, a share that fits the verdict.

use proptest::prelude::*;

use super::{Answer, Synonyms, Term, TermState, Verdict};

/// Scraps that rules look for, so that chance puts them side by side.
#[rustfmt::skip]
const SCRAPS: &[&str] = &[
    "not ", "n't ", "rather than ", "front door", "routes ", "thrott", "ling, ", "time ", "out ", "API", " Gateway",
    "isation ", "e.g. ", "10,000", "/16", "slash ", "%", "k", "twenty-", "nine ", "*", "|", "'", "’s ", ". ", "\n- ",
    "\n\n", "1. ", "e\u{301}", "ﬁ", "½", "ﷺ", "İ", "\u{200b}", "\u{a0}", "한국", "𝔸",
];

fn any_text() -> impl Strategy<Value = String> {
    let scraps = proptest::collection::vec(proptest::sample::select(SCRAPS), 0..60);
    prop_oneof![any::<String>(), scraps.prop_map(|scraps| scraps.concat())]
}

proptest! {
    // Proptest's own strings are slow to make in a debug build; 64 of them are enough on every run.
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_highlights_can_be_sliced(text in any_text(), term in any_text(), synonym in any_text()) {
        let mut synonyms = Synonyms::new([["API Gateway", "APIGW"]]).expect("valid");
        let _ = synonyms.add([synonym.as_str(), "front door"]);
        let fixed = ["front door | time out | not*", "throttling | 10000 | 29 s", "no API gateway", "timeout"];
        let wanted: Vec<Term> = fixed.into_iter().chain([term.as_str()]).flat_map(Term::parse).collect();
        let point = Answer::prepare(&text, &synonyms).cover(&wanted);
        let mut end = 0;
        for range in &point.highlights {
            prop_assert!(range.start >= end && range.start < range.end, "sorted, apart, not empty: {:?}", point.highlights);
            prop_assert!(text.get(range.clone()).is_some(), "{:?} in {:?}", range, text);
            end = range.end;
        }
        prop_assert!((0.0..=1.0).contains(&point.share));
        prop_assert_eq!(point.verdict == Verdict::Covered, (point.share - 1.0).abs() < f64::EPSILON);
        let said = point.terms.iter().filter(|outcome| outcome.state != TermState::Mistaken).count();
        prop_assert_eq!(said, wanted.iter().filter(|term| !term.is_mistake()).count());
    }

    /// Whatever is written as a term is found when it is written as an answer.
    #[test]
    fn a_plain_phrase_finds_itself(words in proptest::collection::vec("[a-z]{3,12}", 1..5)) {
        let phrase = words.join(" ");
        let Ok(term) = Term::parse(&phrase) else { return Ok(()) };
        let synonyms = Synonyms::default();
        let point = Answer::prepare(&format!("It is {phrase}"), &synonyms).cover(&[term]);
        prop_assert!(point.terms[0].state != TermState::Missing, "{}", phrase);
    }
}
