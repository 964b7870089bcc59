//! A person's cards as a package for Anki, and what they answered there back into their practice. `script/anki` goes the
//! same way with Anki itself.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::anki_package::{Unpacked, archive, entry, names};
use crate::browser::Browser;
use crate::browser_session::Visitor;
use crate::test_site::{Setup, TestSite};

/// One of our notes with its card, as [`Unpacked::empty`] has room for, and a note of somebody else.
const NOTES: &str = "
    insert into notes values (1, 'dryrun:api-gateway-lambda'), (2, 'dryrun:a-question-of-another-bank'), (3, 'q(Xz}7'),
                             (4, 'dryrun:Not an id');
    insert into cards values (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 4, 0), (5, 1, 1);";

async fn export(browser: &Browser<'_>) -> Vec<u8> {
    let answer = browser.visitor.get("/account/export?format=apkg").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.what);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"dryrun.apkg\"");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    answer.body.to_vec()
}

/// What the page says after an import that went well.
async fn imported(visitor: &Visitor<'_>, file: &str, bytes: &[u8]) -> String {
    let answer = visitor.upload("/account/import", file, bytes).await;
    if answer.status != StatusCode::SEE_OTHER {
        panic!("{file}: {}", answer.page().text("main"));
    }
    assert_eq!(answer.header("location"), "/account/data");
    let said = visitor.page("/account/data").await.text("[role=status].notice");
    assert!(!visitor.page("/account/data").await.has(".notice"), "said once");
    said
}

async fn log(site: &TestSite) -> Vec<Value> {
    let rows: Vec<String> = sqlx::query_scalar(
        "select json_array(q.id, l.client_id, l.at_s, l.day, l.grade, l.interval_days, l.answer_ms)
         from review_log l join questions q on q.number = l.question order by l.id",
    )
    .fetch_all(&mut *site.db().reader().await.expect("a reader"))
    .await
    .expect("rows");
    rows.iter().map(|row| serde_json::from_str(row).expect(row)).collect()
}

#[tokio::test]
async fn a_package_holds_the_cards_that_a_person_practises_with_their_schedule() {
    let site = Setup::new().base_url("https://dryrun.example.org").start().await;
    let guest = Visitor::guest(&site).await;
    // the cookie of a site with https has another name
    guest.set_cookie("__Host-session", &guest.cookie("session").expect("a session"));
    site.behind_its_back(
        "insert into review_log (person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id)
         select 1, number, 1795348800 - 86400 * 5, 20774, 'grade', 3, 3, 7000, 'long-ago' from questions where id = 'api-gateway-lambda';
         insert into cards (person, question, stability, difficulty, last_day, due_day, grades, lapses, suspended)
         select 1, number, 3.25, 5.5, 20774, 20777, 1, 0, 0 from questions where id = 'api-gateway-lambda'
         union all select 1, number, null, null, null, null, 0, 0, 1 from questions where id = 'vpc-core-components';",
    )
    .await;
    let package = export(&Browser { visitor: guest }).await;
    assert_eq!(names(&package), ["collection.anki21", "collection.anki2", "media"]);
    assert_eq!(entry(&package, "media"), b"{}");
    let unpacked = Unpacked::from(&package);
    let notes = unpacked.json("select json_array(guid, tags, flds, csum) from notes order by guid").await;
    assert_eq!(notes.len(), 2, "only what is practised");
    assert_eq!(notes[0][0], "dryrun:api-gateway-lambda");
    assert_eq!(notes[0][1], " serverless intermediate ");
    let fields: Vec<&str> = notes[0][2].as_str().expect("text").split('\u{1f}').collect();
    assert_eq!(fields.len(), 7);
    assert!(fields[0].starts_with("What is API Gateway"), "{}", fields[0]);
    assert!(fields[1].starts_with("<p>") && fields[1].ends_with("</p>"), "{}", fields[1]);
    assert!(fields[2].starts_with("<ul><li>") && fields[2].matches("<li>").count() > 3, "{}", fields[2]);
    assert_eq!(
        fields[3..],
        [
            "Serverless",
            "Intermediate",
            "api-gateway-lambda",
            "https://dryrun.example.org/questions/api-gateway-lambda"
        ]
    );
    let cards =
        "select json_array(type, queue, due, ivl, reps, lapses, json(data)) from cards order by type desc";
    let cards = unpacked.json(cards).await;
    // noon of 22 November in Berlin is day 20779; the collection's days are counted from the first due day
    assert_eq!(
        cards[0].as_array().expect("a card")[..6],
        [json!(2), json!(2), json!(0), json!(3), json!(1), json!(0)]
    );
    let memory = &cards[0][6];
    assert_eq!((&memory["s"], &memory["d"]), (&json!(3.25), &json!(5.5)));
    assert_eq!(memory["lrt"], 1_795_348_800 - 86_400 * 5);
    assert_eq!(cards[1].as_array().expect("a card")[..4], [json!(0), json!(-1), json!(1), json!(0)]);
    assert_eq!(
        unpacked
            .json("select json_array(ver, crt, dconf -> '$.1795305600000' -> 'fsrsParams6' ->> 20) from col")
            .await,
        [json!([11, 20_777 * 86_400 + 3 * 3600, 0.1542])],
        "days begin at four in Berlin"
    );
    assert_eq!(
        unpacked.json("select json_array(id, ease, ivl, lastIvl, time, type) from revlog").await,
        [json!([(1_795_348_800_i64 - 86_400 * 5) * 1000, 3, 3, 0, 7000, 0])]
    );
}

