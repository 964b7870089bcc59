//! What an interview showed: figures, and advice that follows from rules. Pure.
//!
//! Advice names what to practise next; it passes no verdict on the person.

mod advice;
mod markdown;
#[cfg(test)]
mod tests;

use super::grading::{self, Axis, Grades, Outcome};
use super::judging::{Finding, Mark};
use super::paper::Seed;
use super::session::{Colour, End, Pace, RoundNumber, RoundState, Terms};
use crate::content::Mode;
use crate::ids::{BlueprintId, InterviewId, PartId, QuestionId, TopicId};

pub use advice::{Advice, Rule};
pub use markdown::to_markdown;

/// One prompt and what was said to it, word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer {
    /// 0 the question, 1 and 2 its probes.
    pub prompt: u8,
    pub asked: String,
    /// What a probe is about.
    pub key_point: Option<PartId>,
    pub text: String,
    /// Or else it is what was saved when the time was up.
    pub handed_in: bool,
}

/// A round as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundRecord {
    pub number: RoundNumber,
    pub question: QuestionId,
    pub title: String,
    pub topic: TopicId,
    pub topic_title: String,
    /// Its file is gone; there is no page to link to.
    pub archived: bool,
    pub state: RoundState,
    pub budget_ms: u64,
    /// On the question itself.
    pub main_ms: u64,
    /// On each probe that was asked.
    pub probes_ms: Vec<u64>,
    pub answers: Vec<GivenAnswer>,
    /// One a key point, in the order of importance.
    pub findings: Vec<Finding>,
    pub grades: Option<Grades>,
    /// Predicted when the interview was made, 0 to 1; none for a question that was never practised.
    pub recall: Option<f64>,
}

impl RoundRecord {
    /// Its turn came.
    #[must_use]
    pub fn was_asked(&self) -> bool {
        self.state != RoundState::Upcoming
    }

    /// Something was handed in, if only spoken, or at least saved.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.answers
            .iter()
            .any(|answer| answer.prompt == 0 && (answer.handed_in || !answer.text.trim().is_empty()))
    }
}

/// An interview as it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: InterviewId,
    pub preset: Option<BlueprintId>,
    pub title: String,
    pub mode: Mode,
    pub pace: Pace,
    pub seed: Seed,
    pub asked_for: u16,
    pub started_ms: Option<u64>,
    pub ended_ms: u64,
    pub end: End,
    pub limit_ms: Option<u64>,
    pub probe_ms: u64,
    pub used_ms: u64,
    pub idle_ms: u64,
    /// Start and end of each.
    pub pauses_ms: Vec<(u64, u64)>,
    pub rounds: Vec<RoundRecord>,
    /// Of the same preset, the oldest first, without this one.
    pub earlier: Vec<Attempt>,
}

/// The outcome of an interview in short, to compare with.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    pub id: InterviewId,
    pub ended_ms: u64,
    /// Of the key points of what was asked, 0 to 1.
    pub share: f64,
    /// Means of the self-grades, 1 to 4; none where nothing was graded.
    pub axes: [Option<f64>; 4],
    pub used_ms: u64,
    pub pace: Pace,
}

