//! A short id for every request, in the log and in the `X-Request-Id` header, so that a person can quote it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{Extensions, HeaderValue, Request};
use tower_http::request_id::{MakeRequestId, RequestId};

/// Numbers requests after a prefix that tells one run of the server from the next.
#[derive(Debug, Clone)]
pub struct RequestIds {
    run: Arc<str>,
    count: Arc<AtomicU64>,
}

impl RequestIds {
    /// `started_at_s`: when the server started, in seconds since 1970.
    #[must_use]
    pub fn new(started_at_s: i64) -> Self {
        Self { run: format!("{started_at_s:x}").into(), count: Arc::default() }
    }
}

impl MakeRequestId for RequestIds {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        HeaderValue::try_from(format!("{}-{number:x}", self.run)).ok().map(RequestId::new)
    }
}

/// Takes out an id that the client sent.
pub fn forget<B>(mut request: Request<B>) -> Request<B> {
    request.headers_mut().remove("x-request-id");
    request
}

/// The id that was given to a request.
#[must_use]
pub fn of(extensions: &Extensions) -> Option<String> {
    let id = extensions.get::<RequestId>()?;
    id.header_value().to_str().ok().map(str::to_owned)
}
