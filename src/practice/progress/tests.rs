use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::practice::schedule::{DEFAULT_MAXIMUM_INTERVAL, Recalled};

const TODAY: StudyDay = StudyDay(20_779);

fn topic(id: &str) -> TopicId {
    id.parse().unwrap()
}

fn settings() -> Settings {
    Settings::new(&[], 0.9, DEFAULT_MAXIMUM_INTERVAL).unwrap()
}

fn answer(question: i64, day: StudyDay, grade: Grade, before: Option<u32>) -> Graded {
    Graded { question, day, grade, interval_before: before, answer_ms: None }
}

fn card(topic: &TopicId, question: i64, stability: f32, difficulty: f32, due: StudyDay) -> CardNow<'_> {
    let memory = Memory::Reviewed(Recalled { stability, difficulty, last_day: StudyDay(TODAY.0 - 10) });
    CardNow { question, topic, memory, due: Some(due), lapses: 0, suspended: false }
}

#[test]
fn today_shows_what_is_left_and_what_was_done() {
    let topic = topic("compute");
    let cards = [
        card(&topic, 1, 5.0, 5.0, StudyDay(TODAY.0 - 2)),
        card(&topic, 2, 5.0, 5.0, TODAY),
        card(&topic, 3, 5.0, 5.0, TODAY.plus(1)),
        CardNow { suspended: true, ..card(&topic, 4, 5.0, 5.0, TODAY) },
        CardNow { memory: Memory::New, due: None, ..card(&topic, 5, 5.0, 5.0, TODAY) },
    ];
    let timed = |question, day, grade, before, ms| Graded {
        answer_ms: Some(ms),
        ..answer(question, day, grade, before)
    };
    let graded = [
        timed(1, StudyDay(TODAY.0 - 1), Grade::Good, None, 999_000),
        timed(6, TODAY, Grade::Again, None, 40_000),
        timed(6, TODAY, Grade::Good, Some(1), 50_000),
        // an hour with the page left open counts ten minutes
        timed(7, TODAY, Grade::Good, Some(9), 3_600_000),
        answer(8, TODAY, Grade::Hard, Some(3)),
    ];
    let today = today(&graded, &cards, TODAY);
    assert_eq!(today, Today { due: 2, answers: 4, new_done: 1, spent_ms: 690_000 });
    // eleven and a half
    assert_eq!(today.minutes(), 12);
}

#[test]
fn true_retention_takes_the_first_review_of_a_question_on_a_day() {
    let day = |month, day| StudyDay::of(date(2026, month, day));
    let graded = [
        // never scheduled before: not counted, nor what follows on the same day
        answer(1, day(9, 1), Grade::Again, None),
        answer(1, day(9, 1), Grade::Good, Some(1)),
        // young: forgotten, the recovery an hour later does not count
        answer(1, day(9, 4), Grade::Again, Some(3)),
        answer(1, day(9, 4), Grade::Good, Some(1)),
        // young and mature, on either side of 21 days; Hard is a pass
        answer(2, day(9, 5), Grade::Hard, Some(20)),
        answer(3, day(9, 5), Grade::Good, Some(21)),
        // nothing in October
        answer(3, day(11, 30), Grade::Again, Some(60)),
        answer(1, day(11, 30), Grade::Easy, Some(60)),
    ];
    let months = retention_by_month(&graded);
    let shown: Vec<_> = months
        .iter()
        .map(|m| (m.month.to_string(), (m.young.recalled, m.young.of), (m.mature.recalled, m.mature.of)))
        .collect();
    assert_eq!(
        shown,
        [
            ("2026-09".to_owned(), (1, 2), (1, 1)),
            ("2026-10".to_owned(), (0, 0), (0, 0)),
            ("2026-11".to_owned(), (0, 0), (1, 2)),
        ]
    );
    assert_eq!(months[0].all(), Share { recalled: 2, of: 3 });
    assert_eq!(months[2].mature.rate(), Some(0.5));
    assert_eq!(months[1].all().rate(), None);
    assert_eq!(retention_by_month(&[]), []);
}