/// The report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub record: Record,
    /// Of the key points of what was asked, 0 to 1; none when nothing was asked.
    pub share: Option<f64>,
    pub points: PointCount,
    pub asked: usize,
    pub answered: usize,
    /// Means over the rounds that were graded, in the order of [`Axis::ALL`].
    pub axes: [Option<f64>; 4],
    /// In the order of the paper.
    pub topics: Vec<TopicResult>,
    /// As the rounds of the record.
    pub rounds: Vec<RoundResult>,
    /// In the order of the paper, the most important first within a question.
    pub missed: Vec<MissedPoint>,
    /// Probes that were asked.
    pub probes: usize,
    /// The answer that makes most; none when none makes anything.
    pub best: Option<RoundNumber>,
    /// The one that makes least; none when nothing is missing anywhere.
    pub redo: Option<RoundNumber>,
    /// Share now less share of the last attempt.
    pub change: Option<f64>,
    pub advice: Vec<Advice>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PointCount {
    pub made: usize,
    /// Only when asked.
    pub probed: usize,
    pub missed: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TopicResult {
    pub topic: TopicId,
    pub title: String,
    /// Questions that were asked.
    pub asked: usize,
    /// Of their key points, 0 to 1.
    pub share: f64,
    /// Mean over the self-grades of its questions and all axes.
    pub rating: Option<f64>,
    /// Mean of the predicted recall of its questions; one that was never practised counts 0.
    pub recall: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RoundResult {
    pub number: RoundNumber,
    /// None for a question that was not asked.
    pub share: Option<f64>,
    /// In the order of the key points.
    pub marks: Vec<Mark>,
    /// Of the question without its probes.
    pub colour: Colour,
    /// What practice is told; none for a question that was not asked.
    pub outcome: Option<Outcome>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedPoint {
    pub round: RoundNumber,
    pub question: QuestionId,
    pub archived: bool,
    pub point: PartId,
    pub say: String,
    pub say_html: String,
    /// It was asked about and missed again.
    pub probed: bool,
}

/// Works a record out.
#[must_use]
pub fn report(record: Record) -> Report {
    let results: Vec<RoundResult> = record.rounds.iter().map(|round| result(&record, round)).collect();
    let asked: Vec<(&RoundRecord, &RoundResult)> =
        record.rounds.iter().zip(&results).filter(|(round, _)| round.was_asked()).collect();
    let marks: Vec<Mark> = asked.iter().flat_map(|(_, result)| result.marks.iter().copied()).collect();
    let count = |wanted| marks.iter().filter(|mark| **mark == wanted).count();
    let share = (!marks.is_empty()).then(|| grading::share(&marks));
    let (best, redo) = best_and_redo(&asked);
    let change = share.zip(record.earlier.last()).map(|(share, last)| share - last.share);
    let mut report = Report {
        share,
        points: PointCount {
            made: count(Mark::Made),
            probed: count(Mark::Probed),
            missed: count(Mark::Missed),
        },
        asked: asked.len(),
        answered: asked.iter().filter(|(round, _)| round.is_answered()).count(),
        axes: grading::means(record.rounds.iter().filter_map(|round| round.grades.as_ref())),
        topics: topics(&asked),
        missed: missed_points(&asked),
        probes: record.rounds.iter().map(|round| round.probes_ms.len()).sum(),
        best,
        redo,
        change,
        advice: Vec::new(),
        rounds: results,
        record,
    };
    report.advice = advice::advise(&report);
    report
}

fn result(record: &Record, round: &RoundRecord) -> RoundResult {
    let marks = grading::marks(&round.findings, round.grades.as_ref());
    let asked = round.was_asked();
    let terms = Terms {
        mode: record.mode,
        limit_ms: record.limit_ms,
        budgets_ms: Vec::new(),
        probe_ms: record.probe_ms,
    };
    RoundResult {
        number: round.number,
        share: asked.then(|| grading::share(&marks)),
        colour: terms.colour(round.main_ms, round.budget_ms),
        outcome: asked.then(|| grading::outcome(&marks, round.grades.as_ref(), round.is_answered())),
        marks,
    }
}

/// The first of those that make most, and the first of those that make least; the self-grades decide between equals.
/// One round alone is either the one or the other.
fn best_and_redo(asked: &[(&RoundRecord, &RoundResult)]) -> (Option<RoundNumber>, Option<RoundNumber>) {
    let worth = |(round, result): &(&RoundRecord, &RoundResult)| {
        let rating = grading::mean(grading::means(&round.grades).into_iter().flatten());
        (result.share.unwrap_or(0.0), rating.unwrap_or(0.0))
    };
    let order = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
    let ranked: Vec<(RoundNumber, (f64, f64))> =
        asked.iter().map(|pair| (pair.0.number, worth(pair))).collect();
    // `max_by` gives the last of equals
    let best = ranked.iter().rev().max_by(|a, b| order(&a.1, &b.1)).filter(|(_, worth)| worth.0 > 0.0);
    let redo = ranked.iter().min_by(|a, b| order(&a.1, &b.1)).filter(|(_, worth)| worth.0 < 1.0);
    match (best, redo) {
        (Some((best, worth)), Some((redo, _))) if best == redo => {
            if worth.0 >= 0.5 {
                (Some(*best), None)
            } else {
                (None, Some(*redo))
            }
        }
        (best, redo) => (best.map(|(number, _)| *number), redo.map(|(number, _)| *number)),
    }
}

fn topics(asked: &[(&RoundRecord, &RoundResult)]) -> Vec<TopicResult> {
    let mut order: Vec<&TopicId> = Vec::new();
    for (round, _) in asked {
        if !order.contains(&&round.topic) {
            order.push(&round.topic);
        }
    }
    let result = |topic: &TopicId| {
        let of_topic: Vec<_> = asked.iter().filter(|(round, _)| round.topic == *topic).collect();
        let ratings = of_topic.iter().filter_map(|(round, _)| round.grades.as_ref());
        let ratings =
            ratings.flat_map(|grades| grades.ratings.values().map(|rating| f64::from(rating.get())));
        TopicResult {
            topic: topic.clone(),
            title: of_topic.first().map(|(round, _)| round.topic_title.clone()).unwrap_or_default(),
            asked: of_topic.len(),
            share: grading::share(of_topic.iter().flat_map(|(_, result)| &result.marks)),
            rating: grading::mean(ratings),
            recall: grading::mean(of_topic.iter().map(|(round, _)| round.recall.unwrap_or(0.0)))
                .unwrap_or(0.0),
        }
    };
    order.into_iter().map(result).collect()
}

fn missed_points(asked: &[(&RoundRecord, &RoundResult)]) -> Vec<MissedPoint> {
    let mut missed = Vec::new();
    for (round, result) in asked {
        for (finding, mark) in round.findings.iter().zip(&result.marks) {
            if *mark == Mark::Missed {
                missed.push(MissedPoint {
                    round: round.number,
                    question: round.question.clone(),
                    archived: round.archived,
                    point: finding.point.clone(),
                    say: finding.say.clone(),
                    say_html: finding.say_html.clone(),
                    probed: round
                        .answers
                        .iter()
                        .any(|answer| answer.key_point.as_ref() == Some(&finding.point)),
                });
            }
        }
    }
    missed
}

impl Report {
    /// The means of the self-grades with what they belong to.
    pub fn axis_means(&self) -> impl Iterator<Item = (Axis, Option<f64>)> {
        Axis::ALL.into_iter().zip(self.axes)
    }

    /// What a round came to.
    #[must_use]
    pub fn round(&self, number: RoundNumber) -> Option<(&RoundRecord, &RoundResult)> {
        let at = number.index()?;
        Some((self.record.rounds.get(at)?, self.rounds.get(at)?))
    }
}
