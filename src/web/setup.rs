//! `/setup/{token}`: the first administrator, through the link that the server printed. Without it, and once there is an
//! administrator, there is nothing here.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Site;
use super::client_address::ClientAddress;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::login::enter_with;
use super::shell::{Nav, Shell};
use super::signup::{agent, newcomer};
use super::viewer::Viewer;
use crate::accounts::password::SHORTEST;
use crate::accounts::{FirstAdministrator, JoinError, members, session};

#[derive(Template)]
#[template(path = "accounts/setup.html")]
struct SetUpPage {
    shell: Shell,
    errors: FieldErrors,
    name: String,
    /// The member who is signed in and would become the administrator.
    member: Option<String>,
    shortest: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SetUpForm {
    name: String,
    password: String,
}

/// `GET /setup/{token}`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    address: ClientAddress,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    admit(&site, &address, &token).await?;
    Ok(forms::private(page(&site, &viewer, &uri, String::new(), FieldErrors::default())))
}

/// `POST /setup/{token}`
pub async fn set_up(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    address: ClientAddress,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(typed): Form<SetUpForm>,
) -> Result<Response, Error> {
    admit(&site, &address, &token).await?;
    let mut errors = FieldErrors::default();
    let first = match viewer.person() {
        Some(member) if !member.is_guest() => Some(FirstAdministrator::Member(member.id)),
        guest => newcomer(&mut errors, &typed.name, &typed.password, guest.map(|guest| guest.id))
            .await
            .map(FirstAdministrator::Newcomer),
    };
    let Some(first) = first else {
        return Ok(forms::refused(page(&site, &viewer, &uri, typed.name, errors)));
    };
    let is_new = matches!(first, FirstAdministrator::Newcomer(_));
    let (now_s, agent) = (site.clock().seconds(), agent(&headers));
    let done = site.db().commit(move |db| {
        Box::pin(async move {
            let person = members::set_up(&mut *db, first, now_s).await?;
            let token = if is_new { Some(session::begin(db, person, &agent, now_s).await?) } else { None };
            Ok::<_, JoinError>(token)
        })
    });
    match done.await {
        Ok(Some(token)) => Ok(enter_with(&site, &token, "/admin")),
        Ok(None) => Ok(Redirect::to("/admin").into_response()),
        Err(JoinError::NameTaken) => {
            errors.add("name", JoinError::NameTaken);
            Ok(forms::refused(page(&site, &viewer, &uri, typed.name, errors)))
        }
        Err(JoinError::Database(error)) => Err(error.into()),
        // somebody was faster
        Err(_) => Err(Error::NotFound),
    }
}

/// Goes on only with the token of this start, while there is no administrator.
async fn admit(site: &Site, address: &ClientAddress, token: &str) -> Result<(), Error> {
    site.attempts().count(address, "")?;
    let right = token.parse().is_ok_and(|token| site.is_setup_token(&token));
    if right && !members::administrator_exists(&mut *site.reader().await?).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn page(site: &Site, viewer: &Viewer, uri: &Uri, name: String, errors: FieldErrors) -> SetUpPage {
    let title = if errors.is_empty() { "Set up this site" } else { "Error: set up this site" };
    let shell = Shell::unlisted(site, viewer, Nav::Elsewhere, title, uri);
    let member = viewer.person().and_then(|person| person.name()).map(ToString::to_string);
    SetUpPage { shell, errors, name, member, shortest: SHORTEST }
}
