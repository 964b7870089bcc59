//! A site in this process: its own data folder, a clock that a story sets, and requests without a socket.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use dryrun::clock::Clock;
use dryrun::config::MetricsReader;
use dryrun::content::Sources;
use dryrun::content::sync::{Synced, sync};
use dryrun::db::{Db, FILE_NAME};
use dryrun::web::{Site, SiteOptions, router};
use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::markup::Page;
use crate::overlay::Overlay;

/// Where the sites of the stories are at home, unless one says otherwise.
pub const ADDRESS: &str = "http://127.0.0.1:3000";
pub const HOST: &str = "127.0.0.1:3000";

/// When every story begins: noon on 22 November 2026, UTC.
pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().expect("a moment")
}

/// What a story may want to be different.
#[derive(Clone)]
pub struct Setup {
    overlay: Option<PathBuf>,
    base_url: String,
    page_cache: bool,
    synced_before: bool,
    clock: Clock,
    trusted_proxies: Vec<IpNet>,
}

impl Setup {
    pub fn new() -> Self {
        Self {
            overlay: None,
            base_url: ADDRESS.to_owned(),
            page_cache: true,
            synced_before: true,
            clock: Clock::set_to(noon()),
            trusted_proxies: Vec::new(),
        }
    }

    pub fn overlay(mut self, overlay: &Overlay) -> Self {
        self.overlay = Some(overlay.path().to_owned());
        self
    }

    pub fn base_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.base_url);
        self
    }

    pub fn no_page_cache(mut self) -> Self {
        self.page_cache = false;
        self
    }

    /// Requests may say in `X-Forwarded-For` where they come from.
    pub fn behind_a_proxy(mut self) -> Self {
        self.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
        self
    }

    /// Starts on an empty data folder, as the first start of a new machine does.
    pub fn first_start(mut self) -> Self {
        self.synced_before = false;
        self
    }

    pub async fn start(self) -> TestSite {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if self.synced_before {
            copy_synced_database(folder.path()).await;
        }
        TestSite::open(self, folder).await
    }
}

/// A running site and its data folder.
pub struct TestSite {
    router: Router,
    site: Site,
    db: Db,
    setup: Setup,
    folder: TempDir,
    /// What the sync at the start did.
    pub synced: Synced,
}

impl TestSite {
    /// The bank of the repository at [`ADDRESS`].
    pub async fn start() -> Self {
        Setup::new().start().await
    }

    async fn open(setup: Setup, folder: TempDir) -> Self {
        let db = Db::open(folder.path()).await.expect("a database");
        let sources = Sources::find(setup.overlay.as_deref()).expect("readable content");
        let synced = sync(&db, sources, &setup.clock).await.expect("a sync");
        let base_url = setup.base_url.parse().expect("a base URL");
        let options = SiteOptions {
            base_url,
            page_cache: setup.page_cache,
            metrics: vec![MetricsReader::ThisMachine],
            trusted_proxies: setup.trusted_proxies.clone(),
        };
        let site = Site::new(db.clone(), setup.clock.clone(), options).await.expect("a site");
        Self { router: router(site.clone()), site, db, setup, folder, synced }
    }

    /// Stops the site and starts it on the same data folder, with another overlay or none.
    pub async fn restart(self, overlay: Option<&Overlay>) -> Self {
        self.db.close().await;
        let setup = Setup { overlay: overlay.map(|overlay| overlay.path().to_owned()), ..self.setup };
        Self::open(setup, self.folder).await
    }

    pub fn clock(&self) -> &Clock {
        &self.setup.clock
    }

    pub fn router(&self) -> &Router {
        &self.router
    }

