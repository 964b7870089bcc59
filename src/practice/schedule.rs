//! When a question comes back: FSRS-6, by the `fsrs` crate, behind a few pure functions.
//!
//! There are no learning steps: the first grade already goes through FSRS. Intervals are whole study days, at least
//! one. Formulas and default parameters: <https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm>.

use fsrs::{DEFAULT_PARAMETERS, FSRS, ItemState, MemoryState, current_retrievability};
use serde::{Deserialize, Serialize};

use super::day::StudyDay;

/// How well an answer was recalled. Hard is a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "u8", into = "u8")]
#[repr(i64)]
pub enum Grade {
    Again = 1,
    Hard = 2,
    Good = 3,
    Easy = 4,
}

/// Not one of the four grades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a grade is 1 (Again), 2 (Hard), 3 (Good) or 4 (Easy), not {0}")]
pub struct UnknownGrade(u8);

impl Grade {
    pub const ALL: [Self; 4] = [Self::Again, Self::Hard, Self::Good, Self::Easy];

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Again => "Again",
            Self::Hard => "Hard",
            Self::Good => "Good",
            Self::Easy => "Easy",
        }
    }

    /// Whether the answer was recalled at all.
    #[must_use]
    pub fn is_pass(self) -> bool {
        self != Self::Again
    }
}

impl TryFrom<u8> for Grade {
    type Error = UnknownGrade;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::ALL.into_iter().find(|grade| u8::from(*grade) == number).ok_or(UnknownGrade(number))
    }
}

impl From<Grade> for u8 {
    fn from(grade: Grade) -> Self {
        grade as Self
    }
}

/// What is known of a person's memory of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Memory {
    #[default]
    New,
    Reviewed(Recalled),
}

/// The memory after a review.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recalled {
    /// Days until recall falls to 0.9, at most a hundred years.
    pub stability: f32,
    /// 1 to 10.
    pub difficulty: f32,
    pub last_day: StudyDay,
}

/// A person's FSRS settings, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    fsrs: FSRS,
    parameters: Vec<f32>,
    desired_retention: f32,
    maximum_interval: u32,
}

/// Settings that FSRS cannot work with.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SettingsError {
    #[error("the desired retention is a share from 0.70 to 0.99, not {0}")]
    Retention(f32),
    #[error("the longest interval is 1 to 36500 days, not {0}")]
    MaximumInterval(u32),
    #[error("these FSRS parameters are not usable: FSRS-6 has 21 numbers, each within its bounds")]
    Parameters,
}

/// What each parameter of FSRS-6 can be, lowest and highest. The `fsrs` crate would move a number that is outside
/// without a word, and the reference implementation refuses it; these are its bounds:
/// <https://github.com/open-spaced-repetition/py-fsrs/blob/main/fsrs/scheduler.py>.
const PARAMETER_BOUNDS: [(f32, f32); 21] = [
    (0.001, 100.0),
    (0.001, 100.0),
    (0.001, 100.0),
    (0.001, 100.0),
    (1.0, 10.0),
    (0.001, 4.0),
    (0.001, 4.0),
    (0.001, 0.75),
    (0.0, 4.5),
    (0.0, 0.8),
    (0.001, 3.5),
    (0.001, 5.0),
    (0.001, 0.25),
    (0.001, 0.9),
    (0.0, 4.0),
    (0.0, 1.0),
    (1.0, 6.0),
    (0.0, 2.0),
    (0.0, 2.0),
    (0.0, 0.8),
    (0.1, 0.8),
];

/// Recall that a person wants at the moment of a review, unless they choose another.
pub const DEFAULT_RETENTION: f32 = 0.9;
/// The longest interval unless they choose another: a hundred years, which is none.
pub const DEFAULT_MAXIMUM_INTERVAL: u32 = 36_500;

impl Settings {
    /// `parameters`: empty for the defaults, else FSRS-6's 21.
    ///
    /// # Errors
    ///
    /// When a value is out of its range.
    pub fn new(
        parameters: &[f32],
        desired_retention: f32,
        maximum_interval: u32,
    ) -> Result<Self, SettingsError> {
        if !(0.70..=0.99).contains(&desired_retention) {
            return Err(SettingsError::Retention(desired_retention));
        }
        if !(1..=DEFAULT_MAXIMUM_INTERVAL).contains(&maximum_interval) {
            return Err(SettingsError::MaximumInterval(maximum_interval));
        }
        let parameters = if parameters.is_empty() { &DEFAULT_PARAMETERS[..] } else { parameters };
        let within = |(number, (lowest, highest)): (&f32, (f32, f32))| (lowest..=highest).contains(number);
        if parameters.len() != PARAMETER_BOUNDS.len() || !parameters.iter().zip(PARAMETER_BOUNDS).all(within)
        {
            return Err(SettingsError::Parameters);
        }
        let fsrs = FSRS::new(parameters).map_err(|_| SettingsError::Parameters)?;
        Ok(Self { fsrs, parameters: parameters.to_vec(), desired_retention, maximum_interval })
    }

