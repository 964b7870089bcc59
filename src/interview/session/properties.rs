//! What holds for whatever people do and whenever, also when the clock jumps about.

use proptest::prelude::*;

use super::*;

/// When every interview here is made.
const CREATED_MS: u64 = 1_795_348_800_000;

/// How the clock moves, in milliseconds, and what is done then; nothing is a look at the page.
type Move = (i64, Option<Event>);

fn terms() -> impl Strategy<Value = Terms> {
    let limit = prop_oneof![1 => Just(None), 4 => (1_u64..3_600_000).prop_map(Some)];
    let budgets = prop::collection::vec(0_u64..600_000, 1..6);
    (any::<bool>(), limit, budgets, 0_u64..90_000).prop_map(|(exam, limit_ms, budgets_ms, probe_ms)| Terms {
        mode: if exam { Mode::Exam } else { Mode::Practice },
        limit_ms,
        budgets_ms,
        probe_ms,
    })
}

fn event() -> impl Strategy<Value = Event> {
    let round = (0_u16..8).prop_map(RoundNumber);
    prop_oneof![
        2 => Just(Event::Started),
        3 => round.clone().prop_map(|round| Event::Opened { round }),
        8 => (round.clone(), 0_u8..4).prop_map(|(round, probes)| Event::Answered { round, probes }),
        4 => round.clone().prop_map(|round| Event::ProbeAnswered { round }),
        2 => round.clone().prop_map(|round| Event::ProbeSkipped { round }),
        3 => round.prop_map(|round| Event::Flagged { round }),
        2 => Just(Event::Paused),
        2 => Just(Event::Resumed),
        1 => prop_oneof![Just(Event::Finished), Just(Event::Abandoned), Just(Event::Graded), Just(Event::Closed)],
    ]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let step = prop_oneof![
        6 => 0_i64..30_000,
        3 => 0_i64..400_000,
        // a clock that is put back, a laptop that slept, a server that was off
        1 => -500_000_i64..0,
        1 => 0_i64..(10 * 24 * 60 * 60 * 1000),
    ];
    let action = prop_oneof![1 => Just(None), 4 => event().prop_map(Some)];
    // most begin at once, or little would happen
    let begins = prop::bool::weighted(0.9);
    (begins, prop::collection::vec((step, action), 0..60)).prop_map(|(begins, mut moves)| {
        if begins {
            moves.insert(0, (0, Some(Event::Started)));
        }
        moves
    })
}

/// Events that fit more often than chance: the round that is asked now.
fn aimed(event: Event, sitting: &Sitting) -> Event {
    let aim = |round: RoundNumber| if round.0 < 4 { sitting.current().unwrap_or(round) } else { round };
    match event {
        Event::Answered { round, probes } => Event::Answered { round: aim(round), probes },
        Event::ProbeAnswered { round } => Event::ProbeAnswered { round: aim(round) },
        Event::ProbeSkipped { round } => Event::ProbeSkipped { round: aim(round) },
        Event::Flagged { round } => Event::Flagged { round: aim(round) },
        other => other,
    }
}

fn pauses_ms(sitting: &Sitting) -> u64 {
    sitting.pauses().iter().map(|pause| pause.length_ms(sitting.at_ms())).sum()
}

/// What holds at every moment.
fn assert_sound(sitting: &Sitting) -> Result<(), TestCaseError> {
    let terms = sitting.terms();
    let parts: u64 = sitting.rounds().iter().map(Round::used_ms).sum::<u64>() + sitting.idle_ms();
    prop_assert_eq!(parts, sitting.used_ms(), "the parts are the whole");
    if let Some(limit_ms) = terms.limit_ms {
        prop_assert!(sitting.used_ms() <= limit_ms, "{} of {limit_ms}", sitting.used_ms());
    }
    if let Some(started_ms) = sitting.started_ms() {
        let until_ms = sitting.ended_ms().unwrap_or(sitting.at_ms());
        let lasted_ms = until_ms - started_ms;
        match terms.limit_ms {
            Some(limit_ms) => {
                prop_assert_eq!(lasted_ms, sitting.used_ms() + pauses_ms(sitting), "nothing is lost");
                prop_assert!(lasted_ms <= limit_ms + pauses_ms(sitting), "nothing is gained");
            }
            None => prop_assert!(sitting.used_ms() + pauses_ms(sitting) <= lasted_ms),
        }
    } else {
        prop_assert_eq!((sitting.used_ms(), sitting.pauses().len()), (0, 0));
    }
    let most_pauses = if terms.mode == Mode::Exam { 0 } else { PAUSES };
    prop_assert!(sitting.pauses().len() <= most_pauses);
    for pause in sitting.pauses() {
        prop_assert!(pause.length_ms(sitting.at_ms()) <= LONGEST_PAUSE_MS);
    }
    assert_rounds_sound(sitting)
}

fn assert_rounds_sound(sitting: &Sitting) -> Result<(), TestCaseError> {
    let (terms, rounds) = (sitting.terms(), sitting.rounds());
    let asked = |round: &Round| matches!(round.state, RoundState::Open | RoundState::Probing);
    let current = sitting.current().and_then(RoundNumber::index);
    let ongoing = matches!(sitting.state(), State::Running | State::Paused);
    prop_assert!(current.is_none() || ongoing, "time is nobody's before and after");
    for (at, round) in rounds.iter().enumerate() {
        prop_assert_eq!(asked(round), current == Some(at), "one round is asked at a time");
        prop_assert!(round.probes_ms.len() + usize::from(round.probes_left) <= usize::from(MOST_PROBES));
        if terms.mode == Mode::Exam && terms.limit_ms.is_some() {
            prop_assert!(round.main_ms <= cut_after(terms.budgets_ms[at]), "an exam cuts");
            prop_assert!(round.probes_ms.iter().all(|spent_ms| *spent_ms <= cut_after(terms.probe_ms)));
        }
        prop_assert!(round.state == RoundState::Probing || round.probes_left == 0);
        if round.state == RoundState::Upcoming {
            prop_assert_eq!(round.used_ms(), 0);
        }
    }
    let upcoming = |round: &Round| round.state == RoundState::Upcoming;
    if terms.mode == Mode::Exam {
        prop_assert!(rounds.is_sorted_by_key(upcoming), "an exam asks in the order of the paper");
    }
    if sitting.state() == State::Running && current.is_none() {
        prop_assert!(!rounds.iter().any(upcoming), "something is asked while there is something to ask");
    }
    Ok(())
}

