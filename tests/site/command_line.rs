//! Flags, variables, and failures: one clear line, the right exit code, nothing half-written.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::overlay::Overlay;
use crate::program::{Ended, Program, dryrun, run};
use crate::test_site::copy_synced_database;

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn serve(data: &Path) -> Ended {
    run(dryrun(data).args(["serve", "--bind", "127.0.0.1:0", "--data-dir"]).arg(data))
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_taken_port_is_told_before_anything_is_written() {
    let home = home();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let ended = run(dryrun(home.path()).args(["--bind", &address.to_string(), "--data-dir", "data"]));
    assert_eq!(ended.status.code(), Some(1));
    let line = ended.only_line();
    assert!(line.starts_with(&format!("dryrun: cannot listen on {address} (")), "{line}");
    assert!(line.ends_with("choose another address with --bind"), "{line}");
    assert_eq!(files(home.path()), [] as [&str; 0]);
}

#[test]
fn a_data_folder_that_is_a_file_is_told_and_left_alone() {
    let home = home();
    let file = home.path().join("data");
    fs::write(&file, "my notes").expect("a file");
    for folder in [file.clone(), file.join("below")] {
        let ended = run(dryrun(home.path()).args(["--bind", "127.0.0.1:0", "--data-dir"]).arg(&folder));
        assert_eq!(ended.status.code(), Some(1));
        let line = ended.only_line();
        assert!(
            line.starts_with(&format!("dryrun: the data folder {} cannot be used (", folder.display())),
            "{line}"
        );
        assert!(line.ends_with("choose another with --data-dir"), "{line}");
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "my notes");
    assert_eq!(files(home.path()), ["data"]);
}

#[tokio::test]
async fn a_damaged_database_is_told_and_left_as_it_was() {
    let synced = home();
    copy_synced_database(synced.path()).await;
    let good = fs::read(synced.path().join("dryrun.db")).expect("a database");
    let mut scrambled = good.clone();
    scrambled[100..12_000].fill(0xaa);
    for (what, bytes) in [
        (
            "text",
            b"This is no database, and much longer than a header of one hundred bytes would be.".repeat(3),
        ),
        ("scrambled", scrambled),
    ] {
        let data = home();
        let file = data.path().join("dryrun.db");
        fs::write(&file, &bytes).expect("a file");
        let ended = serve(data.path());
        assert_eq!(ended.status.code(), Some(1), "{what}");
        let line = ended.only_line();
        assert!(
            line.starts_with(&format!("dryrun: {} is not a usable SQLite database (", file.display())),
            "{what}: {line}"
        );
        assert!(line.ends_with("restore a backup, or move the file away to start afresh"), "{what}: {line}");
        assert!(fs::read(&file).expect("still there") == bytes, "{what}: not a byte is changed");
        assert!(!line.contains("sqlx") && !line.contains("migration"), "{what}: {line}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_told_and_left_as_it_was() {
    let data = home();
    copy_synced_database(data.path()).await;
    change(data.path(), "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'from the future', true, x'00', 0)").await;
    let file = data.path().join("dryrun.db");
    let before = fs::read(&file).expect("a database");
    let ended = serve(data.path());
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.only_line(),
        format!(
            "dryrun: {} was written by a newer Dryrun: run that version, or choose another folder with --data-dir",
            file.display()
        )
    );
    assert!(fs::read(&file).expect("still there") == before, "not a byte is changed");
}

#[tokio::test]
async fn a_database_whose_migration_is_another_is_told() {
    let data = home();
    copy_synced_database(data.path()).await;
    change(data.path(), "update _sqlx_migrations set checksum = x'00' where version = 1").await;
    let ended = serve(data.path());
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.only_line().contains("migration 1 is not the one that made it"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_told() {
    let data = home();
    copy_synced_database(data.path()).await;
    let url = format!("sqlite://{}", data.path().join("dryrun.db").display());
    let mut holder = SqliteConnection::connect(&url).await.expect("a connection");
    sqlx::raw_sql("pragma locking_mode = exclusive; begin exclusive")
        .execute(&mut holder)
        .await
        .expect("the lock");
    let ended = serve(data.path());
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended
            .only_line()
            .ends_with("is in use by another program and stays locked: stop that program and try again"),
        "{}",
        ended.stderr
    );
}

async fn change(data: &Path, sql: &'static str) {
    let url = format!("sqlite://{}", data.join("dryrun.db").display());
    let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
    sqlx::raw_sql(sql).execute(&mut connection).await.expect(sql);
    connection.close().await.expect("a clean end");
}

#[test]
fn a_content_folder_that_is_not_there_is_told() {
    let home = home();
    for command in [
        &["serve", "--bind", "127.0.0.1:0", "--data-dir", "data", "--content", "nowhere"][..],
        &["check", "--content", "nowhere"],
    ] {
        let ended = run(dryrun(home.path()).args(command));
        assert_eq!(ended.status.code(), Some(1));
        let line = ended.only_line();
        assert!(line.starts_with("dryrun: the content folder nowhere cannot be read ("), "{line}");
        assert!(line.ends_with("give a folder of the same shape as content/"), "{line}");
        assert_eq!(files(home.path()), [] as [&str; 0]);
    }
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_is_right() {
    let home = home();
    for (arguments, words) in [
        (&["--port", "80"][..], "--port"),
        (&["--bind", "everywhere"], "everywhere"),
        (&["--bind", "127.0.0.1:99999"], "99999"),
        (&["--base-url", "dryrun.example.org"], "such as https://dryrun.example.org"),
        (&["--base-url", "https://example.org/a/path"], "such as https://dryrun.example.org"),
        (&["--base-url", "ftp://example.org"], "such as https://dryrun.example.org"),
        (&["--log-format", "xml"], "text, json"),
        (&["--trusted-proxy", "everyone"], "such as 127.0.0.1 or 10.0.0.0/8"),
        (&["--trusted-proxy", "10.0.0.0/33"], "10.0.0.0/33"),
        (&["--metrics", "everybody"], "give local, an address or a network"),
        (&["dance"], "dance"),
        (&["check", "--bind", "127.0.0.1:0"], "--bind"),
        // a flag before the command would be another command's: it is refused, not forgotten
        (&["--data-dir", "elsewhere", "check"], "check"),
    ] {
        let ended = run(dryrun(home.path()).args(arguments));
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
        assert!(
            ended.stderr.starts_with("dryrun: ")
                && ended.stderr.lines().count() == 1
                && ended.stderr.contains(words),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
    assert_eq!(files(home.path()), [] as [&str; 0]);
}

#[test]
fn help_and_version_answer_on_standard_output() {
    let home = home();
    let help = run(dryrun(home.path()).arg("--help"));
    assert_eq!((help.status.code(), help.stderr.as_str()), (Some(0), ""));
    for words in
        ["serve", "check", "--bind", "--data-dir", "--content", "--base-url", "DRYRUN_BIND", "127.0.0.1:3000"]
    {
        assert!(help.stdout.contains(words), "{words}\n{}", help.stdout);
    }
    let version = run(dryrun(home.path()).arg("--version"));
    assert_eq!(version.stdout, format!("dryrun {}\n", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn every_flag_can_be_a_variable() {
    let overlay = Overlay::with_topics(&["attic"]);
    let data = home();
    let program = Program::start(|command| {
        command
            .env("DRYRUN_DATA_DIR", data.path())
            .env("DRYRUN_CONTENT", overlay.path())
            .env("DRYRUN_BASE_URL", "https://dryrun.example.org")
            .env("DRYRUN_NO_PAGE_CACHE", "true")
            .env("DRYRUN_LOG", "off");
    })
    .await;
    assert!(
        program.greeting.contains(&format!("Data folder: {} (dryrun.db)", data.path().display())),
        "{}",
        program.greeting
    );
    assert_eq!(program.address, "https://dryrun.example.org", "the address that people type");
    assert!(files(data.path()).contains(&"dryrun.db".to_owned()));
    assert_eq!(program.stderr(), "", "no log at all");
}

#[tokio::test]
async fn a_flag_wins_over_its_variable() {
    let (named, given) = (home(), home());
    let program = Program::start(|command| {
        command.env("DRYRUN_DATA_DIR", named.path()).arg("--data-dir").arg(given.path());
    })
    .await;
    assert!(program.greeting.contains(&given.path().display().to_string()), "{}", program.greeting);
    assert_eq!(files(named.path()), [] as [&str; 0]);
}
