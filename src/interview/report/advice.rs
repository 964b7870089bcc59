//! What to practise next, in plain words: each advice follows from one rule. No rule judges the person.

use super::{Report, RoundRecord, RoundResult};
use crate::interview::grading::{Axis, Outcome};
use crate::interview::session::{Colour, RoundState};

/// What to practise, by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub rule: Rule,
    pub text: String,
}

/// What an advice follows from; they are tried in this order, and several can apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A question that was asked has no answer.
    Unanswered,
    /// At least half of the questions asked took more than their budget or were cut.
    OverTime,
    /// At least half of the answers took less than half of their budget and missed key points.
    TooShort,
    /// At least two points, and at least half of those that were made, came only with a probe.
    NeedsProbes,
    /// Topics whose share is below one half.
    WeakTopic,
    /// The axis with the lowest mean of the self-grades, if that is below 3.
    WeakAxis,
    /// Practice predicted recall of [`LIKELY_RECALL`] or more, and the interview missed the question.
    KnownButMissed,
    /// A question that was never practised here was answered well.
    NewAndGood,
    /// There is an earlier attempt of the same preset.
    Compared,
    /// Nothing before [`Rule::NewAndGood`] applies.
    KeepGoing,
}

/// From this predicted recall on, missing a question says something about interviews rather than memory.
pub const LIKELY_RECALL: f64 = 0.8;
/// A share that differs by less is as good as the same: one key point of twenty.
const SAME_SHARE: f64 = 0.05;

type Pair<'r> = (&'r RoundRecord, &'r RoundResult);

/// Tries every rule.
pub(super) fn advise(report: &Report) -> Vec<Advice> {
    let rounds: Vec<Pair<'_>> = report.record.rounds.iter().zip(&report.rounds).collect();
    let asked: Vec<Pair<'_>> = rounds.into_iter().filter(|(round, _)| round.was_asked()).collect();
    let rules: [(Rule, Option<String>); 9] = [
        (Rule::Unanswered, unanswered(&asked)),
        (Rule::OverTime, over_time(report, &asked)),
        (Rule::TooShort, too_short(report, &asked)),
        (Rule::NeedsProbes, needs_probes(report)),
        (Rule::WeakTopic, weak_topics(report)),
        (Rule::WeakAxis, weak_axis(report)),
        (Rule::KnownButMissed, known_but_missed(&asked)),
        (Rule::NewAndGood, new_and_good(&asked)),
        (Rule::Compared, compared(report)),
    ];
    let applies = rules.into_iter().filter_map(|(rule, text)| Some(Advice { rule, text: text? }));
    let mut advice: Vec<Advice> = applies.collect();
    if advice.iter().all(|advice| advice.rule >= Rule::NewAndGood) && !asked.is_empty() {
        let text =
            "Nothing stands out. Sit one with other topics, a higher level or exam mode next.".to_owned();
        advice.push(Advice { rule: Rule::KeepGoing, text });
    }
    advice
}

