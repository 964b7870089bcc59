//! What a reader chose for themselves: theme, and whether answers are hidden. Two cookies, no identity.

use std::convert::Infallible;

use axum::Form;
use axum::extract::FromRequestParts;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Redirect;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

use super::Site;
use super::error::Error;

const THEME: &str = "theme";
const HIDE_ANSWERS: &str = "hide_answers";
/// Written by the script of the site: only the browser knows it.
const TIME_ZONE: &str = "time_zone";

/// Light, dark, or as the operating system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value of `data-theme` on `<html>`, of the cookie and of the form field.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "automatic",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme that the button in the header switches to.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.slug() == text)
    }
}

/// The choices that a request carries. A cookie that nobody wrote counts as no choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Preferences {
    pub theme: Theme,
    pub hide_answers: bool,
}

impl Preferences {
    #[must_use]
    pub fn from_cookies(jar: &CookieJar) -> Self {
        Self {
            theme: jar.get(THEME).and_then(|cookie| Theme::parse(cookie.value())).unwrap_or_default(),
            hide_answers: jar.get(HIDE_ANSWERS).is_some_and(|cookie| cookie.value() == "on"),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Preferences {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::from_cookies(&CookieJar::from_headers(&parts.headers)))
    }
}

/// The form in the header and on question pages; each sends the one field that it changes.
#[derive(Debug, Deserialize)]
pub struct Change {
    theme: Option<String>,
    hide_answers: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /preferences`
pub async fn update(
    State(site): State<Site>,
    jar: CookieJar,
    Form(change): Form<Change>,
) -> Result<(CookieJar, Redirect), Error> {
    let mut jar = jar;
    if let Some(theme) = change.theme {
        let theme =
            Theme::parse(&theme).ok_or_else(|| Error::bad_request("The theme is auto, light or dark."))?;
        jar = jar.add(remembered(&site, THEME, theme.slug()));
    }
    if let Some(hide) = change.hide_answers {
        let hide = match hide.as_str() {
            "on" => "on",
            "off" => "off",
            _ => return Err(Error::bad_request("Hiding answers is on or off.")),
        };
        jar = jar.add(remembered(&site, HIDE_ANSWERS, hide));
    }
    Ok((jar, Redirect::to(local_path(&change.back))))
}

fn remembered(site: &Site, name: &'static str, value: &'static str) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(site.is_https())
        .max_age(time::Duration::days(365))
        .build()
}

/// The time zone that the browser told, if it told one: a name of the IANA database.
#[must_use]
pub fn time_zone(jar: &CookieJar) -> String {
    jar.get(TIME_ZONE).map_or_else(String::new, |cookie| cookie.value().to_owned())
}

/// A path of this site, or the home page for anything else: a form must not send people elsewhere.
///
/// Browsers read `\` as `/` and drop tabs and line ends, so that `/` and `/` with a tab between them is `//` to them.
pub fn local_path(back: &str) -> &str {
    let odd = |c: char| c == '\\' || c.is_control();
    let local = back.starts_with('/') && !back.starts_with("//") && !back.contains(odd);
    if local { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn a_redirect_stays_on_this_site() {
        assert_eq!(local_path("/questions?topic=serverless"), "/questions?topic=serverless");
        let with_controls = ["/\t/example.com", "/\n/example.com", "/\r\nx", "/\0", "/\u{7f}"];
        let addresses = ["", "https://example.com", "//example.com", "/\\example.com", "javascript:alert(1)"];
        for elsewhere in addresses.into_iter().chain(with_controls) {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
