//! Short stories: a site is updated, and the copy that it made before.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};
use tempfile::TempDir;

use super::super::Db;
use super::*;

/// A migration that a careless release could have.
const LOSES_NAMES: &str = "update people set name = 'somebody', name_key = 'somebody'";
/// One that fails half-way.
const FAILS: &str = "delete from people; insert into nowhere (a) values (1)";

/// The program after an update that brings one more migration.
fn updated(sql: &'static str) -> Migrator {
    let mut migrations: Vec<Migration> = MIGRATOR.iter().cloned().collect();
    migrations.push(Migration::new(9001, "more".into(), MigrationType::Simple, sql.into_sql_str(), false));
    Migrator::with_migrations(migrations)
}

async fn folder_with(people: &[&str]) -> TempDir {
    let data = tempfile::tempdir().expect("a temporary folder");
    Db::open(data.path()).await.expect("a database").close().await;
    for name in people {
        let sql = format!(
            "insert into people (name, name_key, password_hash, created_at_s, seen_at_s) values ('{name}', '{name}', 'x', 0, 0)"
        );
        let mut db = connect(&data.path().join(FILE_NAME), Access::Change).await.expect("a connection");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db).await.expect("a row");
        db.close().await.expect("a clean end");
    }
    data
}

async fn names(file: &Path) -> Vec<String> {
    let mut db = connect(file, Access::Change).await.expect("a connection");
    let names = sqlx::query_scalar("select name from people order by name").fetch_all(&mut db).await;
    db.close().await.expect("a clean end");
    names.expect("names")
}

fn backups(data: &TempDir) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(data.path().join(FOLDER_NAME)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn people_are_copied_before_a_migration_changes_them() {
    let data = folder_with(&["ada"]).await;
    let before = newest_applied(&data).await;
    let db = Db::open_with(data.path(), &updated(LOSES_NAMES)).await.expect("an update");
    db.close().await;
    assert_eq!(names(&data.path().join(FILE_NAME)).await, ["somebody"]);
    let [backup] = backups(&data).try_into().expect("one backup and nothing else");
    let name = backup.file_name().and_then(|name| name.to_str()).expect("a name");
    assert_eq!(Made::of(name).expect("a name with version and time").version, before);
    assert_eq!(names(&backup).await, ["ada"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| path.metadata().expect("metadata").permissions().mode() & 0o777;
        assert_eq!((mode(&backup), mode(backup.parent().expect("a folder"))), (0o600, 0o700));
    }
}

async fn newest_applied(data: &TempDir) -> i64 {
    let file = data.path().join(FILE_NAME);
    let mut db = connect(&file, Access::Read).await.expect("a connection");
    applied_version(&file, &mut db, &MIGRATOR).await.expect("ours").expect("migrated")
}

#[tokio::test]
async fn nothing_is_copied_without_people_or_without_a_migration() {
    let data = folder_with(&[]).await;
    Db::open_with(data.path(), &updated(LOSES_NAMES)).await.expect("an update").close().await;
    assert_eq!(backups(&data), [] as [&Path; 0], "nobody is in it");

    let data = folder_with(&["ada"]).await;
    Db::open(data.path()).await.expect("a start").close().await;
    assert_eq!(backups(&data), [] as [&Path; 0], "nothing is migrated");
}

#[tokio::test]
async fn a_migration_that_fails_changes_nothing_and_its_copy_stays() {
    let data = folder_with(&["ada", "grace"]).await;
    let error = Db::open_with(data.path(), &updated(FAILS)).await.expect_err("a migration that fails");
    assert!(error.to_string().contains("nowhere"), "{error}");
    assert_eq!(names(&data.path().join(FILE_NAME)).await, ["ada", "grace"]);
    let [backup] = backups(&data).try_into().expect("one backup");
    assert_eq!(names(&backup).await, ["ada", "grace"]);
}

#[tokio::test]
async fn nothing_is_migrated_when_the_copy_cannot_be_made() {
    let data = folder_with(&["ada"]).await;
    fs::write(data.path().join(FOLDER_NAME), "a file in the way").expect("a file");
    let error = Db::open_with(data.path(), &updated(LOSES_NAMES)).await.expect_err("no place for a backup");
    let told = error.to_string();
    assert!(told.starts_with("the database must be migrated, and its backup "), "{told}");
    assert!(told.ends_with("mend that and start again"), "{told}");
    assert_eq!(names(&data.path().join(FILE_NAME)).await, ["ada"]);
}

#[tokio::test]
async fn the_newest_five_are_kept_and_what_others_put_there() {
    let data = folder_with(&["ada"]).await;
    let folder = data.path().join(FOLDER_NAME);
    fs::create_dir(&folder).expect("a folder");
    let older = [
        "dryrun-v3-20260105T080000Z.db",
        "dryrun-v3-20260101T080000Z.db",
        // a higher version is not a later moment: somebody went back for a while
        "dryrun-v7-20260102T080000Z.db",
        "dryrun-v3-20260103T080000Z.db",
        "dryrun-v12-20260104T080000Z.db",
    ];
    let others = ["before-the-move.db", "dryrun-v3-monday.db", "dryrun-v03-20260101T080000Z.db"];
    for name in older.iter().chain(&others) {
        fs::write(folder.join(name), name).expect("a file");
    }
    Db::open_with(data.path(), &updated(LOSES_NAMES)).await.expect("an update").close().await;
    let left: Vec<String> = backups(&data)
        .iter()
        .filter_map(|path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned))
        .collect();
    for other in others {
        assert!(left.contains(&other.to_owned()), "{other} is not ours to remove: {left:?}");
    }
    let mut made: Vec<Made> = left.iter().filter_map(|name| Made::of(name)).collect();
    made.sort();
    let moments: Vec<&str> = made.iter().map(|made| made.at.as_str()).collect();
    assert_eq!(
        moments[..4],
        ["20260102T080000Z", "20260103T080000Z", "20260104T080000Z", "20260105T080000Z"]
    );
    assert_eq!(moments.len(), KEPT, "the oldest made room for the new one");
}
