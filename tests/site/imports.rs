//! Reading one's data back in the browser, and what an import does where ids or notes are not as it expects.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::browser_session::{PASSWORD, Visitor};
use crate::test_site::{ADDRESS, TestSite, request};

/// The JSON that the page gives.
async fn exported(visitor: &Visitor<'_>) -> Value {
    let answer = visitor.get("/account/export").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

async fn imported(visitor: &Visitor<'_>, document: &Value) -> String {
    let answer = visitor.upload("/account/import", "dryrun.json", document.to_string().as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    visitor.page(answer.header("location")).await.text("[role=status].notice")
}

fn review(client_id: &str, question: &str, at: &str, grade: u8, sequence: u32) -> Value {
    json!({
        "client_id": client_id, "question": question, "grade": grade, "reviewed_at": at, "day": 20_779,
        "interval_days": 3, "sequence": sequence
    })
}

/// A document with these reviews and events and the settings of another.
fn document(like: &Value, reviews: &[Value], events: &[Value]) -> Value {
    let mut document = like.clone();
    document["reviews"] = reviews.into();
    document["events"] = events.into();
    document
}

#[tokio::test]
async fn a_guest_takes_everything_away_and_a_member_of_another_site_brings_it_back() {
    let site = TestSite::start().await;
    let guest = Visitor::guest(&site).await;
    site.behind_its_back(
        "insert into review_log (person, question, at_s, day, kind, grade, interval_days, client_id)
         select 1, number, 1795348800 - number, 20779, 'grade', 3, number, 'answer-' || number from questions;
         insert into notes values (1, 1, 'Mind the **gap**.', 6); insert into bookmarks values (1, 2, 5);
         update people set new_per_day = 3",
    )
    .await;
    let page = guest.page("/account/data").await;
    assert_eq!(
        page.attributes("a[download]", "href"),
        ["/account/export", "/account/export?format=apkg", "/account/export?format=csv"]
    );
    assert_eq!(page.attributes(".form-aside a", "href"), ["/practice/settings"]);
    assert!(guest.page("/practice/settings").await.has("a[href='/account/data']"));
    let document = exported(&guest).await;

    let elsewhere = TestSite::start().await;
    let ada = Visitor::member(&elsewhere, "Ada").await;
    assert!(ada.page("/account").await.has("a[href='/account/data']"));
    let reviews = site.number("select count(*) from review_log").await;
    assert_eq!(imported(&ada, &document).await, format!("{reviews} new events; 0 were there already."));
    assert_eq!(imported(&ada, &document).await, format!("0 new events; {reviews} were there already."));
    let mut theirs = exported(&ada).await;
    theirs["exported_at"] = document["exported_at"].clone();
    assert_eq!(theirs, document, "the same reviews, note, bookmark and settings");
    assert_eq!(
        elsewhere.number("select count(*) from cards where due_day = 20779 + question").await,
        reviews
    );
}

#[tokio::test]
async fn an_event_whose_id_is_anothers_is_kept_under_an_id_of_its_own() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let like = exported(&ada).await;
    let first = review("the-same-id", "api-gateway-lambda", "2026-11-22T10:00:00Z", 3, 0);
    assert_eq!(imported(&ada, &document(&like, &[first], &[])).await, "1 new event; 0 were there already.");

    // another device gave another answer under the same id, and took it back
    let other = review("the-same-id", "vpc-core-components", "2026-11-22T11:00:00Z", 1, 0);
    let undo = json!({
        "client_id": "an-undo-of-it", "question": "vpc-core-components", "kind": "undo", "at": "2026-11-22T11:00:05Z",
        "day": 20_779, "undoes": "the-same-id", "sequence": 1
    });
    let theirs = document(&like, &[other], &[undo]);
    assert_eq!(
        imported(&ada, &theirs).await,
        "2 new events; 0 were there already. 1 of them has the id of another event here; it was kept under an id of its own."
    );
    assert_eq!(imported(&ada, &theirs).await, "0 new events; 2 were there already.", "and only once");
    let of = "select count(*) from review_log u join review_log l on l.id = u.undoes
              where l.client_id like 'clash-%' and length(l.client_id) between 8 and 64 and l.grade = 1 and u.kind = 'undo'";
    assert_eq!(site.number(of).await, 1, "what was taken back is the other's answer");
    assert_eq!(site.number("select count(*) from cards where grades = 1").await, 1);

    // the whole goes on to another account as it is
    let whole = exported(&ada).await;
    let bob = Visitor::member(&site, "Bob").await;
    assert_eq!(imported(&bob, &whole).await, "3 new events; 0 were there already.");
    assert_eq!(exported(&bob).await["reviews"], whole["reviews"]);
}

#[tokio::test]
async fn a_document_that_is_wrong_at_its_end_changes_nothing() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let like = exported(&ada).await;
    let good = review("a-good-one", "api-gateway-lambda", "2026-11-22T10:00:00Z", 3, 0);
    let stray = json!({
        "client_id": "a-stray-undo", "question": "api-gateway-lambda", "kind": "undo", "at": "2026-11-22T11:00:05Z",
        "day": 20_779, "undoes": "never-seen", "sequence": 1
    });
    let bytes = document(&like, &[good], &[stray]).to_string();
    let answer = ada.upload("/account/import", "dryrun.json", bytes.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        answer.page().text("#file-error"),
        "The export is damaged: “a-stray-undo” takes back “never-seen”, which is not there."
    );
    assert_eq!(
        site.number("select (select count(*) from review_log) + (select count(*) from cards)").await,
        0
    );
}

