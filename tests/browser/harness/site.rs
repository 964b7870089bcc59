//! The real server: the compiled binary with its own data folder, on a port of its own.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use dryrun::clock::Clock;
use dryrun::content::Sources;
use dryrun::content::sync::sync;
use dryrun::db::Db;
use dryrun::interview::Blueprints;
use dryrun::web::{self, SiteOptions};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A running server, stopped when dropped.
pub struct Site {
    /// None for a site in this process.
    server: Option<Child>,
    origin: String,
    /// `/setup/…`
    setup_path: String,
    /// Kept open: a server whose standard output is closed fails on its next line.
    _stdout: Option<BufReader<ChildStdout>>,
    _data: TempDir,
    _content: Option<TempDir>,
}

impl Site {
    /// The site as people get it: nothing but the built-in content.
    pub fn start() -> Self {
        Self::launch(None)
    }

    /// The site with what the built-in content may not have: a topic without questions (`/topics/attic`), and more
    /// questions than fit on one page of the list.
    pub fn start_with_attic_and_crowd() -> Self {
        let content = super::scratch("content");
        let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        let topics = fs::read_to_string(built_in.join("topics.toml")).expect("the topics");
        let attic =
            "[[topic]]\nid = \"attic\"\ntitle = \"The attic\"\nsummary = \"Nothing is up here yet.\"\n";
        fs::write(content.path().join("topics.toml"), format!("{topics}\n{attic}")).expect("a topics file");

        let original = built_in.join("questions/networking/security-group-vs-nacl.md");
        let original = fs::read_to_string(original).expect("the question to copy");
        let crowd = content.path().join("questions/networking");
        fs::create_dir_all(&crowd).expect("a content folder");
        for number in 1..=14 {
            let copy = original.replacen("\ntitle: ", &format!("\ntitle: Copy {number} of "), 1);
            fs::write(crowd.join(format!("copy-{number}.md")), copy).expect("a copied question");
        }
        Self::launch(Some(content))
    }

    /// A site in this process whose clock stands still until it is moved: the same code without the command line.
    pub async fn with_clock(clock: &Clock) -> Self {
        let data = super::scratch("data");
        let db = Db::open(data.path()).await.expect("a database");
        let synced = sync(&db, Sources::find(None).expect("content"), clock).await.expect("a sync");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let options = SiteOptions {
            base_url: origin.parse().expect("a URL"),
            page_cache: true,
            metrics: Vec::new(),
            trusted_proxies: Vec::new(),
        };
        let site = web::Site::new(db, clock.clone(), Blueprints::new(synced.blueprints), options).await;
        let site = site.expect("a site");
        tokio::spawn(web::serve(listener, site, async || std::future::pending().await));
        Self { server: None, origin, setup_path: String::new(), _stdout: None, _data: data, _content: None }
    }

    fn launch(content: Option<TempDir>) -> Self {
        let data = super::scratch("data");
        let mut command = Command::new(env!("CARGO_BIN_EXE_dryrun"));
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DRYRUN_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--bind", "127.0.0.1:0", "--data-dir"]).arg(data.path());
        if let Some(content) = &content {
            command.arg("--content").arg(content.path());
        }
        command.env("DRYRUN_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped());
        let mut server = command.spawn().expect("the server starts");
        let mut stdout = BufReader::new(server.stdout.take().expect("piped"));
        let mut printed = String::new();
        let origin = loop {
            let start = printed.len();
            let length = stdout.read_line(&mut printed).expect("text on standard output");
            assert!(length > 0, "the server ended before it was ready; it printed: {printed:?}");
            if let Some((_, rest)) = printed[start..].split_once("ready at ") {
                break rest.split_whitespace().next().expect("an address").trim_end_matches('/').to_owned();
            }
        };
        let setup = printed.split_once("/setup/").expect("nobody administrates the site yet").1;
        let setup_path = format!("/setup/{}", setup.split_whitespace().next().expect("a token"));
        Self {
            server: Some(server),
            origin,
            setup_path,
            _stdout: Some(stdout),
            _data: data,
            _content: content,
        }
    }

    /// `http://127.0.0.1:…`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where the first administrator is made.
    pub fn setup_path(&self) -> &str {
        &self.setup_path
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // both fail only when the server has already ended, which is what is wanted
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}
