//! Dryrun: a self-hosted site for preparing an AWS interview.
//!
//! `main` parses the command line and calls into here. Who may use whom:
//! `web` → domains (`questions`) → `content`, `coverage` → `db`, `clock`, `ids`. Nothing uses `web` but `main`.

pub mod clock;
pub mod config;
pub mod content;
pub mod coverage;
pub mod db;
pub mod ids;
pub mod questions;
pub mod web;
