//! `dryrun export` and `dryrun import`: a person's practice from the terminal, also while the site runs.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use dryrun::accounts::{PersonName, members};
use dryrun::clock::Clock;
use dryrun::config::{ExportFormat, ExportOptions, ImportOptions, RebuildOptions};
use dryrun::db::Db;
use dryrun::ids::PersonId;
use dryrun::practice::export::{self, Export};
use dryrun::practice::import::{self, ImportError};
use dryrun::practice::store;

#[tokio::main]
pub async fn export(options: &ExportOptions) -> Result<ExitCode> {
    let db = Db::open(&options.data.resolve()?).await?;
    let person = find(&db, &options.user).await?;
    let read = async { export::export(&mut *db.reader().await?, person, Clock::System.now()).await };
    let exported = read.await.map_err(|error| db.explain(error))?;
    db.close().await;
    let text = match options.format {
        ExportFormat::Json => serde_json::to_string_pretty(&exported)? + "\n",
        ExportFormat::Csv => export::to_csv(&exported),
    };
    match &options.to {
        Some(file) => write_new(file, text.as_bytes())?,
        None => match io::stdout().write_all(text.as_bytes()) {
            // `dryrun export … | head` has read enough
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written?,
        },
    }
    Ok(ExitCode::SUCCESS)
}

#[tokio::main]
pub async fn import(options: &ImportOptions) -> Result<ExitCode> {
    let json =
        fs::read(&options.file).with_context(|| format!("{} cannot be read", options.file.display()))?;
    let document = Export::parse(&json).with_context(|| options.file.display().to_string())?;
    let db = Db::open(&options.data.resolve()?).await?;
    let person = find(&db, &options.user).await?;
    let work = db.commit(move |db| Box::pin(async move { import::import(db, person, &document).await }));
    let imported = work.await.map_err(|error| match error {
        ImportError::Database(error) => anyhow!(db.explain(error)),
        other => anyhow!(other),
    })?;
    db.close().await;
    let mut told = format!("{} new events; {} were there already.", imported.added, imported.known);
    if imported.unknown_questions > 0 {
        told += &format!(
            " {} entries are about questions that this bank does not have; they were left out.",
            imported.unknown_questions
        );
    }
    writeln!(io::stdout(), "{told}")?;
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
