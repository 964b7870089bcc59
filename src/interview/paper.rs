//! What an interview asks, and how long each question may take: a function of the bank, a wish and a seed alone. Pure.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::session::{Pace, Terms};
use crate::content::{Blueprint, Kind, Level, MOST_MINUTES, MOST_QUESTIONS, Mode, SECONDS_PER_QUESTION};
use crate::ids::{QuestionId, QuestionNumber, TopicId};

/// Chooses the paper. Below 2^53, so that JSON and JavaScript keep it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Seed(u64);

/// No seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seed is a whole number from 0 to 9007199254740991")]
pub struct InvalidSeed;

impl Seed {
    const END: u64 = 1 << 53;

    #[must_use]
    pub fn get(self) -> u64 {
        self.0
    }

    /// A new one.
    ///
    /// # Panics
    ///
    /// When the system has no randomness to give.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Self(u64::from_le_bytes(bytes) % Self::END)
    }
}

impl TryFrom<u64> for Seed {
    type Error = InvalidSeed;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        if number < Self::END { Ok(Self(number)) } else { Err(InvalidSeed) }
    }
}

impl From<Seed> for u64 {
    fn from(seed: Seed) -> Self {
        seed.0
    }
}

impl FromStr for Seed {
    type Err = InvalidSeed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse::<u64>().map_err(|_| InvalidSeed)?.try_into()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody wants to be asked. Lists that are empty leave everything open; with neither a number of questions nor
/// minutes it is [`DEFAULT_QUESTIONS`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    pub topics: Vec<TopicId>,
    pub levels: Vec<Level>,
    pub kinds: Vec<Kind>,
    pub questions: Option<u16>,
    /// For the whole, before the pace.
    pub minutes: Option<u16>,
    /// The same time for each question, before the pace.
    pub seconds_per_question: Option<u32>,
}

/// Asked when a wish says neither how many questions nor how long.
pub const DEFAULT_QUESTIONS: u16 = 5;

impl From<&Blueprint> for Wish {
    fn from(blueprint: &Blueprint) -> Self {
        Self {
            topics: blueprint.topics.clone(),
            levels: blueprint.levels.clone(),
            kinds: blueprint.kinds.clone(),
            questions: Some(blueprint.questions),
            minutes: Some(blueprint.minutes),
            seconds_per_question: blueprint.seconds_per_question,
        }
    }
}

/// Why nobody can be asked so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWish {
    #[error("an interview has 1 to {MOST_QUESTIONS} questions")]
    Questions,
    #[error("an interview takes 1 to {MOST_MINUTES} minutes")]
    Minutes,
    #[error("a question has 30 to 3600 seconds")]
    SecondsPerQuestion,
}

impl Wish {
    /// # Errors
    ///
    /// When a number is out of its range.
    pub fn check(&self) -> Result<(), InvalidWish> {
        let within = |number: Option<u16>, most| number.is_none_or(|number| (1..=most).contains(&number));
        if !within(self.questions, MOST_QUESTIONS) {
            return Err(InvalidWish::Questions);
        }
        if !within(self.minutes, MOST_MINUTES) {
            return Err(InvalidWish::Minutes);
        }
        if self.seconds_per_question.is_some_and(|seconds| !SECONDS_PER_QUESTION.contains(&seconds)) {
            return Err(InvalidWish::SecondsPerQuestion);
        }
        Ok(())
    }
}

/// A question that may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate<'c> {
    pub number: QuestionNumber,
    pub id: &'c QuestionId,
    pub topic: &'c TopicId,
    pub level: Level,
    pub kind: Kind,
    /// Speaking time of a good answer.
    pub minutes: u8,
}

/// What is asked, in its order, before the pace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub rounds: Vec<Asked>,
    pub limit_ms: u64,
    /// How many questions were wanted; more than there are rounds when the bank has too few.
    pub asked_for: u16,
}

/// A question of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub question: QuestionNumber,
    /// Without the reserve for its probes.
    pub budget_ms: u64,
}

impl Paper {
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        self.rounds.len() < usize::from(self.asked_for)
    }

    /// The times, with the pace applied.
    #[must_use]
    pub fn terms(&self, mode: Mode, pace: Pace) -> Terms {
        Terms {
            mode,
            limit_ms: (pace != Pace::Untimed).then(|| pace.stretch(self.limit_ms)),
            budgets_ms: self.rounds.iter().map(|asked| pace.stretch(asked.budget_ms)).collect(),
            probe_ms: pace.stretch(PROBE_MS),
        }
    }
}

/// Time for a probe at the standard pace.
pub const PROBE_MS: u64 = 45_000;
/// Kept of a question's share for its two probes, but never more than a quarter of the share.
const PROBE_RESERVE_MS: u64 = 2 * PROBE_MS;
const MINUTE_MS: u64 = 60_000;

/// The questions that a wish leaves, from which papers are drawn.
///
/// A paper is a function of what this holds and of a seed alone: the order in which the bank came does not matter, nor
/// do the numbers that the database gave the questions.
#[derive(Debug)]
pub struct Choice<'c> {
    wish: &'c Wish,
    /// Topics by their ids, and in each the questions by theirs.
    topics: Vec<Vec<Candidate<'c>>>,
}

