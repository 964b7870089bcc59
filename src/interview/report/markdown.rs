//! The report as Markdown: everything that the page shows, with the answers word for word.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::advice::percent;
use super::{Report, RoundRecord, RoundResult};
use crate::interview::grading::Axis;
use crate::interview::judging::Mark;
use crate::interview::session::{End, RoundState};

/// Writes the report. Links lead to `base_url`, the site's address without a slash at its end; moments are told in
/// `zone`.
#[must_use]
pub fn to_markdown(report: &Report, base_url: &str, zone: &TimeZone) -> String {
    let mut text = String::new();
    head(&mut text, report, zone);
    overall(&mut text, report);
    if !report.advice.is_empty() {
        text += "\n## What to practise next\n\n";
        for advice in &report.advice {
            line(&mut text, &format!("- {}", escaped(&advice.text)));
        }
    }
    time(&mut text, report);
    if !report.missed.is_empty() {
        text += "\n## Key points that were missed\n\n";
        for missed in &report.missed {
            let again = if missed.probed { " (also when asked)" } else { "" };
            let (say, question) = (escaped(&missed.say), &missed.question);
            let link = if missed.archived {
                format!("(question {})", missed.round)
            } else {
                format!("([question {}]({base_url}/questions/{question}))", missed.round)
            };
            line(&mut text, &format!("- {say} {link}{again}"));
        }
    }
    text += "\n## Questions and answers\n";
    for (round, result) in report.record.rounds.iter().zip(&report.rounds) {
        question(&mut text, round, result, base_url);
    }
    text
}

fn line(text: &mut String, what: &str) {
    text.push_str(what);
    text.push('\n');
}

fn head(text: &mut String, report: &Report, zone: &TimeZone) {
    let record = &report.record;
    line(text, &format!("# Mock interview: {}\n", escaped(&record.title)));
    let ended = match record.end {
        End::ByPerson => "Finished",
        End::ByTime => "Ended by time",
        End::Abandoned => "Abandoned",
    };
    line(text, &format!("- {ended}: {}", moment(record.ended_ms, zone)));
    line(text, &format!("- Mode: {}", record.mode.label()));
    line(text, &format!("- Accommodation: {}", record.pace.label()));
    let of = record.limit_ms.map(|limit_ms| format!(" of {}", clock(limit_ms))).unwrap_or_default();
    line(text, &format!("- Time used: {}{of}", clock(record.used_ms)));
    for (start_ms, end_ms) in &record.pauses_ms {
        let length = clock(end_ms.saturating_sub(*start_ms));
        line(text, &format!("- Pause: {length} from {}", moment(*start_ms, zone)));
    }
    line(text, &format!("- Seed: {}", record.seed));
    if record.rounds.len() < usize::from(record.asked_for) {
        let (there, wanted) = (record.rounds.len(), record.asked_for);
        line(text, &format!("- Shortened: the bank had {there} of {wanted} questions"));
    }
}

fn overall(text: &mut String, report: &Report) {
    text.push_str("\n## Overall\n\n");
    if let Some(share) = report.share {
        let points = report.points;
        line(
            text,
            &format!(
                "- Key points: {} ({} made, {} with a probe, {} missed)",
                percent(share),
                points.made,
                points.probed,
                points.missed
            ),
        );
    }
    line(
        text,
        &format!(
            "- Answered: {} of {} asked, {} on the paper",
            report.answered,
            report.asked,
            report.rounds.len()
        ),
    );
    line(text, &format!("- Probes that were needed: {}", report.probes));
    for (axis, mean) in report.axis_means() {
        let mean = mean.map_or_else(|| "not graded".to_owned(), |mean| format!("{mean:.1} of 4"));
        line(text, &format!("- {}: {mean}", axis.label()));
    }
    for (what, number) in [("Best answer", report.best), ("To be done again", report.redo)] {
        if let Some((round, _)) = number.and_then(|number| report.round(number)) {
            line(text, &format!("- {what}: question {}, {}", round.number, escaped(&round.title)));
        }
    }
    if !report.topics.is_empty() {
        text.push_str("\n| Topic | Asked | Key points | Ratings | Recall in practice |\n| --- | --- | --- | --- | --- |\n");
        for topic in &report.topics {
            let rating = topic.rating.map_or_else(|| "–".to_owned(), |rating| format!("{rating:.1}"));
            let (title, share, recall) = (escaped(&topic.title), percent(topic.share), percent(topic.recall));
            line(text, &format!("| {title} | {} | {share} | {rating} | {recall} |", topic.asked));
        }
    }
}

fn time(text: &mut String, report: &Report) {
    text.push_str("\n## Time\n\n| Question | Budget | Used | Probes | Recall in practice | Key points |\n| --- | --- | --- | --- | --- | --- |\n");
    for (round, result) in report.record.rounds.iter().zip(&report.rounds) {
        let share = result.share.map_or_else(|| "not asked".to_owned(), percent);
        let recall = round.recall.map_or_else(|| "not practised".to_owned(), percent);
        let probes = round.probes_ms.iter().sum();
        line(
            text,
            &format!(
                "| {}. {} | {} | {} | {} | {recall} | {share} |",
                round.number,
                escaped(&round.title),
                clock(round.budget_ms),
                clock(round.main_ms),
                clock(probes),
            ),
        );
    }
}

fn question(text: &mut String, round: &RoundRecord, result: &RoundResult, base_url: &str) {
    let _ = write!(text, "\n### {}. {}\n\n", round.number, escaped(&round.title));
    if !round.archived {
        line(text, &format!("<{base_url}/questions/{}>\n", round.question));
    }
    if round.state == RoundState::Upcoming {
        line(text, "Not asked.");
        return;
    }
    for answer in &round.answers {
        if answer.prompt > 0 {
            line(text, &format!("**Probe:** {}\n", escaped(&answer.asked)));
        }
        if !answer.handed_in {
            line(text, "Not handed in; this was saved:\n");
        }
        verbatim(text, &answer.text);
    }
    if round.answers.is_empty() {
        line(text, "No answer.\n");
    }
    for (finding, mark) in round.findings.iter().zip(&result.marks) {
        let (tick, with) = match mark {
            Mark::Made => ("x", ""),
            Mark::Probed => ("x", " (with a probe)"),
            Mark::Missed => (" ", ""),
        };
        line(text, &format!("- [{tick}] {}{with}", escaped(&finding.say)));
    }
    if let Some(grades) = &round.grades {
        let ratings = Axis::ALL
            .into_iter()
            .filter_map(|axis| Some(format!("{} {}", axis.label(), grades.ratings.get(&axis)?.get())));
        line(text, &format!("\nRatings: {}. Evidence:\n", ratings.collect::<Vec<_>>().join(" · ")));
        verbatim(text, &grades.evidence);
    }
}

/// A text as it was typed, between fences that it does not hold.
fn verbatim(text: &mut String, typed: &str) {
    let (mut longest, mut run) = (0, 0);
    for c in typed.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(3.max(longest + 1));
    let _ = write!(text, "{fence}text\n{}\n{fence}\n\n", typed.trim_end_matches('\n'));
}

/// Text of the bank or a person's in a line of Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Minutes and seconds.
fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn moment(at_ms: u64, zone: &TimeZone) -> String {
    let at =
        i64::try_from(at_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%-d %B %Y, %H:%M %Z").to_string()
}
