//! The calendar of a year: how much was done on each day.

use jiff::civil::Date;

use super::Graded;
use crate::practice::day::StudyDay;

/// All days of a calendar year, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    pub year: i16,
    /// 365 or 366.
    pub days: Vec<ReviewedOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewedOn {
    pub day: StudyDay,
    /// Graded answers, a question again and again among them.
    pub answers: u32,
}

impl Year {
    /// Answers on the busiest day.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.days.iter().map(|day| day.answers).max().unwrap_or(0)
    }

    /// Answers in the whole year.
    #[must_use]
    pub fn answers(&self) -> u32 {
        self.days.iter().map(|day| day.answers).sum()
    }

    /// Days with at least one answer.
    #[must_use]
    pub fn active_days(&self) -> u32 {
        super::count(self.days.iter().filter(|day| day.answers > 0))
    }
}

/// Counts the answers by day. `year` is one that calendars have, -9999 to 9999.
#[must_use]
pub fn year(graded: &[Graded], year: i16) -> Year {
    let first = Date::new(year, 1, 1).unwrap_or(Date::constant(1970, 1, 1));
    let start = StudyDay::of(first);
    let length = u32::from(first.days_in_year().unsigned_abs());
    let mut days: Vec<_> = (0..length).map(|n| ReviewedOn { day: start.plus(n), answers: 0 }).collect();
    for answer in graded.iter().filter(|answer| answer.day >= start) {
        let number = usize::try_from(answer.day.since(start)).unwrap_or(usize::MAX);
        if let Some(day) = days.get_mut(number) {
            day.answers += 1;
        }
    }
    Year { year: first.year(), days }
}
