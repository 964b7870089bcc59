//! `/progress`: what a person's own grades add up to, and what they forecast for the interview.

use axum::http::StatusCode;

use crate::bank;
use crate::browser::Browser;
use crate::markup::Page;
use crate::test_site::TestSite;

const DAY_S: i64 = 24 * 60 * 60;

/// A number of the tiles at the top.
fn tile(page: &Page, name: &str) -> String {
    page.text(&format!(".tile-{name} dd"))
}

/// The rows of a table, each its cells.
fn rows(page: &Page, table: &str) -> Vec<String> {
    let row = |number: usize| page.texts(&format!("{table} tbody tr:nth-child({number}) > *")).join(" ");
    (1..=page.count(&format!("{table} tbody tr"))).map(row).collect()
}

/// The rows of a chart's table.
fn numbers(page: &Page, chart: &str) -> Vec<String> {
    rows(page, &format!("#{chart} .chart-numbers"))
}

/// How many bars and squares a chart has.
fn drawn(page: &Page, chart: &str) -> usize {
    page.count(&format!("#{chart} svg rect"))
}

#[tokio::test]
async fn nobody_is_led_to_practise() {
    let site = TestSite::start().await;
    let page = site.page("/progress").await;
    assert!(page.text(".empty").contains("Grade your first answer"), "{}", page.text(".empty"));
    assert_eq!(page.attributes(".empty .button", "href"), ["/practice"]);
    assert_eq!(page.count("figure"), 0);
    assert_eq!(page.attribute(".site-nav [aria-current]", "href"), "/progress");
    assert_eq!(site.number("select count(*) from people").await, 0);
}

#[tokio::test]
async fn the_day_is_told_as_it_was_practised_and_undone_grades_are_left_out() {
    let site = TestSite::start().await;
    let mut browser = Browser::new(&site);
    for grade in ["3", "1", "4"] {
        let card = browser.get("/practice").await;
        let revealed = browser.reveal(&card, "").await;
        site.clock().advance(90);
        browser.grade(&revealed, grade).await;
    }
    let page = browser.get("/progress").await;
    assert_eq!((tile(&page, "done"), tile(&page, "new")), ("3".to_owned(), "3".to_owned()));
    assert_eq!((tile(&page, "minutes"), tile(&page, "streak")), ("5".to_owned(), "1".to_owned()));
    assert_eq!(tile(&page, "due"), "0");
    assert_eq!(numbers(&page, "answer-time"), ["Nov 2026 90 s 3"]);
    assert!(
        page.text("#year-summary").starts_with("3 answers on 1 day in 2026"),
        "{}",
        page.text("#year-summary")
    );
    assert_eq!(page.count("#year svg title"), 1, "the day's square says what was done");
    assert_eq!(page.count("#forecast .chart-numbers tbody tr"), 30);
    assert!(
        page.text("#forecast-summary").contains("3 cards due in the next 30 days"),
        "{}",
        page.text("#forecast-summary")
    );

    let session = browser.get("/practice").await;
    let undo = crate::browser::fields(&session, ".undo");
    let mut form: Vec<(&str, &str)> =
        undo.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("action", "undo"));
    browser.post("/practice", &form).await;
    let page = browser.get("/progress").await;
    assert_eq!((tile(&page, "done"), tile(&page, "new")), ("2".to_owned(), "2".to_owned()));
    assert_eq!(numbers(&page, "answer-time"), ["Nov 2026 90 s 2"]);
    assert_eq!(site.number("select count(*) from review_log").await, 4);
}

/// Two months of a person's reviews, written as the site writes them: number, days ago, grade, interval told.
async fn with_history(site: &TestSite) -> Browser<'_> {
    let mut browser = Browser::new(site);
    browser.post("/questions/api-gateway-lambda", &[("bookmark", "on")]).await;
    site.behind_its_back(
        "with q as (select number, row_number() over (order by browse_order) - 1 as place from questions),
              told (place, ago, grade, told) as (values
                (0, 60, 3, 2), (0, 58, 3, 8), (0, 50, 3, 25), (0, 25, 3, 60),
                (1, 60, 3, 2), (1, 58, 1, 1), (1, 57, 3, 6), (1, 51, 2, 10), (1, 41, 1, 1), (1, 40, 3, 4),
                (2, 25, 3, 2), (2, 23, 3, 8), (2, 23, 1, 1), (2, 2, 3, 20),
                (3, 2, 3, 2), (3, 1, 4, 30),
                (4, 1, 3, 2))
         insert into review_log (person, question, at_s, day, kind, grade, interval_days, answer_ms, client_id)
         select (select id from people), q.number, 1795348800 - 86400 * ago, 20779 - ago, 'grade', grade, told,
                20000 + 1000 * q.place, 'seeded-' || q.place || '-' || ago || '-' || grade
         from told join q on q.place = told.place",
    )
    .await;
    let person = dryrun::ids::PersonId(site.number("select id from people").await);
    site.db()
        .commit(move |db| Box::pin(dryrun::practice::store::rebuild(db, person)))
        .await
        .expect("rebuilt");
    browser
}

