//! `/account/export`: a person's practice as a file of their own.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::viewer::Viewer;
use crate::practice::export::{export, to_csv};

/// Which form the file has.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    format: String,
}

/// `GET /account/export?format=json|csv`, for guests, too: it is theirs.
pub async fn download(
    State(site): State<Site>,
    viewer: Viewer,
    Query(Wanted { format }): Query<Wanted>,
) -> Result<impl IntoResponse, Error> {
    let person = viewer.person().ok_or(Error::SignInFirst)?;
    let exported = export(&mut *site.reader().await?, person.id, site.clock().now()).await?;
    let (content_type, name, text) = match format.as_str() {
        "" | "json" => {
            let json = serde_json::to_string_pretty(&exported).map_err(Error::unexpected)?;
            ("application/json", "dryrun-practice.json", json)
        }
        "csv" => ("text/csv; charset=utf-8", "dryrun-reviews.csv", to_csv(&exported)),
        _ => return Err(Error::bad_request("`format` is json or csv.")),
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, text))
}
