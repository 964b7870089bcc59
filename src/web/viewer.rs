//! Who asks: the choices of the browser and the person whom its cookie stands for, if any.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::Site;
use super::client_address::ClientAddress;
use super::error::Error;
use super::layers::RenewedCookie;
use super::preferences::Preferences;
use crate::accounts::session::{self, SignedIn};
use crate::accounts::{Person, Token};

/// The name of the cookie. With https it may not be set by a neighbouring host: the prefix makes browsers see to it.
fn cookie_name(site: &Site) -> &'static str {
    if site.is_https() { "__Host-session" } else { "session" }
}

/// Whoever looks at a page.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    pub preferences: Preferences,
    signed_in: Option<SignedIn>,
}

impl Viewer {
    /// Somebody of whom only the preferences are known: on error pages, which must not need the database.
    #[must_use]
    pub fn anonymous(preferences: Preferences) -> Self {
        Self { preferences, signed_in: None }
    }

    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.person)
    }

    /// The session of this browser: its row in `sign_ins`.
    #[must_use]
    pub fn session(&self) -> Option<i64> {
        self.signed_in.as_ref().map(|signed_in| signed_in.session)
    }
}

impl FromRequestParts<Site> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Error> {
        let jar = CookieJar::from_headers(&parts.headers);
        let preferences = Preferences::from_cookies(&jar);
        let token = jar.get(cookie_name(site)).and_then(|cookie| cookie.value().parse::<Token>().ok());
        let now_s = site.clock().seconds();
        let signed_in = match &token {
            Some(token) => session::find(&mut *site.reader().await?, token, now_s).await?,
            None => None,
        };
        if parts.method == Method::POST && signed_in.as_ref().is_none_or(|found| found.person.is_guest()) {
            let Ok(address) = ClientAddress::from_request_parts(parts, site).await;
            site.attempts().count_guest_form(&address)?;
        }
        if let (Some(token), Some(SignedIn { session, stale: true, .. })) = (&token, &signed_in) {
            let session = *session;
            site.db().commit(move |db| Box::pin(session::touch(db, session, now_s))).await?;
            // browsers forget a cookie at the latest so many days after it was set, however often it was used
            if let Some(renewed) = parts.extensions.get::<RenewedCookie>() {
                renewed.set(&sign_in_cookie(site, token));
            }
        }
        Ok(Self { preferences, signed_in })
    }
}

/// As long as browsers keep a cookie. How long a session lives is the server's to say: it ends when it is not used.
const LONGEST_COOKIE_DAYS: i64 = 400;

/// The cookie that signs a browser in.
#[must_use]
pub fn sign_in_cookie(site: &Site, token: &Token) -> Cookie<'static> {
    Cookie::build((cookie_name(site), token.to_string()))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(site.is_https())
        .max_age(time::Duration::days(LONGEST_COOKIE_DAYS))
        .build()
}

/// Takes that cookie away.
#[must_use]
pub fn sign_out_cookie(site: &Site) -> Cookie<'static> {
    Cookie::build((cookie_name(site), ""))
        .path("/")
        .secure(site.is_https())
        .max_age(time::Duration::ZERO)
        .build()
}
