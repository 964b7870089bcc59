//! A person as far as practice knows them: their calendar, their FSRS settings, how much they want a day.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::day::{Calendar, StudyDay};
use super::schedule::{DEFAULT_MAXIMUM_INTERVAL, DEFAULT_RETENTION, Settings};
use crate::ids::PersonId;

/// Hour at which a day begins unless a person says otherwise: whoever is up late still practises today.
pub const DEFAULT_DAY_START_HOUR: i64 = 4;
/// New questions a day unless a person says otherwise.
pub const DEFAULT_NEW_PER_DAY: u32 = 10;

#[derive(Debug, Clone)]
pub struct Learner {
    pub calendar: Calendar,
    pub settings: Settings,
    /// New questions that a session gives on one day.
    pub new_per_day: u32,
}

impl Learner {
    /// Somebody who has set nothing; an unknown zone counts as UTC.
    #[must_use]
    pub fn newcomer(time_zone: &str) -> Self {
        let calendar = Calendar::new(time_zone, DEFAULT_DAY_START_HOUR);
        Self {
            calendar: calendar.unwrap_or_else(|_| Calendar::utc()),
            settings: Settings::new(&[], DEFAULT_RETENTION, DEFAULT_MAXIMUM_INTERVAL)
                .expect("the defaults are in range"),
            new_per_day: DEFAULT_NEW_PER_DAY,
        }
    }

    /// # Errors
    ///
    /// When the database cannot be read, or holds settings that nobody can have.
    pub async fn load(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<Self> {
        let row = sqlx::query!(
            r#"select time_zone, day_start_hour, desired_retention as "desired_retention: f32",
                      new_per_day as "new_per_day: u32", maximum_interval as "maximum_interval: u32", parameters
               from people where id = ?1"#,
            person,
        )
        .fetch_one(db)
        .await?;
        let odd = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
        let parameters: Vec<f32> = match &row.parameters {
            Some(json) => serde_json::from_str(json).map_err(|error| odd(error.into()))?,
            None => Vec::new(),
        };
        // a zone may be gone from a newer time zone database: the person still practises
        let calendar = Calendar::new(&row.time_zone, row.day_start_hour).unwrap_or_else(|_| Calendar::utc());
        let settings = Settings::new(&parameters, row.desired_retention, row.maximum_interval);
        Ok(Self {
            calendar,
            settings: settings.map_err(|error| odd(error.into()))?,
            new_per_day: row.new_per_day,
        })
    }

    /// The zone's name if the time zone database knows it, or else UTC.
    #[must_use]
    pub fn known_zone(name: &str) -> String {
        match Calendar::new(name, DEFAULT_DAY_START_HOUR) {
            Ok(_) => name.to_owned(),
            Err(_) => "UTC".to_owned(),
        }
    }

    #[must_use]
    pub fn today(&self, now: Timestamp) -> StudyDay {
        self.calendar.day_of(now)
    }
}
