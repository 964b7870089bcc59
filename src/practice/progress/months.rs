//! What changes from month to month: true retention and the time that an answer takes.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::Graded;
use crate::practice::day::StudyDay;

/// The interval from which a card counts as mature, in days: Anki's border, see
/// <https://docs.ankiweb.net/getting-started.html#card-states>.
pub const MATURE_FROM: u32 = 21;

/// A calendar month. Shown as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// The month that a day is in.
    #[must_use]
    pub fn of(day: StudyDay) -> Self {
        let date = day.date();
        Self { year: date.year(), month: date.month() }
    }

    #[must_use]
    fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { year: self.year, month: month + 1 },
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// How many of how many were recalled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub recalled: u32,
    pub of: u32,
}

impl Share {
    /// 0 to 1; `None` of nothing.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.recalled) / f64::from(self.of))
    }

    fn count(&mut self, recalled: bool) {
        self.recalled += u32::from(recalled);
        self.of += 1;
    }
}

/// True retention in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthOfRetention {
    pub month: Month,
    /// Reviews after an interval under [`MATURE_FROM`] days.
    pub young: Share,
    /// Reviews after a longer one.
    pub mature: Share,
}

impl MonthOfRetention {
    /// Young and mature together: what the desired retention is the target of.
    #[must_use]
    pub fn all(&self) -> Share {
        Share { recalled: self.young.recalled + self.mature.recalled, of: self.young.of + self.mature.of }
    }
}

/// True retention, month by month from the first to the last with an answer.
///
/// Only the first review of a question on a day counts, as the second only shows that the first was an hour ago; and not
/// the very first, which nothing was scheduled for. Hard is a pass. Anki's "true retention" has the same idea:
/// <https://docs.ankiweb.net/stats.html>.
#[must_use]
pub fn retention_by_month(graded: &[Graded]) -> Vec<MonthOfRetention> {
    let mut asked_that_day = HashSet::new();
    let mut months: BTreeMap<Month, (Share, Share)> = BTreeMap::new();
    for answer in graded {
        let (young, mature) = months.entry(Month::of(answer.day)).or_default();
        let first = asked_that_day.insert((answer.question, answer.day));
        if let (true, Some(interval)) = (first, answer.interval_before) {
            let share = if interval < MATURE_FROM { young } else { mature };
            share.count(answer.grade.is_pass());
        }
    }
    without_gaps(months, |month, (young, mature)| MonthOfRetention { month, young, mature })
}

/// How long answers took in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthOfAnswers {
    pub month: Month,
    /// The median in milliseconds; `None` when no answer was measured.
    pub median_ms: Option<u32>,
    /// Answers that were measured.
    pub answers: u32,
}

/// The median time of an answer, month by month from the first to the last with an answer.
#[must_use]
pub fn answer_times_by_month(graded: &[Graded]) -> Vec<MonthOfAnswers> {
    let mut months: BTreeMap<Month, Vec<u32>> = BTreeMap::new();
    for answer in graded {
        months.entry(Month::of(answer.day)).or_default().extend(answer.answer_ms);
    }
    without_gaps(months, |month, times| MonthOfAnswers {
        month,
        answers: super::count(times.iter()),
        median_ms: median(times),
    })
}

/// The middle one, or the mean of the two in the middle.
fn median(mut numbers: Vec<u32>) -> Option<u32> {
    numbers.sort_unstable();
    let upper = *numbers.get(numbers.len() / 2)?;
    let lower = numbers[(numbers.len() - 1) / 2];
    Some(lower.midpoint(upper))
}

/// Every month from the first to the last, so that a chart shows a month of nothing as one.
fn without_gaps<T: Default, R>(mut months: BTreeMap<Month, T>, build: impl Fn(Month, T) -> R) -> Vec<R> {
    let (Some((&first, _)), Some((&last, _))) = (months.first_key_value(), months.last_key_value()) else {
        return Vec::new();
    };
    std::iter::successors(Some(first), |month| Some(month.next()))
        .take_while(|month| *month <= last)
        .map(|month| build(month, months.remove(&month).unwrap_or_default()))
        .collect()
}
