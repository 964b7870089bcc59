//! `/account/data`: a person's practice as files of their own, and files back into it. For guests, too: it is theirs.

use std::io::Cursor;

use askama::Template;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::Site;
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::notices::Notice;
use super::shell::{Nav, Shell};
use super::viewer::Viewer;
use crate::practice::anki::{self, Limits, PackageError, Practised};
use crate::practice::export::{Export, export, to_csv};
use crate::practice::import::{self, Document, ImportError};

const PATH: &str = "/account/data";
/// The largest file that a browser may send, in bytes. The practice of years takes a few.
pub const LARGEST_UPLOAD: usize = 32 * 1024 * 1024;
/// Of a package the collection is in memory twice for a moment.
const LIMITS: Limits = Limits { bytes: 64 * 1024 * 1024, entries: Some(20_000) };
/// Files in memory at the same time.
static UPLOADS: Semaphore = Semaphore::const_new(2);
/// Files that are read in at the same time: unpacked they take several times as much.
static IMPORTS: Semaphore = Semaphore::const_new(1);
/// Packages that are made at the same time: each keeps a processor busy.
static PACKAGES: Semaphore = Semaphore::const_new(1);

#[derive(Template)]
#[template(path = "account/data.html")]
struct DataPage {
    shell: Shell,
    notice: Option<Notice>,
    errors: FieldErrors,
}

impl DataPage {
    fn new(site: &Site, viewer: &Viewer, errors: FieldErrors) -> Self {
        let title = if errors.is_empty() { "Your data" } else { "Error: your data" };
        let mut shell = Shell::new(site, viewer, Nav::Account, title, PATH);
        shell.noindex = true;
        Self { shell, notice: None, errors }
    }
}

/// `GET /account/data`
pub async fn show(State(site): State<Site>, viewer: Viewer) -> Result<Response, Error> {
    let session = viewer.session().ok_or(Error::SignInFirst)?;
    let mut page = DataPage::new(&site, &viewer, FieldErrors::default());
    page.notice = site.notices().take(session);
    Ok(forms::private(page))
}

/// Which form the file has.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    format: String,
}

/// `GET /account/export?format=json|csv|apkg`
pub async fn download(
    State(site): State<Site>,
    viewer: Viewer,
    Query(Wanted { format }): Query<Wanted>,
) -> Result<impl IntoResponse, Error> {
    let person = viewer.person().ok_or(Error::SignInFirst)?.id;
    let (content_type, name, bytes) = match format.as_str() {
        "" | "json" => {
            let json =
                serde_json::to_vec_pretty(&everything(&site, person).await?).map_err(Error::unexpected)?;
            ("application/json", "dryrun-practice.json", json)
        }
        "csv" => {
            let csv = to_csv(&everything(&site, person).await?);
            ("text/csv; charset=utf-8", "dryrun-reviews.csv", csv.into_bytes())
        }
        "apkg" => {
            let _turn = PACKAGES.acquire().await.map_err(Error::unexpected)?;
            let practised = Practised::load(&mut *site.reader().await?, person, site.clock().now()).await?;
            let package = anki::package(&practised, Some(site.base_url())).await;
            ("application/octet-stream", "dryrun.apkg", package.map_err(Error::unexpected)?)
        }
        _ => return Err(Error::bad_request("`format` is json, csv or apkg.")),
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes))
}

async fn everything(site: &Site, person: crate::ids::PersonId) -> Result<Export, Error> {
    Ok(export(&mut *site.reader().await?, person, site.clock().now()).await?)
}

/// `POST /account/import`: a form with a file.
pub async fn import(
    State(site): State<Site>,
    viewer: Viewer,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let (person, session) =
        viewer.person().map(|person| person.id).zip(viewer.session()).ok_or(Error::SignInFirst)?;
    let refused = |what: &str| {
        let page = DataPage::new(&site, &viewer, FieldErrors::one("file", what));
        Ok(forms::refused(page))
    };
    let Ok(form) = form else { return refused("Choose a file and send it from this page.") };
    let _room = UPLOADS.acquire().await.map_err(Error::unexpected)?;
    let file = match read_file(form).await {
        Ok(file) => file,
        Err(error) if error.status().is_client_error() => return refused(&too_large_or_broken(&error)),
        Err(error) => return Err(Error::unexpected(error)),
    };
    if file.is_empty() {
        return refused("Choose a file.");
    }
    let now = site.clock().now();
    let _turn = IMPORTS.acquire().await.map_err(Error::unexpected)?;
    let imported = async {
        let document = Document::read(Cursor::new(file), LIMITS).await?;
        let work = site
            .db()
            .commit(move |db| Box::pin(async move { import::import(db, person, &document, now).await }));
        work.await
    };
    match imported.await {
        Ok(imported) => {
            site.notices().leave(session, Notice::Done(imported.to_string()));
            Ok(Redirect::to(PATH).into_response())
        }
        Err(
            error @ (ImportError::Database(_)
            | ImportError::Unreadable(_)
            | ImportError::Package(PackageError::Database(_) | PackageError::Fault(_))),
        ) => Err(Error::unexpected(error)),
        Err(error) => refused(&sentence(&error.to_string())),
    }
}

/// The bytes of the field `file`; none when nothing was chosen.
async fn read_file(mut form: Multipart) -> Result<Vec<u8>, MultipartError> {
    let mut file = Vec::new();
    while let Some(mut field) = form.next_field().await? {
        if field.name() == Some("file") && file.is_empty() {
            while let Some(chunk) = field.chunk().await? {
                file.extend_from_slice(&chunk);
            }
        }
    }
    Ok(file)
}

fn too_large_or_broken(error: &MultipartError) -> String {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        let most = LARGEST_UPLOAD / (1024 * 1024);
        return format!("The file is larger than {most} MB: use `dryrun import` in a terminal.");
    }
    "The file did not arrive whole. Send it again.".to_owned()
}

/// What a terminal is told, for a page.
fn sentence(error: &str) -> String {
    let mut letters = error.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
