//! What an answer is worth: the axes with their anchors, and what a round means for practice. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::judging::{Finding, Mark};
use crate::ids::PartId;
use crate::practice::schedule::Grade;

/// What an answer is rated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axis {
    Correctness,
    Depth,
    Operations,
    Communication,
}

impl Axis {
    pub const ALL: [Self; 4] = [Self::Correctness, Self::Depth, Self::Operations, Self::Communication];

    /// As it is written in forms.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Correctness => "correctness",
            Self::Depth => "depth",
            Self::Operations => "operations",
            Self::Communication => "communication",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Correctness => "Correctness",
            Self::Depth => "Depth and trade-offs",
            Self::Operations => "Operations, security, cost",
            Self::Communication => "Communication",
        }
    }

    /// What each level looks like, from 1 to 4.
    #[must_use]
    pub fn anchors(self) -> [&'static str; 4] {
        match self {
            Self::Correctness => [
                "A central statement is wrong, or the answer misses the question.",
                "Right in outline, with an error or a gap that an interviewer would correct.",
                "Right in everything that matters; small slips at most.",
                "Right and exact: the terms, limits and behaviour as the documentation has them.",
            ],
            Self::Depth => [
                "Names things without saying how they work.",
                "Says how it works, but names no alternative and no trade-off.",
                "Explains how and why, and weighs at least one alternative.",
                "Weighs alternatives by the case at hand, and says when the answer would be another.",
            ],
            Self::Operations => [
                "Nothing on running it, securing it or paying for it.",
                "Mentions one of the three when it is obvious.",
                "Covers two of the three with something concrete: an alarm, a policy, a price driver.",
                "Covers what matters of all three unasked, with how you would notice a failure.",
            ],
            Self::Communication => [
                "Hard to follow: no order, or far too long.",
                "Can be followed with effort; the point comes late.",
                "The point first, then the reasons; fits the time.",
                "The point first, well ordered, with an example where it helps; an interviewer could take notes.",
            ],
        }
    }
}

/// A level on an axis, 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "u8", into = "u8")]
#[sqlx(transparent)]
pub struct Rating(u8);

/// Not one of the four levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rating is a level from 1 to 4, not {0}")]
pub struct UnknownRating(u8);

impl Rating {
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Rating {
    type Error = UnknownRating;

    fn try_from(level: u8) -> Result<Self, Self::Error> {
        if (1..=4).contains(&level) { Ok(Self(level)) } else { Err(UnknownRating(level)) }
    }
}

impl From<Rating> for u8 {
    fn from(rating: Rating) -> Self {
        rating.0
    }
}

/// How a person grades one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grades {
    /// The key points as the person corrected them.
    pub points: BTreeMap<PartId, Mark>,
    /// What in the answer the ratings rest on; comes before them.
    pub evidence: String,
    pub ratings: BTreeMap<Axis, Rating>,
}

/// The longest evidence, in bytes.
pub const LONGEST_EVIDENCE: usize = 4_000;

/// Why grades are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGrades {
    #[error("rate all four axes")]
    RatingMissing,
    #[error("write what in the answer the ratings rest on")]
    EvidenceMissing,
    #[error("evidence has at most {LONGEST_EVIDENCE} bytes")]
    EvidenceTooLong,
    #[error("the question has no such key point")]
    UnknownPoint,
    #[error("this round has no answer to grade")]
    NothingToGrade,
}

/// What a round means for practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Outcome {
    /// Due tomorrow, marked as missed in a mock.
    Missed,
    Hard,
    Good,
    Easy,
}

impl Outcome {
    /// The grade that counts as a review; a miss is none.
    #[must_use]
    pub fn grade(self) -> Option<Grade> {
        match self {
            Self::Missed => None,
            Self::Hard => Some(Grade::Hard),
            Self::Good => Some(Grade::Good),
            Self::Easy => Some(Grade::Easy),
        }
    }
}

