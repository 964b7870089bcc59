//! Search, for programs and for the suggestions under the search box.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::Site;
use super::super::error::Error;
use super::person::MaybePerson;
use crate::ids::{QuestionId, TopicId};
use crate::questions::search::{self, Found, Hit};
use crate::questions::{Kind, Level, PAGE_SIZE, Page};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words, "quoted phrases", and `topic:` `level:` `kind:` `tag:` to narrow down.
    q: String,
    /// Results on a page; 20 without it.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 50)]
    limit: String,
    /// `true` while a person is still typing: the last word may be unfinished, and there is only one page.
    #[param(value_type = Option<bool>)]
    unfinished: String,
    /// Counted from 1.
    #[param(value_type = Option<u32>)]
    page: String,
}

/// What a search found.
#[derive(Serialize, ToSchema)]
pub struct SearchResults {
    query: String,
    /// Results on all pages.
    total: u32,
    /// The query with its typing mistakes mended, when that would find more.
    suggestion: Option<String>,
    /// What part of the query was left out, and why.
    notices: Vec<String>,
    results: Vec<SearchResult>,
}

#[derive(Serialize, ToSchema)]
pub struct SearchResult {
    id: QuestionId,
    /// The question's page.
    url: String,
    title: String,
    topic: TopicId,
    topic_title: String,
    level: Level,
    kind: Kind,
    minutes: u8,
    /// HTML: escaped text from the answer, matches in `<mark>`.
    snippet: String,
}

/// Search the questions; always answers 200, whatever is typed
#[utoipa::path(
    get, path = "/search", tag = "questions",
    params(SearchQuery),
    responses((status = 200, body = SearchResults))
)]
pub async fn search(
    State(site): State<Site>,
    person: MaybePerson,
    query: Result<Query<SearchQuery>, QueryRejection>,
) -> Result<Json<SearchResults>, Error> {
    const MOST: u32 = 50;
    let hidden = person.may_not_see(&site).await?;
    let SearchQuery { q, limit, unfinished, page } = query.map(|Query(query)| query).unwrap_or_default();
    let query = search::Query::parse(&q);
    let size = limit.parse().unwrap_or(PAGE_SIZE).clamp(1, MOST);
    if unfinished == "true" {
        let results =
            search::search_as_you_type(&mut *site.reader().await?, &query, site.synonyms(), size).await?;
        if !results.is_empty() {
            return Ok(Json(SearchResults {
                query: query.text().to_owned(),
                total: u32::try_from(results.len()).unwrap_or(u32::MAX),
                suggestion: None,
                notices: Vec::new(),
                results: results.into_iter().map(|hit| SearchResult::new(hit, &hidden)).collect(),
            }));
        }
    }
    let page = Page(page.parse().unwrap_or(1).max(1));
    let Found { results, total, suggestion, notices, .. } =
        search::search(&mut *site.reader().await?, &query, site.synonyms(), page, size).await?;
    Ok(Json(SearchResults {
        query: query.text().to_owned(),
        total: total.reachable(),
        suggestion,
        notices,
        results: results.into_iter().map(|hit| SearchResult::new(hit, &hidden)).collect(),
    }))
}

impl SearchResult {
    fn new(hit: Hit, hidden: &BTreeSet<QuestionId>) -> Self {
        let snippet = if hidden.contains(&hit.id) { String::new() } else { hit.snippet_html };
        Self {
            url: format!("/questions/{}", hit.id),
            id: hit.id,
            title: hit.title,
            topic: hit.topic,
            topic_title: hit.topic_title,
            level: hit.level,
            kind: hit.kind,
            minutes: hit.minutes,
            snippet,
        }
    }
}