#[tokio::test]
async fn what_was_answered_in_anki_comes_back_once_and_makes_the_schedule() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    browser.practise("3").await;
    browser.practise("1").await;
    browser.post("/questions/vpc-core-components", &[("bookmark", "on")]).await;
    let package = export(&browser).await;
    let visitor = &browser.visitor;
    let before = log(&site).await;
    let said = imported(visitor, "dryrun.apkg", &package).await;
    assert_eq!(said, "0 new events; 2 were there already.");
    assert_eq!(log(&site).await, before, "what went out is known when it comes back");

    // tomorrow in Anki: an answer, a second one ten minutes later, and what is no answer
    let unpacked = Unpacked::from(&package);
    let first = &unpacked.json("select json_array(cid) from revlog order by id limit 1").await[0][0];
    let tomorrow_ms = 1_795_348_800_000_i64 + 86_400_000;
    unpacked
        .run(&format!(
            "insert into revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type) values
                ({tomorrow_ms} + 5, {first}, -1, 1, -600, 3, 700, 8123, 1),
                ({tomorrow_ms} + 600123, {first}, -1, 3, 2, -600, 700, 4321, 2),
                ({tomorrow_ms} + 700000, {first}, -1, 0, 9, 2, 700, 0, 4),
                ({tomorrow_ms} + 700001, {first}, -1, 0, 9, 2, 700, 0, 5),
                ({tomorrow_ms} + 700002, {first}, -1, 3, 9, 2, 0, 5000, 3),
                ({tomorrow_ms} + 700003, {first}, -1, 9, 9, 2, 700, 5000, 1);
             insert into notes select 7, 'somebody''s', mid, mod, usn, tags, flds, sfld, csum, flags, data from notes limit 1"
        ))
        .await;
    site.clock().advance(26 * 60 * 60);
    let practised = before[0][0].as_str().expect("an id").to_owned();
    for (file, package, added) in
        [("dryrun.apkg", unpacked.packed(), 2), ("all.colpkg", unpacked.packed_newly(), 0)]
    {
        let said = imported(visitor, file, &package).await;
        assert_eq!(
            said,
            format!(
                "{added} new events; {} were there already. 1 note of Anki is not from Dryrun and left out. 4 entries of \
                 Anki’s log are no answers (moved by hand, crammed, or at an impossible time) and left out.",
                4 - added
            ),
            "{file}"
        );
    }
    let after = log(&site).await;
    assert_eq!(after[..2], before[..]);
    let at_s = tomorrow_ms / 1000;
    assert_eq!(
        after[2..],
        [
            json!([practised, format!("anki-{}", tomorrow_ms + 5), at_s, 20_780, 1, 0, 8123]),
            json!([practised, format!("anki-{}", tomorrow_ms + 600_123), at_s + 600, 20_780, 3, 2, 4321]),
        ]
    );
    assert_eq!(
        site.number("select due_day * 100 + grades * 10 + lapses from cards where grades = 3").await,
        20_782 * 100 + 31,
        "the card follows from the log: three answers, one lapse, due two days after the last"
    );
    // and they keep their numbers when they go out again
    let again = Unpacked::from(&export(&browser).await);
    let numbers =
        again.json(&format!("select json_array(id) from revlog where id > {tomorrow_ms} order by id")).await;
    assert_eq!(numbers, [json!([tomorrow_ms + 5]), json!([tomorrow_ms + 600_123])]);
}

