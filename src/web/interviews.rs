//! `/interviews`: the presets, an own mix, what is unfinished, and what was sat before.

mod clock;
pub mod grading;
pub mod report;
pub mod room;
mod setup;
pub mod steps;

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{CookieJar, Form, FormRejection, Query, QueryRejection};

use super::Site;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::guests::{Browser, person_or_guest};
use super::viewer::Viewer;
use crate::ids::{InterviewId, PersonId};
use crate::interview::sit::{self, Created, NotCreated, Step};
use crate::interview::store::{self, Interview};

use setup::{HistoryQuery, SetupForm, SetupPage};

/// `GET /interviews`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    query: Result<Query<HistoryQuery>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let page =
        SetupPage::load(&site, &viewer, &uri, (&query, SetupForm::default(), FieldErrors::default())).await?;
    Ok(forms::private(page))
}

/// `POST /interviews`: makes an interview, ready to begin or begun.
pub async fn create(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    OriginalUri(uri): OriginalUri,
    form: Result<Form<SetupForm>, FormRejection>,
) -> Result<Response, Error> {
    let Form(typed) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let mut errors = FieldErrors::default();
    let query = HistoryQuery::default();
    let Some(new) = typed.parse(&site, &mut errors) else {
        return Ok(forms::refused(SetupPage::load(&site, &viewer, &uri, (&query, typed, errors)).await?));
    };
    let (jar, person) = person_or_guest(&site, &viewer, browser, jar).await?;
    let (now_ms, at_once, served) = (site.clock().millis(), typed.starts_at_once(), site.clone());
    let created = site.db().commit(move |db| {
        Box::pin(async move {
            let created = sit::create(&mut *db, served.bank(), person, &new, now_ms).await?;
            if let (Created::New(id), true) = (created, at_once) {
                sit::step(db, served.bank(), person, id, Step::Start, now_ms).await.map_err(not_begun)?;
            }
            Ok::<_, NotCreated>(created)
        })
    });
    match created.await {
        Ok(Created::New(id) | Created::Unfinished(id)) => Ok((jar, Redirect::to(&room(id))).into_response()),
        Err(NotCreated::Database(error)) => Err(error.into()),
        Err(error) => {
            let field = if typed.is_own_mix() { "own-mix" } else { "presets" };
            errors.add(field, SetupForm::explain(&error));
            let page = SetupPage::load(&site, &viewer, &uri, (&query, typed, errors)).await?;
            Ok((jar, forms::refused(page)).into_response())
        }
    }
}

/// Beginning what was made in the same transaction fails only with the database.
fn not_begun(error: sit::NotDone) -> NotCreated {
    match error {
        sit::NotDone::Database(error) => NotCreated::Database(error),
        other => NotCreated::Database(sqlx::Error::Decode(Box::new(other))),
    }
}

/// Where an interview is.
fn room(InterviewId(id): InterviewId) -> String {
    format!("/interviews/{id}")
}

/// The interview that a path names, as it stands now. One that time has ended is settled first.
///
/// # Errors
///
/// Not found when there is none or it is somebody else's.
async fn find(site: &Site, viewer: &Viewer, id: &str) -> Result<(PersonId, Interview), Error> {
    let person = viewer.person().ok_or(Error::NotFound)?.id;
    let interview = find_of(site, person, id).await?;
    Ok((person, interview))
}

/// The same for whoever a token stands for.
pub(super) async fn find_of(site: &Site, person: PersonId, id: &str) -> Result<Interview, Error> {
    let id = InterviewId(id.parse().map_err(|_| Error::NotFound)?);
    let now_ms = site.clock().millis();
    let found = store::find(&mut *site.reader().await?, person, id, now_ms).await?.ok_or(Error::NotFound)?;
    if found.end_is_stored || !found.state().is_over() {
        return Ok(found);
    }
    let served = site.clone();
    site.db()
        .commit(move |db| Box::pin(async move { sit::settle(db, served.bank(), person, now_ms).await }))
        .await?;
    store::find(&mut *site.reader().await?, person, id, now_ms).await?.ok_or(Error::NotFound)
}
