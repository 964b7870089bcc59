//! The one place that asks what time it is.
//!
//! Everything else takes the time as an argument or asks a [`Clock`], so a test can decide it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Where the time comes from: the system, or a test that sets it.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Seconds since 1970, UTC; moved by whoever holds the same clock.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `now` until it is moved.
    #[must_use]
    pub fn set_to(now: Timestamp) -> Self {
        Self::Set(Arc::new(AtomicI64::new(now.as_second())))
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the place the lint sends everybody to")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Set(seconds) => {
                Timestamp::from_second(seconds.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
            }
        }
    }

    /// Seconds since 1970, as the database stores moments.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// Milliseconds since 1970; a clock that stands before is at 0.
    #[must_use]
    pub fn millis(&self) -> u64 {
        u64::try_from(self.now().as_millisecond()).unwrap_or(0)
    }

    /// Today's date in UTC: the day that facts and the question of the day go by.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Moves a set clock forward; the system's goes by itself.
    pub fn advance(&self, seconds: i64) {
        if let Self::Set(now) = self {
            now.fetch_add(seconds, Ordering::Relaxed);
        }
    }
}
