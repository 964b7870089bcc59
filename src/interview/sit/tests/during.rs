use super::*;

#[tokio::test]
async fn an_answer_is_followed_by_the_probes_of_what_it_misses() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    let handed_in = site.answer(id, &said(1, ALPHA), NOON + MINUTE).await.unwrap();
    assert_eq!(handed_in, HandedIn { round: RoundNumber(1), prompt: 0, again: false });
    let probing = site.interview(id, NOON + MINUTE).await;
    assert_eq!(probing.prompt(RoundNumber(1)), Some("What about beta?"), "two are missed: one probe");
    assert_eq!(probing.prompt(RoundNumber(2)), None);
    site.answer(id, &said(1, "The beta is what follows from it, as I forgot to say."), NOON + MINUTE)
        .await
        .unwrap();
    let next = site.interview(id, NOON + MINUTE).await;
    assert_eq!(next.sitting.current(), Some(RoundNumber(2)));
    // nothing said at all: two probes, of which one is answered and one skipped
    site.answer(id, &said(2, " "), NOON + 2 * MINUTE).await.unwrap();
    site.answer(id, &said(2, "The alpha is what it is all about."), NOON + 2 * MINUTE).await.unwrap();
    assert_eq!(site.interview(id, NOON + 2 * MINUTE).await.prompt(RoundNumber(2)), Some("What about beta?"));
    site.step(ADA, id, Step::SkipProbe(RoundNumber(2)), NOON + 2 * MINUTE).await.unwrap();
    site.answer(id, &said(3, ALL), NOON + 3 * MINUTE).await.unwrap();
    let done = site.interview(id, NOON + 3 * MINUTE).await;
    assert!(done.sitting.is_all_answered(), "an answer that makes everything has no probe");
    let words: Vec<(u16, u8, &str)> =
        done.answers.iter().map(|answer| (answer.round.0, answer.prompt, answer.asked.as_str())).collect();
    let title = |at: usize| done.rounds[at].title.as_str();
    assert_eq!(
        words,
        [
            (1, 0, title(0)),
            (1, 1, "What about beta?"),
            (2, 0, title(1)),
            (2, 1, "What about alpha?"),
            (2, 2, "What about beta?"),
            (3, 0, title(2))
        ]
    );
}

#[tokio::test]
async fn an_answer_counts_once_however_often_it_is_sent() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    let text = Text { client_id: Some("answer-0001".parse().unwrap()), ..said(1, ALPHA) };
    site.answer(id, &text, NOON + MINUTE).await.unwrap();
    let before = site.interview(id, NOON + MINUTE).await;
    let other = Text { text: "something else".to_owned(), ..text.clone() };
    for (again, at_ms) in [(&text, NOON + MINUTE), (&other, NOON + MINUTE), (&text, NOON + 60 * MINUTE)] {
        let handed_in = site.answer(id, again, at_ms).await.unwrap();
        assert_eq!(handed_in, HandedIn { round: RoundNumber(1), prompt: 0, again: true });
    }
    assert_eq!(site.interview(id, NOON + MINUTE).await, before);
}

#[tokio::test]
async fn posting_to_the_next_question_skips_probes_and_an_exam_keeps_its_order() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    assert_eq!(refusal(site.answer(id, &said(2, ALL), NOON).await), Refusal::NotItsTurn);
    site.answer(id, &said(1, ""), NOON + MINUTE).await.unwrap();
    assert_eq!(refusal(site.answer(id, &said(3, ALL), NOON + MINUTE).await), Refusal::NotItsTurn);
    let still = site.interview(id, NOON + MINUTE).await;
    assert_eq!(still.prompt(RoundNumber(1)), Some("What about alpha?"), "what is refused skips nothing");
    site.answer(id, &said(2, ALL), NOON + 2 * MINUTE).await.unwrap();
    let states: Vec<RoundState> = site
        .interview(id, NOON + 2 * MINUTE)
        .await
        .sitting
        .rounds()
        .iter()
        .map(|round| round.state)
        .collect();
    assert_eq!(states, [RoundState::Answered, RoundState::Answered, RoundState::Open]);
    assert_eq!(refusal(site.answer(id, &said(1, ALL), NOON + 2 * MINUTE).await), Refusal::Answered);
    assert_eq!(refusal(site.answer(id, &said(4, ALL), NOON + 2 * MINUTE).await), Refusal::NoSuchRound);
}

#[tokio::test]
async fn in_practice_any_question_can_be_answered_and_a_pause_hides_it() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Practice)).await;
    site.answer(id, &said(3, ALL), NOON + MINUTE).await.unwrap();
    site.step(ADA, id, Step::Flag(RoundNumber(1)), NOON + MINUTE).await.unwrap();
    site.step(ADA, id, Step::Pause, NOON + 2 * MINUTE).await.unwrap();
    let paused = site.interview(id, NOON + 3 * MINUTE).await;
    assert_eq!((paused.state(), paused.prompt(RoundNumber(2))), (State::Paused, None));
    assert_eq!(refusal(site.save(id, &said(2, "typed"), NOON + 3 * MINUTE).await), Refusal::Paused);
    site.step(ADA, id, Step::Resume, NOON + 4 * MINUTE).await.unwrap();
    let resumed = site.interview(id, NOON + 4 * MINUTE).await;
    assert_eq!(resumed.sitting.left_ms(), Some(7 * MINUTE));
    // the flagged one is opened by answering it
    site.answer(id, &said(1, ALL), NOON + 5 * MINUTE).await.unwrap();
    assert_eq!(site.interview(id, NOON + 5 * MINUTE).await.sitting.current(), Some(RoundNumber(2)));
}