#[test]
fn an_answer_takes_its_median_time_whatever_the_longest_took() {
    let timed = |month, ms| Graded {
        answer_ms: ms,
        ..answer(1, StudyDay::of(date(2026, month, 3)), Grade::Good, Some(1))
    };
    let graded = [
        timed(1, Some(30_000)),
        timed(1, Some(900_000)),
        timed(1, Some(20_000)),
        timed(2, None),
        timed(3, Some(10_000)),
        timed(3, Some(20_000)),
    ];
    let months: Vec<_> = answer_times_by_month(&graded).iter().map(|m| (m.median_ms, m.answers)).collect();
    assert_eq!(months, [(Some(30_000), 3), (None, 0), (Some(15_000), 2)]);
}

#[test]
fn a_year_has_all_its_days_and_nobody_elses() {
    let on = |year, month, day| answer(1, StudyDay::of(date(year, month, day)), Grade::Good, Some(1));
    let graded = [
        on(2027, 12, 31),
        on(2028, 1, 1),
        on(2028, 2, 29),
        on(2028, 2, 29),
        on(2028, 12, 31),
        on(2029, 1, 1),
    ];
    let leap = year(&graded, 2028);
    assert_eq!((leap.days.len(), leap.answers(), leap.most(), leap.active_days()), (366, 4, 2, 3));
    assert_eq!(leap.days[59], ReviewedOn { day: StudyDay::of(date(2028, 2, 29)), answers: 2 });
    assert_eq!(leap.days[365].day.date(), date(2028, 12, 31));
    assert_eq!(year(&[], 2026).days.len(), 365);
}

#[test]
fn a_forecast_keeps_overdue_and_far_cards_apart() {
    let topic = topic("security");
    let due_in = |days: i32| card(&topic, 1, 5.0, 5.0, StudyDay(TODAY.0 + days));
    let cards = [
        due_in(-300),
        due_in(-1),
        due_in(0),
        due_in(29),
        due_in(29),
        due_in(30),
        CardNow { suspended: true, ..due_in(1) },
    ];
    let forecast = forecast(&cards, TODAY);
    assert_eq!((forecast.overdue, forecast.later), (2, 1));
    assert_eq!(forecast.days.len(), 30);
    assert_eq!(forecast.days[0], DueOn { day: TODAY, cards: 1 });
    assert_eq!(forecast.days[29], DueOn { day: TODAY.plus(29), cards: 2 });
    assert!(forecast.days[1..29].iter().all(|day| day.cards == 0));
}

#[test]
fn the_weakest_topic_comes_first() {
    let (strong, weak, put_aside) = (topic("compute"), topic("storage"), topic("cost"));
    let cards = [
        // practised ten days ago: 0.9 with a stability of ten days, by definition
        card(&strong, 1, 10.0, 5.0, TODAY),
        card(&strong, 2, 10.0, 5.0, TODAY),
        card(&weak, 3, 1.0, 5.0, TODAY),
        CardNow { memory: Memory::New, ..card(&weak, 4, 1.0, 5.0, TODAY) },
        CardNow { suspended: true, ..card(&put_aside, 5, 0.1, 5.0, TODAY) },
    ];
    let topics = strength_by_topic(&cards, TODAY, &settings());
    let order: Vec<_> = topics.iter().map(|topic| (topic.topic.as_str(), topic.cards)).collect();
    assert_eq!(order, [("storage", 1), ("compute", 2)]);
    assert!((topics[1].recall - 0.9).abs() < 1e-6, "{topics:?}");
}

#[test]
fn the_hardest_questions_are_the_difficult_ones_that_are_forgotten() {
    let topic = topic("networking");
    let with =
        |question, difficulty, lapses| CardNow { lapses, ..card(&topic, question, 5.0, difficulty, TODAY) };
    let cards = [
        with(1, 3.0, 0),
        with(2, 9.5, 2),
        with(3, 9.5, 9),
        with(4, 10.0, 1),
        CardNow { suspended: true, ..with(5, 10.0, 30) },
        CardNow { memory: Memory::New, ..with(6, 10.0, 0) },
    ];
    let order: Vec<_> = hardest(&cards, 3).iter().map(|hard| (hard.question, hard.lapses)).collect();
    assert_eq!(order, [(4, 1), (3, 9), (2, 2)]);
}

