//! The catalogue: browse, filter, search and relate questions.
//!
//! Reads what [`crate::content::sync`] wrote; changes nothing. Knows no URL, cookie or status code.

mod index;
mod question;
pub mod search;
mod store;

pub use index::Index;
pub use question::{Filter, Listed, Listing, Neighbour, Page, Question, Sort, TopicCount, UnknownSort};
pub use store::{
    Dated, PAGE_SIZE, content_version, find_question, list_in_topic, list_questions, newest,
    question_of_the_day, sitemap, starting_points, topics,
};

pub use crate::content::{
    Fact, FollowUp, Heading, KeyPoint, Kind, Level, Parts, QuizItem, QuizOption, Source, Step,
};
