//! The process between the tests and Chromium.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A chromedriver on a port that it chose itself. Dropping it closes its browsers, also after a failed test.
pub struct Chromedriver {
    process: Child,
    port: u16,
    _stdout: BufReader<ChildStdout>,
}

impl Chromedriver {
    pub fn start() -> Self {
        let mut process = Command::new("chromedriver")
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
        Self { process, port, _stdout: stdout }
    }

    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Asks it to close its browsers and end. Killing it would leave them running.
    fn shut_down(&mut self) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // when it does not listen any more, ending it is all that is left to do
        let _ = self.shut_down();
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
