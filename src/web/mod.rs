//! The site over HTTP. [`mod@router`] is the table of contents; one file an area holds page structs and handlers.
//!
//! Handlers extract, call one verb of a domain and return a page. No SQL and no rule of the domains lives here.

mod about;
mod api;
mod around;
pub mod assets;
mod error;
mod error_pages;
mod feeds;
mod health;
mod home;
mod layers;
mod page;
mod pagination;
mod preferences;
mod question;
mod questions;
mod request_id;
mod router;
mod search;
mod server;
mod shell;
mod topics;

use std::net::SocketAddr;
use std::sync::Arc;

use url::Url;

use crate::clock::Clock;
use crate::config::ServeOptions;
use crate::db::{Db, Reader};
use crate::questions::Catalogue;
use crate::questions::search::Synonyms;

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
        Self { base_url, page_cache: !options.no_page_cache }
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
        let pages = if options.page_cache { PageCache::new() } else { PageCache::off() };
        Ok(Self(Arc::new(Inner { db, clock, options, pages, catalogue, synonyms })))
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

    fn synonyms(&self) -> &Synonyms {
        &self.0.synonyms
    }

    /// The address that people type, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> &str {
        self.0.options.base_url.as_str().trim_end_matches('/')
    }

    /// The absolute URL of a path of this site.
    fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.address())
    }

    fn is_https(&self) -> bool {
        self.0.options.base_url.scheme() == "https"
    }
}
