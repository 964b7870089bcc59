//! What happens to every request and answer: headers that protect, conditional requests, the log.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Site, request_id};

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

/// Sets the headers that tell browsers what not to do.
pub async fn protect(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
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
    if site.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    response
}

/// Answers 304 when the browser already has what the handler made.
pub async fn answer_unchanged(request: Request, next: Next) -> Response {
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(header::IF_NONE_MATCH).filter(|_| readable).cloned();
    let response = next.run(request).await;
    let Some(known) = known else { return response };
    let unchanged = response.status() == StatusCode::OK
        && response.headers().get(header::ETAG).is_some_and(|etag| names(&known, etag));
    if !unchanged {
        return response;
    }
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

/// One line a request. The query is left out: it holds what people search for.
pub async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = request_id::of(request.extensions()).unwrap_or_default();
    let response = next.run(request).await;
    if path == "/healthz" || path == "/readyz" {
        // whoever watches the server asks every few seconds
        return response;
    }
    tracing::info!(
        %method,
        path,
        route = route.as_ref().map_or("none", MatchedPath::as_str),
        status = response.status().as_u16(),
        micros = started.elapsed().as_micros(),
        id,
        "request"
    );
    response
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
