//! Topics and questions.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Site;
use super::super::error::{Error, Problem};
use super::super::questions::{ListQuery, find};
use super::person::MaybePerson;
use crate::questions::{self, Listed, PAGE_SIZE, Question, TopicCount};

#[derive(Serialize, ToSchema)]
pub struct Topics {
    topics: Vec<TopicCount>,
}

/// All topics, in their order
#[utoipa::path(get, path = "/topics", tag = "questions", responses((status = 200, body = Topics)))]
pub async fn topics(State(site): State<Site>) -> Json<Topics> {
    Json(Topics { topics: site.catalogue().topics().to_vec() })
}

/// One page of a list of questions.
#[derive(Serialize, ToSchema)]
pub struct Questions {
    /// Questions on all pages.
    total: u32,
    /// This page, counted from 1.
    page: u32,
    pages: u32,
    questions: Vec<Listed>,
}

/// Questions, filtered like the page /questions
#[utoipa::path(
    get, path = "/questions", tag = "questions",
    params(ListQuery),
    responses(
        (status = 200, body = Questions),
        (status = 400, description = "A parameter has a value that it cannot have", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn questions(
    State(site): State<Site>,
    person: MaybePerson,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Questions>, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.body_text()))?;
    let request = query.parse()?;
    let mut listing = find(&site, &request, None).await?;
    let hidden = person.may_not_see(&site).await?;
    for listed in listing.rows.iter_mut().filter(|listed| hidden.contains(&listed.id)) {
        listed.excerpt.clear();
    }
    let pages = listing.total.div_ceil(PAGE_SIZE).max(1);
    Ok(Json(Questions { total: listing.total, page: request.page.0, pages, questions: listing.rows }))
}

/// One question with everything that its page shows
#[utoipa::path(
    get, path = "/questions/{id}", tag = "questions",
    params(("id" = String, Path, description = "The question's permanent id, such as api-gateway-lambda")),
    responses(
        (status = 200, body = Question),
        (status = 423, description = "The question is part of an exam that whoever asks is sitting", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No question has this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn question(
    State(site): State<Site>,
    person: MaybePerson,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let id = id.parse().map_err(|_| Error::NotFound)?;
    if person.may_not_see(&site).await?.contains(&id) {
        return Err(Error::InExam);
    }
    let stored = questions::find_question(&mut *site.reader().await?, site.catalogue(), &id).await?;
    let stored = stored.ok_or(Error::NotFound)?;
    Ok(Json(stored.read()?).into_response())
}
