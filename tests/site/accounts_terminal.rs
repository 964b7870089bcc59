//! `dryrun user …`: the real binary, beside a site that runs and without one.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::browser_session::PASSWORD;
use crate::program::{Ended, Program, dryrun, run};
use crate::test_site::copy_synced_database;

/// A home folder whose data folder holds the bank.
async fn home() -> TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = home.path().join(".local/share/dryrun");
    fs::create_dir_all(&data).expect("a folder");
    copy_synced_database(&data).await;
    home
}

fn user(home: &Path, arguments: &[&str]) -> Ended {
    run(dryrun(home).arg("user").args(arguments))
}

/// The same with one line on standard input.
fn user_typing(home: &Path, arguments: &[&str], line: &str) -> Ended {
    let typed = home.join("typed");
    fs::write(&typed, format!("{line}\n")).expect("a file");
    let typed = fs::File::open(&typed).expect("a file");
    run(dryrun(home).arg("user").args(arguments).stdin(Stdio::from(typed)))
}

fn said(ended: &Ended) -> &str {
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert_eq!(ended.stderr, "");
    ended.stdout.trim_end()
}

fn refused(ended: &Ended) -> &str {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
    ended.only_line()
}

#[tokio::test]
async fn people_are_managed_while_the_site_runs() {
    let program = Program::start(|_| {}).await;
    let home = program.home();
    assert_eq!(said(&user(home, &["list"])), "Nobody has an account. `dryrun user create NAME` makes one.");
    let created = user_typing(home, &["create", "Ada", "--password-stdin"], PASSWORD);
    assert_eq!(said(&created), "Ada can sign in now.");
    assert_eq!(said(&user(home, &["make-admin", "ada"])), "Ada is an administrator.");
    let listed = user(home, &["list"]);
    let listed = said(&listed);
    assert!(listed.starts_with("Ada  administrator  since 20") && listed.lines().count() == 1, "{listed}");

    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let sign_in = async |password: &str| {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("name", "Ada"), ("password", password)])
            .finish();
        let answer = client
            .post(format!("{}/login", program.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .expect("an answer");
        let cookie =
            answer.headers().get("set-cookie").map(|cookie| cookie.to_str().expect("ASCII").to_owned());
        (answer.status().as_u16(), cookie.and_then(|cookie| Some(cookie.split_once(';')?.0.to_owned())))
    };
    let get = async |path: &str, header: &str, value: &str| {
        let answer = client.get(format!("{}{path}", program.address)).header(header, value).send();
        answer.await.expect("an answer").status().as_u16()
    };
    let (status, cookie) = sign_in(PASSWORD).await;
    assert_eq!(status, 303);
    let cookie = cookie.expect("a session");
    assert_eq!(get("/admin", "cookie", &cookie).await, 200);

    let made = user(home, &["token", "Ada"]);
    let token = said(&made).lines().last().expect("a line");
    assert_eq!(token.len(), 64, "the token alone: {token}");
    let bearer = format!("Bearer {token}");
    assert_eq!(get("/api/v1/me", "authorization", &bearer).await, 200);

    let reset = user_typing(home, &["reset-password", "Ada", "--password-stdin"], "another lake, at dusk");
    assert_eq!(said(&reset), "Ada has the new password and is signed out everywhere.");
    assert_eq!(get("/account", "cookie", &cookie).await, 303);
    assert_eq!(sign_in(PASSWORD).await.0, 422);
    assert_eq!(sign_in("another lake, at dusk").await.0, 303);

    assert_eq!(said(&user(home, &["delete", "Ada"])), "Ada is deleted.");
    assert_eq!(get("/api/v1/me", "authorization", &bearer).await, 401);
    assert_eq!(said(&user(home, &["list"])), "Nobody has an account. `dryrun user create NAME` makes one.");
    assert!(!program.stderr().contains("error"), "{}", program.stderr());
}

#[tokio::test]
async fn what_cannot_be_done_is_one_line() {
    let home = home().await;
    let home = home.path();
    user_typing(home, &["create", "Ada", "--password-stdin"], PASSWORD);
    for (arguments, line) in [
        (
            &["create", "Ada", "--password-stdin"][..],
            "dryrun: somebody is called Ada already: choose another name",
        ),
        (&["create", "a", "--password-stdin"], "dryrun: A name has 2 to 32 characters."),
        (&["token", "Zoe"], "dryrun: nobody is called Zoe: `dryrun user list` shows who has an account"),
        (&["make-admin", "Zoe"], "dryrun: nobody is called Zoe: `dryrun user list` shows who has an account"),
        (&["delete", "Zoe"], "dryrun: nobody is called Zoe: `dryrun user list` shows who has an account"),
    ] {
        assert_eq!(refused(&user_typing(home, arguments, PASSWORD)), line, "{arguments:?}");
    }
    let weak = user_typing(home, &["create", "Zoe", "--password-stdin"], "Password123!");
    assert_eq!(
        refused(&weak),
        "dryrun: This password is one of those that are guessed first. Choose another."
    );
    let unknown = user(home, &["promote", "Ada"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(unknown.only_line().contains("unrecognized subcommand 'promote'"), "{}", unknown.stderr);
}

#[tokio::test]
async fn a_start_takes_out_what_has_expired() {
    let home = home().await;
    let file = home.path().join(".local/share/dryrun/dryrun.db");
    let connect = async || {
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection")
    };
    let mut connection = connect().await;
    sqlx::raw_sql(
        "insert into people (id, created_at_s, seen_at_s) values (1, 0, 0), (2, 0, unixepoch());
         insert into sign_ins (person, token_hash, created_at_s, used_at_s, expires_at_s, agent)
         values (1, x'01', 0, 0, 1, ''), (2, x'02', 0, 0, unixepoch() + 1000, '')",
    )
    .execute(&mut connection)
    .await
    .expect("two guests");
    connection.close().await.expect("a clean end");

    let program = Program::start_in(home, |_| {});
    let mut connection = connect().await;
    let guests: Vec<i64> =
        sqlx::query_scalar("select id from people").fetch_all(&mut connection).await.expect("guests");
    let sessions: Vec<i64> =
        sqlx::query_scalar("select person from sign_ins").fetch_all(&mut connection).await.expect("sessions");
    assert_eq!((guests, sessions), (vec![2], vec![2]));
    drop(program);
}

#[tokio::test]
async fn the_link_is_printed_only_while_there_is_no_administrator() {
    let home = home().await;
    user_typing(home.path(), &["create", "Ada", "--password-stdin"], PASSWORD);
    let program = Program::start_in(home, |_| {});
    assert!(program.greeting.contains("Make yourself the administrator"), "{}", program.greeting);
    said(&user(program.home(), &["make-admin", "Ada"]));
    program.signal("TERM");
    let (_, home) = program.ended();
    let program = Program::start_in(home, |_| {});
    assert!(!program.greeting.contains("/setup/"), "{}", program.greeting);
}
