//! Where a person stands: today, the streak, the year, retention, what comes due, what is weak and what is hard.
//!
//! Pure: a page reads a person's answers and cards once and hands them to these functions. What a person suspended they
//! put aside, so it is neither due, nor weak, nor hard.

mod forecast;
mod months;
mod streak;
mod year;

pub use forecast::{DueOn, FORECAST_DAYS, Forecast, forecast};
pub use months::{
    MATURE_FROM, Month, MonthOfAnswers, MonthOfRetention, Share, answer_times_by_month, retention_by_month,
};
pub use streak::{Streak, streak};
pub use year::{ReviewedOn, Year, year};

use std::collections::BTreeMap;

use super::day::StudyDay;
use super::schedule::{Grade, Memory, Settings, retrievability};
use crate::ids::TopicId;

/// One graded answer that still counts. Functions take them in the order in which they were given.
#[derive(Debug, Clone, Copy)]
pub struct Graded {
    pub question: i64,
    pub day: StudyDay,
    pub grade: Grade,
    /// Days that the question had been scheduled for before this answer; `None` for the first one.
    pub interval_before: Option<u32>,
    /// Milliseconds from the question to the grade, if they were measured.
    pub answer_ms: Option<u32>,
}

/// A card as it is now.
#[derive(Debug, Clone, Copy)]
pub struct CardNow<'a> {
    pub question: i64,
    pub topic: &'a TopicId,
    pub memory: Memory,
    /// The first day that asks the question again, buried or not; `None` before the first grade.
    pub due: Option<StudyDay>,
    /// How often it was forgotten.
    pub lapses: u32,
    pub suspended: bool,
}

impl CardNow<'_> {
    /// The day that asks for it, unless it is put aside.
    fn active_due(&self) -> Option<StudyDay> {
        self.due.filter(|_| !self.suspended)
    }
}

/// What was done today, and what is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Today {
    /// Cards that are due and not yet answered.
    pub due: u32,
    /// Graded answers.
    pub answers: u32,
    /// Questions that were answered for the first time.
    pub new_done: u32,
    /// Milliseconds spent on the answers; an answer counts ten minutes at most.
    pub spent_ms: u64,
}

/// Milliseconds that an answer can count: whoever took longer went for a coffee.
const LONGEST_ANSWER_MS: u32 = 10 * 60_000;

impl Today {
    /// Minutes spent, to the nearest.
    #[must_use]
    pub fn minutes(&self) -> u64 {
        (self.spent_ms + 30_000) / 60_000
    }
}

/// Today's share of the answers and what the cards still ask for.
#[must_use]
pub fn today(graded: &[Graded], cards: &[CardNow], today: StudyDay) -> Today {
    let due = cards.iter().filter(|card| card.active_due().is_some_and(|due| due <= today));
    let mut done = Today { due: count(due), ..Today::default() };
    for answer in graded.iter().filter(|answer| answer.day == today) {
        done.answers += 1;
        done.new_done += u32::from(answer.interval_before.is_none());
        done.spent_ms += u64::from(answer.answer_ms.unwrap_or(0).min(LONGEST_ANSWER_MS));
    }
    done
}

/// How well a topic's questions are remembered.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicStrength<'a> {
    pub topic: &'a TopicId,
    /// The mean predicted recall today of the questions that were practised, 0 to 1.
    pub recall: f64,
    /// Those questions.
    pub cards: u32,
}

/// The strength of each topic that was practised, the weakest first.
#[must_use]
pub fn strength_by_topic<'a>(
    cards: &[CardNow<'a>],
    today: StudyDay,
    settings: &Settings,
) -> Vec<TopicStrength<'a>> {
    let mut sums: BTreeMap<&TopicId, (f64, u32)> = BTreeMap::new();
    for card in cards.iter().filter(|card| !card.suspended) {
        if let Some(recall) = retrievability(card.memory, today, settings) {
            let (sum, cards) = sums.entry(card.topic).or_default();
            *sum += f64::from(recall);
            *cards += 1;
        }
    }
    let mut topics: Vec<_> = sums
        .into_iter()
        .map(|(topic, (sum, cards))| TopicStrength { topic, recall: sum / f64::from(cards), cards })
        .collect();
    topics.sort_by(|a, b| a.recall.total_cmp(&b.recall));
    topics
}

/// A question that costs this person effort.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hard {
    pub question: i64,
    /// FSRS's difficulty, 1 to 10.
    pub difficulty: f32,
    pub lapses: u32,
}

/// The most difficult questions, at most so many; of equally difficult ones the more often forgotten first.
#[must_use]
pub fn hardest(cards: &[CardNow], at_most: usize) -> Vec<Hard> {
    let mut hard: Vec<Hard> = cards
        .iter()
        .filter(|card| !card.suspended)
        .filter_map(|card| match card.memory {
            Memory::New => None,
            Memory::Reviewed(recalled) => {
                Some(Hard { question: card.question, difficulty: recalled.difficulty, lapses: card.lapses })
            }
        })
        .collect();
    hard.sort_by(|a, b| {
        b.difficulty.total_cmp(&a.difficulty).then(b.lapses.cmp(&a.lapses)).then(a.question.cmp(&b.question))
    });
    hard.truncate(at_most);
    hard
}

/// How many there are; nobody has four billion cards.
fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.fold(0, |number, _| number + 1)
}

#[cfg(test)]
mod tests;