    pub fn site(&self) -> &Site {
        &self.site
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn database_file(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    /// Sends any request. `Host` is added when it is missing.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let what = format!("{} {}", request.method(), request.uri());
        request.headers_mut().entry(header::HOST).or_insert(HOST.parse().expect("a header value"));
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        Answer { what, status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request("GET", path, headers, Body::empty())).await
    }

    /// Sends a form as a browser would that shows a page of this site.
    pub async fn post(&self, path: &str, form: &str) -> Answer {
        self.post_with(path, form, &[("origin", ADDRESS), ("sec-fetch-site", "same-origin")]).await
    }

    /// Sends a form with only these headers beside its content type.
    pub async fn post_with(&self, path: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = request("POST", path, headers, Body::from(form.to_owned()));
        request
            .headers_mut()
            .entry(header::CONTENT_TYPE)
            .or_insert("application/x-www-form-urlencoded".parse().expect("a header value"));
        self.send(request).await
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> Page {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.what);
        answer.page()
    }

    /// A JSON document that must be there.
    pub async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", answer.what, answer.text());
        answer.json()
    }

    /// How many questions the bank has.
    pub async fn total(&self) -> usize {
        let list = self.json("/api/v1/questions").await;
        usize::try_from(list["total"].as_u64().expect("a number")).expect("not that many")
    }

    /// The ids of a list, of all its pages.
    pub async fn whole_list(&self, query: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let mut path = Some(format!("/questions?{query}"));
        while let Some(this) = path {
            let page = self.page(&this).await;
            ids.extend(page.listed());
            path = page.attributes(".pagination a[rel=next]", "href").pop();
            assert!(ids.len() < 10_000, "the pages of {query} come to an end");
        }
        ids
    }

    /// Changes the database over a connection that the site does not know.
    pub async fn behind_its_back(&self, sql: &'static str) {
        let url = format!("sqlite://{}", self.database_file().display());
        let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
        sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
        connection.close().await.expect("a clean end");
    }

    /// One number out of the database.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut *self.db.reader().await.unwrap()).await.expect(sql)
    }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// What came back.
pub struct Answer {
    /// The request, for messages.
    pub what: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// A header's value; empty when the answer does not have it.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// What an answer depends on besides the address.
    pub fn varies_by(&self, name: &str) -> bool {
        let values = self.headers.get_all("vary").iter().map(|value| value.to_str().expect("ASCII"));
        values.flat_map(|list| list.split(',')).any(|item| item.trim().eq_ignore_ascii_case(name))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{}: {error}", self.what))
    }

    pub fn page(&self) -> Page {
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8", "{}", self.what);
        Page::parse(&self.what, self.text())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.what, self.text()))
    }
}

/// Puts a database into `folder` that holds the repository's content already. Syncing takes a second or so, copying
/// milliseconds; the sync that follows finds nothing to do, as at every start but the first.
pub async fn copy_synced_database(folder: &Path) {
    let synced = synced_database();
    if !synced.exists() {
        remove_databases_of_older_builds();
        let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
        let db = Db::open(scratch.path()).await.expect("a database");
        sync(&db, Sources::find(None).expect("embedded content"), &Clock::set_to(noon()))
            .await
            .expect("a sync");
        db.close().await;
        // another process may be as far; either file will do
        fs::rename(scratch.path().join(FILE_NAME), &synced).expect("the same disk");
    }
    fs::copy(synced, folder.join(FILE_NAME)).expect("a copy");
}

fn remove_databases_of_older_builds() {
    for entry in fs::read_dir(env!("CARGO_TARGET_TMPDIR")).expect("a folder for tests").flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("synced-") && name.ends_with(".db") && entry.path() != synced_database() {
            // another process may be removing it, too
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Made once by each build of this program, so that no change of the code meets the rows of an older one.
fn synced_database() -> PathBuf {
    let program = env::current_exe().expect("this program has a file");
    let metadata = program.metadata().expect("a readable program");
    let mut build = DefaultHasher::new();
    (program, metadata.len(), metadata.modified().expect("a time")).hash(&mut build);
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("synced-{:016x}.db", build.finish()))
}
