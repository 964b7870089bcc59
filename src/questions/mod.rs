//! The catalogue: browse, filter, search and relate questions.
//!
//! Reads what [`crate::content::sync`] wrote; changes nothing but [`reports`]. Knows no URL, cookie or status code.

mod catalogue;
mod question;
pub mod reports;
pub mod search;
mod store;

pub use catalogue::{Catalogue, PAGE_SIZE, StoredQuestion};
pub use question::{
    Dated, Filter, Listed, Listing, Neighbour, Page, Question, Selection, Sort, TopicCount, UnknownSort,
};
pub use store::{content_version, find_question, key_points, number_of};

pub use crate::content::{
    Fact, FollowUp, Heading, KeyPoint, Kind, Level, Parts, QuizItem, QuizOption, Source, Step,
};
