//! The calendar of a year: a column a week, a square a day.

use super::{Caption, counted, month_name};
use crate::practice::day::StudyDay;
use crate::practice::progress::Year;

/// A square for each day of a year, Monday at the top.
#[derive(Debug, Clone, PartialEq)]
pub struct CalendarChart {
    pub caption: Caption,
    pub width: u32,
    pub height: u32,
    pub cell: u32,
    pub cells: Vec<Cell>,
    /// Above the first week of each month.
    pub months: Vec<(u32, &'static str)>,
    /// At the left of their rows.
    pub weekdays: [(u32, &'static str); 3],
    pub table: Vec<MonthRow>,
}

/// A day. Positions are pixels from the upper left corner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub x: u32,
    pub y: u32,
    /// How busy the day was: 0 for nothing, 4 for the most of the year. The class is `day-0`, or `day-future`.
    pub level: u32,
    pub future: bool,
    /// What a pointer over it reads; empty for a day without answers.
    pub text: String,
}

/// A month of the table: its answers by the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthRow {
    pub name: &'static str,
    /// 31 days; `None` for those that the month does not have.
    pub days: Vec<Option<u32>>,
    pub total: u32,
}

const CELL: u32 = 11;
const PITCH: u32 = 13;
const LEFT: u32 = 32;
const TOP: u32 = 18;

/// Draws a year; days after `today` are shown as still to come.
#[must_use]
pub fn year_chart(year: &Year, today: StudyDay) -> CalendarChart {
    let most = year.most();
    let offset = year
        .days
        .first()
        .map_or(0, |first| u32::from(first.day.date().weekday().to_monday_zero_offset().unsigned_abs()));
    let mut cells = Vec::with_capacity(year.days.len());
    let mut months = Vec::with_capacity(12);
    let mut table: Vec<MonthRow> = Vec::with_capacity(12);
    let mut width = 0;
    for (place, reviewed) in (offset..).zip(&year.days) {
        let date = reviewed.day.date();
        let (x, y) = (LEFT + place / 7 * PITCH, TOP + place % 7 * PITCH);
        let name = month_name(date.month());
        if date.day() == 1 {
            months.push((x, name));
            table.push(MonthRow { name, days: Vec::with_capacity(31), total: 0 });
        }
        if let Some(month) = table.last_mut() {
            month.days.push(Some(reviewed.answers));
            month.total += reviewed.answers;
        }
        let answers = reviewed.answers;
        cells.push(Cell {
            x,
            y,
            level: if answers == 0 { 0 } else { (4 * answers).div_ceil(most) },
            future: reviewed.day > today,
            text: match answers {
                0 => String::new(),
                _ => format!("{} {name}: {}", date.day(), counted(answers, "answer")),
            },
        });
        width = x + PITCH;
    }
    for month in &mut table {
        month.days.resize(31, None);
    }
    let summary = format!(
        "{} on {} in {}; {most} on the busiest day.",
        counted(year.answers(), "answer"),
        counted(year.active_days(), "day"),
        year.year,
    );
    let row = |number: u32| TOP + number * PITCH + CELL - 2;
    CalendarChart {
        caption: Caption { id: "year", title: "The year", summary },
        width,
        height: TOP + 7 * PITCH,
        cell: CELL,
        cells,
        months,
        weekdays: [(row(0), "Mon"), (row(2), "Wed"), (row(4), "Fri")],
        table,
    }
}
