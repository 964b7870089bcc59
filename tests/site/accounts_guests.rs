//! Guests who become members, and guests whose browser signs in as one.

use crate::browser_session::{PASSWORD, Visitor, create_member};
use crate::test_site::{Setup, TestSite};

/// Everybody without a name practised the first two questions; Ada the first one.
const PRACTISED: &str = "
    insert into review_log (person, question, at_s, day, kind, grade, interval_days, client_id)
    select p.id, q.number, 1795348800 + q.number * 100 + p.id, 20779, 'grade', 3, 2, 'answer-' || q.number
    from people p join questions q on q.number <= case when p.name is null then 2 else 1 end;
    insert into cards (person, question, stability, difficulty, last_day, due_day, grades)
    select person, question, 2.3, 2.1, 20779, 20781, 1 from review_log;
    insert into notes (person, question, markdown, updated_at_s)
    select id, 1, case when name is null then 'as a guest' else 'as Ada' end, id from people;
    insert into bookmarks (person, question, at_s) select id, 1, 0 from people;
    insert into ticked_steps (person, question, step, at_s) select id, 1, coalesce(name, 'guest'), 0 from people";

#[tokio::test]
async fn a_guest_who_signs_up_keeps_everything() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let (guest, old_cookie) = (visitor.person().await, visitor.cookie("session"));
    site.behind_its_back(PRACTISED).await;

    let page = visitor.page("/signup").await;
    assert_eq!(page.text("main .notice"), "What you practised in this browser comes with you.");
    visitor.submit("/signup", &[("name", "Ada"), ("password", PASSWORD)]).await;

    assert_eq!(visitor.person().await, guest, "the same person");
    assert_ne!(visitor.cookie("session"), old_cookie, "with a session of their own");
    assert_eq!(site.number("select count(*) from sign_ins").await, 1, "the guest's cookie stands for nobody");
    assert_eq!(site.number("select count(*) from people").await, 1);
    assert_eq!(site.number("select count(*) from review_log").await, 2);
    assert_eq!(site.number("select count(*) from people where time_zone = 'Europe/Berlin'").await, 1);
}

#[tokio::test]
async fn a_guest_with_progress_is_asked_what_becomes_of_it() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    let visitor = Visitor::guest(&site).await;
    site.behind_its_back(PRACTISED).await;

    let page = visitor.page("/login").await;
    assert_eq!(
        page.text("#guest_progress legend"),
        "You practised in this browser without an account (2 answers). What becomes of that?"
    );
    assert!(!page.has("#guest_progress [checked]"), "nothing is chosen for them");

    let page = visitor.refused("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(page.text("#guest_progress-error"), "Choose what becomes of the progress in this browser.");
    assert_eq!(page.attribute("#name", "value"), "Ada");
    let page = visitor
        .refused("/login", &[("name", "Ada"), ("password", "wrong again"), ("guest_progress", "move")])
        .await;
    assert!(page.has("#guest_progress [value=move][checked]"), "what was chosen stays");
    assert_eq!(
        site.number("select count(*) from people where name is null").await,
        1,
        "nothing happened yet"
    );
}

#[tokio::test]
async fn moved_progress_joins_what_the_member_has() {
    let site = TestSite::start().await;
    let ada = create_member(&site, "Ada").await;
    let visitor = Visitor::guest(&site).await;
    site.behind_its_back(PRACTISED).await;
    visitor.submit("/login", &[("name", "Ada"), ("password", PASSWORD), ("guest_progress", "move")]).await;

    assert_eq!(visitor.person().await, ada);
    assert_eq!(site.number("select count(*) from people").await, 1, "the guest is no more");
    assert_eq!(site.number("select count(*) from review_log").await, 3, "every answer of both");
    assert_eq!(
        site.number("select count(distinct client_id) from review_log").await,
        3,
        "each with its own id"
    );
    assert_eq!(site.number("select count(*) from cards").await, 2, "a card for each question");
    assert_eq!(
        site.number("select count(*) from notes where markdown = 'as Ada' || char(10, 10) || 'as a guest'")
            .await,
        1
    );
    assert_eq!(site.number("select count(*) from bookmarks").await, 1);
    assert_eq!(site.number("select count(*) from ticked_steps").await, 2);
}

