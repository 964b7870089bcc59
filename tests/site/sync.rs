//! What the sync at the start writes, and what it leaves alone.

use std::collections::BTreeMap;

use dryrun::clock::Clock;
use dryrun::content::Sources;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Connection as _, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _};

use crate::bank;
use crate::overlay::{Overlay, QUESTION_FILE, question_with};
use crate::test_site::{Setup, TestSite, noon};

const PARTS: [&str; 12] = [
    "sections",
    "key_points",
    "steps",
    "follow_ups",
    "quiz_items",
    "question_tags",
    "question_aliases",
    "relations",
    "question_labs",
    "sources",
    "facts",
    "question_documents",
];

/// All rows of the parts of questions: table and question number, then the rows as text.
async fn parts(site: &TestSite) -> BTreeMap<(String, i64), Vec<String>> {
    let mut found: BTreeMap<(String, i64), Vec<String>> = BTreeMap::new();
    for table in PARTS {
        let sql = sqlx::AssertSqlSafe(format!("select * from {table}"));
        for row in sqlx::query(sql).fetch_all(&mut *site.db().reader().await.unwrap()).await.expect(table) {
            found.entry((table.to_owned(), row.get("question"))).or_default().push(text(&row));
        }
    }
    found
}

fn text(row: &SqliteRow) -> String {
    let value = |at: usize| match row.try_get_raw(at).expect("a value").type_info().name() {
        "INTEGER" => row.get::<i64, _>(at).to_string(),
        "TEXT" => row.get(at),
        "BLOB" => format!("{:x?}", row.get::<Vec<u8>, _>(at)),
        _ => "null".to_owned(),
    };
    row.columns().iter().map(|column| value(column.ordinal())).collect::<Vec<_>>().join("\t")
}

#[tokio::test]
async fn the_first_start_writes_every_question_with_all_its_parts() {
    let site = Setup::new().first_start().start().await;
    let questions = bank::questions();
    assert_eq!((site.synced.written, site.synced.archived), (questions.len(), 0));
    assert_eq!(site.synced.problems, []);
    for written in &questions {
        let row = sqlx::query(
            "select number, added_at_s, updated_at_s, archived_at_s from questions where id = ?1",
        )
        .bind(&written.id)
        .fetch_one(&mut *site.db().reader().await.unwrap())
        .await
        .expect("a row");
        assert_eq!(row.get::<i64, _>("added_at_s"), noon().as_second());
        assert_eq!(row.get::<Option<i64>, _>("archived_at_s"), None);
        let number: i64 = row.get("number");
        for (table, expected) in [
            ("sections", 4),
            ("key_points", written.ids("key_points").len()),
            ("steps", written.steps().len()),
            ("follow_ups", written.follow_ups().len()),
            ("quiz_items", written.ids("quiz").len()),
            ("question_tags", written.front["tags"].as_array().map_or(0, Vec::len)),
            ("question_aliases", written.front["aliases"].as_array().map_or(0, Vec::len)),
            ("relations", written.ids("related").len()),
            ("sources", written.front["sources"].as_array().map_or(0, Vec::len)),
            ("facts", written.front["facts"].as_array().map_or(0, Vec::len)),
        ] {
            let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table} where question = ?1"));
            let rows: i64 = sqlx::query_scalar(sql)
                .bind(number)
                .fetch_one(&mut *site.db().reader().await.unwrap())
                .await
                .expect(table);
            assert_eq!(rows, expected as i64, "{} {table}", written.id);
        }
    }
    assert_eq!(site.number("select version from content_state").await, 1);
    assert_eq!(site.number("select count(*) from topics").await, bank::topics().len() as i64);
    assert_eq!(site.number("select count(*) from pragma_foreign_key_check").await, 0);
}

#[tokio::test]
async fn an_unchanged_start_writes_nothing() {
    let overlay = Overlay::with_question();
    overlay.write("questions/attic/broken.md", "no question\n");
    let site = Setup::new().overlay(&overlay).start().await;
    assert_eq!(site.synced.problems.len(), 1);
    let url = format!("sqlite://{}", site.database_file().display());
    let mut watcher = SqliteConnection::connect(&url).await.expect("a connection");
    // changes with every commit of another connection: https://www.sqlite.org/pragma.html#pragma_data_version
    let version = async |watcher: &mut SqliteConnection| -> i64 {
        sqlx::query_scalar("pragma data_version").fetch_one(watcher).await.expect("a number")
    };
    let before = version(&mut watcher).await;
    let content_version = site.number("select version from content_state").await;

    site.clock().advance(60 * 60);
    let sources = Sources::find(Some(overlay.path())).expect("readable content");
    let again = dryrun::content::sync::sync(site.db(), sources, site.clock()).await.expect("a sync");
    assert_eq!((again.written, again.archived), (0, 0));
    assert_eq!(version(&mut watcher).await, before, "nothing was committed");
    assert_eq!(site.number("select version from content_state").await, content_version);
    let told: Vec<String> = again.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        site.synced.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "problems are told at every start"
    );

    // the watch sees what it should see
    overlay.write(QUESTION_FILE, question_with(&[("minutes: 2", "minutes: 3")]));
    let sources = Sources::find(Some(overlay.path())).expect("readable content");
    let changed = dryrun::content::sync::sync(site.db(), sources, site.clock()).await.expect("a sync");
    assert_eq!(changed.written, 1);
    assert_ne!(version(&mut watcher).await, before);
    assert_eq!(site.number("select version from content_state").await, content_version + 1);
}