/// What may follow what: no way out of a closed state, and nothing that was handed in is opened again.
fn assert_follows(before: &Sitting, after: &Sitting) -> Result<(), TestCaseError> {
    let rank = |state: State| match state {
        State::Ready => 0,
        State::Running | State::Paused => 1,
        State::Finished(_) => 2,
        State::SelfGraded(_) => 3,
        State::Closed(_) => 4,
    };
    prop_assert!(rank(before.state()) <= rank(after.state()), "{:?} {:?}", before.state(), after.state());
    if let Some(end) = before.state().end() {
        prop_assert_eq!(after.state().end(), Some(end), "how it ended stays");
        prop_assert_eq!(before.ended_ms(), after.ended_ms());
        prop_assert_eq!(before.rounds(), after.rounds(), "an interview that is over stays as it is");
        prop_assert_eq!(before.used_ms(), after.used_ms());
    }
    for (before, after) in before.rounds().iter().zip(after.rounds()) {
        let fits = match before.state {
            RoundState::Upcoming => true,
            RoundState::Open | RoundState::Flagged => after.state != RoundState::Upcoming,
            RoundState::Probing => matches!(after.state, RoundState::Probing | RoundState::Answered),
            RoundState::Answered | RoundState::Cut => after.state == before.state,
        };
        prop_assert!(fits, "{:?} {:?}", before.state, after.state);
    }
    Ok(())
}

/// Plays the moves as a server would that never stops, and gives what it logged.
fn play(terms: Terms, moves: &[Move]) -> Result<(Sitting, Vec<Logged>), TestCaseError> {
    let mut sitting = Sitting::new(terms, CREATED_MS);
    let (mut now_ms, mut log): (u64, Vec<Logged>) = (CREATED_MS, Vec::new());
    let mut handed_in = 0;
    for (step, action) in moves {
        now_ms = now_ms.saturating_add_signed(*step);
        let before = sitting.clone();
        match action.map(|event| aimed(event, &sitting)) {
            None => sitting.advance(now_ms),
            Some(event) => match sitting.apply(now_ms, event) {
                Ok(logged) => {
                    prop_assert!(logged.at_ms >= log.last().map_or(CREATED_MS, |last| last.at_ms));
                    handed_in += usize::from(matches!(event, Event::Answered { .. }));
                    log.push(logged);
                }
                Err(_) => {
                    let mut looked = before.clone();
                    looked.advance(now_ms);
                    prop_assert_eq!(&looked, &sitting, "what is refused changes nothing");
                }
            },
        }
        assert_sound(&sitting)?;
        assert_follows(&before, &sitting)?;
        let locked = |round: &&Round| matches!(round.state, RoundState::Probing | RoundState::Answered);
        prop_assert_eq!(
            sitting.rounds().iter().filter(locked).count(),
            handed_in,
            "what was handed in stays"
        );
    }
    Ok((sitting, log))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn time_is_neither_lost_nor_gained_and_the_log_tells_everything(terms in terms(), moves in moves()) {
        let (sitting, log) = play(terms.clone(), &moves)?;
        let mut replayed = Sitting::replay(terms, CREATED_MS, &log).map_err(|error| TestCaseError::fail(error.to_string()))?;
        replayed.advance(sitting.at_ms());
        prop_assert_eq!(replayed, sitting, "a server that was off sees what one saw that ran");
    }
}

proptest! {
    #[test]
    fn an_interview_ends_by_itself(terms in terms(), moves in moves()) {
        let (mut sitting, _) = play(terms, &moves)?;
        let longest_ms = FORGOTTEN_AFTER_MS + 3_600_000 + LONGEST_PAUSE_MS * 2;
        sitting.advance(sitting.at_ms() + longest_ms);
        prop_assert!(sitting.state().is_over());
        assert_sound(&sitting)?;
    }

    #[test]
    fn a_closed_interview_takes_nothing(terms in terms(), moves in moves(), more in prop::collection::vec((0_u64..1_000_000, event()), 1..10)) {
        let (mut sitting, _) = play(terms, &moves)?;
        let _ = sitting.apply(sitting.at_ms(), Event::Abandoned);
        let closed = sitting.apply(sitting.at_ms(), Event::Closed);
        prop_assert!(closed.is_ok() || closed == Err(Refusal::Closed));
        let before = sitting.clone();
        for (later_ms, event) in more {
            prop_assert_eq!(sitting.apply(sitting.at_ms() + later_ms, event), Err(Refusal::Closed));
        }
        assert_follows(&before, &sitting)?;
        prop_assert!(matches!(sitting.state(), State::Closed(_)));
    }

    #[test]
    fn an_event_is_stored_and_read_back(event in event()) {
        let (kind, round, probes) = event.columns();
        prop_assert_eq!(Event::from_columns(kind, round, probes), Ok(event));
        prop_assert!(Event::from_columns(kind, round.xor(Some(RoundNumber(1))), probes).is_err());
    }
}
