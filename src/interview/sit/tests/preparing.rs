use super::*;
use crate::questions::Page;
use store::{HistoryFilter, PresetFilter, StateFilter};

fn titles(interview: &Interview) -> Vec<&str> {
    interview.rounds.iter().map(|round| round.title.as_str()).collect()
}

#[tokio::test]
async fn an_interview_is_made_ready_and_begins_when_the_person_says_so() {
    let site = Site::open().await;
    let Created::New(id) = site.create(ADA, &mix(Mode::Exam), NOON).await.unwrap() else {
        panic!("a new one")
    };
    let ready = site.interview(id, NOON + 30 * MINUTE).await;
    assert_eq!((ready.state(), ready.sitting.left_ms()), (State::Ready, Some(9 * MINUTE)));
    assert_eq!((ready.title.as_str(), ready.seed.get(), ready.is_shortened()), ("Own mix", 7, false));
    assert_eq!(ready.prompt(RoundNumber(1)), None, "nothing is shown before");
    site.step(ADA, id, Step::Start, NOON + 30 * MINUTE).await.unwrap();
    site.step(ADA, id, Step::Start, NOON + 31 * MINUTE).await.expect("pressed twice");
    let running = site.interview(id, NOON + 32 * MINUTE).await;
    assert_eq!((running.state(), running.sitting.left_ms()), (State::Running, Some(7 * MINUTE)));
    assert_eq!(running.prompt(RoundNumber(1)), Some(running.rounds[0].title.as_str()));
    assert_eq!(running.prompt(RoundNumber(2)), None, "its turn has not come");
    assert!(site.find(BOB, id, NOON).await.is_none(), "it is Ada's");
}

#[tokio::test]
async fn nobody_sits_two_interviews_and_the_same_is_offered_again() {
    let site = Site::open().await;
    let id = site.begin(ADA, &preset("warm-up")).await;
    assert_eq!(site.create(ADA, &preset("warm-up"), NOON + MINUTE).await.unwrap(), Created::Unfinished(id));
    for other in [
        mix(Mode::Exam),
        preset("networking"),
        NewInterview { mode: Some(Mode::Exam), ..preset("warm-up") },
        NewInterview { seed: Some(Seed::try_from(1).unwrap()), ..preset("warm-up") },
        NewInterview { pace: Pace::Double, ..preset("warm-up") },
    ] {
        let refused = site.create(ADA, &other, NOON + MINUTE).await;
        assert!(
            matches!(refused, Err(NotCreated::Unfinished(unfinished)) if unfinished == id),
            "{refused:?}"
        );
    }
    assert!(matches!(site.create(BOB, &mix(Mode::Exam), NOON).await, Ok(Created::New(_))), "Bob may");
    let chosen_anew = site.create(BOB, &preset("warm-up"), NOON).await;
    assert!(matches!(chosen_anew, Ok(Created::New(_))), "he has not begun: {chosen_anew:?}");
    assert_eq!(site.number("select count(*) from interviews where person = 2").await, 1);
    // an interview that time has ended is in nobody's way
    let later = site.create(ADA, &mix(Mode::Exam), NOON + 10 * MINUTE).await.unwrap();
    assert!(matches!(later, Created::New(new) if new != id));
    assert_eq!(site.number("select count(*) from interviews where ended_by = 'time'").await, 1);
}

#[tokio::test]
async fn a_bank_without_such_questions_or_with_too_few_says_so() {
    let site = Site::open().await;
    let of = |topic: &str, questions| NewInterview {
        what: What::OwnMix(Wish { topics: vec![topic.parse().unwrap()], ..wish(questions, 10) }),
        ..mix(Mode::Exam)
    };
    assert!(matches!(site.create(ADA, &of("cost", 3), NOON).await, Err(NotCreated::NoQuestions)));
    let none = site.create(ADA, &of("storage", 0), NOON).await;
    assert!(matches!(none, Err(NotCreated::InvalidWish(InvalidWish::Questions))), "{none:?}");
    assert_eq!(site.number("select count(*) from interviews").await, 0);
    let Created::New(id) = site.create(ADA, &of("serverless", 4), NOON).await.unwrap() else {
        panic!("a new one")
    };
    let interview = site.interview(id, NOON).await;
    assert_eq!((interview.rounds.len(), interview.asked_for, interview.is_shortened()), (2, 4, true));
}

#[tokio::test]
async fn a_seed_gives_its_paper_and_without_one_other_questions_come() {
    let site = Site::open().await;
    let mut papers = Vec::new();
    for new in [mix(Mode::Exam), mix(Mode::Exam), NewInterview { seed: None, ..mix(Mode::Exam) }] {
        let id = site.begin(ADA, &new).await;
        papers.push(site.interview(id, NOON).await);
        site.step(ADA, id, Step::Abandon, NOON).await.unwrap();
    }
    assert_eq!(titles(&papers[0]), titles(&papers[1]));
    // three of six were asked; one of them is the only one about storage
    let again = titles(&papers[2]).into_iter().filter(|title| titles(&papers[0]).contains(title)).count();
    assert!(again <= 1, "{:?} after {:?}", titles(&papers[2]), titles(&papers[0]));
}

