//! The real binary, started as a person starts it, on a port that the system chooses.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::test_site::copy_synced_database;

/// A program that has not ended by then hangs; the story fails instead of waiting for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary with nothing of this machine's environment, at home in `home`.
pub fn dryrun(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dryrun"));
    command.env_clear().env("HOME", home).current_dir(home).stdin(Stdio::null());
    command
}

/// What a program left when it ended.
pub struct Ended {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// The one line that a failure is told in.
    pub fn only_line(&self) -> &str {
        assert_eq!(self.stdout, "", "nothing but the error is told");
        assert_eq!(self.stderr.lines().count(), 1, "one clear line:\n{}", self.stderr);
        assert!(self.stderr.ends_with('\n'));
        self.stderr.trim_end()
    }
}

/// Runs a command that ends by itself.
pub fn run(command: &mut Command) -> Ended {
    let output = tempfile::tempdir().expect("a temporary folder");
    let (stdout, stderr) = (output.path().join("stdout"), output.path().join("stderr"));
    command.stdout(File::create(&stdout).expect("a file")).stderr(File::create(&stderr).expect("a file"));
    let mut child = command.spawn().expect("the binary starts");
    let status = wait(&mut child);
    let read = |path| fs::read_to_string(path).expect("UTF-8");
    Ended { status, stdout: read(&stdout), stderr: read(&stderr) }
}

fn wait(child: &mut Child) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child of this process") {
            return status;
        }
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("the program does not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A server that runs.
pub struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    home: TempDir,
    /// What it printed up to the line with its address.
    pub greeting: String,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

impl Program {
    /// Starts `dryrun` on a free port with a data folder that holds the bank already.
    pub async fn start(adapt: impl FnOnce(&mut Command)) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let data = home.path().join(".local/share/dryrun");
        fs::create_dir_all(&data).expect("a folder");
        copy_synced_database(&data).await;
        Self::start_in(home, adapt)
    }

    pub fn start_in(home: TempDir, adapt: impl FnOnce(&mut Command)) -> Self {
        let mut command = dryrun(home.path());
        command.env("DRYRUN_BIND", "127.0.0.1:0");
        adapt(&mut command);
        let stderr = File::create(home.path().join("stderr")).expect("a file");
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut greeting = String::new();
        let address = loop {
            let mut line = String::new();
            if stdout.read_line(&mut line).expect("UTF-8") == 0 {
                let told = fs::read_to_string(home.path().join("stderr")).expect("UTF-8");
                panic!("the server ended before it was ready: {:?}\n{told}", child.wait());
            }
            greeting.push_str(&line);
            if let Some((_, rest)) = line.split_once("Dryrun is ready at ") {
                break rest.split(' ').next().expect("an address").to_owned();
            }
        };
        Self { child, stdout, home, greeting, address }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// `127.0.0.1:PORT`
    pub fn socket(&self) -> &str {
        self.address.strip_prefix("http://").expect("plain http")
    }

    pub fn stderr(&self) -> String {
        fs::read_to_string(self.home().join("stderr")).expect("UTF-8")
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.expect("a shell").success());
    }

    /// Waits for the end; gives back the home folder, too, for a look at what is left.
    pub fn ended(mut self) -> (Ended, TempDir) {
        let status = wait(&mut self.child);
        let mut stdout = self.greeting.clone();
        std::io::Read::read_to_string(&mut self.stdout, &mut stdout).expect("UTF-8");
        let stderr = self.stderr();
        let home = std::mem::replace(&mut self.home, tempfile::tempdir().expect("a temporary folder"));
        (Ended { status, stdout, stderr }, home)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // it may have ended long ago
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
