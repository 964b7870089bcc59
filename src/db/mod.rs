//! Opening the one SQLite file: a writer, a few readers, migrations, and plain words when it cannot be used; copies of
//! it and the way back.
//!
//! No query lives here but the ones about the database itself; each domain has its own `store`.

pub mod backup;
mod checkpoints;
mod draft;
mod error;
mod figures;
mod readers;
mod restore;
mod writer;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::clock::Clock;
use checkpoints::Checkpoints;
pub use error::OpenError;
pub use figures::Figures;
pub use readers::Reader;
use readers::Readers;
pub use restore::restore;
pub use writer::Work;
use writer::Writer;

/// Every migration of the site, embedded.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The name of the database in the data folder.
pub const FILE_NAME: &str = "dryrun.db";
/// Locked while a server runs on the folder.
const LOCK_NAME: &str = "dryrun.lock";

/// How long a connection waits for another process (a backup, a command in a terminal) to let go of the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Memory that the writer may fill with pages, in KiB as SQLite wants it: negative. Only a large bank's first sync does.
const WRITER_CACHE: &str = "-65536";
/// Rows that a reader's thread may be ahead of whoever wants them. When it must wait after every few, a person's thousands
/// of answers cost more in waking one another up than in reading.
const ROWS_AHEAD: usize = 1_000;
/// How long closing may take before the process ends without it; nothing that was confirmed is lost then.
const LONGEST_CLOSE: Duration = Duration::from_secs(3);

/// The open database. Cloning it shares the connections.
#[derive(Debug, Clone)]
pub struct Db {
    file: PathBuf,
    writer: SqlitePool,
    together: Writer,
    checkpoints: Checkpoints,
    readers: Readers,
}

impl Db {
    /// Opens the database in `data_dir`, creates it if it is not there, and brings it up to date.
    ///
    /// # Errors
    ///
    /// When the folder or the file cannot be used; see [`OpenError`]. An existing file is left as it was.
    pub async fn open(data_dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(data_dir, &MIGRATOR).await
    }

