//! Who may go on: extractors that stop everybody else before the handler.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};

use super::Site;
use super::error::Error;
use super::pagination::url;
use super::viewer::Viewer;
use crate::accounts::{PersonName, Role};
use crate::ids::PersonId;

/// A signed-in member or administrator. Nobody is sent to sign in, a guest to sign up.
pub struct Member {
    pub viewer: Viewer,
    pub id: PersonId,
    pub name: PersonName,
    /// The session of this browser.
    pub session: i64,
    pub is_administrator: bool,
}

impl FromRequestParts<Site> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let viewer = Viewer::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let found = viewer.person().cloned().zip(viewer.session());
        let Some((person, session)) = found else { return Err(elsewhere("/login", parts)) };
        let is_administrator = person.is_administrator();
        match person.role {
            Role::Guest => Err(elsewhere("/signup", parts)),
            Role::Member { name } | Role::Administrator { name } => {
                Ok(Self { viewer, id: person.id, name, session, is_administrator })
            }
        }
    }
}

/// To a page that leads back here afterwards, if this is a page.
fn elsewhere(path: &str, parts: &Parts) -> Response {
    let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let next = (parts.method == Method::GET).then(|| ("next", here.to_owned()));
    Redirect::to(&url(path, next)).into_response()
}

/// An administrator. To everybody else there is nothing here.
pub struct Administrator(pub Member);

impl FromRequestParts<Site> for Administrator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Error> {
        match Member::from_request_parts(parts, site).await {
            Ok(member) if member.is_administrator => Ok(Self(member)),
            _ => Err(Error::NotFound),
        }
    }
}
