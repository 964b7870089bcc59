//! What can go wrong in a request, and how it is told: an HTML page, or problem+json for the API.
//!
//! A handler returns an [`Error`]; [`RenderErrors`] turns it, and every error that the framework made, into the form that
//! fits the path. Only the log learns what an unexpected error was.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use utoipa::ToSchema;

use super::Site;
use super::around::{Answer, Around};
use super::error_pages::{ErrorPage, NotFoundPage};
use super::layers::loggable;
use super::page::Page;
use super::preferences::Preferences;
use super::request_id::RequestId;
use super::shell::{Link, Nav, Shell};
use super::viewer::Viewer;
use crate::questions::search;

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub enum Error {
    /// There is no such page, or it is not this person's to see.
    NotFound,
    /// The request makes no sense; the text says what to change.
    BadRequest(String),
    /// The API was asked without a token that it knows.
    Unauthorised,
    /// Nobody may do this without an account, and this site makes no guests.
    SignInFirst,
    /// Something was tried too often: a sentence says what.
    TooMany { what: &'static str, wait_s: u64 },
    /// A fault on this side. Logged once, shown without its reason.
    Unexpected(anyhow::Error),
}

impl Error {
    pub fn bad_request(what: impl Into<String>) -> Self {
        Self::BadRequest(what.into())
    }

    pub fn unexpected(error: impl Into<anyhow::Error>) -> Self {
        Self::Unexpected(error.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::unexpected(error)
    }
}

/// What a bad request is told, carried from the handler to [`RenderErrors`], which knows the request.
#[derive(Debug, Clone)]
struct Detail(String);

/// Of an answer that is a page already: a form with what is wrong in it.
#[derive(Debug, Clone, Copy)]
pub struct Finished;

/// Why a request failed, for the log alone; carried the same way.
#[derive(Debug, Clone)]
struct Reason(Arc<anyhow::Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::BadRequest(what) => {
                let mut response = StatusCode::BAD_REQUEST.into_response();
                response.extensions_mut().insert(Detail(what));
                response
            }
            Self::Unauthorised => {
                let scheme = HeaderValue::from_static("Bearer realm=\"Dryrun\"");
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, scheme)]).into_response()
            }
            Self::SignInFirst => Redirect::to("/login?next=%2Fpractice").into_response(),
            Self::TooMany { what, wait_s } => {
                let mut response =
                    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait_s.to_string())])
                        .into_response();
                let minutes = match wait_s.div_ceil(60) {
                    1 => "a minute".to_owned(),
                    minutes => format!("{minutes} minutes"),
                };
                let detail = format!("{what} Wait {minutes}.");
                response.extensions_mut().insert(Detail(detail));
                response
            }
            Self::Unexpected(error) => {
                let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
                response.extensions_mut().insert(Reason(Arc::new(error)));
                response
            }
        }
    }
}

/// The words for a status.
struct Words {
    heading: &'static str,
    message: &'static str,
    advice: &'static str,
}

fn words(status: StatusCode) -> Words {
    let (heading, message, advice) = match status {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => (
            "That request could not be understood",
            "Something in the address or the form is not as it should be.",
            "Go back and try again, or start from the list of questions.",
        ),
        StatusCode::UNAUTHORIZED => (
            "A token is needed",
            "Send `Authorization: Bearer TOKEN` with a token that is not revoked.",
            "The account page makes one, and so does `dryrun user token NAME`.",
        ),
        StatusCode::FORBIDDEN => (
            "That request came from another site",
            "A form can only be sent from a page of this site.",
            "Open the page here and send it again. Behind a proxy, the proxy must pass Host and Origin on.",
        ),
        StatusCode::NOT_FOUND => (
            "There is no such page",
            "The address leads nowhere on this site.",
            "Search for what you need, or start from the list of questions.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "That cannot be done here",
            "The address exists, but not for this kind of request.",
            "Open it in the browser's address bar, or go back.",
        ),
        StatusCode::GATEWAY_TIMEOUT => (
            "That took too long",
            "The request was given up so that others are not held up.",
            "Wait a moment and try again.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "That request was too large",
            "The site takes forms of up to one megabyte, and files of up to 32 where it asks for one.",
            "Send less. `dryrun import` in a terminal takes larger files.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "That form could not be read",
            "The request's content type is not one that is read here.",
            "Send the form from its page.",
        ),
        StatusCode::TOO_MANY_REQUESTS => {
            ("Slow down a little", "Too many requests came in a short time.", "Then try again.")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            ("The site is not ready", "It is starting, stopping or busy.", "Wait a moment and try again.")
        }
        _ => (
            "Something went wrong on our side",
            "The request failed, and the reason was written to the log.",
            "Try again; if it goes on, tell whoever runs this site the request id.",
        ),
    };
    Words { heading, message, advice }
}

/// An error as the API tells it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    status: u16,
    /// What is wrong and what to do about it.
    detail: String,
    /// The path that was asked for.
    instance: String,
    /// For the log of whoever runs the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// Gives every error its body. Stands inside the layers that log and compress, around everything that can fail.