    async fn open_with(data_dir: &Path, migrator: &Migrator) -> Result<Self, OpenError> {
        let file = data_dir.join(FILE_NAME);
        prepare_folder(data_dir).map_err(|error| OpenError::Folder(data_dir.to_owned(), error))?;
        let options = SqliteConnectOptions::new()
            .filename(&file)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .optimize_on_close(true, None);
        let explain = |error| OpenError::explain(&file, error);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            // a full disk ends a transaction behind sqlx's back, which then counts on: such a connection is closed. The
            // ping waits for a rollback that is still in the queue.
            .after_release(|connection, _| {
                Box::pin(async move {
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(
                options
                    .clone()
                    .create_if_missing(true)
                    .pragma("cache_size", WRITER_CACHE)
                    .pragma("wal_autocheckpoint", checkpoints::TOO_LONG.to_string()),
            )
            .await
            .map_err(explain)?;
        let mut connection = writer.acquire().await.map_err(explain)?;
        if let Some(version) = applied_version(&file, &mut connection, migrator).await? {
            // it is ours: from here on it may be changed
            use_write_ahead_log(&mut connection).await.map_err(explain)?;
            if version < newest_version(migrator) {
                let now = Clock::System.now();
                backup::before_migration(data_dir, &mut connection, version, now).await?;
            }
        }
        migrator.run(&mut *connection).await.map_err(|error| OpenError::migrating(&file, error))?;
        drop(connection);
        // optimising writes; a reader that fails at it would close late, and the journal stay beside the file
        let reading =
            options.clone().optimize_on_close(false, None).read_only(true).row_buffer_size(ROWS_AHEAD);
        let readers = Readers::open(&reading).await.map_err(explain)?;
        let moving = options.optimize_on_close(false, None).connect().await.map_err(explain)?;
        let checkpoints = Checkpoints::start(moving, writer.clone());
        let together = Writer::start(writer.clone(), checkpoints.clone());
        Ok(Self { file, writer, together, checkpoints, readers })
    }

    /// A connection for queries that change nothing.
    ///
    /// # Errors
    ///
    /// When the database is closed.
    pub async fn reader(&self) -> sqlx::Result<Reader> {
        self.readers.lend().await
    }

    /// One transaction for one use case. It holds the writer from its start, so nothing that it read can change before it commits.
    ///
    /// # Errors
    ///
    /// When the writer stays busy or the file cannot be written.
    pub async fn write(&self) -> Result<Transaction<'_, Sqlite>, sqlx::Error> {
        self.writer.begin_with("begin immediate").await
    }

    /// Does a small piece of work for one person in the next transaction, together with what others write at the same
    /// moment. What it wrote is kept when it ends well, and then it is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// What the work fails with, or that the transaction could not be committed.
    pub async fn commit<T, E>(
        &self,
        work: impl for<'c> FnOnce(&'c mut SqliteConnection) -> Work<'c, Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<sqlx::Error> + Send + 'static,
    {
        self.together.write(work).await
    }

    /// To be called when the content is in a database that may be new. Until then a new file has a rollback journal,
    /// with which new pages are written once; a write-ahead log would hold the whole bank a second time.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub async fn end_first_load(&self) -> sqlx::Result<()> {
        use_write_ahead_log(&mut *self.writer.acquire().await?).await
    }

    /// An error of a query, for whoever started this program.
    #[must_use]
    pub fn explain(&self, error: sqlx::Error) -> OpenError {
        OpenError::explain(&self.file, error)
    }

    /// Waits for open statements and closes the file cleanly, but not for ever.
    pub async fn close(&self) {
        let closing = async {
            if let Err(error) = self.readers.close().await {
                tracing::warn!(%error, "a connection could not be closed");
            }
            self.checkpoints.close().await;
            self.writer.close().await;
        };
        if tokio::time::timeout(LONGEST_CLOSE, closing).await.is_err() {
            tracing::warn!("a statement is still running; the database is left as it is");
        }
    }
}

/// A claim on a data folder, until it is dropped or the process ends: pages and lists are kept in memory, so a second
/// server would show what the first one's content was.
#[derive(Debug)]
pub struct Claim(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

/// Claims a data folder for a server, and creates it if it is not there.
///
/// # Errors
///
/// When another server holds it, or no file can be written in it.
pub fn claim(data_dir: &Path) -> Result<Claim, OpenError> {
    let unusable = |error| OpenError::Folder(data_dir.to_owned(), error);
    prepare_folder(data_dir).map_err(unusable)?;
    let file = File::create(data_dir.join(LOCK_NAME)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Claim(file)),
        Err(TryLockError::WouldBlock) => Err(OpenError::Served(data_dir.to_owned())),
        // a file system without locks, such as some network shares
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(Claim(file)),
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Readers and the writer do not wait for each other with it. The mode stays with the file.
async fn use_write_ahead_log(db: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("pragma journal_mode = wal").execute(db).await.map(drop)
}

/// The last migration that a file has seen; none if there is nothing in it yet. A file that is another program's, or a
/// newer version's, is an error.
async fn applied_version(
    file: &Path,
    db: &mut SqliteConnection,
    migrator: &Migrator,
) -> Result<Option<i64>, OpenError> {
    let explain = |error| OpenError::explain(file, error);
    let tables: Vec<String> = sqlx::query_scalar("select name from sqlite_schema where type = 'table'")
        .fetch_all(&mut *db)
        .await
        .map_err(explain)?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !tables.iter().any(|name| name == "_sqlx_migrations") {
        return Err(OpenError::Foreign(file.to_owned()));
    }
    let version: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(db)
        .await
        .map_err(explain)?;
    let version = version.unwrap_or(0);
    if version > newest_version(migrator) {
        Err(OpenError::Newer(file.to_owned()))
    } else {
        Ok(Some(version))
    }
}

fn newest_version(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
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
