//! Whose program asks: `Authorization: Bearer TOKEN`, and never a cookie.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::super::Site;
use super::super::error::Error;
use crate::accounts::api_token::{self, Recognised};
use crate::accounts::{Person, Token};
use crate::ids::QuestionId;
use crate::web::viewer::hidden_from;

/// The person whom a token stands for. Without one that is known the answer is 401.
#[derive(Debug)]
pub struct ApiPerson(pub Person);

impl FromRequestParts<Site> for ApiPerson {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Error> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| token.trim().parse::<Token>().ok());
        let Some(token) = token else { return Err(Error::Unauthorised) };
        let now_s = site.clock().seconds();
        let found = api_token::find(&mut *site.reader().await?, &token, now_s).await?;
        let Some(Recognised { person, token, stale }) = found else { return Err(Error::Unauthorised) };
        if stale {
            site.db().commit(move |db| Box::pin(api_token::touch(db, token, now_s))).await?;
        }
        Ok(Self(person))
    }
}

/// Whose program asks where everybody may: somebody with a token, or nobody. A token that is not known is 401 here, too.
#[derive(Debug)]
pub struct MaybePerson(pub Option<Person>);

impl FromRequestParts<Site> for MaybePerson {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Error> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(Self(None));
        }
        ApiPerson::from_request_parts(parts, site).await.map(|ApiPerson(person)| Self(Some(person)))
    }
}

impl MaybePerson {
    /// The questions of the exam that they are sitting.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn may_not_see(&self, site: &Site) -> Result<BTreeSet<QuestionId>, Error> {
        match &self.0 {
            Some(person) => hidden_from(site, person.id).await,
            None => Ok(BTreeSet::new()),
        }
    }
}

/// The scheme by its name in the OpenAPI document: `security(("token" = []))`.
pub struct TokenScheme;

impl Modify for TokenScheme {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token from the account page or from `dryrun user token`."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}
