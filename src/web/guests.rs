//! The person behind a form: the one who is signed in, or a new guest.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum_extra::extract::CookieJar;

use super::Site;
use super::error::Error;
use super::preferences::time_zone;
use super::viewer::{Viewer, sign_in_cookie};
use crate::accounts::{SitePolicy, session};
use crate::ids::PersonId;
use crate::practice::Learner;

/// What a browser calls itself.
#[must_use]
pub fn agent(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("").to_owned()
}

/// Refuses to make a guest where the operator wants none: whoever is nobody has to sign in first.
///
/// # Errors
///
/// When there are no guests here, or the database cannot be read.
pub async fn refuse_guests(site: &Site) -> Result<(), Error> {
    let policy = SitePolicy::load(&mut *site.reader().await?).await?;
    if policy.allows_guests() { Ok(()) } else { Err(Error::SignInFirst) }
}

/// Whoever sends a form that keeps something. Nobody becomes a guest by it: the jar then carries their cookie.
///
/// # Errors
///
/// When the database cannot be written.
pub async fn person_or_guest(
    site: &Site,
    viewer: &Viewer,
    headers: &HeaderMap,
    jar: CookieJar,
) -> Result<(CookieJar, PersonId), Error> {
    if let Some(person) = viewer.person() {
        return Ok((jar, person.id));
    }
    refuse_guests(site).await?;
    let (agent, zone, now_s) =
        (agent(headers), Learner::known_zone(&time_zone(&jar)), site.clock().seconds());
    let made = site.db().commit(move |db| {
        Box::pin(async move {
            let person = session::create_guest(db, &zone, now_s).await?;
            Ok::<_, sqlx::Error>((session::begin(db, person, &agent, now_s).await?, person))
        })
    });
    let (token, person) = made.await?;
    Ok((jar.add(sign_in_cookie(site, &token)), person))
}
