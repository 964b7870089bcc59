//! The person behind a form: the one who is signed in, or a new guest.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use sqlx::SqliteConnection;

use super::Site;
use super::client_address::ClientAddress;
use super::error::Error;
use super::preferences::time_zone;
use super::viewer::{Viewer, sign_in_cookie};
use crate::accounts::{SitePolicy, Token, session};
use crate::ids::PersonId;
use crate::practice::Learner;

/// What a browser calls itself.
#[must_use]
pub fn agent(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("").to_owned()
}

/// What is known of a browser before anybody is signed in with it.
#[derive(Debug, Clone)]
pub struct Browser {
    agent: String,
    address: ClientAddress,
    time_zone: String,
}

impl FromRequestParts<Site> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let Ok(address) = ClientAddress::from_request_parts(parts, site).await;
        let jar = CookieJar::from_headers(&parts.headers);
        Ok(Self { agent: agent(&parts.headers), address, time_zone: Learner::known_zone(&time_zone(&jar)) })
    }
}

impl Browser {
    /// Lets nobody become a guest where the operator wants none, nor too many at once.
    ///
    /// # Errors
    ///
    /// When there are no guests here and whoever is nobody has to sign in first, when too many come from one network,
    /// or when the database cannot be read.
    pub async fn admit_guest(&self, site: &Site) -> Result<(), Error> {
        let policy = SitePolicy::load(&mut *site.reader().await?).await?;
        if policy.allows_guests() {
            site.attempts().count_new_guest(&self.address)
        } else {
            Err(Error::SignInFirst)
        }
    }

    /// Makes the guest who uses the browser from now on.
    ///
    /// # Errors
    ///
    /// When the database cannot be written, as below.
    pub async fn become_guest(
        &self,
        db: &mut SqliteConnection,
        now_s: i64,
    ) -> sqlx::Result<(PersonId, Token)> {
        let person = session::create_guest(db, &self.time_zone, now_s).await?;
        Ok((person, self.sign_in(db, person, now_s).await?))
    }

    /// Signs somebody in.
    pub async fn sign_in(
        &self,
        db: &mut SqliteConnection,
        person: PersonId,
        now_s: i64,
    ) -> sqlx::Result<Token> {
        session::begin(db, person, &self.agent, now_s).await
    }
}

/// Whoever sends a form that keeps something. Nobody becomes a guest by it: the jar then carries their cookie.
///
/// # Errors
///
/// As [`Browser::admit_guest`], and when the database cannot be written.
pub async fn person_or_guest(
    site: &Site,
    viewer: &Viewer,
    browser: Browser,
    jar: CookieJar,
) -> Result<(CookieJar, PersonId), Error> {
    if let Some(person) = viewer.person() {
        return Ok((jar, person.id));
    }
    browser.admit_guest(site).await?;
    let now_s = site.clock().seconds();
    let made = site.db().commit(move |db| Box::pin(async move { browser.become_guest(db, now_s).await }));
    let (person, token) = made.await?;
    Ok((jar.add(sign_in_cookie(site, &token)), person))
}
