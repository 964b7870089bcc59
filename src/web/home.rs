//! `/`

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::shell::{Nav, QuestionRow, Shell, TopicEntry};
use super::viewer::Viewer;
/// Questions that a newcomer is offered.
const START_HERE: usize = 3;

/// What this is, where to start, the topics, the question of the day.
#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage<'c> {
    shell: Shell,
    question_count: u32,
    topics: Vec<TopicEntry<'c>>,
    question_of_the_day: Option<QuestionRow<'c>>,
    start_here: Vec<QuestionRow<'c>>,
}

pub async fn show(State(site): State<Site>, viewer: Viewer) -> Result<impl IntoResponse, Error> {
    let today = site.clock().today();
    // the day is part of the key: the page changes at midnight
    let key = format!("/?{today}");
    let page = async {
        let catalogue = site.catalogue();
        let row = |question| QuestionRow::new(question, &viewer);
        Rendered::new(&HomePage {
            shell: Shell::new(&site, &viewer, Nav::Home, "", "/"),
            question_count: catalogue.question_count(),
            topics: TopicEntry::all(site.catalogue(), None),
            question_of_the_day: catalogue.question_of_the_day(today).map(row),
            start_here: catalogue.starting_points().take(START_HERE).map(row).collect(),
        })
    };
    site.pages().page(&key, &viewer, page).await
}