#[tokio::test]
async fn what_comes_after_the_deadline_keeps_what_was_saved_before() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Practice)).await;
    site.save(id, &said(1, "The alpha is"), NOON + 8 * MINUTE).await.unwrap();
    let late = NOON + 9 * MINUTE;
    assert_eq!(refusal(site.save(id, &said(1, "The alpha is everything"), late).await), Refusal::Over);
    assert_eq!(refusal(site.answer(id, &said(1, ALL), late).await), Refusal::Over);
    assert_eq!(refusal(site.step(ADA, id, Step::Finish, late).await), Refusal::Over);
    let over = site.interview(id, late).await;
    assert_eq!(over.state(), State::Finished(End::ByTime));
    let answer = over.answer(RoundNumber(1), 0).unwrap();
    assert_eq!((answer.text.as_str(), answer.handed_in_ms), ("The alpha is", None));
    assert_eq!(over.sitting.rounds()[0].state, RoundState::Cut);
}

#[tokio::test]
async fn an_exam_cuts_a_question_and_keeps_its_draft() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    site.save(id, &said(1, ALPHA), NOON + 3 * MINUTE).await.unwrap();
    // three minutes a question, three quarters of it for the question itself
    let cut = NOON + 4 * MINUTE;
    assert_eq!(refusal(site.save(id, &said(1, ALL), cut).await), Refusal::Cut);
    assert_eq!(refusal(site.answer(id, &said(1, ALL), cut).await), Refusal::Cut);
    site.answer(id, &said(2, ALL), cut).await.unwrap();
    let after = site.interview(id, cut).await;
    assert_eq!(after.answer(RoundNumber(1), 0).map(|answer| answer.text.as_str()), Some(ALPHA));
    assert_eq!(after.sitting.rounds()[0].main_ms, after.rounds[0].budget_ms * 3 / 2);
}

#[tokio::test]
async fn what_is_typed_is_kept_for_the_prompt_that_it_was_typed_for() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    let typed = |prompt, text: &str| Text { prompt: Some(prompt), ..said(1, text) };
    site.save(id, &typed(0, "The al"), NOON).await.unwrap();
    site.save(id, &typed(0, "The alpha"), NOON).await.unwrap();
    assert_eq!(site.interview(id, NOON).await.answers.len(), 1);
    site.answer(id, &typed(0, ALPHA), NOON + MINUTE).await.unwrap();
    // the page of a second tab still shows the question
    assert_eq!(refusal(site.save(id, &typed(0, "The alpha"), NOON + MINUTE).await), Refusal::Answered);
    assert_eq!(refusal(site.answer(id, &typed(0, "The alpha"), NOON + MINUTE).await), Refusal::Answered);
    assert_eq!(refusal(site.answer(id, &typed(2, "What?"), NOON + MINUTE).await), Refusal::NoProbe);
    site.save(id, &typed(1, "The beta"), NOON + MINUTE).await.unwrap();
    let texts: Vec<String> =
        site.interview(id, NOON + MINUTE).await.answers.into_iter().map(|answer| answer.text).collect();
    assert_eq!(texts, [ALPHA, "The beta"]);
    let long = said(1, &"x".repeat(LONGEST_ANSWER + 1));
    assert!(matches!(site.save(id, &long, NOON + MINUTE).await, Err(NotDone::TooLong)));
    assert!(matches!(site.answer(id, &long, NOON + MINUTE).await, Err(NotDone::TooLong)));
}

#[tokio::test]
async fn somebody_elses_interview_is_not_there() {
    let site = Site::open().await;
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    let before = site.interview(id, NOON).await;
    let text = said(1, ALL);
    for what in [Step::Start, Step::Finish, Step::Abandon, Step::Flag(RoundNumber(1))] {
        assert!(matches!(site.step(BOB, id, what, NOON).await, Err(NotDone::NotFound)));
    }
    let refused = site.write(async |db, bank| answer(db, bank, BOB, id, &text, NOON).await).await;
    assert!(matches!(refused, Err(NotDone::NotFound)));
    let refused = site.write(async |db, _| save(db, BOB, id, &text, NOON).await).await;
    assert!(matches!(refused, Err(NotDone::NotFound)));
    let refused =
        site.write(async |db, bank| grade(db, bank, BOB, id, RoundNumber(1), &rated(3), NOON).await).await;
    assert!(matches!(refused, Err(NotDone::NotFound)));
    let refused = site.write(async |db, bank| close(db, bank, BOB, id, NOON).await).await;
    assert!(matches!(refused, Err(NotDone::NotFound)));
    assert!(!site.write(async |db, _| delete(db, BOB, id).await).await.unwrap());
    assert_eq!(site.interview(id, NOON).await, before);
}

#[tokio::test]
async fn an_exam_hides_its_questions_from_this_person_until_it_ends() {
    let site = Site::open().await;
    let hidden = async |person, now_ms| {
        store::hidden_questions(&mut site.db.reader().await.unwrap(), person, now_ms).await.unwrap()
    };
    let id = site.begin(ADA, &mix(Mode::Exam)).await;
    let paper = site.interview(id, NOON).await.rounds.iter().map(|round| round.question).collect();
    assert_eq!(hidden(ADA, NOON).await, paper);
    assert!(hidden(BOB, NOON).await.is_empty());
    assert!(hidden(ADA, NOON + 9 * MINUTE).await.is_empty(), "time has ended it");
    site.step(ADA, id, Step::Finish, NOON + MINUTE).await.unwrap();
    assert!(hidden(ADA, NOON + MINUTE).await.is_empty());
    site.begin(ADA, &mix(Mode::Practice)).await;
    assert!(hidden(ADA, NOON).await.is_empty(), "practice hides nothing");
}