#[tokio::test]
async fn a_member_is_told_what_of_a_strange_collection_was_left_out() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    let unpacked = Unpacked::empty().await;
    unpacked.run(NOTES).await;
    let now_ms = 1_795_348_800_000_i64;
    unpacked
        .run(&format!(
            "insert into revlog values
                ({now_ms}, 1, 4, 999999999, 0, 700, 99999999999, 1), ({now_ms} - 1, 2, 3, 5, 0, 700, 5000, 1),
                ({now_ms} - 2, 3, 3, 5, 0, 700, 5000, 1), ({now_ms} - 3, 5, 3, 5, 0, 700, 5000, 1),
                ({now_ms} + 90000000, 1, 3, 5, 0, 700, 5000, 1), (-9000000000000000000, 1, 3, 5, 0, 700, 5000, 1),
                ({now_ms} - 4, 1, 'x', 5, 0, 700, 5000, 1), ({now_ms} - 5, null, 3, 5, 0, 700, 5000, 1)"
        ))
        .await;
    // of a write-ahead log there is nothing in a package
    unpacked.run("pragma journal_mode = wal").await;
    assert_eq!(unpacked.bytes()[18..20], [2, 2]);
    let said = imported(&ada, "strange.colpkg", &unpacked.packed_newly()).await;
    assert_eq!(
        said,
        "1 new event; 0 were there already. 1 entry is about a question that this bank does not have; it was left out. 2 \
         notes of Anki are not from Dryrun and left out. 3 entries of Anki’s log are no answers (moved by hand, crammed, \
         or at an impossible time) and left out."
    );
    assert_eq!(
        log(&site).await,
        [json!([
            "api-gateway-lambda",
            format!("anki-{now_ms}"),
            now_ms / 1000,
            20_779,
            4,
            36_500,
            4_294_967_295_i64
        ])]
    );
    // no time between question and grade is too long to be shown
    assert_eq!(ada.get("/practice").await.status, StatusCode::OK);
}

/// A collection with an answer to a question of ours.
async fn with_an_answer() -> Unpacked {
    let unpacked = Unpacked::empty().await;
    unpacked.run(NOTES).await;
    unpacked.run("insert into revlog values (1795348800000, 1, 3, 5, 0, 700, 5000, 1)").await;
    unpacked
}

/// That package after somebody worked on its database.
async fn changed(sql: &str) -> Vec<u8> {
    let unpacked = with_an_answer().await;
    unpacked.run(sql).await;
    unpacked.packed()
}

