//! Stories about the whole site: a real database file, the real router, real requests.
//!
//! One program, so that it is linked once; a module for each area of URLs. [`test_site`] makes a site in this process,
//! [`program`] starts the binary on a port, [`markup`] looks at what a page says, [`overlay`] writes content and
//! [`bank`] reads the repository's own.

mod bank;
mod markup;
mod overlay;
mod pages;
mod program;
mod schema;
mod test_site;

mod about;
mod api;
mod caching;
mod check;
mod command_line;
mod compression;
mod errors;
mod feeds;
mod headers;
mod home;
mod links;
mod migrations;
mod openapi;
mod overlays;
mod preferences;
mod question;
mod questions;
mod search;
mod start;
mod static_files;
mod sync;
mod templates;
mod topics;
