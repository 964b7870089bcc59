//! `dryrun health`: what containers ask instead of having `curl`.

use std::net::TcpListener;

use sqlx::{Connection as _, SqliteConnection};

use crate::program::{Program, dryrun, run};

#[tokio::test]
async fn a_site_that_can_answer_is_well_however_it_is_named() {
    let program = Program::start(|command| {
        command.env("DRYRUN_BIND", "0.0.0.0:0");
    })
    .await;
    let (_, port) = program.address.rsplit_once(':').expect("a port");
    for bind in [format!("127.0.0.1:{port}"), format!("0.0.0.0:{port}"), format!("localhost:{port}")] {
        let ended = run(dryrun(program.home()).args(["health", "--bind", &bind]));
        assert_eq!(
            (ended.status.code(), ended.stdout.as_str()),
            (Some(0), "ready\n"),
            "{bind}: {}",
            ended.stderr
        );
    }
    let ended = run(dryrun(program.home()).env("DRYRUN_BIND", format!("0.0.0.0:{port}")).arg("health"));
    assert_eq!(ended.stdout, "ready\n", "the variable that the site itself reads: {}", ended.stderr);
}

#[tokio::test]
async fn a_site_that_cannot_read_its_database_is_not_well() {
    let program = Program::start(|_| {}).await;
    let file = program.home().join(".local/share/dryrun/dryrun.db");
    let mut db =
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection");
    sqlx::raw_sql("drop table content_state").execute(&mut db).await.expect("a change");
    db.close().await.expect("a clean end");
    let ended = run(dryrun(program.home()).args(["health", "--bind", program.socket()]));
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.only_line(),
        format!(
            "dryrun: the site at {} is not ready (it answered \"HTTP/1.1 503 Service Unavailable\"): its log says why",
            program.socket()
        )
    );
}

#[test]
fn a_site_that_is_not_there_is_told() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let ended = run(dryrun(home.path()).args(["health", "--bind", &free.to_string()]));
    assert_eq!(ended.status.code(), Some(1));
    let line = ended.only_line();
    assert!(line.starts_with(&format!("dryrun: no site answers at {free} (")), "{line}");
    assert!(line.ends_with("start it, or say with --bind where it listens"), "{line}");
}
