//! The time that each question of an interview took, beside what it had.

use super::bars::{Group, GroupBar, Ink, PLOT, Plan, draw};
use super::scale::Scale;
use super::{BarChart, Caption, Table};

/// A question and its time, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// Its place in the interview.
    pub number: u16,
    pub title: String,
    /// On the question itself.
    pub used_ms: u64,
    pub budget_ms: u64,
    /// On its probes, which have a time of their own.
    pub probes_ms: u64,
}

const PITCH: f64 = 56.0;

/// Time used against the budget, by question.
#[must_use]
pub fn time_spent_chart(questions: &[Spent]) -> BarChart {
    let over = questions.iter().filter(|question| question.used_ms > question.budget_ms).count();
    let summary = match (questions.len(), over) {
        (0, _) => "No question was asked.".to_owned(),
        (_, 0) => "Every answer fitted its time.".to_owned(),
        (all, over) => format!("{over} of {all} answers took longer than their time."),
    };
    let groups: Vec<Group> = questions
        .iter()
        .map(|question| {
            let bar = |ink, name, ms| GroupBar {
                ink,
                value: Some(minutes(ms)),
                text: format!("Question {}, {name}: {}", question.number, shown(ms)),
            };
            Group {
                label: question.number.to_string(),
                bars: vec![
                    bar(Ink::Outline, "its time", question.budget_ms),
                    bar(Ink::Solid, "used", question.used_ms),
                ],
            }
        })
        .collect();
    let most = questions.iter().map(|question| question.used_ms.max(question.budget_ms)).max().unwrap_or(0);
    let rows = questions
        .iter()
        .map(|question| {
            let Spent { number, title, used_ms, budget_ms, probes_ms } = question;
            vec![format!("{number}. {title}"), shown(*used_ms), shown(*budget_ms), shown(*probes_ms)]
        })
        .collect();
    let head = ["Question", "Time used", "Its time", "On probes"];
    let plan = Plan {
        caption: Caption { id: "time-spent", title: "Time for each answer", summary },
        pitch: PITCH,
        scale: Scale::reaching(minutes(most), PLOT),
        tick: |minutes| format!("{minutes} min"),
        target: None,
        legend: vec![(Ink::Outline, "the time that it had"), (Ink::Solid, "used, without probes")],
        table: Table { head: head.map(str::to_owned).to_vec(), rows },
    };
    draw(plan, &groups)
}

#[expect(clippy::cast_precision_loss, reason = "an interview takes some hours")]
fn minutes(ms: u64) -> f64 {
    ms as f64 / 60_000.0
}

fn shown(ms: u64) -> String {
    let seconds = ms / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_longer_than_its_time_is_told_and_every_number_is_in_the_table() {
        let spent = |number, used_ms| Spent {
            number,
            title: "Why?".to_owned(),
            used_ms,
            budget_ms: 120_000,
            probes_ms: 45_000,
        };
        let chart = time_spent_chart(&[spent(1, 90_000), spent(2, 200_000)]);
        assert_eq!(chart.caption.summary, "1 of 2 answers took longer than their time.");
        assert_eq!(chart.bars.len(), 4);
        assert_eq!(chart.table.rows[1], ["2. Why?", "3:20", "2:00", "0:45"]);
        assert!(time_spent_chart(&[]).is_empty());
    }
}
