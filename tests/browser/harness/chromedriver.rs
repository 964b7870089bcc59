//! The process between the tests and Chromium.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How long it may take to close a browser.
const PATIENCE: Duration = Duration::from_secs(10);

/// A chromedriver on a port that it chose itself. Dropping it closes its browser, also after a failed test.
pub struct Chromedriver {
    process: Child,
    port: u16,
    session: Option<String>,
    _stdout: BufReader<ChildStdout>,
    /// Where the browser puts its sockets, which it may leave behind. Not below the target folder, since the path of
    /// a socket must be short.
    _sockets: TempDir,
}

impl Chromedriver {
    pub fn start() -> Self {
        let sockets = tempfile::tempdir().expect("a folder for temporary files");
        let mut process = Command::new("chromedriver")
            .env("TMPDIR", sockets.path())
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start ({error}): script/test installs it"));
        let mut stdout = BufReader::new(process.stdout.take().expect("piped"));
        let mut printed = String::new();
        let port = loop {
            let start = printed.len();
            let length = stdout.read_line(&mut printed).expect("text on standard output");
            assert!(length > 0, "chromedriver ended before it was ready; it printed: {printed:?}");
            if let Some((_, rest)) = printed[start..].split_once("started successfully on port ") {
                break rest.trim().trim_end_matches('.').parse().expect("a port number");
            }
        };
        Self { process, port, session: None, _stdout: stdout, _sockets: sockets }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The session whose browser is to be closed with it.
    pub fn remember(&mut self, session: String) {
        self.session = Some(session);
    }

    /// Has the browser closed, and waits until it is. Killing chromedriver would leave it running.
    fn close_browser(&self, session: &str) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
        // the answer comes when the browser is gone; the connection stays open whatever the header says
        BufReader::new(stream).read_line(&mut String::new())?;
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // when it does not answer any more, ending it is all that is left to do
        if let Some(session) = &self.session {
            let _ = self.close_browser(session);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
