//! `dryrun backup` and `dryrun restore`: copies that can be relied on, and nothing lost on the way back.

use std::fs;
use std::path::{Path, PathBuf};

use dryrun::db::MIGRATOR;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::program::{Ended, Program, dryrun, run};
use crate::test_site::copy_synced_database;

const ADA: &str = "insert into people (name, name_key, password_hash, created_at_s, seen_at_s) values ('Ada', 'ada', 'x', 0, 0)";
const GRACE: &str = "insert into people (name, name_key, password_hash, created_at_s, seen_at_s) values ('Grace', 'grace', 'x', 0, 0)";

async fn open(file: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a connection")
}

async fn change(file: &Path, sql: &'static str) {
    let mut db = open(file).await;
    sqlx::raw_sql(sql).execute(&mut db).await.expect(sql);
    db.close().await.expect("a clean end");
}

async fn names(file: &Path) -> Vec<String> {
    let mut db = open(file).await;
    let names = sqlx::query_scalar("select name from people order by name").fetch_all(&mut db).await;
    db.close().await.expect("a clean end");
    names.expect("names")
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A home folder whose `data` has a synced database with Ada in it.
async fn home_of_ada() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = home.path().join("data");
    fs::create_dir(&data).expect("a folder");
    copy_synced_database(&data).await;
    change(&data.join("dryrun.db"), ADA).await;
    (home, data)
}

fn dryrun_with(home: &Path, arguments: &[&str]) -> Ended {
    run(dryrun(home).args(arguments).args(["--data-dir", "data"]))
}

fn succeed(ended: &Ended) -> &str {
    assert_eq!((ended.status.code(), ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    &ended.stdout
}

#[tokio::test]
async fn a_backup_while_the_site_runs_holds_what_was_written_a_moment_ago() {
    let (home, data) = home_of_ada().await;
    let program = Program::start_in(home, |command| {
        command.args(["serve", "--data-dir", "data"]);
    });
    // into the write-ahead log, which is not in the file yet
    let mut writing = open(&data.join("dryrun.db")).await;
    sqlx::raw_sql(GRACE).execute(&mut writing).await.expect("a row");
    // and somebody is in the middle of something
    sqlx::raw_sql("begin immediate; delete from people").execute(&mut writing).await.expect("a change");

    let file = program.home().join("copy.db");
    let ended = dryrun_with(program.home(), &["backup", "copy.db"]);
    let told = succeed(&ended);
    assert!(told.starts_with("Backup written and checked: copy.db (") && told.ends_with(" KiB)\n"), "{told}");
    assert_eq!(names(&file).await, ["Ada", "Grace"], "all that is committed and nothing else");
    let mut copy = open(&file).await;
    let questions: i64 =
        sqlx::query_scalar("select count(*) from questions").fetch_one(&mut copy).await.expect("a number");
    assert_eq!(questions, i64::try_from(crate::bank::questions().len()).expect("not that many"));
    assert_eq!(files(program.home()), ["copy.db", "data", "stderr"], "nothing is left beside it");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().expect("metadata").permissions().mode() & 0o777, 0o600);
    }
    sqlx::raw_sql("rollback").execute(&mut writing).await.expect("an end");
    let answer = reqwest::get(format!("{}/readyz", program.address)).await.expect("an answer");
    assert_eq!(answer.status(), 200, "the site goes on");
}

