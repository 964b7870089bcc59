//! Stories about the whole site: a real database file, the real router, real requests.
//!
//! One program, so that it is linked once; a module for each area of URLs. [`test_site`] makes a site in this process,
//! [`program`] starts the binary on a port, [`browser_session`] and [`browser`] are somebody whose browser keeps
//! cookies, [`anki_package`] takes packages of Anki apart, [`markup`] looks at what a page says, [`overlay`] writes content and [`bank`] reads the repository's own.

mod anki_package;
mod bank;
mod browser;
mod browser_session;
mod markup;
mod overlay;
mod pages;
mod program;
mod schema;
mod test_site;

mod about;
mod accounts;
mod accounts_admin;
mod accounts_guests;
mod accounts_terminal;
mod anki;
mod api;
mod authorization;
mod backups;
mod caching;
mod check;
mod command_line;
mod compression;
mod errors;
mod feeds;
mod headers;
mod health;
mod home;
mod hosting;
mod imports;
mod links;
mod metrics;
mod migrations;
mod openapi;
mod overlays;
mod practice;
mod practice_api;
mod practice_settings;
mod preferences;
mod progress;
mod question;
mod questions;
mod search;
mod start;
mod static_files;
mod sync;
mod templates;
mod topics;
