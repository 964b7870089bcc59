//! `/`

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use super::Site;
use super::error::Error;
use super::preferences::Preferences;
use super::shell::{Nav, QuestionRow, Shell, TopicEntry};
use crate::questions;

/// What this is, where to start, the topics, the question of the day.
#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    shell: Shell,
    question_count: u32,
    topics: Vec<TopicEntry>,
    question_of_the_day: Option<QuestionRow>,
    start_here: Vec<QuestionRow>,
}

pub async fn show(State(site): State<Site>, preferences: Preferences) -> Result<impl IntoResponse, Error> {
    let today = site.clock().today();
    // the day is part of the key: the page changes at midnight
    let key = format!("/?{today}");
    let page = async {
        let row = |question| QuestionRow::new(question, preferences);
        Ok(HomePage {
            shell: Shell::new(&site, preferences, Nav::Home, "", "/"),
            question_count: site.question_count(),
            topics: TopicEntry::all(&site, None),
            question_of_the_day: questions::question_of_the_day(site.reader(), today).await?.map(row),
            start_here: questions::starting_points(site.reader()).await?.into_iter().map(row).collect(),
        })
    };
    site.pages().page(&key, preferences, page).await
}