#[tokio::test]
async fn an_existing_file_is_replaced_only_by_force() {
    let (home, data) = home_of_ada().await;
    let file = home.path().join("copy.db");
    fs::write(&file, "my only other copy").expect("a file");
    let refused = dryrun_with(home.path(), &["backup", "copy.db"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        refused.only_line(),
        "dryrun: copy.db exists already: choose another name, or replace it with --force"
    );
    assert_eq!(fs::read_to_string(&file).expect("still there"), "my only other copy");
    succeed(&dryrun_with(home.path(), &["backup", "--force", "copy.db"]));
    assert_eq!(names(&file).await, ["Ada"]);
    assert_eq!(files(&data), ["dryrun.db"], "the site's folder is as it was");
}

#[tokio::test]
async fn a_place_that_cannot_hold_a_backup_is_told() {
    let (home, data) = home_of_ada().await;
    fs::create_dir(home.path().join("folder")).expect("a folder");
    let before = fs::read(data.join("dryrun.db")).expect("a database");
    for (place, words) in [
        ("folder", "dryrun: folder is a folder: give the name of a file"),
        ("nowhere/copy.db", "dryrun: nowhere/copy.db cannot be written ("),
        ("data/dryrun.db", "dryrun: data/dryrun.db is a file of the site itself: choose another one"),
        ("folder/../data/dryrun.db-wal", "is a file of the site itself: choose another one"),
        ("data/dryrun.lock", "is a file of the site itself: choose another one"),
    ] {
        let ended = dryrun_with(home.path(), &["backup", place, "--force"]);
        assert_eq!(ended.status.code(), Some(1), "{place}");
        assert!(ended.only_line().contains(words), "{place}: {}", ended.stderr);
    }
    assert!(fs::read(data.join("dryrun.db")).expect("still there") == before, "not a byte is changed");
    assert_eq!(files(home.path()), ["data", "folder"]);
}

#[tokio::test]
async fn a_database_that_is_not_there_or_not_sound_is_not_backed_up() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let ended = dryrun_with(home.path(), &["backup", "copy.db"]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.only_line(),
        "dryrun: there is no database in data: choose the site's folder with --data-dir"
    );
    assert_eq!(files(home.path()), [] as [&str; 0], "no folder is made for it");

    let (home, data) = home_of_ada().await;
    change(&data.join("dryrun.db"), "pragma foreign_keys = off; insert into bookmarks values (4711, 1, 0)")
        .await;
    let ended = dryrun_with(home.path(), &["backup", "copy.db"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.only_line().contains("(a row of bookmarks points at one that is not there)"),
        "{}",
        ended.stderr
    );
    scramble(&data.join("dryrun.db"));
    let ended = dryrun_with(home.path(), &["backup", "copy.db"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.only_line().starts_with("dryrun: data/dryrun.db is not a usable SQLite database ("),
        "{}",
        ended.stderr
    );
    assert_eq!(files(home.path()), ["data"], "no copy of it has the name of a backup");
}

/// What a failing disk does to a file: its end is other bytes than were written.
fn scramble(file: &Path) {
    let mut bytes = fs::read(file).expect("a file");
    let half = bytes.len() / 2;
    bytes[half..].fill(0xaa);
    fs::write(file, bytes).expect("a file");
}

#[tokio::test]
async fn a_restored_backup_is_served_and_what_it_replaced_is_kept() {
    let (home, data) = home_of_ada().await;
    succeed(&dryrun_with(home.path(), &["backup", "copy.db"]));
    change(&data.join("dryrun.db"), GRACE).await;
    change(&data.join("dryrun.db"), "delete from people where name = 'Ada'").await;

    let ended = dryrun_with(home.path(), &["restore", "copy.db"]);
    let told = succeed(&ended);
    let (restored, kept) = told.trim_end().split_once('\n').expect("two lines");
    assert_eq!(restored, "Restored copy.db into data");
    let kept = kept.strip_prefix("The database that was there is kept: ").expect(told);
    let stamp = kept.strip_prefix("data/dryrun.db.before-restore-").expect(kept);
    assert!(stamp.len() == 16 && stamp.ends_with('Z'), "{stamp}");
    assert_eq!(names(&home.path().join(kept)).await, ["Grace"]);
    assert_eq!(names(&data.join("dryrun.db")).await, ["Ada"]);
    assert_eq!(names(&home.path().join("copy.db")).await, ["Ada"], "the backup is still one");

    let program = Program::start_in(home, |command| {
        command.args(["serve", "--data-dir", "data"]);
    });
    let answer =
        reqwest::get(format!("{}/questions/api-gateway-lambda", program.address)).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    program.signal("TERM");
    let (ended, home) = program.ended();
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    // back to what was replaced: it is a backup like any other
    let kept = kept.to_owned();
    succeed(&dryrun_with(home.path(), &["restore", &kept]));
    assert_eq!(names(&data.join("dryrun.db")).await, ["Grace"]);
    assert_eq!(names(&home.path().join(&kept)).await, ["Grace"], "no name is given twice");
}

#[tokio::test]
async fn an_older_backup_is_brought_up_to_date() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let old = home.path().join("old.db");
    let mut db = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", old.display()))
        .await
        .expect("a connection");
    MIGRATOR.run_to(2, &mut db).await.expect("an old database");
    sqlx::raw_sql("insert into topics values ('storage', 1, 'Storage', 'Where things are kept.')")
        .execute(&mut db)
        .await
        .expect("a row");
    db.close().await.expect("a clean end");
    let before = fs::read(&old).expect("a file");

    succeed(&dryrun_with(home.path(), &["restore", "old.db"]));
    let mut db = open(&home.path().join("data/dryrun.db")).await;
    let version: i64 = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(&mut db)
        .await
        .expect("a version");
    assert_eq!(Some(version), MIGRATOR.iter().map(|migration| migration.version).max());
    let topic: String =
        sqlx::query_scalar("select title from topics").fetch_one(&mut db).await.expect("a topic");
    assert_eq!(topic, "Storage");
    assert!(fs::read(&old).expect("a file") == before, "the backup is as it was");
    assert_eq!(files(home.path()), ["data", "old.db"]);
}

#[tokio::test]
async fn a_running_site_is_not_restored_under_its_feet() {
    let (home, data) = home_of_ada().await;
    let program = Program::start_in(home, |command| {
        command.args(["serve", "--data-dir", "data"]);
    });
    succeed(&dryrun_with(program.home(), &["backup", "copy.db"]));
    change(&data.join("dryrun.db"), GRACE).await;
    let ended = dryrun_with(program.home(), &["restore", "copy.db"]);
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(
        ended.only_line(),
        "dryrun: another Dryrun serves the data folder data: stop it first, or choose another folder with --data-dir"
    );
    assert_eq!(names(&data.join("dryrun.db")).await, ["Ada", "Grace"]);
}

#[tokio::test]
async fn a_database_that_another_program_has_open_is_not_replaced() {
    let (home, data) = home_of_ada().await;
    succeed(&dryrun_with(home.path(), &["backup", "copy.db"]));
    let mut other = open(&data.join("dryrun.db")).await;
    sqlx::raw_sql("pragma journal_mode = wal; begin; select count(*) from people")
        .execute(&mut other)
        .await
        .expect("a reader");
    let ended = dryrun_with(home.path(), &["restore", "copy.db"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.only_line().ends_with("stop that program and try again"), "{}", ended.stderr);
    other.close().await.expect("a clean end");
    assert_eq!(files(&data), ["dryrun.db", "dryrun.lock"], "no copy is left");
    succeed(&dryrun_with(home.path(), &["restore", "copy.db"]));
}

#[tokio::test]
async fn what_is_no_sound_backup_replaces_nothing() {
    let (home, data) = home_of_ada().await;
    let at = |name: &str| home.path().join(name);
    fs::write(at("text.db"), "no database, but long enough to have the header of one").expect("a file");
    fs::write(at("empty.db"), "").expect("a file");
    fs::create_dir(at("folder.db")).expect("a folder");
    for name in ["newer.db", "scrambled.db", "loose.db", "other-migration.db", "index.db"] {
        succeed(&dryrun_with(home.path(), &["backup", name]));
    }
    change(&at("newer.db"), "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'from the future', true, x'00', 0)").await;
    change(&at("loose.db"), "pragma foreign_keys = off; insert into bookmarks values (4711, 1, 0)").await;
    change(&at("other-migration.db"), "update _sqlx_migrations set checksum = x'00' where version = 1").await;
    // every page is whole, but an index no longer tells what its table does
    change(&at("index.db"), "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'browse_order', 'minutes') where name = 'questions_by_browse_order'").await;
    scramble(&at("scrambled.db"));
    let mut foreign = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", at("foreign.db").display()))
        .await
        .expect("a connection");
    sqlx::raw_sql("create table recipes (name text)").execute(&mut foreign).await.expect("a table");
    foreign.close().await.expect("a clean end");

    let before = fs::read(data.join("dryrun.db")).expect("a database");
    for (name, words) in [
        (
            "nowhere.db",
            "cannot be read (No such file or directory (os error 2)): check its name and its mode",
        ),
        ("text.db", "is not a SQLite database: give a file that `dryrun backup` wrote"),
        ("empty.db", "is not a SQLite database: give a file that `dryrun backup` wrote"),
        ("folder.db", "is a folder: give the name of a file"),
        ("foreign.db", "is a database of another program: give a file that `dryrun backup` wrote"),
        ("newer.db", "was written by a newer Dryrun: restore it with that version"),
        ("scrambled.db", "): use another backup"),
        ("index.db", "): use another backup"),
        ("loose.db", "is damaged (a row of bookmarks points at one that is not there): use another backup"),
        ("other-migration.db", "is damaged (migration 1 is not the one that made it): use another backup"),
    ] {
        let ended = dryrun_with(home.path(), &["restore", name]);
        assert_eq!(ended.status.code(), Some(1), "{name}");
        let line = ended.only_line();
        assert!(line.starts_with(&format!("dryrun: {name} ")) && line.ends_with(words), "{line}");
        assert!(
            fs::read(data.join("dryrun.db")).expect("still there") == before,
            "{name}: not a byte is changed"
        );
        let left = files(&data);
        assert!(left.iter().all(|file| file == "dryrun.db" || file == "dryrun.lock"), "{name}: {left:?}");
    }
    let ended = dryrun_with(home.path(), &["restore", "data/dryrun.db"]);
    assert!(
        ended.only_line().ends_with("is a file of the site itself: choose another one"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_damaged_database_and_its_journals_make_way_together() {
    let (home, data) = home_of_ada().await;
    succeed(&dryrun_with(home.path(), &["backup", "copy.db"]));
    fs::write(data.join("dryrun.db"), "what a broken disk left over of a database").expect("a file");
    fs::write(data.join("dryrun.db-wal"), "its log").expect("a file");
    fs::write(data.join("dryrun.db-journal"), "its journal").expect("a file");
    let ended = dryrun_with(home.path(), &["restore", "copy.db"]);
    let kept = succeed(&ended).trim_end().rsplit(' ').next().expect("a path").to_owned();
    let kept = kept.strip_prefix("data/").expect("in the folder");
    assert_eq!(
        files(&data),
        ["dryrun.db", kept, &format!("{kept}-journal"), &format!("{kept}-wal"), "dryrun.lock",]
    );
    assert_eq!(names(&data.join("dryrun.db")).await, ["Ada"]);
    assert_eq!(fs::read_to_string(data.join(format!("{kept}-wal"))).expect("a file"), "its log");
}

#[tokio::test]
async fn a_start_that_cannot_migrate_has_made_a_backup_and_says_where() {
    let (home, data) = home_of_ada().await;
    // the tables of the third migration are there, but it seems not to have run: it will fail
    change(&data.join("dryrun.db"), "delete from _sqlx_migrations where version >= 3").await;
    let ended = dryrun_with(home.path(), &["serve", "--bind", "127.0.0.1:0"]);
    assert_eq!(ended.status.code(), Some(1));
    let [backup] = files(&data.join("backups")).try_into().expect("one backup and nothing else");
    assert!(backup.starts_with("dryrun-v2-") && backup.ends_with("Z.db"), "{backup}");
    assert_eq!(names(&data.join("backups").join(&backup)).await, ["Ada"]);
    let told: Vec<&str> = ended.stderr.lines().filter(|line| line.contains("backed up")).collect();
    assert!(
        told.len() == 1 && told[0].contains(&format!("backup=data/backups/{backup}")),
        "one line: {}",
        ended.stderr
    );
    assert!(
        ended.stderr.lines().last().is_some_and(|line| line.contains("already exists")),
        "{}",
        ended.stderr
    );
}

#[test]
fn wrong_usage_of_backup_and_restore_is_exit_code_2() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for arguments in [&["backup"][..], &["restore"], &["backup", "a", "b"], &["restore", "a", "--force"]] {
        let ended = run(dryrun(home.path()).args(arguments));
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(ended.only_line().starts_with("dryrun: "), "{arguments:?}");
    }
    assert_eq!(files(home.path()), [] as [&str; 0]);
}