#[tokio::test]
async fn charts_say_what_the_log_says() {
    let site = TestSite::start().await;
    let browser = with_history(&site).await;
    let page = browser.get("/progress").await;

    // of the first review of a question on a day: young and mature by the interval before it
    let retention = numbers(&page, "retention");
    assert_eq!(
        retention,
        ["Sep 2026 67% 3 – 0 67%", "Oct 2026 80% 5 100% 1 83%", "Nov 2026 100% 2 – 0 100%"],
        "month, young, reviews of young, mature, reviews of mature, together"
    );
    assert_eq!(page.count("#retention .chart-target"), 2, "in the picture and in the legend");
    assert!(drawn(&page, "retention") >= 4);
    assert!(
        page.text("#retention-summary").contains("the target is 90%"),
        "{}",
        page.text("#retention-summary")
    );

    assert_eq!(tile(&page, "streak"), "2", "yesterday and the day before; today is not over");
    assert!(page.text(".streak-line").contains("Practise today"), "{}", page.text(".streak-line"));
    assert!(page.text(".streak-line").contains("A weekly rest day"), "{}", page.text(".streak-line"));

    let due = site.number("select count(*) from cards where due_day <= 20779").await;
    assert_eq!(tile(&page, "due"), due.to_string());
    assert!(due > 0);
    let forecast = numbers(&page, "forecast");
    assert_eq!(forecast[0], format!("22 Nov {due}"));

    let strengths: Vec<f64> = page
        .texts("#strength .strength-recall")
        .iter()
        .map(|text| text.trim_end_matches('%').parse().expect("a share"))
        .collect();
    assert!(!strengths.is_empty() && strengths.is_sorted(), "the weakest first: {strengths:?}");
    let links = page.attributes("#strength .strengths a", "href");
    assert!(links.iter().all(|link| link.starts_with("/practice?topic=")), "{links:?}");
    assert_eq!(page.count("#strength .chart-numbers tbody tr"), strengths.len());

    let hardest = page.attributes(".hardest a", "href");
    assert_eq!(hardest.len(), 5);
    let forgotten: String = sqlx::query_scalar(
        "select '/questions/' || q.id from cards c join questions q on q.number = c.question where lapses = 2",
    )
    .fetch_one(&mut *site.db().reader().await.expect("a reader"))
    .await
    .expect("one question was forgotten twice");
    assert_eq!(hardest[0], forgotten);
    assert!(page.texts(".hardest td").contains(&"2 times".to_owned()));
}

#[tokio::test]
async fn a_year_that_was_practised_can_be_looked_back_at() {
    let site = TestSite::start().await;
    let browser = with_history(&site).await;
    site.clock().advance(60 * DAY_S);
    let page = browser.get("/progress").await;
    assert!(
        page.text("#year-summary").contains("0 answers on 0 days in 2027"),
        "{}",
        page.text("#year-summary")
    );
    assert_eq!(page.attributes(".years a", "href"), ["/progress?year=2026#year"]);
    let earlier = browser.get("/progress?year=2026").await;
    assert!(earlier.text("#year-summary").contains("17 answers"), "{}", earlier.text("#year-summary"));
    assert_eq!(earlier.attributes(".years a", "href"), ["/progress?year=2027#year"]);
    let odd = browser.get("/progress?year=1800").await;
    assert!(odd.text("#year-summary").contains("in 2027"));
}

