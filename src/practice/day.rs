//! The day that a person studies on: their calendar day, which begins at an hour of their own.
//!
//! Whoever practises at one in the morning still practises "today". Schedules count these days, so a change of the
//! clocks never makes an interval longer or shorter than it says.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// A study day, as the number of days since 1970-01-01 in the person's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
pub struct StudyDay(pub i32);

impl StudyDay {
    /// Days from an earlier day to this one; 0 when that one is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u32 {
        u32::try_from(self.0 - earlier.0).unwrap_or(0)
    }

    #[must_use]
    pub fn plus(self, days: u32) -> Self {
        Self(self.0.saturating_add_unsigned(days))
    }

    /// The study day of a calendar day.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self((date - EPOCH).get_days())
    }

    /// The calendar day.
    #[must_use]
    pub fn date(self) -> Date {
        Span::new().try_days(self.0).map_or(EPOCH, |span| EPOCH.saturating_add(span))
    }
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Where and when a person's days begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    /// 0 to 23.
    start_hour: i8,
}

/// A time zone or an hour that no calendar has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("there is no time zone `{0}`: give a name such as Europe/Berlin")]
    UnknownZone(String),
    #[error("a day starts at an hour from 0 to 23, not {0}")]
    ImpossibleHour(i64),
}

impl Calendar {
    /// # Errors
    ///
    /// When the zone is not in the IANA database or the hour is not one of a day.
    pub fn new(zone: &str, start_hour: i64) -> Result<Self, CalendarError> {
        let known = TimeZone::get(zone).map_err(|_| CalendarError::UnknownZone(zone.to_owned()))?;
        let hour = i8::try_from(start_hour).ok().filter(|hour| (0..24).contains(hour));
        Ok(Self { zone: known, start_hour: hour.ok_or(CalendarError::ImpossibleHour(start_hour))? })
    }

    /// Days as UTC counts them.
    #[must_use]
    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC, start_hour: 0 }
    }

    /// The hour at which a day begins, 0 to 23.
    #[must_use]
    pub fn start_hour(&self) -> i8 {
        self.start_hour
    }

    /// How many minutes the clock on the wall is behind UTC at a moment; ahead is negative.
    #[must_use]
    pub fn minutes_west(&self, moment: Timestamp) -> i32 {
        -self.zone.to_offset(moment).seconds() / 60
    }

    /// The study day that a moment belongs to.
    ///
    /// It goes by the clock on the wall: the day changes when the wall shows the start hour, so it is an hour shorter
    /// or longer when the clocks change.
    #[must_use]
    pub fn day_of(&self, moment: Timestamp) -> StudyDay {
        let local = moment.to_zoned(self.zone.clone()).datetime();
        let before_start = local.hour() < self.start_hour;
        let StudyDay(days) = StudyDay::of(local.date());
        StudyDay(if before_start { days - 1 } else { days })
    }

    /// The moment at which a study day begins.
    #[must_use]
    pub fn start_of(&self, day: StudyDay) -> Timestamp {
        let wall = day.date().to_datetime(
            Time::constant(0, 0, 0, 0).saturating_add(Span::new().hours(i64::from(self.start_hour))),
        );
        // a wall time that the clocks skip begins when they have gone on
        self.zone.to_ambiguous_timestamp(wall).compatible().unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn whoever_practises_after_midnight_still_practises_the_day_before() {
        let calendar = Calendar::new("Europe/Berlin", 4).unwrap();
        let evening = calendar.day_of(at("2026-11-22T22:30:00+01:00"));
        assert_eq!(calendar.day_of(at("2026-11-23T03:59:00+01:00")), evening);
        assert_eq!(calendar.day_of(at("2026-11-23T04:00:00+01:00")).since(evening), 1);
        assert_eq!(evening.date().to_string(), "2026-11-22");
    }

    #[test]
    fn days_stay_days_when_the_clocks_change() {
        let calendar = Calendar::new("Europe/Berlin", 2).unwrap();
        // spring: 02:00 does not exist on 29 March 2026, the day begins at 03:00
        let before = calendar.day_of(at("2026-03-29T01:59:59+01:00"));
        let after = calendar.day_of(at("2026-03-29T03:00:00+02:00"));
        assert_eq!(after.since(before), 1);
        assert_eq!(calendar.start_of(after), at("2026-03-29T03:00:00+02:00"));
        // autumn: 02:00 comes twice on 25 October 2026, the day begins at the first
        let day = calendar.day_of(at("2026-10-25T12:00:00+01:00"));
        assert_eq!(calendar.start_of(day), at("2026-10-25T02:00:00+02:00"));
        let days: Vec<u32> = (0..5)
            .map(|n| {
                let noon = at("2026-10-23T12:00:00+02:00") + Span::new().hours(24 * n);
                calendar.day_of(noon).since(calendar.day_of(at("2026-10-23T12:00:00+02:00")))
            })
            .collect();
        assert_eq!(days, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn the_start_of_a_day_belongs_to_it_and_the_second_before_does_not() {
        for zone in ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"] {
            for hour in [0, 2, 4, 23] {
                let calendar = Calendar::new(zone, hour).unwrap();
                for day in (20_000..20_800).map(StudyDay) {
                    let start = calendar.start_of(day);
                    assert_eq!(calendar.day_of(start), day, "{zone} {hour} {}", day.date());
                    let before = calendar.day_of(start - Span::new().seconds(1));
                    assert!(before < day, "{zone} {hour} {}", day.date());
                }
            }
        }
    }

    #[test]
    fn a_calendar_refuses_what_no_clock_shows() {
        assert_eq!(Calendar::new("Mars/Olympus", 4), Err(CalendarError::UnknownZone("Mars/Olympus".into())));
        assert_eq!(Calendar::new("UTC", 24), Err(CalendarError::ImpossibleHour(24)));
    }
}
