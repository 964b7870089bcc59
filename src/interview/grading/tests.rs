use proptest::prelude::*;

use super::*;
use crate::coverage::Verdict;

use Mark::{Made, Missed, Probed};

fn rated(levels: [u8; 4]) -> Grades {
    let ratings = Axis::ALL.into_iter().zip(levels).map(|(axis, level)| (axis, level.try_into().unwrap()));
    Grades { points: BTreeMap::new(), evidence: "“It routes.”".to_owned(), ratings: ratings.collect() }
}

fn finding(point: &str, mark: Mark) -> Finding {
    Finding {
        point: point.parse().unwrap(),
        say: String::new(),
        say_html: String::new(),
        mark,
        verdict: Verdict::Missed,
        highlights: Vec::new(),
        missing: Vec::new(),
    }
}

#[test]
fn key_points_alone_decide_when_nobody_graded() {
    let cases: [(&[Mark], Outcome); 6] = [
        (&[Made, Made, Made, Made], Outcome::Good),
        (&[Made, Made, Made, Missed], Outcome::Good),
        (&[Made, Made, Probed, Missed], Outcome::Hard),
        (&[Made, Made, Missed, Missed], Outcome::Hard),
        (&[Made, Probed, Missed, Missed], Outcome::Missed),
        (&[Missed, Missed, Missed, Missed], Outcome::Missed),
    ];
    for (marks, expected) in cases {
        assert_eq!(outcome(marks, None, true), expected, "{marks:?}");
        assert_eq!(outcome(marks, None, false), Outcome::Missed, "without an answer {marks:?}");
    }
}

#[test]
fn self_grades_move_the_outcome_as_the_mapping_says() {
    let all = [Made; 4];
    assert_eq!(outcome(&all, Some(&rated([1, 4, 4, 4])), true), Outcome::Missed);
    assert_eq!(outcome(&all, Some(&rated([2, 4, 4, 4])), true), Outcome::Hard);
    assert_eq!(outcome(&all, Some(&rated([4, 4, 4, 3])), true), Outcome::Good);
    assert_eq!(outcome(&all, Some(&rated([4, 4, 4, 4])), true), Outcome::Easy);
    let probed = [Made, Made, Made, Probed];
    assert_eq!(outcome(&probed, Some(&rated([4, 4, 4, 4])), true), Outcome::Good, "a probe was needed");
    assert_eq!(Outcome::Missed.grade(), None);
    assert_eq!(Outcome::Easy.grade(), Some(Grade::Easy));
}

#[test]
fn what_the_person_corrects_counts() {
    let findings = [finding("front-door", Missed), finding("throttling", Made)];
    let mut grades = rated([3; 4]);
    grades.points.insert("front-door".parse().unwrap(), Made);
    assert_eq!(marks(&findings, None), [Missed, Made]);
    assert_eq!(marks(&findings, Some(&grades)), [Made, Made]);
}

#[test]
fn grades_need_evidence_all_axes_and_points_of_the_question() {
    let findings = [finding("front-door", Missed)];
    assert_eq!(rated([3; 4]).check(&findings), Ok(()));
    let without_evidence = Grades { evidence: " \n".to_owned(), ..rated([3; 4]) };
    assert_eq!(without_evidence.check(&findings), Err(InvalidGrades::EvidenceMissing));
    let long = Grades { evidence: "x".repeat(LONGEST_EVIDENCE + 1), ..rated([3; 4]) };
    assert_eq!(long.check(&findings), Err(InvalidGrades::EvidenceTooLong));
    let mut three = rated([3; 4]);
    three.ratings.remove(&Axis::Depth);
    assert_eq!(three.check(&findings), Err(InvalidGrades::RatingMissing));
    let mut foreign = rated([3; 4]);
    foreign.points.insert("back-door".parse().unwrap(), Made);
    assert_eq!(foreign.check(&findings), Err(InvalidGrades::UnknownPoint));
    assert!(Rating::try_from(0).is_err() && Rating::try_from(5).is_err());
}

#[test]
fn every_level_of_every_axis_has_an_anchor_of_its_own() {
    let mut anchors: Vec<&str> = Axis::ALL.iter().flat_map(|axis| axis.anchors()).collect();
    anchors.sort_unstable();
    anchors.dedup();
    assert_eq!(anchors.len(), 16);
}

proptest! {
    #[test]
    fn making_a_point_never_makes_it_worse(
        marks in prop::collection::vec(prop::sample::select(vec![Made, Probed, Missed]), 1..8),
        at in any::<prop::sample::Index>(), levels in prop::option::of([1_u8..5, 1_u8..5, 1_u8..5, 1_u8..5]),
    ) {
        let grades = levels.map(rated);
        let before = outcome(&marks, grades.as_ref(), true);
        prop_assert!((0.0..=1.0).contains(&share(&marks)));
        let mut better = marks.clone();
        better[at.index(marks.len())] = Made;
        prop_assert!(outcome(&better, grades.as_ref(), true) >= before);
        prop_assert!(share(&better) >= share(&marks));
    }
}