fn unanswered(asked: &[Pair<'_>]) -> Option<String> {
    let without: Vec<Pair<'_>> = asked.iter().copied().filter(|(round, _)| !round.is_answered()).collect();
    (!without.is_empty()).then(|| {
        format!(
            "No answer: {}. Say what you do know to every question, in outline: a point that is made in half a sentence \
             counts, silence does not.",
            titles(&without)
        )
    })
}

fn over_time(report: &Report, asked: &[Pair<'_>]) -> Option<String> {
    report.record.limit_ms?;
    let over = asked
        .iter()
        .filter(|(round, result)| result.colour > Colour::Normal || round.state == RoundState::Cut);
    let over = over.count();
    (over > 0 && over * 2 >= asked.len()).then(|| {
        format!(
            "{over} of {} took more than their time. Give the answer first, in a minute, then the reasons; stop when the \
             time is up, and let the interviewer ask.",
            questions(asked.len())
        )
    })
}

fn too_short(report: &Report, asked: &[Pair<'_>]) -> Option<String> {
    report.record.limit_ms?;
    let answered: Vec<_> = asked.iter().filter(|(round, _)| round.is_answered()).collect();
    let short = |pair: &&&Pair<'_>| {
        pair.0.main_ms * 2 < pair.0.budget_ms && pair.1.share.is_some_and(|share| share < 1.0)
    };
    let short = answered.iter().filter(short).count();
    (short > 0 && short * 2 >= answered.len()).then(|| {
        format!(
            "{short} of {} took less than half of their time and left key points out. Before you stop, go through: how it \
             works, when you would not use it, what it costs, how it fails, how you would notice.",
            count(answered.len(), "answer", "answers")
        )
    })
}

fn needs_probes(report: &Report) -> Option<String> {
    let (made, probed) = (report.points.made, report.points.probed);
    (probed >= 2 && probed >= made).then(|| {
        format!(
            "{probed} of {} that you made came only when the interviewer asked. You know them: practise saying them \
             unasked, as the last sentence of an answer.",
            count(made + probed, "key point", "key points")
        )
    })
}

fn weak_topics(report: &Report) -> Option<String> {
    const NAMED: usize = 3;
    let mut weak: Vec<_> = report.topics.iter().filter(|topic| topic.share < 0.5).collect();
    weak.sort_by(|a, b| a.share.total_cmp(&b.share));
    weak.truncate(NAMED);
    let named: Vec<String> = weak
        .iter()
        .map(|topic| format!("{} ({} of the key points)", topic.title, percent(topic.share)))
        .collect();
    (!named.is_empty()).then(|| format!("Practise next: {}.", named.join(", ")))
}

fn weak_axis(report: &Report) -> Option<String> {
    let rated = report.axis_means().filter_map(|(axis, mean)| Some((axis, mean?)));
    let (axis, mean) = rated.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, mean)| *mean < 3.0)?;
    let how = match axis {
        Axis::Correctness => {
            "For each question that you rated low, read the explanation, then say the answer again without it."
        }
        Axis::Depth => "To each answer add one alternative, and the case in which you would choose it.",
        Axis::Operations => {
            "End each answer with one sentence each on running it, securing it and paying for it."
        }
        Axis::Communication => {
            "Begin each answer with its conclusion in one sentence, then give two or three reasons."
        }
    };
    Some(format!("{} has the lowest of your ratings, {mean:.1} of 4. {how}", axis.label()))
}

fn known_but_missed(asked: &[Pair<'_>]) -> Option<String> {
    let known = |(round, result): &Pair<'_>| {
        round.recall.is_some_and(|recall| recall >= LIKELY_RECALL) && result.outcome == Some(Outcome::Missed)
    };
    let known: Vec<Pair<'_>> = asked.iter().copied().filter(known).collect();
    (!known.is_empty()).then(|| {
        format!(
            "Practice predicted that you remember {}, and the interview missed it. Recognising an answer is easier than \
             giving it: in practice, say the whole answer aloud before you reveal it.",
            titles(&known)
        )
    })
}

fn new_and_good(asked: &[Pair<'_>]) -> Option<String> {
    let new = |(round, result): &Pair<'_>| {
        round.recall.is_none() && result.outcome.is_some_and(|outcome| outcome >= Outcome::Good)
    };
    let new: Vec<Pair<'_>> = asked.iter().copied().filter(new).collect();
    (!new.is_empty()).then(|| {
        format!(
            "You answered {} well without having practised it here. It counts as its first review.",
            titles(&new)
        )
    })
}

fn compared(report: &Report) -> Option<String> {
    let (change, last, share) = (report.change?, report.record.earlier.last()?, report.share?);
    let how = if change.abs() < SAME_SHARE {
        "as good as the last time".to_owned()
    } else {
        let points = (change.abs() * 100.0).round();
        format!(
            "{points} percentage points {} than the last time",
            if change > 0.0 { "more" } else { "less" }
        )
    };
    let pace = if last.pace == report.record.pace { "" } else { ", at another pace" };
    let times = report.record.earlier.len() + 1;
    Some(format!("{} of the key points in attempt {times} of this preset: {how}{pace}.", percent(share)))
}

/// The first few titles, in quotes.
fn titles(rounds: &[Pair<'_>]) -> String {
    const NAMED: usize = 3;
    let named: Vec<String> =
        rounds.iter().take(NAMED).map(|(round, _)| format!("“{}”", round.title)).collect();
    match rounds.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn questions(number: usize) -> String {
    count(number, "question", "questions")
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
