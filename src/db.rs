//! Opening the one SQLite file: a writer, a few readers, migrations, and plain words when it cannot be used.
//!
//! No query lives here but the ones about the database itself; each domain has its own `store`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};

/// Every migration of the site, embedded.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The name of the database in the data folder.
pub const FILE_NAME: &str = "dryrun.db";

/// How long a connection waits for another process (a backup, a command in a terminal) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The open database. Cloning it shares the pools.
#[derive(Debug, Clone)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// Why the database cannot be opened. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder {0} cannot be used ({1}): choose another with --data-dir")]
    Folder(PathBuf, io::Error),
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
    #[error(
        "the database {0} cannot be opened ({1}): check that it is a file and that this user may write it"
    )]
    Other(PathBuf, sqlx::Error),
}

impl Db {
    /// Opens the database in `data_dir`, creates it if it is not there, and brings it up to date.
    ///
    /// # Errors
    ///
    /// When the folder or the file cannot be used; see [`OpenError`]. An existing file is left as it was.
    pub async fn open(data_dir: &Path) -> Result<Self, OpenError> {
        let file = data_dir.join(FILE_NAME);
        prepare_folder(data_dir).map_err(|error| OpenError::Folder(data_dir.to_owned(), error))?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .optimize_on_close(true, None);
        let explain = |error| explain(&file, error);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .connect_with(options.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal))
            .await
            .map_err(explain)?;
        if is_foreign(&writer).await.map_err(explain)? {
            return Err(OpenError::Foreign(file));
        }
        MIGRATOR.run(&writer).await.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                OpenError::Newer(file.clone())
            }
            MigrateError::VersionMismatch(version) => {
                OpenError::Damaged(file.clone(), format!("migration {version} is not the one that made it"))
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => explain(error),
            other => OpenError::Damaged(file.clone(), other.to_string()),
        })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .test_before_acquire(false)
            // optimising writes; a reader that fails at it would close late, and the journal stay beside the file
            .connect_with(options.optimize_on_close(false, None).read_only(true))
            .await
            .map_err(explain)?;
        Ok(Self { writer, readers })
    }

    /// For queries that change nothing.
    #[must_use]
    pub fn reader(&self) -> &SqlitePool {
        &self.readers
    }

    /// One transaction for one use case. It holds the writer from its start, so nothing that it read can change before it commits.
    ///
    /// # Errors
    ///
    /// When the writer stays busy or the file cannot be written.
    pub async fn write(&self) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
        self.writer.begin_with("begin immediate").await
    }

    /// Waits for open statements and closes the file cleanly.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether the file holds tables, but none of ours: another program's database, to be left alone.
async fn is_foreign(db: &SqlitePool) -> Result<bool, sqlx::Error> {
    let tables: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema where type = 'table'").fetch_all(db).await?;
    Ok(!tables.is_empty() && !tables.iter().any(|name| name == "_sqlx_migrations"))
}

/// Creates a folder that only its owner may open: it will hold what people wrote.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates the folder and proves that files can be written in it, so that SQLite's later words need no guessing.
fn prepare_folder(folder: &Path) -> io::Result<()> {
    create_private(folder)?;
    let probe = folder.join(format!(".dryrun-write-test-{}", std::process::id()));
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)
}

fn explain(file: &Path, error: sqlx::Error) -> OpenError {
    // SQLite's primary result codes: https://www.sqlite.org/rescode.html
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const CORRUPT: i32 = 11;
    const NOT_A_DATABASE: i32 = 26;
    let code =
        error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok()).map(|code| code & 0xff);
    match code {
        Some(BUSY | LOCKED) => OpenError::Locked(file.to_owned()),
        Some(CORRUPT | NOT_A_DATABASE) => {
            let message =
                error.as_database_error().map_or_else(String::new, |error| error.message().to_owned());
            OpenError::Damaged(file.to_owned(), message)
        }
        _ => OpenError::Other(file.to_owned(), error),
    }
}