/// The mapping in words, in the order in which its rules are tried; pages show it.
pub const MAPPING: [(Outcome, &str); 4] = [
    (
        Outcome::Missed,
        "Not answered, less than half of the key points made, or correctness 1: missed, and due tomorrow.",
    ),
    (
        Outcome::Hard,
        "Less than three quarters of the key points made, or correctness 2: a review graded Hard.",
    ),
    (Outcome::Easy, "Every key point made without a probe, and 4 on every axis: a review graded Easy."),
    (Outcome::Good, "Everything else: a review graded Good."),
];

/// What goes with the mapping.
pub const MAPPING_NOTE: &str = "A key point that only a probe brought out counts half. Without self-grades the key points \
     alone decide, as they were matched in what you typed.";

/// The marks that count, in the order of the findings: the person's where they corrected them, otherwise what coverage
/// found.
#[must_use]
pub fn marks(findings: &[Finding], grades: Option<&Grades>) -> Vec<Mark> {
    let corrected = |finding: &Finding| grades.and_then(|grades| grades.points.get(&finding.point).copied());
    findings.iter().map(|finding| corrected(finding).unwrap_or(finding.mark)).collect()
}

/// What a mark counts.
fn weight(mark: Mark) -> f64 {
    match mark {
        Mark::Made => 1.0,
        Mark::Probed => 0.5,
        Mark::Missed => 0.0,
    }
}

/// The share of the key points, 0 to 1: one that only a probe brought out counts half. 0 without points.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a paper has a few hundred key points at most")]
pub fn share<'m>(marks: impl IntoIterator<Item = &'m Mark>) -> f64 {
    let (sum, count) =
        marks.into_iter().fold((0.0, 0_usize), |(sum, count), mark| (sum + weight(*mark), count + 1));
    if count == 0 { 0.0 } else { sum / count as f64 }
}

/// What a round means for practice: see [`MAPPING`].
#[must_use]
pub fn outcome(marks: &[Mark], grades: Option<&Grades>, answered: bool) -> Outcome {
    let share = share(marks);
    let rating = |axis| grades.and_then(|grades| grades.ratings.get(&axis)).map(|rating| rating.get());
    let correctness = rating(Axis::Correctness);
    if !answered || share < 0.5 || correctness == Some(1) {
        Outcome::Missed
    } else if share < 0.75 || correctness == Some(2) {
        Outcome::Hard
    } else if marks.iter().all(|mark| *mark == Mark::Made)
        && Axis::ALL.iter().all(|axis| rating(*axis) == Some(4))
    {
        Outcome::Easy
    } else {
        Outcome::Good
    }
}

/// The means over several grades, in the order of [`Axis::ALL`]; none where nothing was rated.
#[must_use]
pub fn means<'g>(grades: impl IntoIterator<Item = &'g Grades>) -> [Option<f64>; 4] {
    let grades: Vec<&Grades> = grades.into_iter().collect();
    Axis::ALL.map(|axis| {
        mean(grades.iter().filter_map(|grades| Some(f64::from(grades.ratings.get(&axis)?.get()))))
    })
}

/// None of nothing.
#[expect(clippy::cast_precision_loss, reason = "a paper has a few dozen rounds at most")]
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) =
        values.into_iter().fold((0.0, 0_usize), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

impl Grades {
    /// # Errors
    ///
    /// When a rating or the evidence is missing, or a point is not one of the question's.
    pub fn check(&self, findings: &[Finding]) -> Result<(), InvalidGrades> {
        if self.evidence.trim().is_empty() {
            return Err(InvalidGrades::EvidenceMissing);
        }
        if self.evidence.len() > LONGEST_EVIDENCE {
            return Err(InvalidGrades::EvidenceTooLong);
        }
        if Axis::ALL.iter().any(|axis| !self.ratings.contains_key(axis)) {
            return Err(InvalidGrades::RatingMissing);
        }
        let known = |point: &PartId| findings.iter().any(|finding| finding.point == *point);
        if self.points.keys().all(known) { Ok(()) } else { Err(InvalidGrades::UnknownPoint) }
    }
}

#[cfg(test)]
mod tests;
