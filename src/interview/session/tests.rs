use super::*;

const MINUTE: u64 = 60_000;

/// Three questions of two minutes each in nine minutes; it begins at 0.
fn begun(mode: Mode) -> Sitting {
    let terms = Terms { mode, limit_ms: Some(9 * MINUTE), budgets_ms: vec![2 * MINUTE; 3], probe_ms: 40_000 };
    let mut sitting = Sitting::new(terms, 0);
    sitting.apply(0, Event::Started).unwrap();
    sitting
}

fn round(number: u16) -> RoundNumber {
    RoundNumber(number)
}

fn answered(number: u16) -> Event {
    Event::Answered { round: round(number), probes: 0 }
}

fn states(sitting: &Sitting) -> Vec<RoundState> {
    sitting.rounds().iter().map(|round| round.state).collect()
}

#[test]
fn one_question_follows_the_other_and_time_left_over_stays() {
    let mut sitting = begun(Mode::Exam);
    sitting.apply(MINUTE, answered(1)).unwrap();
    assert_eq!(sitting.current(), Some(round(2)));
    sitting.apply(3 * MINUTE, answered(2)).unwrap();
    sitting.apply(5 * MINUTE, answered(3)).unwrap();
    assert!(sitting.is_all_answered());
    assert_eq!((sitting.left_ms(), sitting.deadline_ms()), (Some(4 * MINUTE), Some(9 * MINUTE)));
    sitting.apply(6 * MINUTE, Event::Finished).unwrap();
    assert_eq!(sitting.state(), State::Finished(End::ByPerson));
    assert_eq!((sitting.used_ms(), sitting.idle_ms()), (6 * MINUTE, MINUTE));
}

#[test]
fn the_limit_ends_it_at_its_moment_however_late_anybody_looks() {
    for mode in Mode::ALL {
        let mut sitting = begun(mode);
        sitting.apply(MINUTE, Event::Answered { round: round(1), probes: 1 }).unwrap();
        sitting.advance(1000 * MINUTE);
        assert_eq!(sitting.state(), State::Finished(End::ByTime));
        assert_eq!(sitting.ended_ms(), Some(9 * MINUTE));
        assert_eq!(sitting.apply(1001 * MINUTE, answered(2)), Err(Refusal::Over));
        assert_eq!(sitting.rounds()[0].state, RoundState::Answered, "its answer was handed in");
    }
}

#[test]
fn an_exam_cuts_a_question_at_150_percent_and_practice_does_not() {
    let mut exam = begun(Mode::Exam);
    exam.advance(3 * MINUTE - 1);
    assert_eq!(
        exam.prompt_clock().map(|clock| (clock.colour, clock.cut_in_ms)),
        Some((Colour::Amber, Some(1)))
    );
    exam.advance(3 * MINUTE);
    assert_eq!(states(&exam), [RoundState::Cut, RoundState::Open, RoundState::Upcoming]);
    assert_eq!(exam.apply(3 * MINUTE, answered(1)), Err(Refusal::Cut));

    let mut practice = begun(Mode::Practice);
    practice.advance(3 * MINUTE);
    assert_eq!(
        practice.prompt_clock().map(|clock| (clock.colour, clock.cut_in_ms)),
        Some((Colour::Red, None))
    );
    practice.apply(4 * MINUTE, answered(1)).unwrap();
    assert_eq!(practice.rounds()[0].main_ms, 4 * MINUTE);
}

#[test]
fn a_question_that_the_limit_cuts_is_followed_by_none() {
    let terms =
        Terms { mode: Mode::Exam, limit_ms: Some(3 * MINUTE), budgets_ms: vec![2 * MINUTE; 2], probe_ms: 1 };
    let mut sitting = Sitting::new(terms, 0);
    sitting.apply(0, Event::Started).unwrap();
    sitting.advance(3 * MINUTE);
    assert_eq!(states(&sitting), [RoundState::Cut, RoundState::Upcoming], "the second was never asked");
}

#[test]
fn probes_have_a_time_of_their_own() {
    let mut sitting = begun(Mode::Exam);
    sitting.apply(MINUTE, Event::Answered { round: round(1), probes: 2 }).unwrap();
    assert_eq!(sitting.rounds()[0].prompt(), Some(1));
    assert_eq!(sitting.apply(MINUTE, answered(1)), Err(Refusal::Answered), "the answer is locked");
    sitting.apply(MINUTE + 20_000, Event::ProbeAnswered { round: round(1) }).unwrap();
    assert_eq!(sitting.rounds()[0].prompt(), Some(2));
    // the second one is cut after a minute, and the next question is asked
    sitting.advance(MINUTE + 20_000 + MINUTE);
    assert_eq!(sitting.rounds()[0].probes_ms, [20_000, MINUTE]);
    assert_eq!(states(&sitting), [RoundState::Answered, RoundState::Open, RoundState::Upcoming]);
    assert_eq!(sitting.apply(3 * MINUTE, Event::ProbeAnswered { round: round(1) }), Err(Refusal::NoProbe));
}

#[test]
fn a_flagged_question_waits_and_keeps_its_time() {
    let mut sitting = begun(Mode::Exam);
    sitting.apply(MINUTE, Event::Flagged { round: round(1) }).unwrap();
    assert_eq!(sitting.apply(MINUTE, Event::Opened { round: round(3) }), Err(Refusal::NotItsTurn));
    // back to it in the middle of the second, whose turn comes again afterwards
    sitting.apply(2 * MINUTE, Event::Opened { round: round(1) }).unwrap();
    assert_eq!(states(&sitting), [RoundState::Open, RoundState::Flagged, RoundState::Upcoming]);
    sitting.apply(3 * MINUTE, answered(1)).unwrap();
    assert_eq!(sitting.current(), Some(round(2)));
    assert_eq!(sitting.rounds()[0].main_ms, 2 * MINUTE);
    sitting.apply(4 * MINUTE, answered(2)).unwrap();
    sitting.apply(5 * MINUTE, Event::Flagged { round: round(3) }).unwrap();
    assert_eq!((sitting.current(), sitting.is_all_answered()), (None, false), "one is flagged");
    sitting.apply(6 * MINUTE, Event::Opened { round: round(3) }).unwrap();
    sitting.apply(7 * MINUTE, Event::Finished).unwrap();
    assert_eq!(sitting.rounds()[2].state, RoundState::Cut);
    assert_eq!(sitting.idle_ms(), MINUTE);
}

