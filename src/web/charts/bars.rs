//! Upright bars: by month, with or without a target line, and by day.

use super::scale::{Scale, tenth};
use super::{Caption, Table, counted, month_name, percent};
use crate::practice::progress::{Forecast, Month, MonthOfAnswers, MonthOfRetention, Share};

/// Upright bars over a time axis. Positions are pixels from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct BarChart {
    pub caption: Caption,
    pub width: f64,
    pub height: f64,
    /// Where the bars stand.
    pub floor: f64,
    /// Where the plot begins and ends.
    pub left: f64,
    pub right: f64,
    pub bars: Vec<Bar>,
    pub ticks: Vec<Tick>,
    pub labels: Vec<Label>,
    pub target: Option<Target>,
    /// The names of the series; empty when there is only one.
    pub legend: Vec<(Ink, &'static str)>,
    pub table: Table,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub ink: Ink,
    /// What a pointer over it reads.
    pub text: String,
}

/// How the bars of a series are drawn: two series differ without colour, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Solid,
    Outline,
}

impl Ink {
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Solid => "bar-solid",
            Self::Outline => "bar-outline",
        }
    }
}

/// A number on the upright axis, with its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub y: f64,
    pub text: String,
}

/// A word below the bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    pub x: f64,
    pub text: String,
}

/// A line to reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub y: f64,
    pub text: String,
}

const TOP: f64 = 14.0;
pub(super) const PLOT: f64 = 160.0;
const LEFT: f64 = 44.0;
const BELOW: f64 = 24.0;
/// Room at the right for what stands at the target line.
const RIGHT: f64 = 12.0;
const MONTH_PITCH: f64 = 48.0;
const DAY_PITCH: f64 = 18.0;

/// Bars that stand together: one for each series.
pub(super) struct Group {
    /// Below the bars; empty for none.
    pub label: String,
    pub bars: Vec<GroupBar>,
}

pub(super) struct GroupBar {
    pub ink: Ink,
    /// `None` for no bar.
    pub value: Option<f64>,
    pub text: String,
}

pub(super) struct Plan {
    pub caption: Caption,
    pub pitch: f64,
    pub scale: Scale,
    pub tick: fn(f64) -> String,
    pub target: Option<(f64, String)>,
    pub legend: Vec<(Ink, &'static str)>,
    pub table: Table,
}

pub(super) fn draw(plan: Plan, groups: &[Group]) -> BarChart {
    let Plan { caption, pitch, scale, tick, target, legend, table } = plan;
    let floor = TOP + PLOT;
    let series = groups.iter().map(|group| group.bars.len()).max().unwrap_or(1);
    #[expect(clippy::cast_precision_loss, reason = "a chart has few bars")]
    let place = |number: usize| number as f64;
    let bar_width = tenth(pitch * 0.72 / place(series.max(1)));
    let mut bars = Vec::new();
    let mut labels = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let start = LEFT + pitch * place(number);
        for (number, bar) in group.bars.iter().enumerate() {
            let Some(value) = bar.value else { continue };
            let height = scale.length(value);
            bars.push(Bar {
                x: tenth(start + pitch * 0.14 + bar_width * place(number)),
                y: tenth(floor - height),
                width: bar_width,
                height,
                ink: bar.ink,
                text: bar.text.clone(),
            });
        }
        if !group.label.is_empty() {
            labels.push(Label { x: tenth(start + pitch / 2.0), text: group.label.clone() });
        }
    }
    let right = LEFT + pitch * place(groups.len());
    BarChart {
        caption,
        width: right + RIGHT,
        height: floor + BELOW,
        floor,
        left: LEFT,
        right,
        bars,
        ticks: scale
            .ticks()
            .map(|number| Tick { y: tenth(floor - scale.length(number)), text: tick(number) })
            .collect(),
        labels,
        target: target.map(|(number, text)| Target { y: tenth(floor - scale.length(number)), text }),
        legend,
        table,
    }
}

impl BarChart {
    /// Whether there is nothing to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }
}

/// `Nov`, with its year in the first month and each January: `Jan 2027`.
fn month_label(number: usize, month: Month) -> String {
    if number == 0 || month.month == 1 {
        format!("{} {}", month_name(month.month), month.year)
    } else {
        month_name(month.month).to_owned()
    }
}

fn full_month(month: Month) -> String {
    format!("{} {}", month_name(month.month), month.year)
}

