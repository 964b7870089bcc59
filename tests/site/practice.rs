//! Practising: cards, grades, and what is left of them in the database.

use axum::http::StatusCode;

use crate::browser::{Browser, fields};
use crate::browser_session::Visitor;
use crate::test_site::TestSite;

const FIRST: &str = "shared-responsibility-model";

#[tokio::test]
async fn the_first_graded_answer_makes_a_guest_whose_question_comes_back_when_it_is_due() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    let card = browser.get("/practice").await;
    let question = card.text(".card-question");
    assert!(question.contains("Availability Zone"), "the first of the bank: {question}");
    assert!(card.text(".practice-counts").contains("10 new"), "{}", card.text(".practice-counts"));
    assert_eq!(site.number("select count(*) from people").await, 0, "looking at a card makes nobody");

    let revealed = browser
        .reveal(
            &card,
            "A Region is a <b>place</b> with several Availability Zones, and edge locations cache content.",
        )
        .await;
    assert!(revealed.text(".coverage-line").contains("key points"), "{}", revealed.text(".coverage-line"));
    assert!(revealed.text(".typed-answer").contains("<b>place</b>"), "what was typed is text, not markup");
    assert!(revealed.count(".typed-answer mark") > 0);
    assert_eq!(revealed.count(".grade"), 4);
    assert!(revealed.text(".is-grade-2").contains("a pass"), "{}", revealed.text(".is-grade-2"));
    assert_eq!(site.number("select count(*) from people").await, 0, "revealing makes nobody");

    let graded = browser.grade(&revealed, "3").await;
    assert_eq!(graded.status, StatusCode::SEE_OTHER);
    assert_eq!(graded.header("location"), "/practice");
    let cookie = graded.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(site.number("select count(*) from people where name is null").await, 1);
    assert_eq!(site.number("select count(*) from review_log where grade = 3").await, 1);
    let due = site.number("select due_day - last_day from cards where stability > 0").await;
    assert!(due >= 1, "{due}");

    let next = browser.get("/practice").await;
    assert!(next.text(".undo").contains(&question), "{}", next.text(".undo"));
    assert_ne!(next.text(".card-question"), question);
    assert!(
        next.text(".practice-counts").contains("0 due") && next.text(".practice-counts").contains("9 new")
    );

    site.clock().advance(due * 24 * 60 * 60);
    let later = browser.get("/practice").await;
    assert_eq!(later.text(".card-question"), question);
    assert!(later.text(".practice-counts").contains("1 due"), "{}", later.text(".practice-counts"));
    assert_eq!(later.count(".undo"), 0, "yesterday's grades stay");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_counts_once_even_when_it_makes_the_guest() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    let card = browser.get("/practice").await;
    let revealed = browser.reveal(&card, "").await;
    assert_eq!(revealed.count(".coverage-line"), 0, "nothing was typed, so nothing is judged");
    let mut impatient = Browser::new(&site);
    browser.grade(&revealed, "3").await;
    let second = impatient.grade(&revealed, "3").await;
    assert_eq!(second.status, StatusCode::SEE_OTHER);
    browser.grade(&revealed, "3").await;
    assert_eq!(site.number("select count(*) from people").await, 1);
    assert_eq!(site.number("select count(*) from review_log").await, 1);
    assert!(impatient.get("/practice").await.text(".practice-counts").contains("1 done today"));
}

#[tokio::test]
async fn two_tabs_lose_no_grade_and_the_last_one_can_be_taken_back() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    let card = browser.get("/practice").await;
    let (first, second) = (browser.reveal(&card, "").await, browser.get("/practice").await);
    browser.grade(&first, "3").await;
    let second = browser.reveal(&second, "").await;
    browser.grade(&second, "1").await;
    assert_eq!(site.number("select count(*) from review_log where kind = 'grade'").await, 2);
    let before = site.number("select grades from cards").await;
    assert_eq!(before, 2);

    let page = browser.get("/practice").await;
    assert!(page.text(".undo").starts_with("Again"), "{}", page.text(".undo"));
    let undo = fields(&page, ".undo");
    let mut form: Vec<(&str, &str)> =
        undo.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("action", "undo"));
    browser.post("/practice", &form).await;
    assert_eq!(site.number("select count(*) from review_log").await, 3, "the log keeps everything");
    assert_eq!(site.number("select grades from cards").await, 1);
    let page = browser.get("/practice").await;
    assert!(page.text(".undo").starts_with("Good"), "{}", page.text(".undo"));
}