impl<'c> Choice<'c> {
    #[must_use]
    pub fn new(bank: impl IntoIterator<Item = Candidate<'c>>, wish: &'c Wish) -> Self {
        let mut topics: BTreeMap<&TopicId, Vec<Candidate<'c>>> = BTreeMap::new();
        for candidate in bank.into_iter().filter(|candidate| wish.allows(candidate)) {
            topics.entry(candidate.topic).or_default().push(candidate);
        }
        let sorted = topics.into_values().map(|mut questions| {
            questions.sort_unstable_by_key(|candidate| candidate.id);
            questions
        });
        Self { wish, topics: sorted.collect() }
    }

    /// Whether there is nothing to ask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }

    /// Draws the paper of a seed: evenly over the topics, then in rising level.
    #[must_use]
    pub fn draw(&self, seed: Seed) -> Paper {
        let mut dice = SplitMix64(seed.get());
        let asked_for = self.asked_for();
        let mut topics: Vec<Vec<Candidate<'_>>> = self.topics.clone();
        dice.shuffle(&mut topics);
        let mut picked: Vec<Candidate<'_>> = Vec::with_capacity(usize::from(asked_for));
        while picked.len() < usize::from(asked_for) && !topics.is_empty() {
            for questions in &mut topics {
                if picked.len() < usize::from(asked_for) {
                    let place = dice.below(questions.len());
                    picked.push(questions.swap_remove(place));
                }
            }
            topics.retain(|questions| !questions.is_empty());
        }
        // stable: within a level the order stays as it was drawn
        picked.sort_by_key(|candidate| candidate.level);
        let shares = self.shares_ms(&picked);
        let limit_ms = match self.wish.minutes {
            Some(minutes) => u64::from(minutes) * MINUTE_MS,
            None => shares.iter().sum::<u64>().next_multiple_of(MINUTE_MS),
        };
        let budget = |share_ms: u64| share_ms - PROBE_RESERVE_MS.min(share_ms / 4);
        let rounds = picked.iter().zip(shares);
        Paper {
            rounds: rounds
                .map(|(candidate, share_ms)| Asked {
                    question: candidate.number,
                    budget_ms: budget(share_ms),
                })
                .collect(),
            limit_ms,
            asked_for,
        }
    }

    /// A seed whose paper asks as little as possible of what was asked lately; `first` if nothing was. `lately` says
    /// how lately: 1 for the last interview, less for those before.
    #[must_use]
    pub fn fresh_seed(&self, lately: &HashMap<QuestionNumber, f64>, first: Seed) -> Seed {
        /// More would find little that is better.
        const TRIES: usize = 64;
        let again = |seed: Seed| -> f64 {
            self.draw(seed).rounds.iter().filter_map(|asked| lately.get(&asked.question)).sum()
        };
        let mut dice = SplitMix64(first.get());
        let mut best = (first, again(first));
        for _ in 1..TRIES {
            if best.1 == 0.0 {
                break;
            }
            let seed = Seed(dice.next() % Seed::END);
            let repeated = again(seed);
            if repeated < best.1 {
                best = (seed, repeated);
            }
        }
        best.0
    }

    /// How many questions the wish means.
    fn asked_for(&self) -> u16 {
        let Wish { questions, minutes, seconds_per_question, .. } = *self.wish;
        let within = |number: u64| u16::try_from(number).unwrap_or(MOST_QUESTIONS).clamp(1, MOST_QUESTIONS);
        match (questions, minutes, seconds_per_question) {
            (Some(questions), ..) => questions,
            (None, None, _) => DEFAULT_QUESTIONS,
            (None, Some(minutes), Some(seconds)) => {
                within(u64::from(minutes) * 60 / u64::from(seconds.max(1)))
            }
            (None, Some(minutes), None) => {
                let (count, sum_ms) =
                    self.topics.iter().flatten().fold((0_u64, 0), |(count, sum_ms), candidate| {
                        (count + 1, sum_ms + usual_share_ms(candidate))
                    });
                let mean_ms = sum_ms.checked_div(count).unwrap_or(MINUTE_MS).max(1);
                within(u64::from(minutes) * MINUTE_MS / mean_ms)
            }
        }
    }

    /// Of each question with its probes: as wished, or by the speaking time that good answers take.
    fn shares_ms(&self, picked: &[Candidate<'_>]) -> Vec<u64> {
        if let Some(seconds) = self.wish.seconds_per_question {
            return vec![u64::from(seconds) * 1000; picked.len()];
        }
        let usual: Vec<u64> = picked.iter().map(usual_share_ms).collect();
        match self.wish.minutes {
            Some(minutes) => {
                let (total_ms, sum_ms) = (u64::from(minutes) * MINUTE_MS, usual.iter().sum::<u64>().max(1));
                usual.iter().map(|share_ms| total_ms * share_ms / sum_ms).collect()
            }
            None => usual,
        }
    }
}

/// What a question takes when nobody says how long.
fn usual_share_ms(candidate: &Candidate<'_>) -> u64 {
    u64::from(candidate.minutes.max(1)) * MINUTE_MS + PROBE_RESERVE_MS
}

impl Wish {
    fn allows(&self, candidate: &Candidate<'_>) -> bool {
        (self.topics.is_empty() || self.topics.contains(candidate.topic))
            && (self.levels.is_empty() || self.levels.contains(&candidate.level))
            && (self.kinds.is_empty() || self.kinds.contains(&candidate.kind))
    }
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). A crate's generator may
/// change its numbers with a version; these must stay, or a seed would no longer give its paper.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `count` - 1. (A remainder prefers small numbers by one in 2^50 or so, which no interview notices.)
    #[expect(clippy::cast_possible_truncation, reason = "less than a usize that it was made from")]
    fn below(&mut self, count: usize) -> usize {
        (self.next() % (count.max(1) as u64)) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests;
