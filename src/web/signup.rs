//! `/signup`: becoming a member. A guest stays the same person and keeps everything.

use askama::Template;
use axum::Form;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Site;
use super::client_address::ClientAddress;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::login::enter_with;
use super::preferences::local_path;
use super::shell::{Nav, Shell};
use super::viewer::Viewer;
use crate::accounts::password::SHORTEST;
use crate::accounts::{
    JoinError, Newcomer, PersonName, SitePolicy, Token, guests, invitation, members, session,
};
use crate::ids::PersonId;

#[derive(Template)]
#[template(path = "accounts/signup.html")]
struct SignUpPage {
    shell: Shell,
    door: Door,
    errors: FieldErrors,
    name: String,
    next: String,
    invitation: String,
    /// Events that a guest brings along.
    brings: Option<u32>,
    shortest: usize,
}

/// Whether this visitor may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Open,
    Invited,
    /// Without an invitation that works.
    InvitationNeeded,
    /// With one that does not.
    InvitationSpent,
    Closed,
}

impl Door {
    fn lets_in(self) -> bool {
        matches!(self, Self::Open | Self::Invited)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Invited {
    next: String,
    invitation: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct SignUpForm {
    name: String,
    password: String,
    next: String,
    invitation: String,
}

/// `GET /signup`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    Query(Invited { next, invitation }): Query<Invited>,
) -> Result<Response, Error> {
    if is_member(&viewer) {
        return Ok(Redirect::to(local_path(&next)).into_response());
    }
    let typed = SignUpForm { next, invitation, ..SignUpForm::default() };
    Ok(forms::private(page(&site, &viewer, &uri, typed, FieldErrors::default()).await?))
}

/// `POST /signup`
pub async fn sign_up(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    address: ClientAddress,
    headers: HeaderMap,
    Form(typed): Form<SignUpForm>,
) -> Result<Response, Error> {
    if is_member(&viewer) {
        return Ok(Redirect::to(local_path(&typed.next)).into_response());
    }
    site.attempts().count(&address, &typed.name)?;
    let invited = typed.invitation.parse::<Token>().ok();
    let guest = viewer.person().map(|person| person.id);
    let mut errors = FieldErrors::default();
    // before the slow part: nobody hashes passwords for people who may not come in
    let door = Door::of(&site, &typed.invitation).await?;
    let newcomer = match door.lets_in() {
        true => newcomer(&mut errors, &typed.name, &typed.password, guest).await,
        false => None,
    };
    let Some(newcomer) = newcomer else {
        return Ok(forms::refused(page(&site, &viewer, &uri, typed, errors).await?));
    };
    let (now_s, agent) = (site.clock().seconds(), agent(&headers));
    let joined = site.db().commit(move |db| {
        Box::pin(async move {
            let person = members::join(&mut *db, newcomer, invited.as_ref(), now_s).await?;
            Ok::<_, JoinError>(session::begin(db, person, &agent, now_s).await?)
        })
    });
    match joined.await {
        Ok(token) => Ok(enter_with(&site, &token, &typed.next)),
        Err(JoinError::Database(error)) => Err(error.into()),
        Err(error @ JoinError::NameTaken) => {
            errors.add("name", error);
            Ok(forms::refused(page(&site, &viewer, &uri, typed, errors).await?))
        }
        // the door closed in this moment: the page says so
        Err(_) => Ok(forms::refused(page(&site, &viewer, &uri, typed, errors).await?)),
    }
}

/// Reads the fields `name` and `password`; `None` when something is wrong with them, which is noted.
pub async fn newcomer(
    errors: &mut FieldErrors,
    name: &str,
    password: &str,
    guest: Option<PersonId>,
) -> Option<Newcomer> {
    let name = errors.check("name", name.parse::<PersonName>());
    // a password is judged even if the name is wrong, so that everything is said at once
    let nobody = || "nobody".parse::<PersonName>().expect("a name");
    let password =
        errors.check("password", members::hash_chosen(password, &name.clone().unwrap_or_else(nobody)).await);
    Some(Newcomer { guest, name: name?, password: password? })
}

impl Door {
    async fn of(site: &Site, invited: &str) -> Result<Self, Error> {
        let mut db = site.reader().await?;
        Ok(match SitePolicy::load(&mut db).await? {
            SitePolicy::Open { .. } => Self::Open,
            SitePolicy::Closed => Self::Closed,
            SitePolicy::Invitation if invited.is_empty() => Self::InvitationNeeded,
            SitePolicy::Invitation => match invited.parse() {
                Ok(token) if invitation::is_usable(&mut db, &token, site.clock().seconds()).await? => {
                    Self::Invited
                }
                _ => Self::InvitationSpent,
            },
        })
    }
}

async fn page(
    site: &Site,
    viewer: &Viewer,
    uri: &Uri,
    typed: SignUpForm,
    errors: FieldErrors,
) -> Result<SignUpPage, Error> {
    let door = Door::of(site, &typed.invitation).await?;
    let brings = match viewer.person() {
        Some(guest) => Some(guests::progress(&mut *site.reader().await?, guest.id).await?.reviews),
        None => None,
    };
    let title = if errors.is_empty() { "Sign up" } else { "Error: sign up" };
    let SignUpForm { name, next, invitation, .. } = typed;
    let shell = Shell::unlisted(site, viewer, Nav::Account, title, uri);
    Ok(SignUpPage { shell, door, errors, name, next, invitation, brings, shortest: SHORTEST })
}

pub fn is_member(viewer: &Viewer) -> bool {
    viewer.person().is_some_and(|person| !person.is_guest())
}

/// What the browser says it is.
pub fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(axum::http::header::USER_AGENT);
    agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned()
}
