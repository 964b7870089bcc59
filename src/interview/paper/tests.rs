use proptest::prelude::*;

use super::*;

/// A bank as content would have it: the topic is a letter, the id says where the question is.
#[derive(Debug, Clone)]
struct Entry {
    number: QuestionNumber,
    id: QuestionId,
    topic: TopicId,
    level: Level,
    kind: Kind,
    minutes: u8,
}

impl Entry {
    fn new(number: i64, topic: usize, level: usize, kind: usize, minutes: u8) -> Self {
        let topic = ["compute", "networking", "serverless", "storage"][topic % 4];
        Self {
            number: QuestionNumber(number),
            id: format!("{topic}-{number}").parse().unwrap(),
            topic: topic.parse().unwrap(),
            level: Level::ALL[level % 3],
            kind: Kind::ALL[kind % 5],
            minutes,
        }
    }

    fn candidate(&self) -> Candidate<'_> {
        let Self { number, id, topic, level, kind, minutes } = self;
        Candidate { number: *number, id, topic, level: *level, kind: *kind, minutes: *minutes }
    }
}

fn entry_numbered(number: i64) -> impl Strategy<Value = Entry> {
    (0_usize..4, 0_usize..3, 0_usize..5, 1_u8..8)
        .prop_map(move |(topic, level, kind, minutes)| Entry::new(number, topic, level, kind, minutes))
}

fn bank() -> impl Strategy<Value = Vec<Entry>> {
    (0_i64..40).prop_flat_map(|count| (0..count).map(entry_numbered).collect::<Vec<_>>())
}

fn wish() -> impl Strategy<Value = Wish> {
    let topics = prop::sample::subsequence(vec!["compute", "networking", "storage"], 0..3);
    let levels = prop::sample::subsequence(Level::ALL.to_vec(), 0..3);
    let kinds = prop::sample::subsequence(Kind::ALL.to_vec(), 0..5);
    let numbers = (
        prop::option::of(1_u16..=MOST_QUESTIONS),
        prop::option::of(1_u16..=MOST_MINUTES),
        prop::option::of(30_u32..600),
    );
    (topics, levels, kinds, numbers).prop_map(|(topics, levels, kinds, numbers)| Wish {
        topics: topics.iter().map(|topic| topic.parse().unwrap()).collect(),
        levels,
        kinds,
        questions: numbers.0,
        minutes: numbers.1,
        seconds_per_question: numbers.2,
    })
}

fn seed() -> impl Strategy<Value = Seed> {
    (0..Seed::END).prop_map(Seed)
}

fn choice<'c>(bank: &'c [Entry], wish: &'c Wish) -> Choice<'c> {
    Choice::new(bank.iter().map(Entry::candidate), wish)
}

proptest! {
    #[test]
    fn a_seed_gives_its_paper_whatever_order_the_bank_is_in(bank in bank(), wish in wish(), seed in seed()) {
        let paper = choice(&bank, &wish).draw(seed);
        let mut turned = bank.clone();
        turned.reverse();
        prop_assert_eq!(choice(&turned, &wish).draw(seed), paper);
    }

    #[test]
    fn a_paper_asks_what_was_wished_each_question_once(bank in bank(), wish in wish(), seed in seed()) {
        wish.check().unwrap();
        let paper = choice(&bank, &wish).draw(seed);
        let fits = |entry: &&Entry| wish.allows(&entry.candidate());
        let fitting = bank.iter().filter(fits).count();
        prop_assert_eq!(paper.rounds.len(), fitting.min(usize::from(paper.asked_for)));
        prop_assert_eq!(paper.is_shortened(), fitting < usize::from(paper.asked_for));
        if let Some(questions) = wish.questions {
            prop_assert_eq!(paper.asked_for, questions);
        }
        let mut numbers: Vec<i64> = paper.rounds.iter().map(|asked| asked.question.0).collect();
        let asked: Vec<&Entry> = numbers.iter().map(|number| &bank[usize::try_from(*number).unwrap()]).collect();
        prop_assert!(asked.iter().all(fits));
        prop_assert!(asked.is_sorted_by_key(|entry| entry.level), "in rising level");
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), asked.len());

        let count = |list: &[&Entry], topic: &TopicId| list.iter().filter(|entry| entry.topic == *topic).count();
        let all: Vec<&Entry> = bank.iter().filter(fits).collect();
        let most = asked.iter().map(|entry| count(&asked, &entry.topic)).max().unwrap_or(0);
        for entry in &all {
            let (drawn, there) = (count(&asked, &entry.topic), count(&all, &entry.topic));
            prop_assert!(drawn == there || drawn + 1 >= most, "{drawn} of {there} in {}, {most} in another", entry.topic);
        }
    }

    #[test]
    fn the_shares_of_the_questions_fit_into_the_whole(bank in bank(), wish in wish(), seed in seed()) {
        let paper = choice(&bank, &wish).draw(seed);
        let sum_ms: u64 = paper.rounds.iter().map(|asked| asked.budget_ms).sum();
        if wish.seconds_per_question.is_none() || wish.minutes.is_none() {
            prop_assert!(sum_ms <= paper.limit_ms, "{sum_ms} of {}", paper.limit_ms);
            // the probes' reserve is a quarter at the most; a share loses a fraction of a millisecond, the whole is
            // rounded up to a minute
            let lost_ms = MINUTE_MS + u64::from(MOST_QUESTIONS);
            prop_assert!(paper.rounds.is_empty() || sum_ms * 4 / 3 + lost_ms >= paper.limit_ms);
        }
        if let Some(minutes) = wish.minutes {
            prop_assert_eq!(paper.limit_ms, u64::from(minutes) * MINUTE_MS);
        }
        if let Some(seconds) = wish.seconds_per_question {
            let share_ms = u64::from(seconds) * 1000;
            let budget_ms = share_ms - (share_ms / 4).min(90_000);
            prop_assert!(paper.rounds.iter().all(|asked| asked.budget_ms == budget_ms));
        }
        prop_assert!(paper.rounds.iter().all(|asked| asked.budget_ms > 0));
    }

    #[test]
    fn without_a_given_seed_what_was_asked_lately_comes_again_as_little_as_it_can(
        bank in bank(), wish in wish(), first in seed(), lately in prop::collection::hash_map(0_i64..40, 0.1_f64..1.0, 0..20),
    ) {
        let lately: HashMap<QuestionNumber, f64> =
            lately.into_iter().map(|(number, weight)| (QuestionNumber(number), weight)).collect();
        let choice = choice(&bank, &wish);
        let again = |seed| -> f64 {
            choice.draw(seed).rounds.iter().filter_map(|asked| lately.get(&asked.question)).sum()
        };
        prop_assert!(again(choice.fresh_seed(&lately, first)) <= again(first));
        prop_assert_eq!(choice.fresh_seed(&HashMap::new(), first), first);
    }
}