#[test]
fn in_practice_any_question_may_be_opened_and_nothing_is_shown_before_its_turn_in_an_exam() {
    let mut practice = begun(Mode::Practice);
    practice.apply(MINUTE, Event::Opened { round: round(3) }).unwrap();
    assert_eq!(states(&practice), [RoundState::Flagged, RoundState::Upcoming, RoundState::Open]);
    practice.apply(MINUTE, answered(3)).unwrap();
    assert_eq!(practice.current(), Some(round(1)), "what was left comes first");
    // back to it from the probes of another, and flagged: it does not come again at once
    practice.apply(MINUTE, Event::Opened { round: round(2) }).unwrap();
    practice.apply(MINUTE, Event::Answered { round: round(2), probes: 2 }).unwrap();
    practice.apply(MINUTE, Event::Opened { round: round(1) }).unwrap();
    practice.apply(MINUTE, Event::Flagged { round: round(1) }).unwrap();
    assert_eq!((practice.current(), practice.rounds()[1].probes_left), (None, 0));
    assert!((1..=3).all(|number| practice.shows(round(number))));
    let exam = begun(Mode::Exam);
    assert_eq!([1, 2, 3, 4].map(|number| exam.shows(round(number))), [true, false, false, false]);
}

#[test]
fn two_pauses_of_five_minutes_stop_the_clock_and_hide_the_question() {
    let mut sitting = begun(Mode::Practice);
    sitting.apply(MINUTE, Event::Paused).unwrap();
    assert!(!sitting.shows(round(1)));
    assert_eq!(sitting.apply(2 * MINUTE, answered(1)), Err(Refusal::Paused));
    sitting.apply(3 * MINUTE, Event::Resumed).unwrap();
    assert_eq!(sitting.left_ms(), Some(8 * MINUTE));
    sitting.apply(4 * MINUTE, Event::Paused).unwrap();
    assert_eq!(sitting.pause_ends_ms(), Some(9 * MINUTE));
    // it ends by itself, and the limit counts from there
    sitting.advance(10 * MINUTE);
    assert_eq!((sitting.state(), sitting.left_ms()), (State::Running, Some(6 * MINUTE)));
    assert_eq!(sitting.apply(10 * MINUTE, Event::Paused), Err(Refusal::NoPauseLeft));
    sitting.advance(16 * MINUTE);
    assert_eq!(sitting.state(), State::Finished(End::ByTime));
    assert_eq!(begun(Mode::Exam).apply(MINUTE, Event::Paused), Err(Refusal::NoPauseInExam));
}

#[test]
fn without_a_limit_nothing_is_cut_or_coloured_and_a_week_of_silence_ends_it() {
    let terms = Terms { mode: Mode::Exam, limit_ms: None, budgets_ms: vec![MINUTE; 2], probe_ms: 1 };
    let mut sitting = Sitting::new(terms, 0);
    sitting.apply(0, Event::Started).unwrap();
    sitting.advance(90 * MINUTE);
    let clock = sitting.prompt_clock().unwrap();
    assert_eq!((clock.colour, clock.cut_in_ms, sitting.left_ms()), (Colour::Normal, None, None));
    sitting.apply(100 * MINUTE, answered(1)).unwrap();
    sitting.advance(100 * MINUTE + FORGOTTEN_AFTER_MS);
    assert_eq!(sitting.state(), State::Finished(End::Abandoned));
    assert_eq!(sitting.ended_ms(), Some(100 * MINUTE + FORGOTTEN_AFTER_MS), "a week after the last event");
    assert_eq!(sitting.used_ms(), 100 * MINUTE, "nobody took that week");
}

#[test]
fn a_clock_that_goes_back_stands_still() {
    let mut sitting = begun(Mode::Exam);
    sitting.apply(2 * MINUTE, answered(1)).unwrap();
    let logged = sitting.apply(MINUTE, answered(2)).unwrap();
    assert_eq!((logged.at_ms, sitting.rounds()[1].main_ms), (2 * MINUTE, 0));
}

#[test]
fn grading_comes_after_the_end_and_nothing_after_closing() {
    let mut sitting = begun(Mode::Exam);
    assert_eq!(sitting.apply(1, Event::Graded), Err(Refusal::NotOver));
    assert_eq!(sitting.apply(1, Event::Closed), Err(Refusal::NotOver));
    sitting.apply(2, Event::Abandoned).unwrap();
    sitting.apply(3, Event::Graded).unwrap();
    sitting.apply(4, Event::Graded).unwrap();
    assert_eq!(sitting.state(), State::SelfGraded(End::Abandoned));
    sitting.apply(5, Event::Closed).unwrap();
    assert_eq!(sitting.apply(6, Event::Closed), Err(Refusal::Closed));
    assert_eq!(sitting.ended_ms(), Some(2));
}

#[test]
fn a_log_that_cannot_have_happened_is_refused() {
    let terms = begun(Mode::Exam).terms().clone();
    let log = [Logged { at_ms: 5, event: answered(1) }];
    assert_eq!(Sitting::replay(terms, 0, &log), Err(Refusal::NotStarted));
}
