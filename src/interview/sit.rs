//! The verbs of a mock interview. Each runs in one transaction of the one writer; what fails leaves nothing behind.

mod afterwards;
mod during;
pub(super) mod practising;
mod preparing;
#[cfg(test)]
mod tests;

use super::grading::InvalidGrades;
use super::paper::{InvalidWish, Seed, Wish};
use super::session::{Pace, Refusal, RoundNumber};
use crate::content::{Blueprint, Mode};
use crate::coverage::Synonyms;
use crate::ids::InterviewId;
use crate::practice::ClientId;
use crate::questions::Catalogue;

pub use afterwards::{close, delete, grade, record, rounds, settle};
pub use during::{answer, save, step};
pub(super) use during::{end, log};
pub use preparing::{create, redo};

/// What the verbs read of the site's content.
#[derive(Clone, Copy)]
pub struct Bank<'s> {
    pub catalogue: &'s Catalogue,
    pub synonyms: &'s Synonyms,
}

/// The longest answer to a prompt, in bytes: an hour of fast typing.
pub const LONGEST_ANSWER: usize = 32 * 1024;

/// An interview to be made.
#[derive(Debug, Clone)]
pub struct NewInterview {
    pub what: What,
    /// The blueprint's unless somebody chooses.
    pub mode: Option<Mode>,
    pub pace: Pace,
    /// Drawn if none is given, so that what was asked lately comes again as little as possible.
    pub seed: Option<Seed>,
}

#[derive(Debug, Clone)]
pub enum What {
    Preset(Blueprint),
    /// Exam mode unless somebody chooses.
    OwnMix(Wish),
}

/// What came of making one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    New(InterviewId),
    /// The same was made before and is not finished.
    Unfinished(InterviewId),
}

/// Why none was made.
#[derive(Debug, thiserror::Error)]
pub enum NotCreated {
    #[error("another interview is not finished")]
    Unfinished(InterviewId),
    #[error("the bank has no question of this kind")]
    NoQuestions,
    #[error("there is no such interview")]
    NotFound,
    #[error(transparent)]
    InvalidWish(#[from] InvalidWish),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    #[error("there is no such interview")]
    NotFound,
    /// What was saved before is kept.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("an answer has at most {LONGEST_ANSWER} bytes")]
    TooLong,
    #[error(transparent)]
    InvalidGrades(#[from] InvalidGrades),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What a person does with an interview besides answering. Starting one that runs already is no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Start,
    Flag(RoundNumber),
    Open(RoundNumber),
    SkipProbe(RoundNumber),
    Pause,
    Resume,
    Finish,
    Abandon,
}

/// A text for a prompt.
#[derive(Debug, Clone)]
pub struct Text {
    pub round: RoundNumber,
    /// The prompt that it was typed for; none for whatever the round asks now.
    pub prompt: Option<u8>,
    pub text: String,
    /// Counts once however often it is sent.
    pub client_id: Option<ClientId>,
}

/// An answer that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandedIn {
    pub round: RoundNumber,
    pub prompt: u8,
    /// It had been handed in before.
    pub again: bool,
}
