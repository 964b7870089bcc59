//! Packages of Anki, taken apart and put together for stories: the database in one as a file that a story changes.

use std::io::{Cursor, Read as _, Write as _};

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The collection of a package.
pub struct Unpacked {
    folder: TempDir,
}

impl Unpacked {
    pub fn from(package: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("collection"), entry(package, "collection.anki21"))
            .expect("a file");
        Self { folder }
    }

    /// A collection with the tables that are read and nothing in them.
    pub async fn empty() -> Self {
        let this = Self { folder: tempfile::tempdir().expect("a folder") };
        this.run(
            "create table notes (id integer primary key, guid text not null);
             create table cards (id integer primary key, nid integer not null, ord integer not null);
             create table revlog (id integer primary key, cid integer, ease integer, ivl integer, lastIvl integer,
                                  factor integer, time integer, type integer);",
        )
        .await;
        this
    }

    pub async fn connect(&self) -> SqliteConnection {
        let file = self.folder.path().join("collection");
        let url = format!("sqlite://{}?mode=rwc", file.display());
        SqliteConnection::connect(&url).await.expect("a database")
    }

    pub async fn run(&self, sql: &str) {
        let mut db = self.connect().await;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db).await.expect(sql);
        db.close().await.expect("a clean end");
    }

    /// Every row of a statement with one JSON text.
    pub async fn json(&self, sql: &str) -> Vec<serde_json::Value> {
        let mut db = self.connect().await;
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut db).await.expect(sql);
        db.close().await.expect("a clean end");
        rows.iter().map(|row| serde_json::from_str(row).expect(row)).collect()
    }

    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("collection")).expect("a file")
    }

    /// As Anki of 2.1 wrote packages.
    pub fn packed(&self) -> Vec<u8> {
        archive(&[
            ("collection.anki2", b"a stand-in"),
            ("collection.anki21", &self.bytes()),
            ("media", b"{}"),
        ])
    }

    /// As Anki writes them today.
    pub fn packed_newly(&self) -> Vec<u8> {
        let compressed = zstd::encode_all(self.bytes().as_slice(), 0).expect("zstd");
        archive(&[
            ("meta", &[8, 3]),
            ("collection.anki21b", &compressed),
            ("collection.anki2", b"a stand-in"),
        ])
    }
}

pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

pub fn names(package: &[u8]) -> Vec<String> {
    let archive = ZipArchive::new(Cursor::new(package)).expect("an archive");
    archive.file_names().map(|name| name.expect("a name").into_owned()).collect()
}

pub fn entry(package: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(package)).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name(name).expect(name).read_to_end(&mut bytes).expect("whole");
    bytes
}
