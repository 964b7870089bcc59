//! Every migration runs on a database that has rows in it.
//!
//! `tests/migrations/NUMBER_NAME.sql` inserts rows after the migration of the same name and before the next one: rows
//! in every table that the migration makes. A migration without such a file fails here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dryrun::db::{Db, FILE_NAME, MIGRATOR};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect()
}

/// The tables that a person's or the bank's rows are in: not those that SQLite, sqlx or a full-text index keeps for itself.
async fn tables(connection: &mut SqliteConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select name from pragma_table_list
         where schema = 'main' and type in ('table', 'virtual') and name not like 'sqlite_%' and name <> '_sqlx_migrations'
         order by name",
    )
    .fetch_all(connection)
    .await
    .expect("the tables")
}

async fn rows(connection: &mut SqliteConnection, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(connection).await.expect("a number")
}

async fn assert_sound(connection: &mut SqliteConnection, when: &str) {
    let broken: i64 = sqlx::query_scalar("select count(*) from pragma_foreign_key_check")
        .fetch_one(&mut *connection)
        .await
        .expect("a number");
    assert_eq!(broken, 0, "{when}: rows point at rows that are not there");
    let sound: Vec<String> =
        sqlx::query_scalar("pragma integrity_check").fetch_all(connection).await.expect("an answer");
    assert_eq!(sound, ["ok"], "{when}");
}

#[test]
fn every_migration_has_sample_rows() {
    let migrations = names(&folder("migrations"));
    assert_eq!(
        migrations,
        names(&folder("tests/migrations")),
        "tests/migrations has a file for each migration and no other"
    );
    assert_eq!(migrations.len(), MIGRATOR.iter().count());
}

#[tokio::test]
async fn migrations_run_one_after_the_other_on_a_database_with_rows() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}?mode=rwc", data.path().join(FILE_NAME).display());
    let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
    for file in names(&folder("migrations")) {
        let version: i64 =
            file.split('_').next().and_then(|number| number.parse().ok()).expect("a number at its beginning");
        MIGRATOR.run_to(version, &mut connection).await.unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_sound(&mut connection, &format!("after {file}")).await;
        let sample = fs::read_to_string(folder("tests/migrations").join(&file)).expect("sample rows");
        sqlx::raw_sql(AssertSqlSafe(sample))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("rows of {file}: {error}"));
        assert_sound(&mut connection, &format!("with the rows of {file}")).await;
        for table in tables(&mut connection).await {
            assert!(
                rows(&mut connection, &table).await > 0,
                "the rows of {file} leave {table} empty: add one"
            );
        }
    }
    let mut before = Vec::new();
    for table in tables(&mut connection).await {
        before.push((table.clone(), rows(&mut connection, &table).await));
    }
    connection.close().await.expect("a clean end");

    // the program itself finds nothing left to do, and nothing gone
    let db = Db::open(data.path()).await.expect("a database that is up to date");
    db.close().await;
    let mut connection = SqliteConnection::connect(&url).await.expect("a connection");
    for (table, number) in before {
        assert_eq!(rows(&mut connection, &table).await, number, "{table}");
    }
    assert_sound(&mut connection, "after a start").await;
}