/// Files that should not be read in, each with what is said of it.
async fn refusals() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good = with_an_answer().await;
    let zeros = vec![0; 65 * 1024 * 1024];
    let compressed_zeros = zstd::encode_all(zeros.as_slice(), 0).expect("zstd");
    let mut torn = good.bytes();
    torn.truncate(torn.len() - 4096);
    let mut scribbled = good.bytes();
    scribbled[100..4096].fill(0x5a);
    let half = good.packed()[..good.packed().len() / 2].to_vec();
    let many: Vec<String> = (0..20_001).map(|number| number.to_string()).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    vec![
        ("nothing.apkg", Vec::new(), "Choose a file."),
        ("words.json", b"not json".to_vec(), "This is no export of Dryrun (expected ident"),
        ("older.json", b"{\"format\": \"dryrun-practice\", \"version\": 99}".to_vec(), "written by a newer Dryrun"),
        ("half.apkg", half, "This is no package of Anki"),
        ("photos.zip", archive(&[("../../collection.anki2.txt", b"x")]), "it holds no collection"),
        ("text.apkg", archive(&[("collection.anki21", b"SQLite or not")]), "the collection is no database"),
        ("cut.colpkg", archive(&[("collection.anki21b", &compressed_zeros[..99])]), "The package is damaged"),
        ("future.apkg", archive(&[("meta", &[8, 4]), ("collection.anki2", b"x")]), "an Anki that is newer"),
        ("bomb.apkg", archive(&[("collection.anki21", &zeros)]), "larger than 64 MB"),
        ("bomb.colpkg", archive(&[("collection.anki21b", &compressed_zeros)]), "larger than 64 MB"),
        ("crowd.colpkg", archive(&many), "more than 20000 entries"),
        ("torn.apkg", archive(&[("collection.anki21", &torn)]), "malformed"),
        ("scribbled.apkg", archive(&[("collection.anki21", &scribbled)]), "The package is damaged"),
        ("bare.apkg", changed("drop table revlog").await, "the collection has no table `revlog`"),
        (
            "view.apkg",
            changed(
                "alter table revlog rename to log;
                 create view Revlog as with recursive forever (n) as (select 1 union all select n + 1 from forever)
                 select n as id, 1 as cid, 3 as ease, 1 as ivl, 0 as lastIvl, 700 as factor, 1 as time, 1 as type from forever",
            )
            .await,
            "`revlog` in the collection is no plain table",
        ),
        (
            "computed.apkg",
            changed("alter table cards add column large text as (hex(zeroblob(1000000000)))").await,
            "`cards` in the collection is no plain table",
        ),
        (
            "virtual.apkg",
            changed("drop table notes; create virtual table notes using fts5 (id, guid)").await,
            "`notes` in the collection is no plain table",
        ),
        ("other.apkg", changed("alter table revlog drop column ease").await, "no such column"),
    ]
}

#[tokio::test]
async fn what_is_no_package_is_refused_with_a_reason_and_nothing_is_kept() {
    let site = TestSite::start().await;
    let ada = Visitor::member(&site, "Ada").await;
    for (file, bytes, words) in refusals().await {
        let answer = ada.upload("/account/import", file, &bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}: {}", answer.text());
        let page = answer.page();
        let error = page.text("#file-error");
        assert!(error.contains(words), "{file}: {error}");
        assert!(error.ends_with('.') && error.len() < 300, "{file}: {error}");
        assert_eq!(page.attributes(".error-summary a", "href"), ["#file"]);
        assert_eq!(page.attribute("#file", "aria-describedby"), "file-hint file-error");
        assert_eq!(site.number("select count(*) from review_log").await, 0, "{file}");
    }
    // a trigger or another table does nothing: the rows alone are read
    let busy =
        "create trigger more after insert on notes begin delete from notes; end; create table t (x text);
                create index odd on revlog (abs(ease) + id); create view v as select * from nowhere";
    let said = imported(&ada, "busy.apkg", &changed(busy).await).await;
    assert!(said.starts_with("1 new event; 0 were there already."), "{said}");
}
