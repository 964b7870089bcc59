//! Answering with a page: rendering, ETags, and the memory of rendered pages.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use xxhash_rust::xxh3::xxh3_128;

use super::error::Error;
use super::preferences::Preferences;
use super::viewer::Viewer;

/// A page to render: `Page(QuestionPage { … })`.
#[derive(Debug)]
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match Rendered::new(&self.0) {
            Ok(rendered) => rendered.into_response(),
            Err(error) => error.into_response(),
        }
    }
}

/// Room for a long page: a text that grows as it is written is copied again and again.
const LARGE_PAGE: usize = 128 * 1024;

/// A page's finished bytes.
#[derive(Debug, Clone)]
pub struct Rendered {
    html: Bytes,
    etag: HeaderValue,
}

impl Rendered {
    /// Renders a template.
    ///
    /// # Errors
    ///
    /// When the template fails, which is a fault of this program.
    pub fn new(template: &impl Template) -> Result<Self, Error> {
        let mut html = String::with_capacity(LARGE_PAGE);
        template.render_into(&mut html).map_err(Error::unexpected)?;
        // weak: compression changes the bytes, not the page
        let etag = format!("W/\"{:032x}\"", xxh3_128(html.as_bytes()));
        Ok(Self { etag: HeaderValue::try_from(etag).map_err(Error::unexpected)?, html: html.into() })
    }
}

impl IntoResponse for Rendered {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.html));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        // a browser may keep the page but asks whether it is still the same; what stands between may not: it is somebody's
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(header::VARY, HeaderValue::from_name(HeaderName::from_static("cookie")));
        headers.insert(header::ETAG, self.etag);
        response
    }
}

/// What a remembered page depends on besides the content, which changes only when the server starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    path: String,
    preferences: Preferences,
}

#[derive(Clone)]
struct BytesWeighter;

impl Weighter<Key, Rendered> for BytesWeighter {
    fn weight(&self, key: &Key, page: &Rendered) -> u64 {
        (key.path.len() + page.html.len()) as u64 + 256
    }
}

/// Rendered pages that are the same for everybody with the same preferences.
///
/// Bounded by bytes, so that a large bank cannot fill the machine's memory.
#[derive(Clone)]
pub struct PageCache {
    pages: Option<Arc<Cache<Key, Rendered, BytesWeighter>>>,
}

impl PageCache {
    const CAPACITY: u64 = 16 * 1024 * 1024;
    const EXPECTED_PAGES: usize = 512;

    #[must_use]
    pub fn new() -> Self {
        let cache = Cache::with_weighter(Self::EXPECTED_PAGES, Self::CAPACITY, BytesWeighter);
        Self { pages: Some(Arc::new(cache)) }
    }

    /// Remembers nothing: every page is rendered anew.
    #[must_use]
    pub fn off() -> Self {
        Self { pages: None }
    }

    /// The page at `path`, rendered by `make` unless it is remembered. It is remembered for whoever is not signed in.
    ///
    /// # Errors
    ///
    /// What `make` fails with; failures are not remembered.
    pub async fn page(
        &self,
        path: &str,
        viewer: &Viewer,
        make: impl Future<Output = Result<Rendered, Error>>,
    ) -> Result<Rendered, Error> {
        // who is signed in sees their own page
        let Some(pages) = self.pages.as_ref().filter(|_| viewer.person().is_none()) else {
            return make.await;
        };
        let key = Key { path: path.to_owned(), preferences: viewer.preferences };
        if let Some(page) = pages.get(&key) {
            return Ok(page);
        }
        let page = make.await?;
        // without the room that rendering left
        let kept = Rendered { html: Bytes::copy_from_slice(&page.html), etag: page.etag.clone() };
        pages.insert(key, kept);
        Ok(page)
    }
}
