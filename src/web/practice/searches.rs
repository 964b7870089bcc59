//! `POST /practice/searches`: saves a search of the list of questions, to practise what it finds, or forgets one.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::{CookieJar, Form, FormRejection};
use serde::Deserialize;

use crate::ids::SearchId;
use crate::practice::saved_searches::{self, NotSaved};
use crate::web::Site;
use crate::web::error::Error;
use crate::web::guests::{Browser, person_or_guest};
use crate::web::questions::ListQuery;
use crate::web::viewer::Viewer;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchForm {
    name: String,
    /// The list's query as it stands in the URL.
    query: String,
    /// A search to be forgotten instead.
    remove: Option<i64>,
}

pub async fn change(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    form: Result<Form<SearchForm>, FormRejection>,
) -> Result<impl IntoResponse, Error> {
    let Form(form) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    if let Some(id) = form.remove {
        let person = viewer.person().ok_or(Error::NotFound)?.id;
        let removed =
            site.db().commit(move |db| Box::pin(saved_searches::remove(db, person, SearchId(id)))).await?;
        return if removed { Ok((jar, Redirect::to("/practice#choice"))) } else { Err(Error::NotFound) };
    }
    let query: ListQuery = serde_html_form::from_str(&form.query)
        .map_err(|error| Error::bad_request(format!("`query`: {error}.")))?;
    query.parse()?;
    let query = query.text();
    let (jar, person) = person_or_guest(&site, &viewer, browser, jar).await?;
    let saved = site.db().commit(move |db| {
        Box::pin(async move { saved_searches::save(db, person, &form.name, &query).await })
    });
    let SearchId(id) = saved.await.map_err(|error| match error {
        NotSaved::Database(error) => error.into(),
        refused => Error::bad_request(format!("The search was not saved: {refused}.")),
    })?;
    Ok((jar, Redirect::to(&format!("/practice?search={id}"))))
}