#[tokio::test]
async fn progress_that_is_left_behind_is_deleted_and_the_account_stays_as_it_is() {
    let site = TestSite::start().await;
    let ada = create_member(&site, "Ada").await;
    let visitor = Visitor::guest(&site).await;
    site.behind_its_back(PRACTISED).await;
    visitor.submit("/login", &[("name", "Ada"), ("password", PASSWORD), ("guest_progress", "delete")]).await;
    assert_eq!(visitor.person().await, ada);
    assert_eq!(site.number("select count(*) from people").await, 1);
    assert_eq!(site.number("select count(*) from review_log").await, 1);
    assert_eq!(site.number("select count(*) from notes where markdown = 'as Ada'").await, 1);
}

#[tokio::test]
async fn a_guest_who_did_nothing_is_asked_nothing() {
    let site = TestSite::start().await;
    create_member(&site, "Ada").await;
    let visitor = Visitor::guest(&site).await;
    assert!(!visitor.page("/login").await.has("#guest_progress"));
    let page = visitor.submit("/login", &[("name", "Ada"), ("password", PASSWORD)]).await;
    assert_eq!(page.text(".site-person"), "Account: Ada");
    assert_eq!(site.number("select count(*) from people").await, 1);
}

#[tokio::test]
async fn a_guest_has_no_account_page_and_cannot_sign_out_of_their_progress() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    assert_eq!(visitor.get("/account").await.header("location"), "/signup?next=%2Faccount");
    visitor.submit("/logout", &[]).await;
    assert!(visitor.cookie("session").is_some());
    assert_eq!(visitor.page("/").await.text(".site-account a"), "Sign up");
}

#[tokio::test]
async fn one_network_cannot_fill_the_disk_with_guests_and_what_they_keep() {
    let site = Setup::new().behind_a_proxy().start().await;
    let question = "/questions/vpc-core-components";
    for _ in 0..60 {
        let answer = Visitor::new(&site).from("198.51.100.7").post(question, &[("bookmark", "on")]).await;
        assert_eq!(answer.status, 303);
    }
    let answer = Visitor::new(&site).from("198.51.100.7").post(question, &[("bookmark", "on")]).await;
    assert_eq!(answer.status, 429);
    assert_eq!(
        answer.page().text("main .lead"),
        "Too much came from your network by people without an account. Wait a minute."
    );
    assert_eq!(site.number("select count(*) from people").await, 60);
    let elsewhere = Visitor::new(&site).from("203.0.113.20");
    elsewhere.submit(question, &[("bookmark", "on")]).await;

    for number in 0..20 {
        elsewhere.submit(question, &[("report", &format!("Wrong, number {number}"))]).await;
    }
    let answer = elsewhere.post(question, &[("report", "One more")]).await;
    assert_eq!(answer.status, 400);
    let told = answer.page().text("main .lead");
    assert!(told.starts_with("Nothing was kept: 20 of your reports are still to be read"), "{told}");
    assert_eq!(site.number("select count(*) from problem_reports").await, 20);

    let full = "insert into notes (person, question, markdown, updated_at_s)
                select max(id), 1, hex(zeroblob(2499000)), 0 from people";
    site.behind_its_back(full).await;
    let answer = elsewhere.post(question, &[("note", &"a".repeat(5_000))]).await;
    let told = answer.page().text("main .lead");
    assert_eq!(told, "Nothing was kept: your notes are full: together they have at most 5 megabytes.");
    assert_eq!(site.number("select count(*) from notes").await, 1);
}