#[tokio::test]
async fn the_log_alone_makes_every_card_anew() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    for (grade, days) in [("3", 1), ("1", 2), ("4", 5), ("2", 0), ("3", 9), ("1", 30), ("3", 1)] {
        let card = browser.get("/practice").await;
        let revealed = browser.reveal(&card, "").await;
        browser.grade(&revealed, grade).await;
        site.clock().advance(days * 24 * 60 * 60);
    }
    for action in ["suspend", "bury", "know"] {
        let card = browser.get("/practice").await;
        let aside = fields(&card, ".card-aside");
        let mut form: Vec<(&str, &str)> =
            aside.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.push(("action", action));
        let answer = browser.post("/practice", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}");
    }
    let cards = "select json_group_array(json_array(question, stability, difficulty, last_day, due_day, grades, lapses, suspended, buried_until))
                 from (select * from cards order by question)";
    let read = async |site: &TestSite| -> String {
        sqlx::query_scalar(cards).fetch_one(&mut *site.db().reader().await.unwrap()).await.unwrap()
    };
    let before = read(&site).await;
    assert_eq!(site.number("select count(*) from cards where suspended = 1").await, 1);
    assert_eq!(site.number("select count(*) from cards where buried_until is not null").await, 1);
    site.behind_its_back("update cards set stability = 1, difficulty = 1, last_day = 1, due_day = 1, grades = 99, suspended = 0").await;
    assert_ne!(read(&site).await, before);
    let person = dryrun::ids::PersonId(site.number("select id from people").await);
    site.db()
        .commit(move |db| Box::pin(dryrun::practice::store::rebuild(db, person)))
        .await
        .expect("rebuilt");
    assert_eq!(read(&site).await, before);
}

#[tokio::test]
async fn a_session_can_be_about_some_topics_and_put_questions_off() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    let card = browser.get("/practice?topic=fundamentals&level=intermediate").await;
    assert!(card.text(".practice-counts").contains("1 new"), "{}", card.text(".practice-counts"));
    assert_eq!(card.attributes(".checks input[checked]", "value"), ["fundamentals", "intermediate"]);
    let skip = card.attributes(".card-actions a", "href").pop().expect("a way to skip");
    assert_eq!(skip, "/practice?topic=fundamentals&level=intermediate&skip=compliance-evidence-artifact");
    let skipped = browser.get(&skip).await;
    assert!(skipped.text(".empty").contains("Only skipped questions are left"), "{}", skipped.text(".empty"));
    let revealed = browser.reveal(&card, "").await;
    let graded = browser.grade(&revealed, "4").await;
    assert_eq!(
        graded.header("location"),
        "/practice?topic=fundamentals&level=intermediate",
        "the session goes on with its topics"
    );
    let done = browser.get("/practice?topic=fundamentals&level=intermediate").await;
    assert!(
        done.text(".empty").contains("Done for today") && done.text(".empty").contains("1 Easy"),
        "{}",
        done.text(".empty")
    );
}

#[tokio::test]
async fn a_day_gives_ten_new_questions_and_begins_at_four_in_the_persons_zone() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    browser.visitor.set_cookie("time_zone", "Pacific/Auckland");
    let card = browser.get("/practice").await;
    let revealed = browser.reveal(&card, "").await;
    browser.grade(&revealed, "3").await;
    // noon UTC is one in the morning of the 23rd in Auckland: still the 22nd to whoever is up
    assert_eq!(site.number("select day from review_log").await, 20_779);
    assert_eq!(site.number("select count(*) from people where time_zone = 'Pacific/Auckland'").await, 1);
    site.clock().advance(3 * 60 * 60);
    let card = browser.get("/practice").await;
    assert!(!card.text(".practice-counts").contains("done today"), "a new day began at four");
    site.behind_its_back("update people set new_per_day = 0").await;
    let page = browser.get("/practice").await;
    assert!(page.text(".practice-counts").contains("0 new"), "{}", page.text(".practice-counts"));
}

#[tokio::test]
async fn a_broken_form_is_told_and_records_nothing() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    for (form, status, words) in [
        (vec![("question", FIRST), ("client_id", "12345678"), ("grade", "5")], 400, "a grade is 1 (Again)"),
        (vec![("question", FIRST), ("client_id", "short"), ("grade", "3")], 400, "The form is not whole"),
        (vec![("question", FIRST), ("client_id", "12345678")], 400, "neither a grade"),
        (vec![("question", "no-such"), ("client_id", "12345678"), ("grade", "3")], 404, "not found"),
        (vec![("question", FIRST), ("client_id", "12345678"), ("grade", "x")], 400, ""),
    ] {
        let answer = browser.post("/practice", &form).await;
        assert_eq!(answer.status.as_u16(), status, "{form:?}: {}", answer.text());
        assert!(answer.text().to_lowercase().contains(&words.to_lowercase()), "{form:?}: {}", answer.text());
    }
    let elsewhere = site.post_with("/practice", "", &[("origin", "http://evil.example")]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    assert_eq!(site.number("select count(*) from people").await, 0);
}