#[tokio::test]
async fn a_note_that_grew_out_of_two_can_be_taken_away_and_brought_back() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let guest = Visitor::guest(&site).await;
    let long = "insert into notes select id, 1, case when name is null then hex(zeroblob(9999)) else hex(zeroblob(9998)) end, id from people;
                insert into review_log (person, question, at_s, day, kind, grade, interval_days, client_id)
                select id, 1, 1795348800 + id, 20779, 'grade', 3, 2, substr('12345678901234567890123456789012345678901234567890123456789012345678', 1, 64) from people";
    site.behind_its_back(long).await;
    guest.submit("/login", &[("name", "Ada"), ("password", PASSWORD), ("guest_progress", "move")]).await;
    assert_eq!(site.number("select length(markdown) from notes").await, 2 * (9999 + 9998) + 2);
    let whole = exported(&ada).await;
    let bob = Visitor::member(&site, "Bob").await;
    assert_eq!(imported(&bob, &whole).await, "2 new events; 0 were there already.");
    assert_eq!(exported(&bob).await["notes"], whole["notes"]);

    let mut endless = whole.clone();
    endless["notes"][0]["markdown"] = "x".repeat(1_000_001).into();
    let answer = bob.upload("/account/import", "dryrun.json", endless.to_string().as_bytes()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.page().text("#file-error").contains("the note on `"), "too long");
}

#[tokio::test]
async fn a_file_that_is_too_large_or_no_file_is_refused() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let page = ada.refused("/account/import", &[("file", "dryrun.json")]).await;
    assert_eq!(page.text("#file-error"), "Choose a file and send it from this page.");

    // more than a form may hold, less than a file: it is read
    let answer = ada.upload("/account/import", "long.json", &vec![b' '; 31 * 1024 * 1024]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.page().text("#file-error").starts_with("This is no export of Dryrun"));
    let answer = ada.upload("/account/import", "long.json", &vec![b' '; 33 * 1024 * 1024]).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a body without a length is read as far as it may be"
    );
    assert!(answer.page().text("#file-error").starts_with("The file is larger than 32 MB"));
    let cookie = format!("session={}", ada.cookie("session").expect("a session"));
    let long = [
        ("origin", ADDRESS),
        ("cookie", &cookie),
        ("content-type", "multipart/form-data; boundary=x"),
        ("content-length", "34603008"),
    ];
    let answer = site.send(request("POST", "/account/import", &long, Body::from("--x"))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "one that says so is not read at all");
    assert!(answer.page().text("main").contains("files of up to 32"), "{}", answer.page().text("main"));

    let broken = [
        ("origin", ADDRESS),
        ("cookie", cookie.as_str()),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    let half = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{";
    let answer = site.send(request("POST", "/account/import", &broken, Body::from(half))).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.page().text("#file-error"), "The file did not arrive whole. Send it again.");
    let foreign = [("origin", "https://example.com"), ("cookie", cookie.as_str())];
    let answer = site.send(request("POST", "/account/import", &foreign, Body::empty())).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "from another site's page");
    assert_eq!(exported(&ada).await["reviews"], json!([]));
}

#[tokio::test]
async fn what_a_guest_and_a_member_both_read_in_counts_once_when_they_are_one() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let like = exported(&ada).await;
    let first = review("both-have-it", "api-gateway-lambda", "2026-11-22T10:00:00Z", 3, 0);
    let file = document(&like, std::slice::from_ref(&first), &[]);
    imported(&ada, &file).await;
    let guest = Visitor::guest(&site).await;
    // the guest took it back and gave another answer
    let second = review("of-the-guest", "api-gateway-lambda", "2026-11-22T11:00:00Z", 1, 2);
    let undo = json!({
        "client_id": "a-guests-undo", "question": "api-gateway-lambda", "kind": "undo", "at": "2026-11-22T10:30:00Z",
        "day": 20_779, "undoes": "both-have-it", "sequence": 1
    });
    imported(&guest, &document(&like, &[first, second], &[undo])).await;
    assert_eq!(site.number("select count(*) from review_log").await, 4);
    guest.submit("/login", &[("name", "Ada"), ("password", PASSWORD), ("guest_progress", "move")]).await;
    assert_eq!(site.number("select count(*) from review_log").await, 3);
    let after = exported(&ada).await;
    assert_eq!(after["events"][0]["undoes"], "both-have-it");
    assert_eq!(
        site.number("select grades * 100 + due_day from cards").await,
        100 + 20_782,
        "the guest's answer alone"
    );
}