#[derive(Clone)]
pub struct RenderErrors(pub Site);

/// What an error's page says of the request.
pub struct Asked {
    uri: Uri,
    method: Method,
    id: Option<RequestId>,
    preferences: Preferences,
}

impl Around for RenderErrors {
    type Kept = Asked;

    fn before(&self, request: &mut Request) -> Asked {
        Asked {
            uri: request.uri().clone(),
            method: request.method().clone(),
            id: request.extensions().get().cloned(),
            preferences: Preferences::from_cookies(&CookieJar::from_headers(request.headers())),
        }
    }

    fn after(self, asked: Asked, response: Response) -> Answer {
        let status = response.status();
        let finished = response.extensions().get::<Finished>().is_some();
        if (status.is_client_error() || status.is_server_error()) && !finished {
            Answer::Awaited(Box::pin(render(self.0, asked, response)))
        } else {
            Answer::Ready(response)
        }
    }
}

async fn render(site: Site, asked: Asked, response: Response) -> Response {
    let Asked { uri, method, id, preferences } = asked;
    let id = id.map(|id| id.to_string());
    let status = response.status();
    if let Some(Reason(error)) = response.extensions().get() {
        tracing::error!(id, %method, path = loggable(&uri), error = chain(error), "request failed");
    }
    let Words { heading, message, advice } = words(status);
    let detail = response.extensions().get::<Detail>().map(|Detail(text)| text.clone());
    let kept = [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE]
        .map(|name| (response.headers().get(&name).cloned(), name));
    let request_id = status.is_server_error().then_some(id).flatten();

    let mut answer = if uri.path().starts_with("/api/") {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        let detail = detail.unwrap_or_else(|| format!("{message} {advice}"));
        let instance = uri.path().to_owned();
        let problem =
            Problem { kind: "about:blank", title, status: status.as_u16(), detail, instance, request_id };
        let mut answer = axum::Json(problem).into_response();
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        answer
    } else if status == StatusCode::NOT_FOUND {
        not_found(&site, preferences, &uri).await
    } else {
        let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        Page(ErrorPage {
            shell: Shell::unlisted(&site, &Viewer::anonymous(preferences), Nav::Elsewhere, heading, &uri),
            status: status.as_u16(),
            heading: heading.to_owned(),
            message: detail.unwrap_or_else(|| message.to_owned()),
            advice: advice.to_owned(),
            retry_url: passes.then(|| uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()),
            request_id,
        })
        .into_response()
    };
    *answer.status_mut() = status;
    // an error has no version to compare with, and nobody should keep it
    answer.headers_mut().remove(header::ETAG);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (value, name) in kept {
        if let Some(value) = value {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

/// An error and what it came from. Many errors print their source themselves; it is not told twice.
fn chain(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for link in error.chain().map(ToString::to_string) {
        if !told.contains(&link) {
            if !told.is_empty() {
                told.push_str(": ");
            }
            told.push_str(&link);
        }
    }
    told
}

async fn not_found(site: &Site, preferences: Preferences, uri: &Uri) -> Response {
    let path = percent_decode_str(uri.path()).decode_utf8_lossy().into_owned();
    Page(NotFoundPage {
        shell: Shell::unlisted(site, &Viewer::anonymous(preferences), Nav::Elsewhere, "Page not found", uri),
        guess: words_of_path(&path),
        matches: near(site, &path).await,
        path,
    })
    .into_response()
}

/// The questions that somebody may have meant. Only where people type addresses: a missing picture or a scanner's
/// probe is not worth a search.
async fn near(site: &Site, path: &str) -> Vec<Link> {
    const MATCHES: u32 = 5;
    const NOT_LONGER_THAN: Duration = Duration::from_millis(500);
    let typed = path.len() > 1 && !path.contains('.');
    if !typed {
        return Vec::new();
    }
    let nearest = async { search::nearest(&mut *site.reader().await?, path, MATCHES).await };
    let found = match tokio::time::timeout(NOT_LONGER_THAN, nearest).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!(%error, "no matches for a missing page");
            Vec::new()
        }
        Err(_) => Vec::new(),
    };
    found.into_iter().map(|near| Link { url: format!("/questions/{}", near.id), text: near.title }).collect()
}

/// The words of a path's last part, to search with.
fn words_of_path(path: &str) -> String {
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or("");
    let words = last.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(12).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("not found"),
            Self::BadRequest(what) => f.write_str(what),
            Self::Unauthorised => f.write_str("no token that is known"),
            Self::SignInFirst => f.write_str("nobody is signed in"),
            Self::TooMany { what, wait_s } => write!(f, "{what} Wait {wait_s} s."),
            Self::Unexpected(error) => write!(f, "{error:#}"),
        }
    }
}

/// Answers a request whose handler panicked: a fault like any other unexpected one.
pub fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let what =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    Error::unexpected(anyhow::anyhow!("panic: {}", what.unwrap_or("without a message"))).into_response()
}
