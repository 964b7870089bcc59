//! Putting a backup in the place of the database.
//!
//! The file is checked, copied and brought up to date first; only a database that works replaces the one that is
//! there, and that one stays beside it under another name.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::Connection as _;

use super::backup::{Access, BackupError, connect, copy, fault, is_ours, stamp};
use super::draft::{Draft, SIDE_FILES, with_suffix};
use super::{FILE_NAME, LOCK_NAME, MIGRATOR, OpenError, applied_version, claim};

/// How every SQLite database begins: <https://www.sqlite.org/fileformat.html>
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Puts the backup in `file` in the place of the database in `data_dir`. Tells where the replaced one is, if there
/// was one.
///
/// # Errors
///
/// When `file` is not a sound backup that this program can read, when a server holds the folder, or when it cannot be
/// written. The database is as it was then.
pub async fn restore(data_dir: &Path, file: &Path, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
    if is_ours(data_dir, file) {
        return Err(BackupError::Ours(file.to_owned()));
    }
    // before the folder is made: a wrong name should leave nothing behind
    begins_like_a_database(file)?;
    let _claim = claim(data_dir)?;
    let database = data_dir.join(FILE_NAME);
    let draft = up_to_date_copy(file, &database).await?;
    belong_to_owner_of(data_dir, draft.path());
    belong_to_owner_of(data_dir, &data_dir.join(LOCK_NAME));
    if begins_like_a_database(&database).is_ok() {
        settle(&database).await?;
    }
    let replaced = keep(&database, &stamp(now)).map_err(|error| unwritable(&database, &error))?;
    draft.take_place(&database).map_err(|error| unwritable(&database, &error))?;
    Ok(replaced)
}

fn unwritable(file: &Path, error: &io::Error) -> BackupError {
    BackupError::Unwritable(file.to_owned(), error.to_string())
}

fn begins_like_a_database(file: &Path) -> Result<(), BackupError> {
    let unreadable = |error| BackupError::Unreadable(file.to_owned(), error);
    if file.is_dir() {
        return Err(BackupError::Folder(file.to_owned()));
    }
    let mut beginning = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(MAGIC.len() as u64).read_to_end(&mut beginning).map_err(unreadable)?;
    if beginning == MAGIC { Ok(()) } else { Err(BackupError::NotADatabase(file.to_owned())) }
}

/// A checked copy of `file` beside `place`, with every migration applied.
async fn up_to_date_copy(file: &Path, place: &Path) -> Result<Draft, BackupError> {
    // about the backup, not about the site's database: other words than at a start
    let of_backup = |error| match error {
        OpenError::Damaged(_, reason) => BackupError::Damaged(file.to_owned(), reason),
        OpenError::Newer(_) => BackupError::Newer(file.to_owned()),
        OpenError::Foreign(_) => BackupError::Foreign(file.to_owned()),
        OpenError::Locked(_) => BackupError::Damaged(file.to_owned(), "another program holds it".to_owned()),
        OpenError::Other(_, error) => BackupError::Damaged(file.to_owned(), error.to_string()),
        other => other.into(),
    };
    let explain = |error| of_backup(OpenError::explain(file, error));
    let mut backup = connect(file, Access::Read).await.map_err(explain)?;
    let Some(_version) = applied_version(file, &mut backup, &MIGRATOR).await.map_err(of_backup)? else {
        return Err(BackupError::Foreign(file.to_owned()));
    };
    let draft = copy(&mut backup, file, place).await.map_err(|error| match error {
        BackupError::Site(error) => of_backup(error),
        other => other,
    })?;
    backup.close().await.map_err(explain)?;

    let mut copied = connect(draft.path(), Access::Change).await.map_err(explain)?;
    MIGRATOR.run(&mut copied).await.map_err(|error| of_backup(OpenError::migrating(file, error)))?;
    let fault = fault(&mut copied).await.map_err(explain)?;
    copied.close().await.map_err(explain)?;
    match fault {
        Some(fault) => Err(BackupError::Damaged(file.to_owned(), fault)),
        None => Ok(draft),
    }
}

/// Brings what is in the journals of the present database into its file. One that is damaged is kept as it is: it may
/// be why somebody restores.
async fn settle(database: &Path) -> Result<(), OpenError> {
    let settled = async {
        let mut db = connect(database, Access::Change).await?;
        // needs the file for itself: whoever else has it open would go on writing to what is replaced
        sqlx::query("pragma journal_mode = delete").execute(&mut db).await?;
        db.close().await
    };
    match settled.await.map_err(|error| OpenError::explain(database, error)) {
        Err(locked @ OpenError::Locked(_)) => Err(locked),
        _ => Ok(()),
    }
}

/// Gives the present database, if there is one, a second name, and what is left of its journals the same one: found
/// beside another database they would be played into it.
fn keep(database: &Path, at: &str) -> io::Result<Option<PathBuf>> {
    let wanted = with_suffix(database, &format!(".before-restore-{at}"));
    let names = std::iter::once(wanted.clone()).chain((2..).map(|n| with_suffix(&wanted, &format!("-{n}"))));
    let kept = names.into_iter().find(|name| name.symlink_metadata().is_err()).unwrap_or(wanted);
    let present = database.exists();
    // with a second name the first is never free, not even for the moment before the new one takes it
    if present && fs::hard_link(database, &kept).is_err() {
        // a file system without such links
        fs::rename(database, &kept)?;
    }
    for side in SIDE_FILES {
        match fs::rename(with_suffix(database, side), with_suffix(&kept, side)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(present.then_some(kept))
}

/// An administrator who restores as root must not lock the site out of its own file.
#[cfg(unix)]
fn belong_to_owner_of(folder: &Path, file: &Path) {
    use std::os::unix::fs::{MetadataExt as _, chown};
    if let (Ok(folder), Ok(now)) = (folder.metadata(), file.metadata())
        && (folder.uid(), folder.gid()) != (now.uid(), now.gid())
    {
        // only root may; for everybody else the file is their own already
        let _ = chown(file, Some(folder.uid()), Some(folder.gid()));
    }
}

#[cfg(not(unix))]
fn belong_to_owner_of(_folder: &Path, _file: &Path) {}
