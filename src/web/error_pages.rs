//! The pages that tell of an error.

use askama::Template;

use super::shell::{Link, Nav, Shell};

/// 404: nothing there, but perhaps something near.
#[derive(Template)]
#[template(path = "errors/not_found.html")]
pub struct NotFoundPage {
    pub shell: Shell,
    /// The path that was asked for.
    pub path: String,
    /// Words taken from the path, to start a search with.
    pub guess: String,
    /// Nearest questions, best first.
    pub matches: Vec<Link>,
}

/// Every other error.
#[derive(Template)]
#[template(path = "errors/error.html")]
pub struct ErrorPage {
    pub shell: Shell,
    pub status: u16,
    pub heading: String,
    /// What happened, nothing internal.
    pub message: String,
    /// What to do now.
    pub advice: String,
    /// A page to try again, for errors that pass.
    pub retry_url: Option<String>,
    /// What to quote to whoever runs the site.
    pub request_id: Option<String>,
}