#[tokio::test]
async fn the_weakest_topics_are_those_that_practice_remembers_least() {
    let site = Site::open().await;
    // networking and storage are fresh, serverless was never practised
    site.run(
        "insert into cards (person, question, stability, difficulty, last_day, due_day, grades)
         select 1, number, 100, 5, 20779, 20879, 1 from questions where topic <> 'serverless'",
    )
    .await;
    let mut new = preset("weakest");
    if let What::Preset(blueprint) = &mut new.what {
        blueprint.weakest = true;
    }
    let id = site.begin(ADA, &new).await;
    let interview = site.interview(id, NOON).await;
    assert_eq!(interview.wish.topics[0].as_str(), "serverless");
    for round in &interview.rounds {
        assert_eq!(round.recall.is_none(), round.topic.as_str() == "serverless", "{}", round.title);
    }
    assert!(interview.rounds.iter().filter_map(|round| round.recall).all(|recall| recall > 0.99));
}

#[tokio::test]
async fn the_same_paper_can_be_sat_again() {
    let site = Site::open().await;
    let first = site.begin(ADA, &preset("warm-up")).await;
    let redo = async |id| site.write(async |db, bank| redo(db, bank, ADA, id, NOON + MINUTE).await).await;
    assert!(matches!(redo(first).await, Ok(Created::Unfinished(id)) if id == first));
    site.step(ADA, first, Step::Finish, NOON + MINUTE).await.unwrap();
    let Ok(Created::New(second)) = redo(first).await else { panic!("a new one") };
    let [before, again] = [site.interview(first, NOON).await, site.interview(second, NOON).await];
    assert_eq!(titles(&before), titles(&again));
    assert_eq!(before.sitting.terms(), again.sitting.terms());
    assert_eq!((&before.preset, before.seed), (&again.preset, again.seed));
    assert!(matches!(redo(InterviewId(99)).await, Err(NotCreated::NotFound)));
}

#[tokio::test]
async fn the_history_is_filtered_and_sees_what_time_has_ended() {
    let site = Site::open().await;
    let closed = site.begin(ADA, &preset("warm-up")).await;
    site.step(ADA, closed, Step::Finish, NOON + MINUTE).await.unwrap();
    site.close(closed).await.unwrap();
    let abandoned = site.begin(ADA, &preset("networking")).await;
    site.step(ADA, abandoned, Step::Abandon, NOON + MINUTE).await.unwrap();
    let open = site.begin(ADA, &mix(Mode::Exam)).await;
    site.answer(open, &said(1, ALL), NOON + MINUTE).await.unwrap();
    site.begin(BOB, &mix(Mode::Exam)).await;

    let list = async |filter: HistoryFilter, now_ms| {
        let mut db = site.db.reader().await.unwrap();
        let (listed, total) = store::list(&mut db, ADA, &filter, Page::FIRST, now_ms).await.unwrap();
        assert_eq!(usize::try_from(total).unwrap(), listed.len());
        listed
    };
    let ids = async |filter, now_ms| list(filter, now_ms).await.iter().map(|one| one.id).collect::<Vec<_>>();
    let soon = NOON + 2 * MINUTE;
    let all = list(HistoryFilter::default(), soon).await;
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), [open, abandoned, closed]);
    assert_eq!(all[0].state, State::Running);
    assert_eq!((all[0].questions, all[0].answered), (3, 1));
    assert_eq!([all[1].state, all[2].state], [State::Finished(End::Abandoned), State::Closed(End::ByPerson)]);

    let state = |state| HistoryFilter { state: Some(state), ..HistoryFilter::default() };
    assert_eq!(ids(state(StateFilter::Unfinished), soon).await, [open]);
    assert_eq!(ids(state(StateFilter::ToGrade), soon).await, [abandoned]);
    assert_eq!(ids(state(StateFilter::Closed), soon).await, [closed]);
    assert!(ids(state(StateFilter::Graded), soon).await.is_empty());
    let own = HistoryFilter { preset: Some(PresetFilter::OwnMix), ..HistoryFilter::default() };
    assert_eq!(ids(own, soon).await, [open]);
    let warm_up = Some(PresetFilter::Preset("warm-up".parse().unwrap()));
    assert_eq!(ids(HistoryFilter { preset: warm_up, ..HistoryFilter::default() }, soon).await, [closed]);
    let exams = HistoryFilter { mode: Some(Mode::Exam), ..HistoryFilter::default() };
    assert_eq!(ids(exams, soon).await, [open]);

    // nobody wrote since, but its nine minutes are over
    let later = NOON + 10 * MINUTE;
    assert!(ids(state(StateFilter::Unfinished), later).await.is_empty());
    let to_grade = list(state(StateFilter::ToGrade), later).await;
    assert_eq!(to_grade[0].state, State::Finished(End::ByTime));
    assert_eq!(to_grade[0].ended_ms, Some(NOON + 9 * MINUTE));
}
