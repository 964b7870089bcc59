//! The static files: embedded under names that carry their hash, so a browser may keep them for good.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Error;

/// A static file with its compressed forms.
pub struct Asset {
    pub name: &'static str,
    pub url: &'static str,
    pub content_type: &'static str,
    pub plain: &'static [u8],
    pub br: &'static [u8],
    pub gzip: &'static [u8],
}

mod embedded {
    use super::Asset;
    include!(concat!(env!("OUT_DIR"), "/assets.rs"));
}

const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The URL of a static file by the name that it has in `static/` (`app.css` for all the style sheets).
///
/// # Panics
///
/// When there is no such file. Names are literals in templates, and a test renders every template.
#[must_use]
pub fn url(name: &str) -> &'static str {
    match embedded::ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => asset.url,
        None => panic!("static/ has no file {name}"),
    }
}

/// `GET /static/{file}`
pub async fn show(Path(file): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let found =
        embedded::ASSETS.iter().find(|asset| asset.url.strip_prefix("/static/") == Some(file.as_str()));
    let asset = found.ok_or(Error::NotFound)?;
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let (body, encoding) = if accepts(accepted, "br") {
        (asset.br, Some("br"))
    } else if accepts(accepted, "gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    };
    let mut response = (StatusCode::OK, Body::from(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, FOR_GOOD);
    headers.insert(header::VARY, HeaderValue::from_name(HeaderName::from_static("accept-encoding")));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// Whether an `Accept-Encoding` value allows a coding; a quality of zero refuses it (RFC 9110, 12.5.3).
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let refused = |parameter: &str| {
            parameter
                .strip_prefix("q=")
                .and_then(|quality| quality.parse::<f32>().ok())
                .is_some_and(|quality| quality <= 0.0)
        };
        parts.next() == Some(coding) && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn a_coding_is_used_only_when_the_client_takes_it() {
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "br"));
        assert!(!accepts("brotli", "br"));
    }
}