#[tokio::test]
async fn an_edited_question_changes_its_own_rows_and_keeps_its_number_and_its_day() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    let before = parts(&site).await;
    let number = site.number("select number from questions where id = 's3-versioning'").await;

    site.clock().advance(60 * 60);
    overlay.write(
        QUESTION_FILE,
        question_with(&[
            ("You need one bucket.", "You need two buckets."),
            ("tags: [s3, versioning]", "tags: [s3, retention]"),
        ]),
    );
    let site = site.restart(Some(&overlay)).await;
    assert_eq!((site.synced.written, site.synced.archived), (1, 0));
    let after = parts(&site).await;
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let changed: Vec<&str> = before
        .iter()
        .filter(|(key, rows)| after[*key] != **rows)
        .map(|((table, _), _)| table.as_str())
        .collect();
    assert_eq!(changed, ["question_documents", "question_tags", "sections"]);
    assert!(
        before.iter().all(|(key, rows)| key.1 == number || after[key] == *rows),
        "no other question is touched"
    );

    let row =
        sqlx::query("select number, added_at_s, updated_at_s from questions where id = 's3-versioning'")
            .fetch_one(&mut *site.db().reader().await.unwrap())
            .await
            .expect("a row");
    assert_eq!(row.get::<i64, _>("number"), number);
    assert_eq!(row.get::<i64, _>("added_at_s"), noon().as_second());
    assert_eq!(row.get::<i64, _>("updated_at_s"), noon().as_second() + 60 * 60);
    assert_eq!(site.number("select count(*) from questions where updated_at_s > added_at_s").await, 1);
    assert!(site.whole_list("tag=retention").await.contains(&"s3-versioning".to_owned()));
    assert!(!site.whole_list("tag=versioning").await.contains(&"s3-versioning".to_owned()));
}

#[tokio::test]
async fn a_question_is_updated_when_its_text_changes_and_not_when_a_list_beside_it_does() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    site.clock().advance(60 * 60);
    overlay.write("synonyms.toml", "groups = [[\"bucket\", \"pail\"]]\n");
    let site = site.restart(Some(&overlay)).await;
    assert_eq!(site.synced.written, site.total().await, "every question is read with the new synonyms");
    assert_eq!(site.number("select count(*) from questions where updated_at_s > added_at_s").await, 0);
}

#[tokio::test]
async fn a_question_whose_file_is_gone_is_archived_and_comes_back_as_the_same_one() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    let number = site.number("select number from questions where id = 's3-versioning'").await;
    let all = site.total().await;

    overlay.remove(QUESTION_FILE);
    site.clock().advance(24 * 60 * 60);
    let site = site.restart(Some(&overlay)).await;
    assert_eq!((site.synced.written, site.synced.archived), (0, 1));
    assert_eq!(
        site.number("select archived_at_s from questions where id = 's3-versioning'").await,
        noon().as_second() + 24 * 60 * 60
    );
    assert_eq!(site.get("/questions/s3-versioning").await.status, 404);
    assert_eq!(site.get("/api/v1/questions/s3-versioning").await.status, 404);
    assert_eq!(site.total().await, all - 1);
    let found = site.page("/search?q=versioning").await.listed();
    assert!(!found.contains(&"s3-versioning".to_owned()), "{found:?}");
    for path in ["/sitemap.xml", "/feed.xml", "/topics/attic", "/questions/shared-responsibility-model"] {
        assert!(!site.get(path).await.text().contains("/questions/s3-versioning"), "{path}");
    }
    let places =
        site.number("select max(browse_order) - count(*) from questions where archived_at_s is null").await;
    assert_eq!(places, 0, "the order has no gap, so that the question of the day finds its way");

    overlay.write(QUESTION_FILE, crate::overlay::QUESTION);
    let site = site.restart(Some(&overlay)).await;
    assert_eq!((site.synced.written, site.synced.archived), (1, 0));
    assert_eq!(site.number("select number from questions where id = 's3-versioning'").await, number);
    assert_eq!(site.number("select count(*) from questions where archived_at_s is not null").await, 0);
    assert_eq!(
        site.page("/questions/s3-versioning").await.text("h1"),
        "What does S3 versioning protect you from?"
    );
    assert!(site.page("/search?q=versioning").await.listed().contains(&"s3-versioning".to_owned()));
}

#[tokio::test]
async fn a_sync_that_fails_leaves_everything_as_it_was() {
    let overlay = Overlay::with_question();
    let site = TestSite::start().await;
    let before = parts(&site).await;
    site.behind_its_back(
        "create trigger full before insert on facts begin select raise(abort, 'the disk is full'); end",
    )
    .await;
    let sources = Sources::find(Some(overlay.path())).expect("readable content");
    let failed = dryrun::content::sync::sync(site.db(), sources, &Clock::set_to(noon())).await;
    assert!(failed.is_err_and(|error| error.to_string().contains("the disk is full")));
    assert_eq!(parts(&site).await, before);
    assert_eq!(site.number("select count(*) from questions where id = 's3-versioning'").await, 0);
    assert_eq!(site.number("select version from content_state").await, 1);
    assert_eq!(site.get("/questions").await.status, 200);
}
