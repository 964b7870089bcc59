//! The streak: study days in a row.

use std::collections::BTreeSet;

use jiff::civil::Weekday;

use crate::practice::day::StudyDay;

/// Study days in a row with at least one answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Streak {
    /// The run that goes on: practising today continues it. 0 when it is broken.
    pub current: u32,
    /// The longest run ever.
    pub longest: u32,
    pub practised_today: bool,
}

/// The streak up to today, out of the days with an answer.
///
/// The planned rest day of the week does not break a run when nothing was done on it, and does not count; when
/// something was done it counts as any other day. Today does not break a run before it is over.
#[must_use]
pub fn streak(
    practised: impl IntoIterator<Item = StudyDay>,
    today: StudyDay,
    rest_day: Option<Weekday>,
) -> Streak {
    let days: BTreeSet<StudyDay> = practised.into_iter().filter(|day| *day <= today).collect();
    let mut streak = Streak { practised_today: days.contains(&today), ..Streak::default() };
    let mut last = None;
    for &day in &days {
        let goes_on = last.is_some_and(|last| only_rest_between(last, day, rest_day));
        streak.current = if goes_on { streak.current + 1 } else { 1 };
        streak.longest = streak.longest.max(streak.current);
        last = Some(day);
    }
    if !last.is_some_and(|last| only_rest_between(last, today, rest_day)) {
        streak.current = 0;
    }
    streak
}

/// Whether there is no day between the two but a planned rest day.
fn only_rest_between(earlier: StudyDay, later: StudyDay, rest_day: Option<Weekday>) -> bool {
    match later.since(earlier) {
        0 | 1 => true,
        2 => rest_day == Some(earlier.plus(1).date().weekday()),
        // a week has one rest day
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;

    fn day(date: Date) -> StudyDay {
        StudyDay::of(date)
    }

    /// Days of November 2026, in which the 1st, 8th, 15th, 22nd and 29th are Sundays.
    fn november(days: &[i8]) -> Vec<StudyDay> {
        days.iter().map(|number| day(date(2026, 11, *number))).collect()
    }

    fn sundays_off(days: &[i8], today: i8) -> Streak {
        streak(november(days), day(date(2026, 11, today)), Some(Weekday::Sunday))
    }

    #[test]
    fn a_planned_rest_day_is_forgiven_and_does_not_count() {
        let week = [19, 20, 21, 23, 24];
        assert_eq!(sundays_off(&week, 24), Streak { current: 5, longest: 5, practised_today: true });
        let nobody_rests = streak(november(&week), day(date(2026, 11, 24)), None);
        assert_eq!(nobody_rests, Streak { current: 2, longest: 3, practised_today: true });
    }

    #[test]
    fn who_practises_on_the_rest_day_gets_it_counted() {
        assert_eq!(sundays_off(&[21, 22, 23], 23).current, 3);
    }

    #[test]
    fn another_day_off_breaks_the_streak() {
        // Friday the 20th was missed
        assert_eq!(
            sundays_off(&[17, 18, 19, 21, 23], 23),
            Streak { current: 2, longest: 3, practised_today: true }
        );
        // Saturday with the Sunday after it
        assert_eq!(sundays_off(&[19, 20, 23], 23).current, 1);
    }

    #[test]
    fn today_is_not_over_yet() {
        assert_eq!(sundays_off(&[18, 19, 20], 21), Streak { current: 3, longest: 3, practised_today: false });
        // on Monday morning, after a Sunday of rest
        assert_eq!(sundays_off(&[20, 21], 23), Streak { current: 2, longest: 2, practised_today: false });
        // on Tuesday Monday is missed for good
        assert_eq!(sundays_off(&[20, 21], 24), Streak { current: 0, longest: 2, practised_today: false });
    }

    #[test]
    fn nobody_starts_with_a_streak() {
        assert_eq!(sundays_off(&[], 22), Streak::default());
    }

    /// The rules word by word: from today back, day by day.
    fn walked(days: &[StudyDay], today: StudyDay, rest_day: Option<Weekday>) -> u32 {
        let mut length = 0;
        for back in 0.. {
            let day = StudyDay(today.0 - back);
            if days.contains(&day) {
                length += 1;
            } else if back > 0 && rest_day != Some(day.date().weekday()) {
                break;
            }
        }
        length
    }

    proptest! {
        #[test]
        fn a_streak_is_what_walking_back_counts(
            days in prop::collection::vec(0_i32..60, 0..60),
            rest in prop::option::of(0_i8..7),
            today in 40_i32..60,
        ) {
            let days: Vec<StudyDay> = days.into_iter().map(|day| StudyDay(20_000 + day)).collect();
            let rest = rest.map(|number| Weekday::from_monday_zero_offset(number).unwrap());
            let today = StudyDay(20_000 + today);
            let counted = streak(days.iter().copied(), today, rest);
            prop_assert_eq!(counted.current, walked(&days, today, rest));
            prop_assert!(counted.longest >= counted.current);
            // rest never costs a day
            let without = streak(days.iter().copied(), today, None);
            prop_assert!(counted.current >= without.current && counted.longest >= without.longest);
            // practising today never shortens it
            let more = streak(days.iter().copied().chain([today]), today, rest);
            prop_assert_eq!(more.current, counted.current + u32::from(!counted.practised_today));
        }
    }
}
