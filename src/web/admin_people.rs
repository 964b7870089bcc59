//! `/admin/people`: the members, for administrators.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::members_only::{Administrator, Member};
use super::moments::Moment;
use super::notices::Notice;
use super::pagination::{PageNumber, Pagination};
use super::shell::{Nav, Shell};
use crate::accounts::members;
use crate::ids::PersonId;
use crate::questions::Page;

const PEOPLE_A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    shell: Shell,
    notice: Option<Notice>,
    q: String,
    people: Vec<PersonRow>,
    pagination: Pagination,
}

struct PersonRow {
    member: members::Member,
    joined: Moment,
    seen: Moment,
    /// The administrator who looks at this page.
    is_viewer: bool,
}

/// Asks before a person is deleted.
#[derive(Template)]
#[template(path = "admin/delete_person.html")]
struct DeletePersonPage {
    shell: Shell,
    errors: FieldErrors,
    member: members::Member,
    confirm: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PeopleQuery {
    q: String,
    page: Option<u32>,
}

/// `GET /admin/people`
pub async fn list(
    State(site): State<Site>,
    Administrator(viewer): Administrator,
    OriginalUri(uri): OriginalUri,
    Query(PeopleQuery { q, page }): Query<PeopleQuery>,
) -> Result<Response, Error> {
    let page = page.unwrap_or(1).max(1);
    let skip = (page - 1).saturating_mul(PEOPLE_A_PAGE);
    let (found, total) = members::list(&mut *site.reader().await?, &q, (skip, PEOPLE_A_PAGE)).await?;
    let now_s = site.clock().seconds();
    let people = found.into_iter().map(|member| PersonRow {
        joined: Moment { at_s: member.created_at_s, now_s },
        seen: Moment { at_s: member.seen_at_s, now_s },
        is_viewer: member.id == viewer.id,
        member,
    });
    Ok(forms::private(PeoplePage {
        shell: Shell::unlisted(&site, &viewer.viewer, Nav::Admin, "People", &uri),
        notice: site.notices().take(viewer.session),
        people: people.collect(),
        pagination: Pagination::new("/admin/people", &[("q", q.clone())], Page(page), PEOPLE_A_PAGE, total),
        q,
    }))
}

/// `POST /admin/people/{id}/make-administrator`
pub async fn make_administrator(
    State(site): State<Site>,
    Administrator(viewer): Administrator,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let member = member(&site, id).await?;
    site.db().commit(move |db| Box::pin(members::make_administrator(db, member.id))).await?;
    Ok(done(&site, &viewer, format!("{} is an administrator now.", member.name)))
}

/// `GET /admin/people/{id}/delete`
pub async fn ask_to_delete(
    State(site): State<Site>,
    Administrator(viewer): Administrator,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<i64>,
) -> Result<Response, Error> {
    let member = member(&site, id).await?;
    Ok(forms::private(delete_page(&site, &viewer, &uri, member, String::new(), FieldErrors::default())))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeletionForm {
    confirm: String,
}

/// `POST /admin/people/{id}/delete`
pub async fn delete(
    State(site): State<Site>,
    Administrator(viewer): Administrator,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<i64>,
    Form(typed): Form<DeletionForm>,
) -> Result<Response, Error> {
    let member = member(&site, id).await?;
    let refusal = if member.id == viewer.id {
        Some("Delete your own account on its page.".to_owned())
    } else if typed.confirm.trim() != member.name.as_str() {
        Some(format!("Type {} to delete the account.", member.name))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        let errors = FieldErrors::one("confirm", refusal);
        return Ok(forms::refused(delete_page(&site, &viewer, &uri, member, typed.confirm, errors)));
    }
    site.db().commit(move |db| Box::pin(members::delete(db, member.id))).await?;
    Ok(done(&site, &viewer, format!("{} is deleted, with everything that was theirs.", member.name)))
}

async fn member(site: &Site, id: i64) -> Result<members::Member, Error> {
    members::get(&mut *site.reader().await?, PersonId(id)).await?.ok_or(Error::NotFound)
}

fn done(site: &Site, viewer: &Member, what: String) -> Response {
    site.notices().leave(viewer.session, Notice::Done(what));
    Redirect::to("/admin/people").into_response()
}

fn delete_page(
    site: &Site,
    viewer: &Member,
    uri: &Uri,
    member: members::Member,
    confirm: String,
    errors: FieldErrors,
) -> DeletePersonPage {
    let prefix = if errors.is_empty() { "Delete" } else { "Error: delete" };
    let shell = Shell::unlisted(site, &viewer.viewer, Nav::Admin, format!("{prefix} {}", member.name), uri);
    DeletePersonPage { shell, errors, member, confirm }
}
