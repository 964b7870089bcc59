//! The command line: every command and flag, each flag also read from a `DRYRUN_…` variable.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use url::Url;

/// A self-hosted site for preparing an AWS interview.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Without a command, dryrun serves the site.",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeOptions,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the site (the same as no command)
    Serve(ServeOptions),
    /// Report every problem in the content; exit 1 on any error
    Check(CheckOptions),
}

#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Address and port to listen on
    #[arg(long, env = "DRYRUN_BIND", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = parse_bind)]
    pub bind: SocketAddr,
    #[command(flatten)]
    pub data: DataDir,
    #[command(flatten)]
    pub content: ContentDir,
    /// The address that people type, for links in feeds and cookies; https makes the site ask browsers for https only
    #[arg(long, env = "DRYRUN_BASE_URL", value_name = "URL", value_parser = parse_base_url)]
    pub base_url: Option<Url>,
    /// How logs are written
    #[arg(long, env = "DRYRUN_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// Render every page anew instead of keeping rendered pages in memory
    #[arg(long, env = "DRYRUN_NO_PAGE_CACHE", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_page_cache: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Args)]
pub struct CheckOptions {
    #[command(flatten)]
    pub content: ContentDir,
    /// Treat facts past their review date as errors
    #[arg(long, env = "DRYRUN_STALE", value_parser = clap::builder::FalseyValueParser::new())]
    pub stale: bool,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Args)]
pub struct DataDir {
    /// Folder of the database [default: the platform's data folder]
    #[arg(long, env = "DRYRUN_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct ContentDir {
    /// Folder of the same shape as content/, laid over the built-in content
    #[arg(long = "content", env = "DRYRUN_CONTENT", value_name = "DIR")]
    pub content_dir: Option<PathBuf>,
}

/// The platform has no data folder for this user.
#[derive(Debug, thiserror::Error)]
#[error("no data folder is known for this user: choose one with --data-dir")]
pub struct NoDataDir;

impl DataDir {
    /// The folder that was given, or the platform's.
    ///
    /// # Errors
    ///
    /// When none was given and the platform names none (no home folder).
    pub fn resolve(&self) -> Result<PathBuf, NoDataDir> {
        match &self.data_dir {
            Some(folder) => Ok(folder.clone()),
            None => dirs::data_dir().map(|folder| folder.join("dryrun")).ok_or(NoDataDir),
        }
    }
}

/// A socket address; `localhost` stands for 127.0.0.1.
fn parse_bind(text: &str) -> Result<SocketAddr, String> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric
        .parse()
        .map_err(|_| "give an address and a port, such as 127.0.0.1:3000 or 0.0.0.0:8080".to_owned())
}

/// An http(s) address without path, query or fragment.
fn parse_base_url(text: &str) -> Result<Url, String> {
    let hint = "give scheme and host, such as https://dryrun.example.org";
    let url = Url::parse(text).map_err(|error| format!("{error}: {hint}"))?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    if plain { Ok(url) } else { Err(hint.to_owned()) }
}
