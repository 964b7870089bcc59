//! Content: front matter and Markdown become typed, linted, rendered entries, and those become rows.
//!
//! The way of a file: [`source`] finds it (embedded in the binary, or in the operator's folder laid over
//! it), [`entry`] parses and lints it into an [`Entry`] with its HTML already rendered, [`sync`] writes what
//! changed into SQLite in one transaction. [`check`] walks the same way without a database.
//!
//! This module does not serve anything: reading the bank back is `questions`.

mod blueprint;
mod catalogue;
pub mod check;
pub mod diagnostic;
mod diagram;
mod document;
mod entry;
mod excerpt;
mod fingerprint;
mod front_matter;
mod highlight;
mod markdown;
pub mod problems;
#[cfg(test)]
mod properties;
mod rows;
#[cfg(test)]
mod sample;
mod sections;
mod source;
mod store;
pub mod sync;
pub(crate) mod words;

pub use blueprint::{Blueprint, MOST_MINUTES, MOST_QUESTIONS, Mode, SECONDS_PER_QUESTION, UnknownMode};
pub use catalogue::{Synonyms, Topic};
pub use diagnostic::{Diagnostic, Severity};
pub use document::{Document, Fact, FollowUp, KeyPoint, Parts, QuizItem, QuizOption, Source, Step};
pub use entry::{Entry, Kind, Level};
pub use markdown::Heading;
pub use source::{OverlayError, Sources};
