//! Dryrun: a self-hosted site for preparing an AWS interview.
//!
//! `main` parses the command line and calls into here. Who may use whom:
//! `web` → domains (`accounts`, `interview`, `practice`, `questions`) → `content`, `coverage` → `db`, `clock`, `ids`. Nothing uses `web` but `main`.

pub mod accounts;
pub mod clock;
pub mod config;
pub mod content;
pub mod coverage;
pub mod db;
pub mod health;
pub mod ids;
pub mod interview;
pub mod practice;
pub mod questions;
pub mod web;
