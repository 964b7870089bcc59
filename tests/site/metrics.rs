//! `/metrics`: right numbers, for nobody but those who may read them, whoever a request claims to be from.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use sqlx::{Connection as _, SqliteConnection};

use crate::program::Program;

async fn get(program: &Program, path: &str, headers: &[(&str, &str)]) -> (u16, String, String) {
    let mut request = reqwest::Client::new().get(format!("{}{path}", program.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.to_owned();
    (answer.status().as_u16(), kind, answer.text().await.expect("UTF-8"))
}

async fn status(program: &Program, headers: &[(&str, &str)]) -> u16 {
    get(program, "/metrics", headers).await.0
}

/// The samples of a text in Prometheus' format, by name and labels.
fn samples(text: &str) -> HashMap<&str, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let samples = lines.map(|line| line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}")));
    samples
        .map(|(name, value)| (name, value.parse().unwrap_or_else(|_| panic!("no number: {value}"))))
        .collect()
}

#[tokio::test]
async fn there_is_no_such_page_unless_somebody_may_read_it() {
    let program = Program::start(|_| {}).await;
    let (status, kind, page) = get(&program, "/metrics", &[]).await;
    assert_eq!((status, kind.as_str()), (404, "text/html; charset=utf-8"));
    assert!(
        page.contains("There is no page here") && !page.contains("dryrun_"),
        "a page like any other missing one"
    );
}

#[tokio::test]
async fn requests_people_and_connections_are_counted() {
    let program = Program::start(|command| {
        command.args(["serve", "--metrics"]).env("DRYRUN_LOG_FORMAT", "json");
    })
    .await;
    let file = program.home().join(".local/share/dryrun/dryrun.db");
    let mut db =
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection");
    sqlx::raw_sql(include_str!("../migrations/0003_people_and_practice.sql"))
        .execute(&mut db)
        .await
        .expect("a member, a guest and what they practised");
    let events: i64 =
        sqlx::query_scalar("select count(*) from review_log").fetch_one(&mut db).await.expect("a number");

    for path in [
        "/questions/api-gateway-lambda",
        "/questions/api-gateway-lambda?again",
        "/questions/none",
        "/nowhere",
        "/else",
    ] {
        get(&program, path, &[]).await;
    }
    get(&program, "/api/v1/topics", &[]).await;
    let made_up = reqwest::Method::from_bytes(b"BREW").expect("a method");
    reqwest::Client::new().request(made_up, &program.address).send().await.expect("an answer");
    let mut idle = TcpStream::connect(program.socket()).expect("a connection");
    write!(idle, "HEAD /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", program.socket()).expect("sent");
    idle.read_exact(&mut [0; 12]).expect("an answer");

    let (status, kind, text) = get(&program, "/metrics", &[]).await;
    assert_eq!((status, kind.as_str()), (200, "text/plain; version=0.0.4"), "{text}");
    let found = samples(&text);
    let number = |name: &str| found.get(name).copied().unwrap_or_else(|| panic!("{name} is not in\n{text}"));
    let requests = |labels: &str| number(&format!("dryrun_http_requests_total{{{labels}}}"));
    assert_eq!(requests(r#"method="GET",route="/questions/{id}",status="2xx""#), 2.0);
    assert_eq!(requests(r#"method="GET",route="/questions/{id}",status="4xx""#), 1.0);
    assert_eq!(
        requests(r#"method="GET",route="none",status="4xx""#),
        2.0,
        "paths that lead nowhere are one route"
    );
    assert_eq!(requests(r#"method="GET",route="/api/v1/topics",status="2xx""#), 1.0);
    assert_eq!(requests(r#"method="HEAD",route="/healthz",status="2xx""#), 1.0);
    assert_eq!(
        requests(r#"method="other",route="/",status="4xx""#),
        1.0,
        "methods that anybody makes up are one"
    );
    let question = r#"method="GET",route="/questions/{id}""#;
    let took = |what: &str, more: &str| {
        number(&format!("dryrun_http_request_duration_seconds_{what}{{{question}{more}}}"))
    };
    assert_eq!(took("count", ""), 3.0);
    assert_eq!(took("bucket", r#",le="+Inf""#), 3.0);
    assert!(took("sum", "") > 0.0 && took("bucket", r#",le="0.0005""#) <= 3.0);
    assert!(number("dryrun_open_connections") >= 2.0, "the idle one and this one");
    assert_eq!(number(r#"dryrun_people{kind="member"}"#), 1.0);
    assert_eq!(number(r#"dryrun_people{kind="guest"}"#), 1.0);
    assert_eq!(number("dryrun_newest_review_event"), events as f64);
    assert!(number("dryrun_database_bytes") > 500_000.0);
    assert!(number("process_start_time_seconds") > 1_700_000_000.0);
    assert_eq!(number(&format!("dryrun_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1.0);
    for sample in found.keys() {
        let name = sample.split('{').next().expect("a name");
        let name =
            ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        assert!(
            text.contains(&format!("# TYPE {name} ")) && text.contains(&format!("# HELP {name} ")),
            "{name}"
        );
    }
    assert!(!text.contains("api-gateway-lambda"), "not what people look at");

    // the connection that hung up is no longer counted, sooner or later
    drop(idle);
    let before = number("dryrun_open_connections");
    loop {
        let (_, _, text) = get(&program, "/metrics", &[]).await;
        if samples(&text)["dryrun_open_connections"] < before {
            break;
        }
    }
    program.signal("TERM");
    let (ended, _home) = program.ended();
    assert!(
        !ended.stderr.contains("\"/metrics\""),
        "who collects every few seconds is not logged: {}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_request_that_was_passed_on_is_not_from_this_machine() {
    let program = Program::start(|command| {
        command.args(["serve", "--metrics", "local"]);
    })
    .await;
    assert_eq!(status(&program, &[]).await, 200);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        assert_eq!(status(&program, &[(header, "127.0.0.1")]).await, 404, "{header}");
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_whom_a_request_is_from() {
    let program = Program::start(|command| {
        command
            .env("DRYRUN_METRICS", "198.51.100.0/24,2001:db8::7")
            .env("DRYRUN_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8");
    })
    .await;
    assert_eq!(status(&program, &[]).await, 404, "this machine is not among the readers");
    for (forwarded_for, expected) in [
        ("198.51.100.1", 200),
        ("2001:db8::7", 200),
        ("2001:db8::8", 404),
        ("203.0.113.9", 404),
        ("203.0.113.9, 198.51.100.1", 200),
        ("203.0.113.9, 198.51.100.1, 10.1.2.3", 200),
        ("198.51.100.1, 203.0.113.9", 404),
        ("198.51.100.1, unknown", 404),
    ] {
        assert_eq!(
            status(&program, &[("x-forwarded-for", forwarded_for)]).await,
            expected,
            "{forwarded_for}"
        );
    }
}

#[tokio::test]
async fn nobody_is_believed_without_being_trusted() {
    let program = Program::start(|command| {
        command.args([
            "serve",
            "--metrics",
            "198.51.100.1",
            "--trusted-proxy",
            "10.0.0.2",
            "--trusted-proxy",
            "fd00::/8",
        ]);
    })
    .await;
    assert_eq!(status(&program, &[("x-forwarded-for", "198.51.100.1")]).await, 404);
}
