//! Starting and stopping the real server.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::bank;
use crate::overlay::{Overlay, question_with};
use crate::program::{Program, dryrun, run};

async fn get(program: &Program, path: &str) -> (u16, String) {
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let answer = client.get(format!("{}{path}", program.address)).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("UTF-8"))
}

#[tokio::test]
async fn the_first_start_makes_a_database_syncs_the_bank_and_prints_the_address() {
    let program = Program::start_in(tempfile::tempdir().expect("a temporary folder"), |_| {});
    let data = program.home().join(".local/share/dryrun");
    let lines: Vec<&str> = program.greeting.lines().collect();
    let [folder, setup, ready] = lines[..] else { panic!("three lines: {}", program.greeting) };
    assert_eq!(folder, format!("Data folder: {} (dryrun.db)", data.display()));
    let setup = setup.strip_prefix("Make yourself the administrator (until there is one): ");
    let setup = setup.and_then(|link| link.strip_prefix(&program.address)).expect("a link");
    assert!(get(&program, setup).await.1.contains("<h1>Set up this site</h1>"));
    assert!(!program.stderr().contains(setup), "the log makes nobody an administrator");
    assert_eq!(ready, format!("Dryrun is ready at {} (Ctrl-C stops it)", program.address));
    let (status, list) = get(&program, "/api/v1/questions").await;
    assert_eq!(status, 200);
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["total"], bank::questions().len());
    assert_eq!(get(&program, "/readyz").await, (200, "ready\n".to_owned()));
    let (status, page) = get(&program, "/questions/api-gateway-lambda").await;
    assert_eq!(status, 200);
    assert!(page.contains(&format!(
        "<link rel=\"canonical\" href=\"{}/questions/api-gateway-lambda\">",
        program.address
    )));
}

