//! `/about`

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::shell::{Day, Nav, Shell};
use super::viewer::Viewer;

/// What this is, how it works, whose it is.
#[derive(Template)]
#[template(path = "about/about.html")]
struct AboutPage {
    shell: Shell,
    question_count: u32,
    version: &'static str,
    /// The day of the newest content.
    content_day: Option<Day>,
}

pub async fn show(State(site): State<Site>, viewer: Viewer) -> Result<impl IntoResponse, Error> {
    let page = async {
        let changed = site
            .catalogue()
            .last_changed()
            .next()
            .and_then(|question| Timestamp::from_second(question.updated_at_s).ok());
        Rendered::new(&AboutPage {
            shell: Shell::new(&site, &viewer, Nav::About, "About", "/about"),
            question_count: site.catalogue().question_count(),
            version: env!("CARGO_PKG_VERSION"),
            content_day: changed.map(|moment| Day(moment.to_zoned(TimeZone::UTC).date())),
        })
    };
    site.pages().page("/about", &viewer, page).await
}
