//! The zip archive around a collection. Nothing in it is ever written to a disk: one entry is read, by its name, into
//! memory, and no further than a limit.

use std::io::{self, Cursor, Read, Seek, Write as _};

use zip::result::ZipError;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, ZipArchive};

/// The collections that a package may hold, the newest form first: a package for every Anki holds a stand-in for older
/// ones, too.
const COMPRESSED: &str = "collection.anki21b";
const SECOND: &str = "collection.anki21";
const FIRST: &str = "collection.anki2";
/// The form of the package: a number in protobuf.
const META: &str = "meta";
/// The newest form that is known: `VERSION_LATEST` of Anki's `import_export.proto`.
const NEWEST_META: u8 = 3;
/// Bytes that are looked through at a time.
const CHUNK: usize = 256 * 1024;

/// How much of a package is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the collection, unpacked.
    pub bytes: u64,
    /// Entries of the archive; each takes a few hundred bytes of memory before anything is read.
    pub entries: Option<usize>,
}

/// Why a package cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("this is no package of Anki ({0}): export a deck or a collection from Anki, as .apkg or .colpkg")]
    NotAPackage(String),
    #[error(
        "the package was made by an Anki that is newer than this Dryrun: export it with “Support older Anki versions”"
    )]
    Newer,
    #[error(
        "the collection in the package is larger than {0} MB: export the deck “Dryrun” alone, or use `dryrun import` in a terminal"
    )]
    TooLarge(u64),
    #[error("the package has more than {0} entries: export the deck “Dryrun” alone, without media")]
    Crowded(usize),
    #[error("the package is damaged: {0}")]
    Damaged(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Fault(anyhow::Error),
}

fn fault(error: ZipError) -> PackageError {
    PackageError::Fault(error.into())
}

/// A package with a collection, and with a stand-in for old Ankis.
pub(super) fn pack(collection: &[u8], notice: &[u8]) -> Result<Vec<u8>, PackageError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in [(SECOND, collection), (FIRST, notice), ("media", b"{}")] {
        zip.start_file(name, options).map_err(fault)?;
        zip.write_all(bytes).map_err(|error| PackageError::Fault(error.into()))?;
    }
    Ok(zip.finish().map_err(fault)?.into_inner())
}

/// Whether a file begins like a zip archive, which every package is.
#[must_use]
pub fn looks_like_a_package(beginning: &[u8]) -> bool {
    beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06")
}

/// The collection in a package: an SQLite database.
///
/// # Errors
///
/// When it is no package, a damaged one, or one that this program cannot read.
pub fn open(mut package: impl Read + Seek, limits: Limits) -> Result<Vec<u8>, PackageError> {
    let damaged = |error: io::Error| PackageError::Damaged(error.to_string());
    if let Some(most) = limits.entries
        && has_more_entries(&mut package, most).map_err(damaged)?
    {
        return Err(PackageError::Crowded(most));
    }
    let mut archive = ZipArchive::new(package).map_err(explain)?;
    if made_by_newer(&mut archive) {
        return Err(PackageError::Newer);
    }
    for name in [COMPRESSED, SECOND, FIRST] {
        let entry = match archive.by_name(name) {
            Err(ZipError::FileNotFound) => continue,
            entry => entry.map_err(explain)?,
        };
        return if name == COMPRESSED {
            let mut decoder = zstd::Decoder::new(entry).map_err(damaged)?;
            // Anki's need eight megabytes; a frame may ask for memory that nobody has
            decoder.window_log_max(25).map_err(damaged)?;
            read(decoder, limits.bytes)
        } else {
            read(entry, limits.bytes)
        };
    }
    Err(PackageError::NotAPackage("it holds no collection".to_owned()))
}

/// Whether a file can be an archive of more entries than that: each has a header that begins in the same way.
fn has_more_entries(package: &mut (impl Read + Seek), most: usize) -> io::Result<bool> {
    const HEADER: &[u8] = b"PK\x01\x02";
    let mut window = Vec::with_capacity(CHUNK + HEADER.len());
    let mut entries = 0;
    package.rewind()?;
    while entries <= most {
        // a header may lie across the end of a chunk
        let kept = window.len().min(HEADER.len() - 1);
        window.drain(..window.len() - kept);
        if package.by_ref().take(CHUNK as u64).read_to_end(&mut window)? == 0 {
            break;
        }
        entries += window.windows(HEADER.len()).filter(|bytes| *bytes == HEADER).count();
    }
    package.rewind()?;
    Ok(entries > most)
}

fn explain(error: ZipError) -> PackageError {
    match error {
        ZipError::InvalidArchive(what) => PackageError::NotAPackage(what.into_owned()),
        other => PackageError::Damaged(other.to_string()),
    }
}

/// Field 1 of the message, a number, says the form. A package without the entry is an old one.
fn made_by_newer(archive: &mut ZipArchive<impl Read + Seek>) -> bool {
    let mut meta = Vec::new();
    let read = archive.by_name(META).ok().map(|entry| entry.take(16).read_to_end(&mut meta));
    matches!((read, meta.as_slice()), (Some(Ok(_)), [0x08, form, ..]) if *form > NEWEST_META)
}

fn read(source: impl Read, most: u64) -> Result<Vec<u8>, PackageError> {
    let mut bytes = Vec::new();
    let damaged = |error: io::Error| PackageError::Damaged(error.to_string());
    let read = source.take(most + 1).read_to_end(&mut bytes).map_err(damaged)?;
    if read as u64 > most { Err(PackageError::TooLarge(most / (1024 * 1024))) } else { Ok(bytes) }
}