#[tokio::test]
async fn a_signal_ends_the_server_cleanly_from_the_moment_it_is_ready() {
    for (signal, visited) in [("TERM", true), ("INT", true), ("TERM", false), ("INT", false)] {
        let program = Program::start(|_| {}).await;
        if visited {
            assert_eq!(get(&program, "/healthz").await.0, 200);
        }
        program.signal(signal);
        let (ended, home) = program.ended();
        assert_eq!(ended.status.code(), Some(0), "{signal}: {}", ended.stderr);
        let mut data: Vec<_> = fs::read_dir(home.path().join(".local/share/dryrun"))
            .expect("the data folder")
            .map(|entry| entry.expect("a file").file_name())
            .collect();
        data.sort();
        assert_eq!(data, ["dryrun.db", "dryrun.lock"], "the journal went into the file");
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let program = Program::start(|_| {}).await;
    let mut slow = TcpStream::connect(program.socket()).expect("a connection");
    let body = "theme=dark&back=%2Fabout";
    write!(
        slow,
        "POST /preferences HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        program.socket(),
        body.len()
    )
    .expect("sent");
    // "go on" comes when the handler asks for the body: from here on the request is under way
    let mut go_on = [0; 25];
    slow.read_exact(&mut go_on).expect("an answer to Expect");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    program.signal("TERM");
    while TcpStream::connect(program.socket()).is_ok() {
        std::thread::yield_now();
    }
    slow.write_all(body.as_bytes()).expect("sent");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 303 See Other\r\n"), "{answer}");
    assert!(
        answer.to_lowercase().contains("location: /about\r\n") && answer.contains("theme=dark"),
        "{answer}"
    );
    let (ended, _home) = program.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
}

#[tokio::test]
async fn a_second_signal_ends_the_server_without_waiting_for_requests() {
    let program = Program::start(|_| {}).await;
    let mut slow = TcpStream::connect(program.socket()).expect("a connection");
    write!(
        slow,
        "POST /preferences HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
        program.socket(),
    )
    .expect("sent");
    let mut go_on = [0; 25];
    slow.read_exact(&mut go_on).expect("an answer to Expect");
    program.signal("INT");
    while TcpStream::connect(program.socket()).is_ok() {
        std::thread::yield_now();
    }
    program.signal("INT");
    let (ended, _home) = program.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("some requests did not end in time and were cut off"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused_while_the_first_runs() {
    let program = Program::start(|_| {}).await;
    let second = run(dryrun(program.home()).args(["serve", "--bind", "127.0.0.1:0"]));
    assert_eq!(second.status.code(), Some(1));
    let data = program.home().join(".local/share/dryrun");
    assert_eq!(
        second.only_line(),
        format!(
            "dryrun: another Dryrun serves the data folder {}: stop it first, or choose another folder with --data-dir",
            data.display()
        )
    );
    assert_eq!(get(&program, "/healthz").await.0, 200, "the first one goes on");
    program.signal("TERM");
    let (_, home) = program.ended();
    let again = Program::start_in(home, |_| {});
    again.signal("TERM");
    assert_eq!(again.ended().0.status.code(), Some(0), "a folder is free again when its server has ended");
}

#[tokio::test]
async fn idle_connections_do_not_keep_the_server_from_ending() {
    let program = Program::start(|_| {}).await;
    let mut idle = TcpStream::connect(program.socket()).expect("a connection");
    write!(idle, "GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", program.socket()).expect("sent");
    let mut answer = [0; 12];
    idle.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
    program.signal("TERM");
    let (ended, _home) = program.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).expect("closed, not cut off");
}

#[tokio::test]
async fn a_second_start_finds_everything_as_it_was() {
    let program = Program::start_in(tempfile::tempdir().expect("a temporary folder"), |_| {});
    let (_, before) = get(&program, "/questions").await;
    program.signal("TERM");
    let (_, home) = program.ended();
    let program = Program::start_in(home, |_| {});
    let (_, after) = get(&program, "/questions").await;
    let without_address = |page: String| {
        page.lines().filter(|line| !line.contains("http://127")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(without_address(after), without_address(before));
}

#[tokio::test]
async fn an_overlay_with_a_broken_file_is_reported_and_the_site_runs() {
    let overlay = Overlay::with_question();
    overlay.write("questions/attic/broken.md", question_with(&[("level: beginner", "level: expert")]));
    let program = Program::start(|command| {
        command.args(["serve", "--content"]).arg(overlay.path());
    })
    .await;
    let expected =
        format!("{}:3:8: error: unknown level `expert`", overlay.file("questions/attic/broken.md").display());
    assert!(program.stderr().contains(&expected), "{expected}\n{}", program.stderr());
    assert_eq!(get(&program, "/questions/s3-versioning").await.0, 200);
    assert_eq!(get(&program, "/questions/broken").await.0, 404);
}

#[tokio::test]
async fn every_request_is_one_line_of_the_log_without_what_people_search_for() {
    let program = Program::start(|command| {
        command.env("DRYRUN_LOG_FORMAT", "json");
    })
    .await;
    assert_eq!(get(&program, "/search?q=my+secret+plan").await.0, 200);
    assert_eq!(get(&program, "/questions/api-gateway-lambda?token=hush").await.0, 200);
    assert_eq!(get(&program, "/nowhere").await.0, 404);
    program.signal("TERM");
    let (ended, _home) = program.ended();
    let lines: Vec<serde_json::Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let requests: Vec<_> = lines
        .iter()
        .filter(|line| line["message"] == "request")
        .map(|line| {
            (line["method"].as_str(), line["path"].as_str(), line["route"].as_str(), line["status"].as_u64())
        })
        .collect();
    assert_eq!(
        requests,
        [
            (Some("GET"), Some("/search"), Some("/search"), Some(200)),
            (Some("GET"), Some("/questions/api-gateway-lambda"), Some("/questions/{id}"), Some(200)),
            (Some("GET"), Some("/nowhere"), Some("none"), Some(404)),
        ]
    );
    for secret in ["secret", "hush"] {
        assert!(!ended.stderr.contains(secret), "{}", ended.stderr);
    }
}