#[tokio::test]
async fn readiness_counts_what_was_never_asked_as_nothing_and_names_what_helps_most() {
    let site = TestSite::start().await;
    let mut browser = with_history(&site).await;
    let before = browser.get("/progress").await;
    assert_eq!(before.count(".ready"), 0, "without a day there is nothing to predict");

    let saved =
        browser.post("/progress/interview", &[("interview_on", "2026-12-06"), ("topic", "serverless")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert_eq!(saved.header("location"), "/progress?saved=1#readiness");
    let page = browser.get("/progress?saved=1").await;
    assert!(page.text(".notice.is-done").contains("saved"), "{}", page.text(".notice.is-done"));
    assert_eq!(page.attribute("#interview_on", "value"), "2026-12-06");
    assert_eq!(page.attributes(".interview-form input[checked]", "value"), ["serverless"]);
    assert!(
        page.text(".ready-number").starts_with("0% predicted recall on 6 December 2026, in 14 days"),
        "{}",
        page.text(".ready-number")
    );
    assert!(page.text(".ready-meaning").contains("counts as 0"), "{}", page.text(".ready-meaning"));
    let asked = bank::questions().iter().filter(|question| question.topic == "serverless").count();
    assert_eq!(rows(&page, ".ready-topics"), [format!("Serverless 0% {asked} {asked}")]);
    let best = page.attributes(".best a", "href");
    assert_eq!(best.len(), asked.min(10));

    // practising what it names raises the number
    let card = browser.get(&best[0]).await;
    let revealed = browser.reveal(&card, "").await;
    browser.grade(&revealed, "4").await;
    let page = browser.get("/progress").await;
    let overall: u32 = page.text(".ready-number strong").trim_end_matches('%').parse().expect("a share");
    assert!(overall > 0, "{overall}");
    assert!(
        !page.attributes(".best a", "href").contains(&best[0]),
        "what was graded gains nothing more today"
    );

    browser.post("/progress/interview", &[("interview_on", "2026-12-06")]).await;
    let page = browser.get("/progress").await;
    assert_eq!(page.count(".interview-form input[checked]"), 0);
    assert!(page.count(".ready-topics tbody tr") > 1, "no topic stands for all");
    let total = site.total().await;
    assert!(
        page.text(".ready-meaning").contains(&format!("{total} questions")),
        "{}",
        page.text(".ready-meaning")
    );
    assert_eq!(page.count(".best li"), (total - 1).min(10), "what was graded today gains nothing more");

    site.clock().advance(20 * DAY_S);
    let after = browser.get("/progress").await;
    assert!(
        after.text(".ready-number").contains("the interview was on 6 December 2026"),
        "{}",
        after.text(".ready-number")
    );
    browser.post("/progress/interview", &[("interview_on", "")]).await;
    assert_eq!(browser.get("/progress").await.count(".ready"), 0);
    assert_eq!(site.number("select count(*) from people where interview_on is null").await, 1);
}

#[tokio::test]
async fn a_day_that_no_calendar_has_is_told_and_what_was_typed_is_kept() {
    let site = TestSite::start().await;
    let mut browser = with_history(&site).await;
    let refused =
        browser.post("/progress/interview", &[("interview_on", "31/12"), ("topic", "networking")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.page();
    assert!(page.text("#interview_on-error").contains("2027-01-31"), "{}", page.text("#interview_on-error"));
    assert_eq!(page.attribute("#interview_on", "value"), "31/12");
    assert_eq!(page.attributes(".interview-form input[checked]", "value"), ["networking"]);
    let unknown =
        browser.post("/progress/interview", &[("interview_on", "2027-01-31"), ("topic", "cooking")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.number("select count(*) from people where interview_on is not null").await, 0);
}

#[tokio::test]
async fn nobody_sees_the_progress_of_another() {
    let site = TestSite::start().await;
    let mut browser = with_history(&site).await;
    browser.post("/progress/interview", &[("interview_on", "2026-12-06")]).await;
    let mut other = Browser::new(&site);
    other.practise("3").await;
    let page = other.get("/progress").await;
    assert_eq!(tile(&page, "done"), "1");
    assert!(page.text("#year-summary").starts_with("1 answer on 1 day"), "{}", page.text("#year-summary"));
    assert_eq!((page.count(".ready"), page.count(".hardest tbody tr")), (0, 1));
    let answer = other.visitor.get("/progress").await;
    assert_eq!(answer.header("cache-control"), "no-store");
}
