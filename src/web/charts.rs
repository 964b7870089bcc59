//! Charts: SVG whose geometry is worked out here, drawn by `templates/components/charts.html`.
//!
//! Every chart is a figure with the same numbers in a table. The markup holds positions and classes only, since the
//! Content-Security-Policy allows no style in a page; colours are in `static/css/45-charts.css`. Positions are CSS
//! pixels of an SVG that keeps its size, so that text stays readable; a narrow screen scrolls it.
//!
//! A page keeps a chart in its page struct and prints it by the macro of the same name:
//! `{% call charts::bar_chart(page.retention) %}{% endcall %}`.

mod bars;
mod calendar;
mod scale;
mod spent;
mod strength;

pub use bars::{Bar, BarChart, Ink, Label, Target, Tick, answer_time_chart, forecast_chart, retention_chart};
pub use calendar::{CalendarChart, Cell, MonthRow, year_chart};
pub use spent::{Spent, time_spent_chart};
pub use strength::{StrengthChart, StrengthRow, strength_chart};

/// What every chart has around its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// Unique on the page; ids of the figure's parts begin with it.
    pub id: &'static str,
    pub title: &'static str,
    /// What the picture shows, in a sentence: read instead of it, and printed below it.
    pub summary: String,
}

/// Numbers behind a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub head: Vec<String>,
    /// The first cell heads its row.
    pub rows: Vec<Vec<String>>,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Nov`
fn month_name(month: i8) -> &'static str {
    MONTHS[usize::from(month.unsigned_abs()) - 1]
}

/// `87%`
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// `1 answer`, `2 answers`
fn counted(number: u32, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
