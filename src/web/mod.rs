//! The site over HTTP. [`mod@router`] is the table of contents; one file an area holds page structs and handlers.
//!
//! Handlers extract, call one verb of a domain and return a page. No SQL and no rule of the domains lives here.

mod about;
mod account;
mod admin;
mod admin_people;
mod api;
mod around;
pub mod assets;
mod attempts;
pub mod charts;
mod client_address;
mod data;
mod error;
mod error_pages;
mod feeds;
mod forms;
mod guests;
mod health;
mod home;
mod layers;
mod login;
mod members_only;
mod metrics;
mod moments;
mod notices;
mod page;
mod pagination;
mod practice;
mod preferences;
mod progress;
mod question;
mod questions;
mod request_id;
mod router;
mod search;
mod server;
mod setup;
mod shell;
mod signup;
mod topics;
mod viewer;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use crate::accounts::{Token, members, session};
use crate::clock::Clock;
use crate::config::{MetricsReader, ServeOptions};
use crate::coverage;
use crate::db::{Db, Reader};
use crate::questions::Catalogue;
use crate::questions::search::Synonyms;

use attempts::Attempts;
use metrics::Metrics;
use notices::Notices;
use page::PageCache;
pub use router::router;
pub use server::serve;

/// What the site is told from outside.
#[derive(Debug, Clone)]
pub struct SiteOptions {
    /// The address that people type, without a path.
    pub base_url: Url,
    /// Whether rendered pages are remembered.
    pub page_cache: bool,
    /// Who may read `/metrics`; without anybody nothing is counted.
    pub metrics: Vec<MetricsReader>,
    /// Proxies that are believed when they say whom a request is from.
    pub trusted_proxies: Vec<IpNet>,
}

impl SiteOptions {
    /// From the command line; `address` is where the server really listens, for people who name no base URL.
    ///
    /// # Panics
    ///
    /// Never: a socket address makes a URL.
    #[must_use]
    pub fn from_flags(options: &ServeOptions, address: SocketAddr) -> Self {
        let base_url = options.base_url.clone().unwrap_or_else(|| {
            // "all interfaces" is an address to listen on, not one to open
            let shown = match address.ip().is_unspecified() {
                true => format!("http://localhost:{}", address.port()),
                false => format!("http://{address}"),
            };
            Url::parse(&shown).expect("a socket address makes a URL")
        });
        Self {
            base_url,
            page_cache: !options.no_page_cache,
            metrics: options.metrics.clone(),
            trusted_proxies: options.trusted_proxies.clone(),
        }
    }
}

/// Everything that handlers share. Cloning it is cheap.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    options: SiteOptions,
    pages: PageCache,
    catalogue: Catalogue,
    synonyms: Synonyms,
    coverage_synonyms: coverage::Synonyms,
    attempts: Attempts,
    notices: Notices,
    /// Opens the page that makes the first administrator; new at every start.
    setup_token: Token,
    metrics: Option<Metrics>,
}

impl Site {
    /// Reads what stays the same until the next start: content is synced only then.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn new(db: Db, clock: Clock, options: SiteOptions) -> sqlx::Result<Self> {
        let mut reader = db.reader().await?;
        let catalogue = Catalogue::load(&mut reader).await?;
        let synonyms = Synonyms::load(&mut reader).await?;
        let coverage_synonyms = synonyms.for_coverage().map_err(|error| sqlx::Error::Decode(error.into()))?;
        let pages = if options.page_cache { PageCache::new() } else { PageCache::off() };
        let metrics = (!options.metrics.is_empty()).then(|| Metrics::new(clock.seconds()));
        let (attempts, notices, setup_token) = (Attempts::new(&clock), Notices::default(), Token::new());
        Ok(Self(Arc::new(Inner {
            db,
            clock,
            options,
            pages,
            catalogue,
            synonyms,
            coverage_synonyms,
            attempts,
            notices,
            setup_token,
            metrics,
        })))
    }

    /// The link for whoever started the site; `None` when it has an administrator.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn setup_link(&self) -> sqlx::Result<Option<String>> {
        let exists = members::administrator_exists(&mut *self.reader().await?).await?;
        Ok((!exists).then(|| self.absolute(&format!("/setup/{}", self.0.setup_token))))
    }

    /// Takes out what has expired: sessions, and guests whom nobody can be any more. To be called once a day.
    ///
    /// # Errors
    ///
    /// When the database cannot be written.
    pub async fn tidy(&self) -> sqlx::Result<()> {
        self.attempts().tidy();
        let now_s = self.clock().seconds();
        let guests = self.db().commit(move |db| Box::pin(session::expire(db, now_s))).await?;
        if guests > 0 {
            tracing::info!(guests, "guests who were away for too long are deleted");
        }
        Ok(())
    }

    fn is_setup_token(&self, token: &Token) -> bool {
        self.0.setup_token == *token
    }

    fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    fn notices(&self) -> &Notices {
        &self.0.notices
    }

    fn db(&self) -> &Db {
        &self.0.db
    }

    async fn reader(&self) -> sqlx::Result<Reader> {
        self.0.db.reader().await
    }

    fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn pages(&self) -> &PageCache {
        &self.0.pages
    }

    fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    fn coverage_synonyms(&self) -> &coverage::Synonyms {
        &self.0.coverage_synonyms
    }

    fn synonyms(&self) -> &Synonyms {
        &self.0.synonyms
    }

    /// None when nobody may read them.
    fn metrics(&self) -> Option<&Metrics> {
        self.0.metrics.as_ref()
    }

    fn may_read_metrics(&self, address: IpAddr) -> bool {
        self.0.options.metrics.iter().any(|reader| reader.is(address))
    }

    fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.options.trusted_proxies
    }

    /// The address that people type, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        self.0.options.base_url.as_str().trim_end_matches('/')
    }

    fn base_url(&self) -> &Url {
        &self.0.options.base_url
    }

    /// The absolute URL of a path of this site.
    fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }

    fn is_https(&self) -> bool {
        self.0.options.base_url.scheme() == "https"
    }
}