    /// FSRS-6's 21 numbers.
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// Recall that is wanted at the moment of a review.
    #[must_use]
    pub fn desired_retention(&self) -> f32 {
        self.desired_retention
    }

    /// Days; no interval is longer.
    #[must_use]
    pub fn maximum_interval(&self) -> u32 {
        self.maximum_interval
    }

    /// The decay of the forgetting curve, FSRS-6's last parameter.
    #[must_use]
    pub fn decay(&self) -> f32 {
        self.parameters[20]
    }
}

/// What a grade leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scheduled {
    pub memory: Recalled,
    /// Days until the question is due again.
    pub interval: u32,
}

impl Scheduled {
    #[must_use]
    pub fn due(&self) -> StudyDay {
        self.memory.last_day.plus(self.interval)
    }
}

/// What each of the four grades would lead to, in their order.
///
/// A review before the last one (a clock that was wrong, a grade given offline) counts as on the same day.
#[must_use]
pub fn preview(memory: Memory, today: StudyDay, settings: &Settings) -> [Scheduled; 4] {
    let (state, elapsed) = match memory {
        Memory::New => (None, 0),
        Memory::Reviewed(recalled) => {
            let state = MemoryState { stability: recalled.stability, difficulty: recalled.difficulty };
            (Some(state), today.since(recalled.last_day))
        }
    };
    let today = match memory {
        Memory::Reviewed(recalled) => today.max(recalled.last_day),
        Memory::New => today,
    };
    let scheduled = |next: ItemState| Scheduled {
        memory: Recalled {
            stability: next.memory.stability,
            difficulty: next.memory.difficulty,
            last_day: today,
        },
        interval: whole_days(next.interval, settings.maximum_interval),
    };
    match settings.fsrs.next_states(state, settings.desired_retention, elapsed) {
        Ok(next) => [scheduled(next.again), scheduled(next.hard), scheduled(next.good), scheduled(next.easy)],
        // only a state that is not a number fails; start such a memory anew rather than lose the question
        Err(_) => preview(Memory::New, today, settings),
    }
}

/// What one grade leads to.
#[must_use]
pub fn grade(memory: Memory, grade: Grade, today: StudyDay, settings: &Settings) -> Scheduled {
    preview(memory, today, settings)[usize::from(u8::from(grade)) - 1]
}

/// The stability that "I know this" stands for, in days: enough to count as known.
const KNOWN_STABILITY: f32 = 30.0;

/// What "I know this" leads to: the memory of somebody who finds it easy, and at least a month of it.
#[must_use]
pub fn know(memory: Memory, today: StudyDay, settings: &Settings) -> Scheduled {
    let easy = grade(memory, Grade::Easy, today, settings).memory;
    let stability = easy.stability.max(KNOWN_STABILITY);
    let interval = settings.fsrs.next_interval(
        Some(stability),
        settings.desired_retention,
        u32::from(u8::from(Grade::Easy)),
    );
    Scheduled {
        memory: Recalled { stability, ..easy },
        interval: whole_days(interval, settings.maximum_interval),
    }
}

/// Rounded as the reference implementation rounds, halves to the even day; at least a day.
fn whole_days(interval: f32, maximum: u32) -> u32 {
    // the cast saturates, and the value is bounded right after
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let days = interval.round_ties_even() as u32;
    days.clamp(1, maximum)
}

/// The predicted chance of recall on a day; `None` for a question that was never reviewed.
#[must_use]
pub fn retrievability(memory: Memory, day: StudyDay, settings: &Settings) -> Option<f32> {
    let Memory::Reviewed(recalled) = memory else { return None };
    let state = MemoryState { stability: recalled.stability, difficulty: recalled.difficulty };
    #[expect(clippy::cast_precision_loss, reason = "a span of days is far below 2^24")]
    let elapsed = day.since(recalled.last_day) as f32;
    Some(current_retrievability(state, elapsed, settings.decay()))
}

/// Where a question stands for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    New,
    /// A stability under seven days.
    Learning,
    Reviewing,
    /// Recall of at least 0.9 with a stability over 21 days.
    Known,
}

/// Stability under which a question is still being learned, in days.
pub const LEARNING_BELOW: f32 = 7.0;
/// Stability over which a question can be known, in days.
pub const KNOWN_ABOVE: f32 = 21.0;
/// Recall from which a question can be known.
pub const KNOWN_RECALL: f32 = 0.9;

#[must_use]
pub fn standing(memory: Memory, today: StudyDay, settings: &Settings) -> Standing {
    let Memory::Reviewed(recalled) = memory else { return Standing::New };
    let recall = retrievability(memory, today, settings).unwrap_or(0.0);
    if recalled.stability < LEARNING_BELOW {
        Standing::Learning
    } else if recalled.stability > KNOWN_ABOVE && recall >= KNOWN_RECALL {
        Standing::Known
    } else {
        Standing::Reviewing
    }
}

#[cfg(test)]
mod tests;
