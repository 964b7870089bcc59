//! How many cards come due in the next days.

use super::CardNow;
use crate::practice::day::StudyDay;

/// Days that a forecast looks ahead, today among them.
pub const FORECAST_DAYS: u32 = 30;

/// When the cards of a person come due, if nothing is practised in between. Every card that is scheduled and not
/// suspended is in it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Due before today.
    pub overdue: u32,
    /// [`FORECAST_DAYS`] days from today on.
    pub days: Vec<DueOn>,
    /// Due after those days.
    pub later: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueOn {
    pub day: StudyDay,
    pub cards: u32,
}

/// Counts the cards by the day that they are due on.
#[must_use]
pub fn forecast(cards: &[CardNow], today: StudyDay) -> Forecast {
    let days = (0..FORECAST_DAYS).map(|ahead| DueOn { day: today.plus(ahead), cards: 0 }).collect();
    let mut forecast = Forecast { overdue: 0, days, later: 0 };
    for due in cards.iter().filter_map(CardNow::active_due) {
        let ahead = usize::try_from(due.since(today)).unwrap_or(usize::MAX);
        let place = if due < today {
            &mut forecast.overdue
        } else if let Some(day) = forecast.days.get_mut(ahead) {
            &mut day.cards
        } else {
            &mut forecast.later
        };
        *place += 1;
    }
    forecast
}
