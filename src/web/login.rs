//! `/login` and `/logout`.
//!
//! A browser that holds a guest with progress is asked what becomes of it; nothing is merged silently.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::Site;
use super::client_address::ClientAddress;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::preferences::local_path;
use super::shell::{Nav, Shell};
use super::signup::{agent, is_member};
use super::viewer::{Viewer, sign_in_cookie, sign_out_cookie};
use crate::accounts::guests::{self, Progress};
use crate::accounts::{GuestProgress, Token, members, session};

#[derive(Template)]
#[template(path = "accounts/login.html")]
struct LoginPage {
    shell: Shell,
    errors: FieldErrors,
    name: String,
    next: String,
    /// What the guest of this browser did: to be decided about.
    guest: Option<Progress>,
    /// What was decided before something else was wrong.
    guest_progress: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Whither {
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    name: String,
    password: String,
    next: String,
    /// `move` or `delete`; asked for when there is something to decide.
    guest_progress: String,
}

/// `GET /login`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    Query(Whither { next }): Query<Whither>,
) -> Result<Response, Error> {
    if is_member(&viewer) {
        return Ok(Redirect::to(local_path(&next)).into_response());
    }
    let guest = progress_of_guest(&site, &viewer).await?;
    let typed = LoginForm { next, ..LoginForm::default() };
    Ok(forms::private(page(&site, &viewer, &uri, typed, guest, FieldErrors::default())))
}

/// `POST /login`
pub async fn sign_in(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    address: ClientAddress,
    headers: HeaderMap,
    Form(typed): Form<LoginForm>,
) -> Result<Response, Error> {
    if is_member(&viewer) {
        return Ok(Redirect::to(local_path(&typed.next)).into_response());
    }
    site.attempts().count(&address, &typed.name)?;
    let progress = progress_of_guest(&site, &viewer).await?;
    let mut errors = FieldErrors::default();
    let person = members::recognise(site.db(), &typed.name, &typed.password).await?;
    if person.is_none() {
        // the same words whichever of the two is wrong: nobody learns who has an account here
        errors.add("name", "Name or password is wrong.");
    }
    let decision = match (progress, typed.guest_progress.as_str()) {
        (None, _) | (_, "delete") => Some(GuestProgress::Delete),
        (_, "move") => Some(GuestProgress::Move),
        _ => {
            errors.add("guest_progress", "Choose what becomes of the progress in this browser.");
            None
        }
    };
    let Some((person, decision)) = person.zip(decision) else {
        return Ok(forms::refused(page(&site, &viewer, &uri, typed, progress, errors)));
    };
    let guest = viewer.person().map(|guest| guest.id);
    let (now_s, agent) = (site.clock().seconds(), agent(&headers));
    let token: Token = site
        .db()
        .commit(move |db| {
            Box::pin(async move {
                match guest {
                    None => session::begin(db, person, &agent, now_s).await,
                    Some(guest) => {
                        guests::sign_in_instead_of(db, guest, decision, person, (&agent, now_s)).await
                    }
                }
            })
        })
        .await?;
    Ok(enter_with(&site, &token, &typed.next))
}

/// `POST /logout`. A guest has nothing to come back with, so their browser keeps its cookie.
pub async fn sign_out(State(site): State<Site>, viewer: Viewer) -> Result<Response, Error> {
    let (Some(person), Some(session)) = (viewer.person(), viewer.session()) else {
        return Ok(Redirect::to("/").into_response());
    };
    if person.is_guest() {
        return Ok(Redirect::to("/").into_response());
    }
    let person = person.id;
    site.db().commit(move |db| Box::pin(session::end(db, person, session))).await?;
    Ok((CookieJar::new().add(sign_out_cookie(&site)), Redirect::to("/")).into_response())
}

/// Gives the browser its session and leads it on.
pub fn enter_with(site: &Site, token: &Token, next: &str) -> Response {
    (CookieJar::new().add(sign_in_cookie(site, token)), Redirect::to(local_path(next))).into_response()
}

/// `None` when there is no guest, or nothing that they did.
async fn progress_of_guest(site: &Site, viewer: &Viewer) -> Result<Option<Progress>, Error> {
    let Some(guest) = viewer.person() else { return Ok(None) };
    let progress = guests::progress(&mut *site.reader().await?, guest.id).await?;
    Ok((!progress.is_empty()).then_some(progress))
}

fn page(
    site: &Site,
    viewer: &Viewer,
    uri: &Uri,
    typed: LoginForm,
    guest: Option<Progress>,
    errors: FieldErrors,
) -> LoginPage {
    let title = if errors.is_empty() { "Sign in" } else { "Error: sign in" };
    let shell = Shell::unlisted(site, viewer, Nav::Account, title, uri);
    LoginPage {
        shell,
        errors,
        name: typed.name,
        next: typed.next,
        guest,
        guest_progress: typed.guest_progress,
    }
}
