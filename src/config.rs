//! The command line: every command and flag, each flag also read from a `DRYRUN_…` variable.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
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
    /// Write a person's practice: everything, the reviews as a table, or the cards for Anki
    Export(ExportOptions),
    /// Make the cards of a person, or of everybody, anew from the log of reviews
    Rebuild(RebuildOptions),
    /// Read an export, or what was answered in Anki, into a person's practice; what is there already counts once
    Import(ImportOptions),
    /// Manage the people of the site, also while it runs
    #[command(subcommand)]
    User(UserCommand),
    /// Write a copy of the database to FILE, consistent and checked; the site may run
    Backup(BackupOptions),
    /// Put a backup in the place of the database, which is kept beside it; the site must be stopped
    Restore(RestoreOptions),
    /// Ask the site on this machine whether it can answer; exit 1 if not
    Health(HealthOptions),
}

#[derive(Debug, Clone, Args)]
pub struct ExportOptions {
    /// Whose practice
    #[arg(long, env = "DRYRUN_USER", value_name = "NAME")]
    pub user: String,
    /// json is complete and can be read in again; csv is a table of the reviews; apkg is for Anki
    #[arg(long, env = "DRYRUN_FORMAT", value_enum, default_value_t = ExportFormat::Json)]
    pub format: ExportFormat,
    /// The file to write; standard output when it is missing
    #[arg(long, env = "DRYRUN_TO", value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Where the site is, for links from Anki's cards to its questions
    #[arg(long, env = "DRYRUN_BASE_URL", value_name = "URL", value_parser = parse_base_url)]
    pub base_url: Option<Url>,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    Json,
    Csv,
    Apkg,
}

#[derive(Debug, Clone, Args)]
pub struct RebuildOptions {
    /// Whose cards; everybody's when it is missing
    #[arg(long, env = "DRYRUN_USER", value_name = "NAME")]
    pub user: Option<String>,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Args)]
pub struct ImportOptions {
    /// Whose practice it becomes
    #[arg(long, env = "DRYRUN_USER", value_name = "NAME")]
    pub user: String,
    /// A JSON export, or a package of Anki (.apkg or .colpkg)
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Make a member
    Create(PersonWithPassword),
    /// List the members
    List(DataDir),
    /// Give a member another password and sign them out everywhere
    ResetPassword(PersonWithPassword),
    /// Make a member an administrator
    MakeAdmin(NamedPerson),
    /// Print a new API token, alone on the last line of standard output
    Token(NamedPerson),
    /// Delete a person with everything that is theirs
    Delete(NamedPerson),
}

#[derive(Debug, Clone, Args)]
pub struct NamedPerson {
    /// The name that the person signs in with
    pub name: String,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Args)]
pub struct PersonWithPassword {
    #[command(flatten)]
    pub person: NamedPerson,
    /// Read the password from standard input (one line) instead of asking for it
    #[arg(long, env = "DRYRUN_PASSWORD_STDIN", value_parser = clap::builder::FalseyValueParser::new())]
    pub password_stdin: bool,
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
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, such as 127.0.0.1 or 10.0.0.0/8
    #[arg(long = "trusted-proxy", env = "DRYRUN_TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Who may read /metrics: `local` for this machine (also without a value), addresses or networks [default: nobody]
    #[arg(long, env = "DRYRUN_METRICS", value_name = "WHO", num_args = 0..=1, default_missing_value = "local", value_delimiter = ',', value_parser = parse_metrics_reader)]
    pub metrics: Vec<MetricsReader>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Somebody who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsReader {
    ThisMachine,
    Network(IpNet),
}

impl MetricsReader {
    #[must_use]
    pub fn is(self, address: IpAddr) -> bool {
        match self {
            Self::ThisMachine => address.is_loopback(),
            Self::Network(network) => network.contains(&address),
        }
    }
}

#[derive(Debug, Clone, Args)]
pub struct BackupOptions {
    /// The file to write
    pub file: PathBuf,
    /// Replace FILE if it is there already
    #[arg(long, env = "DRYRUN_FORCE", value_parser = clap::builder::FalseyValueParser::new())]
    pub force: bool,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Args)]
pub struct RestoreOptions {
    /// A file that `dryrun backup` wrote
    pub file: PathBuf,
    #[command(flatten)]
    pub data: DataDir,
}

#[derive(Debug, Clone, Args)]
pub struct HealthOptions {
    /// Address and port that the site listens on
    #[arg(long, env = "DRYRUN_BIND", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", value_parser = parse_bind)]
    pub bind: SocketAddr,
    #[command(flatten)]
    pub data: DataDir,
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

/// A network, or an address as a network of one.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let network = text.parse().ok().or_else(|| text.parse().ok().map(|address: IpAddr| address.into()));
    network.ok_or_else(|| "give an address or a network, such as 127.0.0.1 or 10.0.0.0/8".to_owned())
}

fn parse_metrics_reader(text: &str) -> Result<MetricsReader, String> {
    match text {
        "local" => Ok(MetricsReader::ThisMachine),
        network => parse_network(network)
            .map(MetricsReader::Network)
            .map_err(|_| "give local, an address or a network, such as 10.0.0.0/8".to_owned()),
    }
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
