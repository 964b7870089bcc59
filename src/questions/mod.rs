//! The catalogue: browse, filter, search and relate questions.
//!
//! Reads what [`crate::content::sync`] wrote; changes nothing. Knows no URL, cookie or status code.

mod question;
pub mod search;
mod store;

pub use question::{
    Fact, Filter, FollowUp, KeyPoint, Listed, Listing, Neighbour, Page, Parts, Question, QuizItem, Sort,
    Source, Step, TopicCount, UnknownSort,
};
pub use store::{
    Dated, PAGE_SIZE, content_version, find_question, list_in_topic, list_questions, newest,
    question_of_the_day, sitemap, starting_points, tags_in_use, topics,
};

pub use crate::content::{Heading, Kind, Level};
