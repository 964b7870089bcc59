//! Copies of the database: when somebody asks for one, and before a migration changes what people wrote.
//!
//! A copy is SQLite's own (`vacuum into`): consistent while the site runs, whole in one file, and checked before it
//! gets its name. [`super::restore`](mod@super::restore) is the way back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use super::draft::{Draft, SIDE_FILES, with_suffix};
use super::{BUSY_TIMEOUT, FILE_NAME, LOCK_NAME, MIGRATOR, OpenError, applied_version, create_private};

/// Where copies made before a migration go, in the data folder.
pub const FOLDER_NAME: &str = "backups";
/// How many of them are kept.
const KEPT: usize = 5;

/// Why a backup was not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Site(#[from] OpenError),
    #[error("there is no database in {0}: choose the site's folder with --data-dir")]
    NoDatabase(PathBuf),
    #[error("{0} is a file of the site itself: choose another one")]
    Ours(PathBuf),
    #[error("{0} is a folder: give the name of a file")]
    Folder(PathBuf),
    #[error("{0} exists already: choose another name, or replace it with --force")]
    Exists(PathBuf),
    #[error("{0} cannot be written ({1}): choose another place, or mend this one")]
    Unwritable(PathBuf, String),
    #[error("{0} cannot be read ({1}): check its name and its mode")]
    Unreadable(PathBuf, io::Error),
    #[error("{0} is not a SQLite database: give a file that `dryrun backup` wrote")]
    NotADatabase(PathBuf),
    #[error("{0} is a database of another program: give a file that `dryrun backup` wrote")]
    Foreign(PathBuf),
    #[error("{0} was written by a newer Dryrun: restore it with that version")]
    Newer(PathBuf),
    #[error("{0} is damaged ({1}): use another backup")]
    Damaged(PathBuf, String),
    #[error("the copy in {0} is not what it should be ({1}): check the disk and try again")]
    BadCopy(PathBuf, String),
}

/// What to do with a file that has the backup's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Keep,
    Replace,
}

/// Writes a copy of the database in `data_dir` to `file`, checks it, and tells its size in bytes. The site may run.
///
/// # Errors
///
/// When the database or the copy is not sound, or `file` cannot be written; nothing has its name then.
pub async fn back_up(data_dir: &Path, file: &Path, existing: Existing) -> Result<u64, BackupError> {
    let database = data_dir.join(FILE_NAME);
    if !database.is_file() {
        return Err(BackupError::NoDatabase(data_dir.to_owned()));
    }
    may_be_written(data_dir, file, existing)?;
    let explain = |error| OpenError::explain(&database, error);
    let mut db = connect(&database, Access::Change).await.map_err(explain)?;
    if applied_version(&database, &mut db, &MIGRATOR).await?.is_none() {
        return Err(BackupError::NoDatabase(data_dir.to_owned()));
    }
    let draft = copy(&mut db, &database, file).await?;
    db.close().await.map_err(explain)?;
    may_be_written(data_dir, file, existing)?;
    let unwritable = |error: io::Error| BackupError::Unwritable(file.to_owned(), error.to_string());
    draft.take_place(file).map_err(unwritable)?;
    file.metadata().map(|metadata| metadata.len()).map_err(unwritable)
}

fn may_be_written(data_dir: &Path, file: &Path, existing: Existing) -> Result<(), BackupError> {
    if is_ours(data_dir, file) {
        return Err(BackupError::Ours(file.to_owned()));
    }
    match file.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::Unwritable(file.to_owned(), error.to_string())),
        Ok(_) if file.is_dir() => Err(BackupError::Folder(file.to_owned())),
        Ok(_) if existing == Existing::Keep => Err(BackupError::Exists(file.to_owned())),
        Ok(_) => Ok(()),
    }
}

/// Whether a file is one that the site works with, whatever way leads to it.
pub(super) fn is_ours(data_dir: &Path, file: &Path) -> bool {
    let (Ok(whole), Some(name)) = (std::path::absolute(file), file.file_name()) else { return false };
    let folder = whole.parent().and_then(|folder| folder.canonicalize().ok());
    let database = Path::new(FILE_NAME);
    folder.is_some_and(|folder| data_dir.canonicalize().is_ok_and(|data_dir| data_dir == folder))
        && (name == FILE_NAME
            || name == LOCK_NAME
            || SIDE_FILES.iter().any(|side| with_suffix(database, side).as_os_str() == name))
}

