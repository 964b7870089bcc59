//! What a person decides about their practice: how well they want to remember, how much a day, and when a day begins.
//!
//! A change counts from the next grade on. The days on which questions come back stay as the person was told them.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use sqlx::SqliteConnection;

use super::day::Calendar;
use super::learner::Learner;
use super::schedule::{DEFAULT_MAXIMUM_INTERVAL, Settings, SettingsError};
use super::store;
use crate::ids::PersonId;

/// Desired retention above which the reviews multiply without much being gained.
pub const COSTLY_RETENTION: f64 = 0.97;
/// New questions that a day can have at most.
pub const MOST_NEW_PER_DAY: u32 = 9_999;

/// A person's choices. The functions that parse each keep out what nobody can choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// 0.70 to 0.99.
    pub desired_retention: f64,
    pub new_per_day: u32,
    /// In days.
    pub maximum_interval: u32,
    /// 0 to 23.
    pub day_start_hour: i64,
    /// By its IANA name.
    pub time_zone: String,
    pub rest_day: Option<Weekday>,
}

/// Why something cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChoice {
    #[error("Desired retention is a share from 0.70 to 0.99, such as 0.90.")]
    Retention,
    #[error("New questions a day are a whole number from 0 to 9999.")]
    NewPerDay,
    #[error("The longest interval is a whole number of days from 1 to 36500.")]
    MaximumInterval,
    #[error("A day begins at a whole hour from 0 to 23.")]
    DayStart,
    #[error("There is no such time zone. Give a name such as Europe/Berlin or UTC.")]
    TimeZone,
    #[error("The rest day is a day of the week, or none.")]
    RestDay,
}

/// To three places: more say nothing, and fewer would round what the database checks.
pub fn parse_retention(typed: &str) -> Result<f64, InvalidChoice> {
    let share: f64 = typed.trim().replace(',', ".").parse().map_err(|_| InvalidChoice::Retention)?;
    let share = (share * 1000.0).round() / 1000.0;
    if (0.70..=0.99).contains(&share) { Ok(share) } else { Err(InvalidChoice::Retention) }
}

pub fn parse_new_per_day(typed: &str) -> Result<u32, InvalidChoice> {
    let number = typed.trim().parse().ok().filter(|number| *number <= MOST_NEW_PER_DAY);
    number.ok_or(InvalidChoice::NewPerDay)
}

pub fn parse_maximum_interval(typed: &str) -> Result<u32, InvalidChoice> {
    let days = typed.trim().parse().ok().filter(|days| (1..=DEFAULT_MAXIMUM_INTERVAL).contains(days));
    days.ok_or(InvalidChoice::MaximumInterval)
}

pub fn parse_day_start(typed: &str) -> Result<i64, InvalidChoice> {
    let hour = typed.trim().parse().ok().filter(|hour| Calendar::new("UTC", *hour).is_ok());
    hour.ok_or(InvalidChoice::DayStart)
}

/// The zone's name as the time zone database spells it.
pub fn parse_time_zone(typed: &str) -> Result<String, InvalidChoice> {
    let zone = TimeZone::get(typed.trim()).map_err(|_| InvalidChoice::TimeZone)?;
    zone.iana_name().map(str::to_owned).ok_or(InvalidChoice::TimeZone)
}

/// 0 for Monday to 6 for Sunday; nothing for nobody who rests.
pub fn parse_rest_day(typed: &str) -> Result<Option<Weekday>, InvalidChoice> {
    match typed.trim() {
        "" => Ok(None),
        number => {
            let number = number.parse().map_err(|_| InvalidChoice::RestDay)?;
            Weekday::from_monday_zero_offset(number).map(Some).map_err(|_| InvalidChoice::RestDay)
        }
    }
}