/// True retention of young and mature cards by month, with the desired retention as the line to reach.
#[must_use]
pub fn retention_chart(months: &[MonthOfRetention], desired_retention: f64) -> BarChart {
    let rate = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
    let target = percent(desired_retention);
    let last = months.iter().rev().find_map(|month| Some((month, month.all().rate()?)));
    let summary = match last {
        Some((month, recalled)) => format!(
            "In {} you recalled {} of {}; the target is {target}.",
            full_month(month.month),
            percent(recalled),
            counted(month.all().of, "review"),
        ),
        None => format!("No question has come back yet. The target is {target}."),
    };
    let groups: Vec<Group> = months
        .iter()
        .enumerate()
        .map(|(number, month)| {
            let bar = |ink, name, share: Share| GroupBar {
                ink,
                value: share.rate(),
                text: format!("{}, {name}: {}", full_month(month.month), rate(share.rate())),
            };
            Group {
                label: month_label(number, month.month),
                bars: vec![bar(Ink::Outline, "young", month.young), bar(Ink::Solid, "mature", month.mature)],
            }
        })
        .collect();
    let rows = months
        .iter()
        .map(|month| {
            vec![
                full_month(month.month),
                rate(month.young.rate()),
                month.young.of.to_string(),
                rate(month.mature.rate()),
                month.mature.of.to_string(),
                rate(month.all().rate()),
            ]
        })
        .collect();
    let head = ["Month", "Young", "Reviews of young", "Mature", "Reviews of mature", "Together"];
    let plan = Plan {
        caption: Caption { id: "retention", title: "True retention", summary },
        pitch: MONTH_PITCH,
        scale: Scale::new(1.0, 0.25, PLOT),
        tick: percent,
        target: Some((desired_retention, format!("target {target}"))),
        legend: vec![
            (Ink::Outline, "young: after an interval under 21 days"),
            (Ink::Solid, "mature: after 21 days or more"),
        ],
        table: Table { head: head.map(str::to_owned).to_vec(), rows },
    };
    draw(plan, &groups)
}

/// The median time of an answer by month.
#[must_use]
pub fn answer_time_chart(months: &[MonthOfAnswers]) -> BarChart {
    let seconds = |ms: u32| f64::from(ms) / 1000.0;
    let shown = |ms: Option<u32>| ms.map_or_else(|| "–".to_owned(), |ms| format!("{:.0} s", seconds(ms)));
    let last = months.iter().rev().find(|month| month.median_ms.is_some());
    let summary = match last {
        Some(month) => format!(
            "In {} half of the answers took {} or less.",
            full_month(month.month),
            shown(month.median_ms)
        ),
        None => "No answer was timed yet.".to_owned(),
    };
    let most = months.iter().filter_map(|month| month.median_ms).max().unwrap_or(0);
    let groups: Vec<Group> = months
        .iter()
        .enumerate()
        .map(|(number, month)| Group {
            label: month_label(number, month.month),
            bars: vec![GroupBar {
                ink: Ink::Solid,
                value: month.median_ms.map(seconds),
                text: format!("{}: {}", full_month(month.month), shown(month.median_ms)),
            }],
        })
        .collect();
    let rows = months
        .iter()
        .map(|month| vec![full_month(month.month), shown(month.median_ms), month.answers.to_string()])
        .collect();
    let plan = Plan {
        caption: Caption { id: "answer-time", title: "Time per answer", summary },
        pitch: MONTH_PITCH,
        scale: Scale::reaching(seconds(most), PLOT),
        tick: |seconds| format!("{seconds} s"),
        target: None,
        legend: Vec::new(),
        table: Table { head: ["Month", "Median", "Answers"].map(str::to_owned).to_vec(), rows },
    };
    draw(plan, &groups)
}

/// The cards that come due in the next days; what is overdue waits today.
#[must_use]
pub fn forecast_chart(forecast: &Forecast) -> BarChart {
    let mut days: Vec<(String, u32)> = forecast
        .days
        .iter()
        .map(|due| {
            let date = due.day.date();
            (format!("{} {}", date.day(), month_name(date.month())), due.cards)
        })
        .collect();
    if let Some((_, today)) = days.first_mut() {
        *today += forecast.overdue;
    }
    let most = days.iter().map(|(_, cards)| *cards).max().unwrap_or(0);
    let groups: Vec<Group> = days
        .iter()
        .enumerate()
        .map(|(number, (date, cards))| Group {
            label: if number % 5 == 0 { date.clone() } else { String::new() },
            bars: vec![GroupBar {
                ink: Ink::Solid,
                value: (*cards > 0).then_some(f64::from(*cards)),
                text: format!("{date}: {}", counted(*cards, "card")),
            }],
        })
        .collect();
    let all: u32 = days.iter().map(|(_, cards)| cards).sum();
    let now = days.first().map_or(0, |(_, cards)| *cards);
    let summary = format!(
        "{} due in the next {} days, {now} of them today ({} overdue); {} later.",
        counted(all, "card"),
        days.len(),
        forecast.overdue,
        forecast.later,
    );
    let rows = days.iter().map(|(date, cards)| vec![date.clone(), cards.to_string()]).collect();
    let plan = Plan {
        caption: Caption { id: "forecast", title: "What comes due", summary },
        pitch: DAY_PITCH,
        scale: Scale::reaching(f64::from(most), PLOT),
        tick: |cards| cards.to_string(),
        target: None,
        legend: Vec::new(),
        table: Table { head: ["Day", "Cards due"].map(str::to_owned).to_vec(), rows },
    };
    draw(plan, &groups)
}
