//! The command line: parse, open, run. Errors are one line that says what is wrong and what to do;
//! exit code 2 is wrong usage, 1 a failure.

mod data_command;
mod user_command;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::Parser as _;
use dryrun::clock::Clock;
use dryrun::config::{
    BackupOptions, CheckOptions, Cli, Command, HealthOptions, LogFormat, RestoreOptions, ServeOptions,
};
use dryrun::content::sync::SyncError;
use dryrun::content::{self, Severity, Sources};
use dryrun::db::backup::Existing;
use dryrun::db::{self, Db};
use dryrun::interview::Blueprints;
use dryrun::{health, web};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::prelude::*;

/// A tenth faster than the system's over a sync and over requests, and it gives memory back sooner.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            // one line: clap puts the usage and a hint at --help below what is wrong
            let text = error.to_string();
            let what: Vec<&str> = text
                .lines()
                .map(str::trim)
                .take_while(|line| !line.starts_with("Usage:"))
                .filter(|line| !line.is_empty())
                .collect();
            let what = what.join(" ").replace("For more information, try '--help'.", "");
            eprintln!(
                "dryrun: {} (dryrun --help lists the options)",
                what.trim_start_matches("error: ").trim_end()
            );
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    let outcome = match cli.command {
        None => serve(&cli.serve),
        Some(Command::Serve(options)) => serve(&options),
        Some(Command::Check(options)) => check(&options),
        Some(Command::Export(options)) => data_command::export(&options),
        Some(Command::Import(options)) => data_command::import(&options),
        Some(Command::Rebuild(options)) => data_command::rebuild(&options),
        Some(Command::User(command)) => user_command::run(command),
        Some(Command::Backup(options)) => back_up(&options),
        Some(Command::Restore(options)) => restore(&options),
        Some(Command::Health(options)) => ask_health(&options),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("dryrun: {error:#}");
        ExitCode::FAILURE
    })
}

fn check(options: &CheckOptions) -> Result<ExitCode> {
    let sources = Sources::find(options.content.content_dir.as_deref())?;
    let stale_facts = if options.stale { Severity::Error } else { Severity::Warning };
    let checked = content::check::check(&sources, Clock::System.today(), stale_facts);
    let (errors, warnings) = (checked.count(Severity::Error), checked.count(Severity::Warning));
    let mut report: String = checked.problems.iter().map(|(_, text)| format!("{text}\n\n")).collect();
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    report += &format!(
        "{}, {}, {}\n",
        count(checked.questions, "question"),
        count(errors, "error"),
        count(warnings, "warning")
    );
    answer(&report)?;
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[tokio::main]
async fn back_up(options: &BackupOptions) -> Result<ExitCode> {
    let existing = if options.force { Existing::Replace } else { Existing::Keep };
    let bytes = db::backup::back_up(&options.data.resolve()?, &options.file, existing).await?;
    answer(&format!(
        "Backup written and checked: {} ({} KiB)\n",
        options.file.display(),
        bytes.div_ceil(1024)
    ))?;
    Ok(ExitCode::SUCCESS)
}

#[tokio::main]
async fn restore(options: &RestoreOptions) -> Result<ExitCode> {
    let data_dir = options.data.resolve()?;
    let replaced = db::restore(&data_dir, &options.file, Clock::System.now()).await?;
    let mut report = format!("Restored {} into {}\n", options.file.display(), data_dir.display());
    if let Some(replaced) = replaced {
        report += &format!("The database that was there is kept: {}\n", replaced.display());
    }
    answer(&report)?;
    Ok(ExitCode::SUCCESS)
}

fn ask_health(options: &HealthOptions) -> Result<ExitCode> {
    health::ask(options.bind)?;
    answer("ready\n")?;
    Ok(ExitCode::SUCCESS)
}

/// What a command says on standard output.
fn answer(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        // `dryrun check | head` has read enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[tokio::main]
async fn serve(options: &ServeOptions) -> Result<ExitCode> {
    start_logs(options.log_format);
    let data_dir = options.data.resolve()?;
    let sources = Sources::find(options.content.content_dir.as_deref())?;
    // the port first: when it is taken, nothing has been written yet
    let listener = TcpListener::bind(options.bind).await.map_err(|error| {
        anyhow!("cannot listen on {} ({error}): choose another address with --bind", options.bind)
    })?;
    let address = listener.local_addr()?;
    let _claim = db::claim(&data_dir)?;
    let db = Db::open(&data_dir).await?;
    let clock = Clock::System;
    let synced = content::sync::sync(&db, sources, &clock).await.map_err(|error| match error {
        SyncError::Database(error) => anyhow!(db.explain(error)),
        other => other.into(),
    })?;
    for problem in &synced.problems {
        match options.log_format {
            LogFormat::Text => eprintln!("{problem}"),
            LogFormat::Json => tracing::warn!("{problem}"),
        }
    }
    let blueprints = Blueprints::new(synced.blueprints);
    let site_options = web::SiteOptions::from_flags(options, address);
    let site = web::Site::new(db.clone(), clock, blueprints, site_options).await;
    let site = site.map_err(|error| db.explain(error))?;
    site.tidy().await.map_err(|error| db.explain(error))?;
    tokio::spawn(tidy_every_day(site.clone()));
    let mut stop = StopSignals::catch()?;
    let mut ready = format!("Data folder: {} ({})\n", data_dir.display(), db::FILE_NAME);
    if options.base_url.is_some() {
        ready += &format!("Listening on {address}\n");
    }
    if let Some(link) = site.setup_link().await.map_err(|error| db.explain(error))? {
        ready += &format!("Make yourself the administrator (until there is one): {link}\n");
    }
    ready += &format!("Dryrun is ready at {} (Ctrl-C stops it)\n", site.address());
    // whoever started this may not listen; that is no reason not to serve
    let _ = io::stdout().write_all(ready.as_bytes());
    web::serve(listener, site, async || stop.next().await).await?;
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn tidy_every_day(site: web::Site) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    loop {
        tokio::time::sleep(DAY).await;
        if let Err(error) = site.tidy().await {
            tracing::error!(%error, "what has expired could not be taken out; tomorrow again");
        }
    }
}

/// Without sqlx's warnings about slow statements: whoever waits for a lock is told by the error that comes of it.
const DEFAULT_LOG: &str = "info,sqlx=warn,sqlx::query=error";

/// Logs go to standard error, so that standard output holds only what a command answers.
fn start_logs(format: LogFormat) {
    let filter = EnvFilter::try_from_env("DRYRUN_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let layer = match format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}

/// Ctrl-C, and SIGTERM where there is one. Both are caught from the making on, not from the first wait: whoever reads
/// that the site is ready may stop it at once.
#[cfg(unix)]
struct StopSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct StopSignals;

#[cfg(not(unix))]
impl StopSignals {
    fn catch() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // without a handler the default one ends the process; there is nothing to wait for
            std::future::pending::<()>().await;
        }
    }
}