/// A person's choices, and whether the parameters of their FSRS were fitted to them.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn load(db: &mut SqliteConnection, person: PersonId) -> sqlx::Result<(Choices, bool)> {
    let row = sqlx::query!(
        r#"select desired_retention, new_per_day as "new_per_day: u32", maximum_interval as "maximum_interval: u32",
                  day_start_hour, time_zone, rest_day as "rest_day: i8", parameters is not null as "fitted!: bool"
           from people where id = ?1"#,
        person,
    )
    .fetch_one(db)
    .await?;
    let choices = Choices {
        desired_retention: row.desired_retention,
        new_per_day: row.new_per_day,
        maximum_interval: row.maximum_interval,
        day_start_hour: row.day_start_hour,
        time_zone: row.time_zone,
        rest_day: row.rest_day.and_then(|number| Weekday::from_monday_zero_offset(number).ok()),
    };
    Ok((choices, row.fitted))
}

/// Keeps a person's choices.
///
/// # Errors
///
/// When the database cannot be written.
pub async fn change(db: &mut SqliteConnection, person: PersonId, choices: &Choices) -> sqlx::Result<()> {
    let rest_day = choices.rest_day.map(Weekday::to_monday_zero_offset);
    sqlx::query!(
        "update people set desired_retention = ?2, new_per_day = ?3, maximum_interval = ?4, day_start_hour = ?5,
                time_zone = ?6, rest_day = ?7
         where id = ?1",
        person,
        choices.desired_retention,
        choices.new_per_day,
        choices.maximum_interval,
        choices.day_start_hour,
        choices.time_zone,
        rest_day,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Why parameters were not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotUsed {
    #[error(transparent)]
    Unusable(#[from] SettingsError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Gives a person's FSRS other parameters, none for the defaults, and makes their cards anew by them. The days on which
/// questions come back stay.
///
/// # Errors
///
/// When the parameters are not usable, or the database cannot be written.
pub async fn use_parameters(
    db: &mut SqliteConnection,
    person: PersonId,
    parameters: &[f32],
) -> Result<(), NotUsed> {
    let choices = load(&mut *db, person).await?.0;
    #[expect(clippy::cast_possible_truncation, reason = "a share of three places")]
    Settings::new(parameters, choices.desired_retention as f32, choices.maximum_interval)?;
    let json = match parameters {
        [] => None,
        parameters => {
            Some(serde_json::to_string(parameters).map_err(|error| sqlx::Error::Encode(error.into()))?)
        }
    };
    sqlx::query!("update people set parameters = ?2 where id = ?1", person, json).execute(&mut *db).await?;
    store::rebuild(db, person).await?;
    Ok(())
}

/// Choices of somebody who has made none, in the zone of their browser.
#[must_use]
pub fn defaults(time_zone: &str) -> Choices {
    Choices {
        desired_retention: 0.9,
        new_per_day: super::learner::DEFAULT_NEW_PER_DAY,
        maximum_interval: DEFAULT_MAXIMUM_INTERVAL,
        day_start_hour: super::learner::DEFAULT_DAY_START_HOUR,
        time_zone: Learner::known_zone(time_zone),
        rest_day: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_chosen_is_what_the_database_and_fsrs_take() {
        assert_eq!(parse_retention(" 0,9 "), Ok(0.9));
        assert_eq!(parse_retention("0.70"), Ok(0.7));
        assert_eq!(parse_retention("0.99"), Ok(0.99));
        for odd in ["", "0.69", "0.991", "90", "NaN", "inf", "-1"] {
            assert_eq!(parse_retention(odd), Err(InvalidChoice::Retention), "{odd:?}");
        }
        assert_eq!((parse_new_per_day("0"), parse_new_per_day("9999")), (Ok(0), Ok(9999)));
        assert_eq!(parse_new_per_day("10000"), Err(InvalidChoice::NewPerDay));
        assert_eq!(parse_maximum_interval("0"), Err(InvalidChoice::MaximumInterval));
        assert_eq!((parse_day_start("23"), parse_day_start("24")), (Ok(23), Err(InvalidChoice::DayStart)));
        assert_eq!(parse_time_zone("europe/berlin").as_deref(), Ok("Europe/Berlin"));
        assert_eq!(parse_time_zone("Mars/Olympus"), Err(InvalidChoice::TimeZone));
        assert_eq!(parse_time_zone(""), Err(InvalidChoice::TimeZone));
        assert_eq!((parse_rest_day(""), parse_rest_day("6")), (Ok(None), Ok(Some(Weekday::Sunday))));
        assert_eq!(parse_rest_day("7"), Err(InvalidChoice::RestDay));
    }
}