/// Question, day, grade, interval before, milliseconds.
type Answer = (i64, i32, Grade, Option<u32>, Option<u32>);

/// Answers over three years, in the order of their days.
fn any_answers() -> impl Strategy<Value = Vec<Answer>> {
    let answer = (
        0_i64..20,
        20_000_i32..21_000,
        prop::sample::select(Grade::ALL.to_vec()),
        prop::option::of(1_u32..400),
        prop::option::of(0_u32..2_000_000),
    );
    prop::collection::vec(answer, 0..120).prop_map(|mut answers| {
        answers.sort_by_key(|answer| answer.1);
        answers
    })
}

proptest! {
    #[test]
    fn no_answer_is_lost_or_counted_twice(answers in any_answers()) {
        let graded: Vec<Graded> = answers
            .iter()
            .map(|&(question, day, grade, interval_before, answer_ms)| Graded {
                question, day: StudyDay(day), grade, interval_before, answer_ms,
            })
            .collect();
        let years: u32 = (2024..=2027).map(|number| year(&graded, number).answers()).sum();
        prop_assert_eq!(years as usize, graded.len());

        let mut asked = std::collections::HashSet::new();
        let firsts = graded.iter().filter(|a| asked.insert((a.question, a.day)));
        let counted = firsts.filter(|a| a.interval_before.is_some()).count();
        let months = retention_by_month(&graded);
        prop_assert_eq!(months.iter().map(|month| month.all().of as usize).sum::<usize>(), counted);
        prop_assert!(months.windows(2).all(|pair| pair[0].month < pair[1].month));
        for month in &months {
            prop_assert!(month.all().rate().is_none_or(|rate| (0.0..=1.0).contains(&rate)));
        }

        let times = answer_times_by_month(&graded);
        prop_assert_eq!(times.len(), months.len());
        let measured = graded.iter().filter(|a| a.answer_ms.is_some()).count();
        prop_assert_eq!(times.iter().map(|month| month.answers as usize).sum::<usize>(), measured);
    }

    #[test]
    fn every_active_card_is_in_the_forecast_once_and_every_strength_is_a_share(
        cards in prop::collection::vec((0.01_f32..500.0, -400_i32..400, any::<bool>(), any::<bool>()), 0..100),
    ) {
        let topics = ["compute", "storage"].map(topic);
        let cards: Vec<CardNow> = (0..)
            .zip(&cards)
            .map(|(question, &(stability, due, suspended, new))| {
                let topic = &topics[usize::from(due % 2 == 0)];
                let card = card(topic, question, stability, 5.0, StudyDay(TODAY.0 + due));
                if new {
                    CardNow { memory: Memory::New, due: None, ..card }
                } else {
                    CardNow { suspended, ..card }
                }
            })
            .collect();
        let active = cards.iter().filter(|card| card.due.is_some() && !card.suspended).count();
        let forecast = forecast(&cards, TODAY);
        let sum = forecast.overdue + forecast.days.iter().map(|day| day.cards).sum::<u32>() + forecast.later;
        prop_assert_eq!(sum as usize, active);
        prop_assert_eq!(today(&[], &cards, TODAY).due, forecast.overdue + forecast.days[0].cards);

        let strengths = strength_by_topic(&cards, TODAY, &settings());
        prop_assert!(strengths.iter().all(|topic| (0.0..=1.0).contains(&topic.recall)));
        prop_assert!(strengths.is_sorted_by(|a, b| a.recall <= b.recall));
        prop_assert_eq!(strengths.iter().map(|topic| topic.cards as usize).sum::<usize>(), active);
        prop_assert_eq!(hardest(&cards, usize::MAX).len(), active);
    }
}
