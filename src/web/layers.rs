//! What happens to every request and answer: headers that protect, conditional requests, the log.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::Cookie;

use super::Site;
use super::around::{Answer, Around};
use super::request_id::{RequestId, RequestIds};

/// Everything from this site and nothing inline: what the templates and scripts keep to.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// The site uses none of a browser's powers.
const PERMISSIONS_POLICY: HeaderValue = HeaderValue::from_static(
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
);
/// Not `no-referrer`: it makes browsers send `Origin: null` with forms, and the cross-site check would refuse them.
const REFERRER_POLICY: HeaderValue = HeaderValue::from_static("same-origin");
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Gives every request an id; when it is answered, writes a line for it and counts it.
#[derive(Clone)]
pub struct LogRequests {
    pub ids: RequestIds,
    pub site: Site,
}

/// What the line tells of the request. The query is left out: it holds what people search for.
pub struct Line {
    started: Instant,
    method: Method,
    uri: Uri,
    route: Option<MatchedPath>,
    id: RequestId,
}

impl Around for LogRequests {
    type Kept = Line;

    fn before(&self, request: &mut Request) -> Line {
        let id = self.ids.next();
        request.extensions_mut().insert(id.clone());
        Line {
            started: Instant::now(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            route: request.extensions().get().cloned(),
            id,
        }
    }

    fn after(self, line: Line, mut response: Response) -> Answer {
        let Line { started, method, uri, route, id } = line;
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id.header_value());
        let path = loggable(&uri);
        let (route, took) = (route.as_ref().map_or("none", MatchedPath::as_str), started.elapsed());
        if let Some(metrics) = self.site.metrics() {
            metrics.count_request(&method, route, response.status(), took);
        }
        let watches =
            matches!(path, "/healthz" | "/readyz") || path == "/metrics" && response.status().is_success();
        // whoever watches the server asks every few seconds
        if !watches {
            tracing::info!(
                %method,
                path,
                route,
                status = response.status().as_u16(),
                micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                %id,
                "request"
            );
        }
        Answer::Ready(response)
    }
}

/// The path as logs write it: whoever reads them must not become the administrator.
pub fn loggable(uri: &Uri) -> &str {
    if uri.path().starts_with("/setup/") { "/setup/…" } else { uri.path() }
}

/// Sets the headers that tell browsers what not to do; `https` is how the site is reached.
pub fn protect<B>(https: bool, response: Response<B>) -> Response
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let mut response = response.map(Body::new);
    let headers = response.headers_mut();
    // room for these and for what the layers around add
    headers.reserve(16);
    headers.insert(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, REFERRER_POLICY);
    headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY);
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    response
}

/// A cookie that goes with the answer, whatever the handler says.
#[derive(Debug, Clone, Default)]
pub struct RenewedCookie(Arc<OnceLock<(String, HeaderValue)>>);

impl RenewedCookie {
    pub fn set(&self, cookie: &Cookie<'_>) {
        // a token and a path: nothing in it that a header cannot hold
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            let _ = self.0.set((format!("{}=", cookie.name()), value));
        }
    }
}

/// Sends a browser its session's cookie again when [`super::viewer::Viewer`] found it in use.
#[derive(Clone)]
pub struct RenewCookie;

impl Around for RenewCookie {
    type Kept = RenewedCookie;

    fn before(&self, request: &mut Request) -> RenewedCookie {
        let renewed = RenewedCookie::default();
        request.extensions_mut().insert(renewed.clone());
        renewed
    }

    fn after(self, RenewedCookie(renewed): RenewedCookie, mut response: Response) -> Answer {
        if let Some((name, value)) = renewed.get() {
            let cookies = response.headers().get_all(header::SET_COOKIE).iter();
            // a handler that just signed somebody in or out has the last word
            if !cookies.into_iter().any(|cookie| cookie.as_bytes().starts_with(name.as_bytes())) {
                response.headers_mut().append(header::SET_COOKIE, value.clone());
            }
        }
        Answer::Ready(response)
    }
}

/// Answers 304 when the browser already has what the handler made.
#[derive(Clone)]
pub struct AnswerUnchanged;

impl Around for AnswerUnchanged {
    /// The tags of what the browser has.
    type Kept = Option<HeaderValue>;

    fn before(&self, request: &mut Request) -> Option<HeaderValue> {
        let readable = matches!(*request.method(), Method::GET | Method::HEAD);
        request.headers().get(header::IF_NONE_MATCH).filter(|_| readable).cloned()
    }

    fn after(self, known: Option<HeaderValue>, response: Response) -> Answer {
        let unchanged = response.status() == StatusCode::OK
            && known.is_some_and(|known| {
                response.headers().get(header::ETAG).is_some_and(|etag| names(&known, etag))
            });
        Answer::Ready(if unchanged { not_modified(&response) } else { response })
    }
}

fn not_modified(response: &Response) -> Response {
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    for name in [header::ETAG, header::CACHE_CONTROL] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    // what a full answer would have said (RFC 9110, 15.4.5): the compression around this layer varies it, too
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie, accept-encoding"));
    answer
}

/// Whether an `If-None-Match` list holds a tag, by the weak comparison (RFC 9110, 13.1.2).
fn names(list: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(list), Ok(etag)) = (list.to_str(), etag.to_str()) else { return false };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_recognised_in_a_list_weak_or_strong() {
        let etag = HeaderValue::from_static("W/\"abc\"");
        for list in ["W/\"abc\"", "\"abc\"", "\"x\", W/\"abc\"", "*"] {
            assert!(names(&HeaderValue::from_static(list), &etag), "{list}");
        }
        for list in ["\"abd\"", "abc", ""] {
            assert!(!names(&HeaderValue::from_static(list), &etag), "{list}");
        }
    }
}