/// Checks `database`, copies it beside `place` and checks the copy.
pub(super) async fn copy(
    db: &mut SqliteConnection,
    database: &Path,
    place: &Path,
) -> Result<Draft, BackupError> {
    let unwritable = |reason: String| BackupError::Unwritable(place.to_owned(), reason);
    // an absolute name cannot be taken for a URI
    let place = std::path::absolute(place).map_err(|error| unwritable(error.to_string()))?;
    let draft = Draft::beside(&place).map_err(|error| unwritable(error.to_string()))?;
    let target = draft.path().to_str().ok_or_else(|| unwritable("its name is not UTF-8".to_owned()))?;

    let explain = |error| OpenError::explain(database, error);
    if let Some(fault) = fault(db).await.map_err(explain)? {
        return Err(OpenError::Damaged(database.to_owned(), fault).into());
    }
    sqlx::query("vacuum into ?").bind(target).execute(&mut *db).await.map_err(|error| {
        match OpenError::explain(&place, error) {
            OpenError::Damaged(_, reason) => OpenError::Damaged(database.to_owned(), reason).into(),
            OpenError::Locked(_) => OpenError::Locked(database.to_owned()).into(),
            OpenError::Full(_) => unwritable("the disk is full".to_owned()),
            OpenError::Disk(_, reason) => unwritable(reason),
            OpenError::Other(_, error) => unwritable(error.to_string()),
            other => other.into(),
        }
    })?;
    let bad_copy = |error: sqlx::Error| BackupError::BadCopy(place.clone(), error.to_string());
    let mut copied = connect(draft.path(), Access::Change).await.map_err(bad_copy)?;
    let fault = fault(&mut copied).await.map_err(bad_copy)?;
    copied.close().await.map_err(bad_copy)?;
    match fault {
        Some(fault) => Err(BackupError::BadCopy(place, fault)),
        None => Ok(draft),
    }
}

/// The first thing that is wrong with a database, if anything is, in one line.
pub(super) async fn fault(db: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
    let told: String = sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut *db).await?;
    if told != "ok" {
        return Ok(Some(told.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    let loose: Option<String> = sqlx::query_scalar("select \"table\" from pragma_foreign_key_check limit 1")
        .fetch_optional(db)
        .await?;
    Ok(loose.map(|table| format!("a row of {table} points at one that is not there")))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Change,
}

pub(super) async fn connect(file: &Path, access: Access) -> sqlx::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file).busy_timeout(BUSY_TIMEOUT);
    options.read_only(access == Access::Read).connect().await
}

/// Copies a database that has people in it before its migration, and lets go of the oldest such copies.
pub(super) async fn before_migration(
    data_dir: &Path,
    db: &mut SqliteConnection,
    version: i64,
    now: Timestamp,
) -> Result<(), OpenError> {
    let database = data_dir.join(FILE_NAME);
    if !has_people(db).await.map_err(|error| OpenError::explain(&database, error))? {
        return Ok(());
    }
    let folder = data_dir.join(FOLDER_NAME);
    let file = folder.join(Made { at: stamp(now), version }.file_name());
    let not_made = |reason: String| OpenError::NotBackedUp(file.clone(), reason);
    create_private(&folder).map_err(|error| not_made(error.to_string()))?;
    let draft = copy(db, &database, &file).await.map_err(|error| match error {
        BackupError::Site(error) => error,
        BackupError::Unwritable(_, reason) | BackupError::BadCopy(_, reason) => not_made(reason),
        other => not_made(other.to_string()),
    })?;
    draft.take_place(&file).map_err(|error| not_made(error.to_string()))?;
    tracing::info!(backup = %file.display(), "the database was backed up before its migration");
    if let Err(error) = remove_old(&folder) {
        tracing::warn!(%error, folder = %folder.display(), "old backups could not be removed");
    }
    Ok(())
}

async fn has_people(db: &mut SqliteConnection) -> sqlx::Result<bool> {
    let known = "select exists(select 1 from sqlite_schema where type = 'table' and name = 'people')";
    let known: bool = sqlx::query_scalar(known).fetch_one(&mut *db).await?;
    // checked while compiling, this would be a query for the newest schema only
    Ok(known && sqlx::query_scalar("select exists(select 1 from people)").fetch_one(db).await?)
}

/// A moment as part of a file's name: sorts by time, and every file system takes it.
pub(super) fn stamp(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// When a copy was made, and of which version of the schema. The newest is the largest.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Made {
    at: String,
    version: i64,
}

impl Made {
    fn file_name(&self) -> String {
        format!("dryrun-v{}-{}.db", self.version, self.at)
    }

    /// Only of names that [`Self::file_name`] makes: other files in the folder are somebody's own.
    fn of(file_name: &str) -> Option<Self> {
        let (version, at) = file_name.strip_prefix("dryrun-v")?.strip_suffix(".db")?.split_once('-')?;
        let made = Self { at: at.to_owned(), version: version.parse().ok()? };
        let moment = at.len() == "20261122T120000Z".len()
            && at.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z'));
        (moment && made.file_name() == file_name).then_some(made)
    }
}

fn remove_old(folder: &Path) -> io::Result<()> {
    let mut made = Vec::new();
    for entry in fs::read_dir(folder)? {
        made.extend(entry?.file_name().to_str().and_then(Made::of));
    }
    made.sort();
    for old in made.iter().rev().skip(KEPT) {
        fs::remove_file(folder.join(old.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
