//! Why the database cannot be used, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::migrate::MigrateError;

/// Why the database cannot be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder {0} cannot be used ({1}): choose another with --data-dir")]
    Folder(PathBuf, io::Error),
    #[error(
        "another Dryrun serves the data folder {0}: stop it first, or choose another folder with --data-dir"
    )]
    Served(PathBuf),
    #[error(
        "{0} is not a usable SQLite database ({1}): restore a backup, or move the file away to start afresh"
    )]
    Damaged(PathBuf, String),
    #[error("{0} was written by a newer Dryrun: run that version, or choose another folder with --data-dir")]
    Newer(PathBuf),
    #[error("{0} is in use by another program and stays locked: stop that program and try again")]
    Locked(PathBuf),
    #[error("{0} belongs to another program: choose another folder with --data-dir")]
    Foreign(PathBuf),
    #[error("the disk of {0} is full: make room and try again")]
    Full(PathBuf),
    #[error(
        "{0} may not be written by this user: change its owner or mode, or choose another with --data-dir"
    )]
    ReadOnly(PathBuf),
    #[error("the disk of {0} failed ({1}): check it before anything else is written to it")]
    Disk(PathBuf, String),
    #[error(
        "the database must be migrated, and its backup {0} could not be written ({1}): mend that and start again"
    )]
    NotBackedUp(PathBuf, String),
    #[error("the database {0} cannot be used ({1}): check that it is a file and that this user may write it")]
    Other(PathBuf, sqlx::Error),
}

impl OpenError {
    /// What an error of SQLite's means for whoever runs the site.
    #[must_use]
    pub fn explain(file: &Path, error: sqlx::Error) -> Self {
        // primary result codes: https://www.sqlite.org/rescode.html
        const BUSY: i32 = 5;
        const LOCKED: i32 = 6;
        const READ_ONLY: i32 = 8;
        const DISK: i32 = 10;
        const CORRUPT: i32 = 11;
        const FULL: i32 = 13;
        const NOT_A_DATABASE: i32 = 26;
        let file = file.to_owned();
        let Some(database) = error.as_database_error() else { return Self::Other(file, error) };
        let message = database.message().to_owned();
        let code = database.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
        match code {
            Some(BUSY | LOCKED) => Self::Locked(file),
            Some(READ_ONLY) => Self::ReadOnly(file),
            Some(DISK) => Self::Disk(file, message),
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged(file, message),
            Some(FULL) => Self::Full(file),
            _ => Self::Other(file, error),
        }
    }

    pub(super) fn migrating(file: &Path, error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Self::Newer(file.to_owned()),
            MigrateError::VersionMismatch(version) => {
                Self::Damaged(file.to_owned(), format!("migration {version} is not the one that made it"))
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Self::explain(file, error)
            }
            other => Self::Damaged(file.to_owned(), other.to_string()),
        }
    }
}
