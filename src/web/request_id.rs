//! A short id for every request, in the log and in the `X-Request-Id` header, so that a person can quote it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;

/// The id of one request. It is ours to give: a client's own could be anything, and it goes into the log.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// As the header's value.
    #[must_use]
    pub fn header_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_str().unwrap_or_default())
    }
}

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

    /// # Panics
    ///
    /// Never: hexadecimal digits and a hyphen make a header value.
    #[must_use]
    pub fn next(&self) -> RequestId {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{number:x}", self.run);
        RequestId(HeaderValue::try_from(id).expect("digits and a hyphen"))
    }
}
