//! A file that is written beside its place and takes it when it is whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What SQLite may leave beside a database: the journals, which belong to it, and the index of the write-ahead log.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-journal", "-shm"];

/// A database in the making. It is gone when this is dropped, unless it took its place.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
}

impl Draft {
    /// An empty file beside `place` that only its owner may read: it will hold what people wrote.
    pub fn beside(place: &Path) -> io::Result<Self> {
        let mut name = OsString::from(".");
        name.push(place.file_name().unwrap_or_default());
        name.push(format!(".{}.part", std::process::id()));
        let draft = Self { path: place.with_file_name(name) };
        // of a process with the same number that was killed: in a container, numbers come again soon
        draft.remove();
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&draft.path)?;
        Ok(draft)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Onto the disk, then into its place; whatever was there is replaced.
    pub fn take_place(self, place: &Path) -> io::Result<()> {
        File::options().write(true).open(&self.path)?.sync_all()?;
        fs::rename(&self.path, place)?;
        sync_folder_of(place);
        Ok(())
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
        for side in SIDE_FILES {
            let _ = fs::remove_file(with_suffix(&self.path, side));
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // what took its place is no longer here
        self.remove();
    }
}

/// `dryrun.db` and `-wal` make `dryrun.db-wal`.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// So that a new name survives a power cut, too. Some file systems cannot; there is nothing better to do on them.
fn sync_folder_of(file: &Path) {
    if let Some(folder) = file.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}