#[tokio::test]
async fn nobody_becomes_another_guest_by_guessing_what_their_page_sends() {
    let site = TestSite::start().await;
    let mut victim = Browser::new(&site);
    victim.post("/questions/vpc-core-components", &[("bookmark", "on")]).await;
    let page = victim.get("/questions/vpc-core-components").await;
    let id = page.attribute(".you-actions form[action='/practice'] input[name=client_id]", "value");
    let form = [("question", "vpc-core-components"), ("client_id", id.as_str()), ("action", "know")];
    victim.post("/practice", &form).await;
    assert_eq!(site.number("select count(*) from review_log").await, 1);

    let mut stranger = Browser::new(&site);
    stranger.post("/practice", &form).await;
    assert_eq!(site.number("select count(*) from people").await, 2, "a guest of their own");
    let theirs = stranger.get("/questions?status=bookmarked").await;
    assert_eq!(theirs.listed(), Vec::<String>::new());
}

#[tokio::test]
async fn a_moment_that_no_clock_shows_is_no_time_and_what_is_put_off_is_due_tomorrow() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    let odd = i64::MIN.to_string();
    let form = [
        ("question", FIRST),
        ("client_id", "12345678"),
        ("grade", "3"),
        ("shown_at", odd.as_str()),
        ("back", "/practice"),
    ];
    assert_eq!(browser.post("/practice", &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.number("select count(*) from review_log where answer_ms is null").await, 1);

    site.clock().advance(2 * 24 * 60 * 60);
    site.behind_its_back("update people set new_per_day = 0").await;
    browser.post("/practice", &[("question", FIRST), ("client_id", "87654321"), ("action", "bury")]).await;
    let done = browser.get("/practice").await;
    assert!(done.text(".empty").contains("due tomorrow"), "{}", done.text(".empty"));
}

#[tokio::test]
async fn a_search_is_saved_and_practised() {
    let site = TestSite::start().await;
    let visitor = Visitor::new(&site);
    assert!(!visitor.page("/questions").await.has(".save-search"), "there is nothing to save");
    let page = visitor.page("/questions?topic=networking&q=stateful&sort=title").await;
    assert_eq!(page.attribute("#search-name", "value"), "stateful, Networking (VPC)");
    let query = page.attribute(".save-search [name=query]", "value");

    let page = visitor.submit("/practice/searches", &[("name", "Firewalls"), ("query", &query)]).await;
    assert_eq!(page.text(".saved-searches [aria-current]"), "Firewalls");
    let found = visitor.page(&format!("/questions?{query}")).await.listed().len();
    assert_eq!(page.text(".practice-counts span:nth-child(2)"), format!("{found} new"));
    assert_eq!(page.text(".card-question"), "Are Security Groups stateful or stateless? What about NACLs?");

    // the session stays with the search, from the answer to the grade to the next question
    let session = page.attribute(".card-answer [name=session]", "value");
    assert!(session.starts_with("search="), "{session}");
    let fields = [("question", "sg-nacl-stateful-stateless"), ("session", session.as_str())];
    let page = visitor.post("/practice/reveal", &fields).await.page();
    assert_eq!(page.attribute(".grade-bar [name=session]", "value"), session);
    let graded = [fields[0], fields[1], ("grade", "3"), ("client_id", "first-answer")];
    let page = visitor.submit("/practice", &graded).await;
    assert_eq!(page.text(".practice-counts span:nth-child(2)"), format!("{} new", found - 1));
    assert_eq!(page.text(".saved-searches [aria-current]"), "Firewalls");

    // the same name is the same search; somebody else does not find it; it can be removed
    visitor.submit("/practice/searches", &[("name", "Firewalls"), ("query", "level=advanced")]).await;
    assert_eq!(site.number("select count(*) from saved_searches").await, 1);
    let other = Visitor::guest(&site).await;
    assert_eq!(other.get(&format!("/practice?{session}")).await.status, 404);
    let id = session.trim_start_matches("search=");
    assert_eq!(other.post("/practice/searches", &[("remove", id)]).await.status, 404);
    let page = visitor.submit("/practice/searches", &[("remove", id)]).await;
    assert!(!page.has(".saved-searches"));
    assert_eq!(site.number("select count(*) from saved_searches").await, 0);
}

#[tokio::test]
async fn a_search_that_cannot_be_saved_says_why() {
    let site = TestSite::start().await;
    let visitor = Visitor::guest(&site).await;
    let long = "a".repeat(81);
    for (name, query, told) in [
        (" ", "level=beginner", "The search was not saved: a search needs a name."),
        (&long, "level=beginner", "The search was not saved: a name has at most 80 characters."),
        ("Odd", "level=wizard", "`level`: unknown level `wizard`"),
    ] {
        let answer = visitor.post("/practice/searches", &[("name", name), ("query", query)]).await;
        assert_eq!(answer.status, 400, "{name}");
        let text = answer.page().text("main .lead");
        assert!(text.starts_with(told), "{text}");
    }
    assert_eq!(site.number("select count(*) from saved_searches").await, 0);
}
