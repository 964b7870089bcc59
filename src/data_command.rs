//! `dryrun export` and `dryrun import`: a person's practice from the terminal, also while the site runs.

use std::fs::{self, File};
use std::io::{self, BufReader, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use dryrun::accounts::{PersonName, members};
use dryrun::clock::Clock;
use dryrun::config::{ExportFormat, ExportOptions, ImportOptions, RebuildOptions};
use dryrun::db::Db;
use dryrun::ids::PersonId;
use dryrun::practice::anki::{self, Limits, Practised};
use dryrun::practice::export::{self, Export};
use dryrun::practice::import::{self, Document, ImportError};
use dryrun::practice::store;
use jiff::Timestamp;

/// The file is on the machine of whoever runs this, so they may import what their memory holds.
const LIMITS: Limits = Limits { bytes: 2 * 1024 * 1024 * 1024, entries: None };

#[tokio::main]
pub async fn export(options: &ExportOptions) -> Result<ExitCode> {
    if options.format == ExportFormat::Apkg && options.to.is_none() && io::stdout().is_terminal() {
        bail!("a package for Anki is not for reading: name a file with --to, such as --to dryrun.apkg");
    }
    let db = Db::open(&options.data.resolve()?).await?;
    let person = find(&db, &options.user).await?;
    let now = Clock::System.now();
    let bytes = match options.format {
        ExportFormat::Json => serde_json::to_vec_pretty(&everything(&db, person, now).await?)?,
        ExportFormat::Csv => export::to_csv(&everything(&db, person, now).await?).into_bytes(),
        ExportFormat::Apkg => {
            let read = async { Practised::load(&mut *db.reader().await?, person, now).await };
            let practised = read.await.map_err(|error| db.explain(error))?;
            anki::package(&practised, options.base_url.as_ref()).await?
        }
    };
    db.close().await;
    let end: &[u8] = if options.format == ExportFormat::Json { b"\n" } else { b"" };
    let bytes = [bytes.as_slice(), end].concat();
    match &options.to {
        Some(file) => write_new(file, &bytes)?,
        None => match io::stdout().write_all(&bytes) {
            // `dryrun export … | head` has read enough
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

async fn everything(db: &Db, person: PersonId, now: Timestamp) -> Result<Export> {
    let read = async { export::export(&mut *db.reader().await?, person, now).await };
    Ok(read.await.map_err(|error| db.explain(error))?)
}

#[tokio::main]
pub async fn import(options: &ImportOptions) -> Result<ExitCode> {
    let name = || options.file.display().to_string();
    let file = File::open(&options.file).with_context(|| format!("{} cannot be read", name()))?;
    let document = Document::read(BufReader::new(file), LIMITS).await.with_context(name)?;
    let db = Db::open(&options.data.resolve()?).await?;
    let (person, now) = (find(&db, &options.user).await?, Clock::System.now());
    let work = db.commit(move |db| Box::pin(async move { import::import(db, person, &document, now).await }));
    let imported = work.await.map_err(|error| match error {
        ImportError::Database(error) => anyhow!(db.explain(error)),
        other => anyhow!(other),
    })?;
    db.close().await;
    writeln!(io::stdout(), "{imported}")?;
    Ok(ExitCode::SUCCESS)
}

/// `dryrun rebuild`: the log is the truth; whatever happened to the cards, it makes them as they should be.
#[tokio::main]
pub async fn rebuild(options: &RebuildOptions) -> Result<ExitCode> {
    let db = Db::open(&options.data.resolve()?).await?;
    let people = match &options.user {
        Some(name) => vec![find(&db, name).await?],
        None => {
            let everybody = async { store::people_with_reviews(&mut *db.reader().await?).await };
            everybody.await.map_err(|error| db.explain(error))?
        }
    };
    let count = people.len();
    for person in people {
        let work = db.commit(move |db| Box::pin(store::rebuild(db, person)));
        work.await.map_err(|error| db.explain(error))?;
    }
    db.close().await;
    writeln!(
        io::stdout(),
        "The cards of {count} {} are made anew.",
        if count == 1 { "person" } else { "people" }
    )?;
    Ok(ExitCode::SUCCESS)
}

async fn find(db: &Db, name: &str) -> Result<PersonId> {
    let name: PersonName = name.parse()?;
    let found = async { members::find(&mut *db.reader().await?, &name).await };
    let found = found.await.map_err(|error| db.explain(error))?;
    found.ok_or_else(|| anyhow!("nobody is called {name}: `dryrun user list` lists the members"))
}

/// Writes a file that only its owner may read, and leaves one alone that is there.
fn write_new(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(mut open) => {
            open.write_all(bytes).with_context(|| format!("{} cannot be written", file.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{} is there already: choose another name for --to", file.display())
        }
        Err(error) => Err(anyhow!(error).context(format!("{} cannot be written", file.display()))),
    }
}
