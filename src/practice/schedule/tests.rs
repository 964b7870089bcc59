use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

/// A file that `script/fsrs-vectors` wrote.
#[derive(Deserialize)]
struct Vectors {
    source: String,
    logs: Vec<Log>,
}

#[derive(Deserialize)]
struct Log {
    name: String,
    parameters: Vec<f32>,
    desired_retention: f32,
    maximum_interval: u32,
    reviews: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    grade: Grade,
    days_since: u32,
    /// `None` for the first review.
    recall_before: Option<f64>,
    stability: f64,
    difficulty: f64,
    interval: u32,
}

/// The reference computes in f64, the crate in f32. A review costs a few of f32's 24 bits (6e-8), powers more, and a log
/// hands its error on from review to review.
const TOLERANCE: f64 = 1e-4;

fn assert_close(ours: f32, theirs: f64, what: &str, place: &str) {
    let difference = (f64::from(ours) - theirs).abs() / theirs.abs();
    assert!(difference < TOLERANCE, "{place}: {what} {ours}, by the reference {theirs}");
}

fn defaults() -> Settings {
    Settings::new(&[], DEFAULT_RETENTION, DEFAULT_MAXIMUM_INTERVAL).unwrap()
}

#[test]
fn schedules_are_those_of_the_reference_implementation() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/fsrs");
    let (mut logs, mut reviews) = (0, 0);
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let vectors: Vectors = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert!(vectors.source.starts_with("py-fsrs 6."), "{}", vectors.source);
        for log in &vectors.logs {
            replay(log);
            reviews += log.reviews.len();
        }
        logs += vectors.logs.len();
    }
    assert!(logs >= 90 && reviews >= 1200, "{logs} logs with {reviews} reviews are fewer than were recorded");
}

fn replay(log: &Log) {
    let settings = Settings::new(&log.parameters, log.desired_retention, log.maximum_interval).unwrap();
    let mut memory = Memory::New;
    let mut today = StudyDay(20_454);
    for (number, expected) in log.reviews.iter().enumerate() {
        let place = format!("{}, review {}", log.name, number + 1);
        today = today.plus(expected.days_since);
        let recall = retrievability(memory, today, &settings);
        assert_eq!(recall.is_some(), expected.recall_before.is_some(), "{place}");
        if let (Some(ours), Some(theirs)) = (recall, expected.recall_before) {
            assert_close(ours, theirs, "recall", &place);
        }
        let scheduled = grade(memory, expected.grade, today, &settings);
        // the crate's bound; a log ends where the reference goes past it
        assert_close(scheduled.memory.stability, expected.stability.min(36_500.0), "stability", &place);
        assert_close(scheduled.memory.difficulty, expected.difficulty, "difficulty", &place);
        assert_eq!(scheduled.interval, expected.interval, "{place}: interval");
        assert_eq!(scheduled.due(), today.plus(expected.interval), "{place}: due");
        memory = Memory::Reviewed(scheduled.memory);
    }
}

#[test]
fn a_grade_given_for_an_earlier_day_counts_as_on_the_day_of_the_last() {
    let settings = defaults();
    let first = grade(Memory::New, Grade::Good, StudyDay(100), &settings);
    let memory = Memory::Reviewed(first.memory);
    let late = grade(memory, Grade::Good, StudyDay(97), &settings);
    assert_eq!(late, grade(memory, Grade::Good, StudyDay(100), &settings));
    assert_eq!(late.memory.last_day, StudyDay(100));
}

#[test]
fn a_question_is_learning_then_reviewing_then_known_until_it_fades() {
    let settings = defaults();
    let mut memory = Memory::New;
    let mut today = StudyDay(0);
    let mut seen = vec![standing(memory, today, &settings)];
    for _ in 0..4 {
        let scheduled = grade(memory, Grade::Good, today, &settings);
        memory = Memory::Reviewed(scheduled.memory);
        seen.push(standing(memory, today, &settings));
        today = scheduled.due();
    }
    use Standing::{Known, Learning, New, Reviewing};
    // stabilities of 2.3, 11, 46 and 163 days
    assert_eq!(seen, [New, Learning, Reviewing, Known, Known]);
    assert_eq!(standing(memory, today.plus(200), &settings), Reviewing);
}

#[test]
fn settings_refuse_what_fsrs_would_silently_change() {
    let with = |number: usize, value: f32| {
        let mut parameters = DEFAULT_PARAMETERS;
        parameters[number] = value;
        Settings::new(&parameters, 0.9, 365).err()
    };
    assert_eq!(with(20, 0.2), None);
    for wrong in [with(20, 0.05), with(0, 0.0), with(8, f32::NAN), with(16, 0.5), with(4, f32::INFINITY)] {
        assert_eq!(wrong, Some(SettingsError::Parameters));
    }
    assert_eq!(Settings::new(&[0.5; 19], 0.9, 365).err(), Some(SettingsError::Parameters));
    assert_eq!(Settings::new(&[], 0.5, 365).err(), Some(SettingsError::Retention(0.5)));
    assert_eq!(Settings::new(&[], 0.9, 0).err(), Some(SettingsError::MaximumInterval(0)));
}

fn any_grade() -> impl Strategy<Value = Grade> {
    prop::sample::select(Grade::ALL.to_vec())
}

proptest! {
    #[test]
    fn whatever_is_graded_the_schedule_stays_within_its_bounds(
        reviews in prop::collection::vec((any_grade(), 0_u32..3000), 1..30),
        retention in 0.7_f32..0.99,
        maximum in 1_u32..36_500,
        later in 0_u32..20_000,
    ) {
        let settings = Settings::new(&[], retention, maximum).unwrap();
        let mut memory = Memory::New;
        let mut today = StudyDay(0);
        for (given, gap) in reviews {
            today = today.plus(gap);
            let choices = preview(memory, today, &settings);
            // a better grade never comes back sooner
            prop_assert!(choices.windows(2).all(|pair| pair[0].interval <= pair[1].interval));
            let scheduled = choices[usize::from(u8::from(given)) - 1];
            prop_assert!((1..=maximum).contains(&scheduled.interval));
            prop_assert!((0.001..=36_500.0).contains(&scheduled.memory.stability));
            prop_assert!((1.0..=10.0).contains(&scheduled.memory.difficulty));
            memory = Memory::Reviewed(scheduled.memory);
        }
        let recall = retrievability(memory, today.plus(later), &settings).unwrap();
        prop_assert!((0.0..=1.0).contains(&recall));
        prop_assert!(recall <= retrievability(memory, today, &settings).unwrap());
    }
}