#[test]
fn what_was_asked_last_is_not_asked_again_while_there_is_something_else() {
    let bank: Vec<Entry> = (0..12).map(|number| Entry::new(number, 0, 0, 0, 3)).collect();
    let wish = Wish { questions: Some(3), ..Wish::default() };
    let choice = choice(&bank, &wish);
    let last = choice.draw(Seed(7));
    let lately = last.rounds.iter().map(|asked| (asked.question, 1.0)).collect();
    let next = choice.draw(choice.fresh_seed(&lately, Seed(7)));
    assert!(next.rounds.iter().all(|asked| !lately.contains_key(&asked.question)), "{next:?}");
}

/// The first numbers of the seed 0, as every implementation of SplitMix64 gives them.
#[test]
fn the_generator_is_the_published_one() {
    let mut dice = SplitMix64(0);
    assert_eq!([dice.next(), dice.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
}

/// Papers of old seeds must stay: people redo them, and tell them to each other.
#[test]
fn a_seed_gives_the_same_paper_in_every_version() {
    let bank: Vec<Entry> = (0_i32..16)
        .map(|number| {
            let place = usize::try_from(number).unwrap();
            Entry::new(i64::from(number), place, place / 4, place, 3)
        })
        .collect();
    let wish = Wish { questions: Some(6), minutes: Some(30), ..Wish::default() };
    let asked = |seed| {
        let paper = choice(&bank, &wish).draw(Seed(seed));
        paper.rounds.iter().map(|asked| asked.question.0).collect::<Vec<_>>()
    };
    assert_eq!(asked(0), [15, 2, 4, 5, 10, 9]);
    assert_eq!(asked(Seed::END - 1), [3, 12, 5, 8, 10, 9]);
}

#[test]
fn times_follow_the_pace_and_without_time_there_is_no_limit() {
    let bank = [Entry::new(1, 0, 0, 0, 2), Entry::new(2, 0, 1, 0, 4)];
    let wish = Wish { questions: Some(3), minutes: Some(9), ..Wish::default() };
    let paper = choice(&bank, &wish).draw(Seed(1));
    assert!(paper.is_shortened());
    // shares by 2 and 4 minutes with 1.5 for probes each: 3.5 to 5.5, of nine minutes
    assert_eq!(paper.terms(Mode::Exam, Pace::Standard).budgets_ms, [157_500, 247_500]);
    let double = paper.terms(Mode::Exam, Pace::Double);
    assert_eq!((double.limit_ms, double.probe_ms), (Some(18 * MINUTE_MS), 90_000));
    assert_eq!(double.budgets_ms, [315_000, 495_000]);
    assert_eq!(paper.terms(Mode::Exam, Pace::QuarterMore).limit_ms, Some(675_000));
    assert_eq!(paper.terms(Mode::Exam, Pace::Untimed).limit_ms, None);
}

#[test]
fn a_wish_without_numbers_or_with_one_of_them_is_understood() {
    let bank: Vec<Entry> = (0..30).map(|number| Entry::new(number, 0, 0, 0, 3)).collect();
    let paper = |wish: &Wish| {
        let paper = choice(&bank, wish).draw(Seed(1));
        (paper.rounds.len(), paper.limit_ms / MINUTE_MS)
    };
    assert_eq!(paper(&Wish::default()), (5, 23));
    assert_eq!(paper(&Wish { minutes: Some(18), ..Wish::default() }), (4, 18));
    assert_eq!(paper(&Wish { minutes: Some(2), ..Wish::default() }), (1, 2));
    assert_eq!(
        paper(&Wish { questions: Some(2), seconds_per_question: Some(90), ..Wish::default() }),
        (2, 3)
    );
    assert_eq!(
        paper(&Wish { minutes: Some(10), seconds_per_question: Some(120), ..Wish::default() }),
        (5, 10)
    );
}

#[test]
fn a_seed_is_a_number_that_json_keeps() {
    assert_eq!("9007199254740991".parse::<Seed>().map(Seed::get), Ok(9_007_199_254_740_991));
    for odd in ["", "-1", "9007199254740992", "1.5", "seven"] {
        assert_eq!(odd.parse::<Seed>(), Err(InvalidSeed), "{odd:?}");
    }
    assert_eq!(serde_json::from_str::<Seed>("5").map(Seed::get).ok(), Some(5));
    assert!(serde_json::from_str::<Seed>("9007199254740992").is_err());
}
