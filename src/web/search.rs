//! `/search`

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{OriginalUri, Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::pagination::{PageNumber, Pagination, url};
use super::shell::{Html, Link, Nav, Shell, TopicEntry};
use super::viewer::Viewer;
use crate::questions::search::{self, Found, Hit, Matched};
use crate::questions::{self, Kind, Level, PAGE_SIZE};

/// What was found, best first.
#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage<'c> {
    shell: Shell,
    /// What was typed; the page explains itself when it is empty.
    query: String,
    /// The corrected query and its URL.
    suggestion: Option<Link>,
    /// What part of the query was left out, and why.
    notice: Option<String>,
    results: Vec<SearchResult>,
    pagination: Pagination,
    /// Topics with questions, as ways out of an empty result.
    topics: Vec<TopicEntry<'c>>,
}

struct SearchResult {
    url: String,
    title: Html,
    topic_title: String,
    level: Level,
    kind: Kind,
    snippet: Html,
}

/// A search answers 200 whatever is typed: an odd page number is the first page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
    page: String,
}

pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let SearchQuery { q, page } = query.map(|Query(query)| query).unwrap_or_default();
    let query = search::Query::parse(&q);
    let page = questions::Page(page.parse().unwrap_or(1).max(1));
    let Found { results, total, matched, suggestion, mut notices } =
        search::search(&mut *site.reader().await?, &query, site.synonyms(), page, PAGE_SIZE).await?;
    if matched == Matched::Some && !results.is_empty() {
        notices.push("No question has all of these words; the ones below have some of them.".to_owned());
    }
    // spaces and lone quotes ask for nothing
    let text = if query.is_empty() { String::new() } else { query.text().to_owned() };
    let title = if text.is_empty() { "Search".to_owned() } else { format!("{text} · Search") };
    let mut shell = Shell::unlisted(&site, &viewer, Nav::Search, title, &uri);
    shell.search.clone_from(&text);
    Rendered::new(&SearchPage {
        shell,
        suggestion: suggestion.map(|text| Link { url: url("/search", [("q", text.clone())]), text }),
        notice: Some(notices.join(" ")).filter(|notice| !notice.is_empty()),
        results: results.into_iter().map(|hit| SearchResult::new(hit, &viewer)).collect(),
        pagination: Pagination::new("/search", &[("q", text.clone())], page, PAGE_SIZE, total.reachable()),
        topics: TopicEntry::all(site.catalogue(), None),
        query: text,
    })
}

impl SearchResult {
    fn new(hit: Hit, viewer: &Viewer) -> Self {
        let snippet = if viewer.may_not_see(&hit.id) { String::new() } else { hit.snippet_html };
        Self {
            url: format!("/questions/{}", hit.id),
            title: Html(hit.title_html),
            topic_title: hit.topic_title,
            level: hit.level,
            kind: hit.kind,
            snippet: Html(snippet),
        }
    }
}
