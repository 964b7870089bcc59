//! A whole mock interview in a real browser: with scripts and by keyboard, and without scripts; with the clock moved.

use dryrun::clock::Clock;
use jiff::Timestamp;

use crate::accessibility::violations;
use crate::harness::{Browser, Key, Site};

fn noon() -> Clock {
    let noon: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a moment");
    Clock::set_to(noon)
}

/// Presses a button that leads to another page.
async fn go(browser: &Browser, button: &str, then_shows: &str) {
    browser.click(button).await;
    browser
        .until(&format!(
            "document.querySelector({then_shows:?}) !== null && document.readyState === 'complete'"
        ))
        .await;
}

#[tokio::test]
async fn an_interview_by_keyboard_saves_while_typing_and_asks_back() {
    let clock = noon();
    let site = Site::with_clock(&clock).await;
    let browser = Browser::open(&site).await;
    browser.visit("/").await;
    go(&browser, ".home-interview button", "[data-answer-form]").await;
    assert_eq!(browser.value("document.activeElement.id").await, "text", "one can type at once");
    let asked = browser.text("#asked").await;
    assert_eq!(violations(&browser).await, [] as [&str; 0]);

    // what is typed is kept without a button, also when the page is lost
    browser.type_text("I would start with").await;
    browser.until("document.querySelector('[data-saved]').textContent === 'Saved'").await;
    browser.reload().await;
    assert_eq!(browser.value("document.querySelector('#text').value").await, "I would start with");

    // the time is told when somebody asks, and only then
    assert_eq!(browser.text("[data-say-politely]").await, "");
    clock.advance(60);
    browser.click("[data-time-left]").await;
    browser
        .until("/^[89] minutes.* left$/.test(document.querySelector('[data-say-politely]').textContent)")
        .await;
    browser.until("/^(9:00|8:)/.test(document.querySelector('[data-clock]').textContent)").await;

    browser.focus("#text").await;
    browser.press_with_control(Key::Enter.into()).await;
    browser.until("document.querySelector('.probe-of') !== null").await;
    assert_eq!(browser.text(".probe-of").await, asked);
    assert_eq!(violations(&browser).await, [] as [&str; 0]);

    browser.click(".room-end .confirm summary").await;
    go(&browser, ".room-end .confirm button", ".grading-form").await;
    assert_eq!(browser.text("h1").await, "Grade your answers");
    assert_eq!(violations(&browser).await, [] as [&str; 0]);
    browser.focus("#evidence-1").await;
    browser.type_text("I only began.").await;
    for axis in ["correctness", "depth", "operations", "communication"] {
        browser.click(&format!("#grade-1 [name={axis}][value='2']")).await;
    }
    browser.click("#grade-1 .grading-form .button").await;
    browser.until("document.querySelector('#grade-1 .round-state').textContent === 'graded'").await;
    go(&browser, "form[action$='/close'] button", ".report-overall").await;
    assert!(browser.text(".report").await.contains("I would start with"));
    assert_eq!(violations(&browser).await, [] as [&str; 0]);
    assert_eq!(browser.console().await, [] as [&str; 0]);
}

#[tokio::test]
async fn when_time_is_up_the_page_finds_out_and_nothing_saved_is_lost() {
    let clock = noon();
    let site = Site::with_clock(&clock).await;
    let browser = Browser::open(&site).await;
    browser.visit("/").await;
    go(&browser, ".home-interview button", "[data-answer-form]").await;
    browser.type_text("Saved in time").await;
    browser.until("document.querySelector('[data-saved]').textContent === 'Saved'").await;

    // as after a night in a closed laptop: the browser's own clock has seen nothing of it
    clock.advance(8 * 60 * 60);
    browser.type_text(" and too late").await;
    browser.until("document.querySelector('.grading-form') !== null").await;
    assert!(browser.text("main .lead").await.starts_with("Time was up."));
    let said = browser.text("#grade-1 .typed-answer").await;
    assert_eq!(said, "Saved in time");
}

#[tokio::test]
async fn marks_of_the_clock_are_announced_politely_and_the_end_at_once() {
    let clock = noon();
    let site = Site::with_clock(&clock).await;
    let browser = Browser::open(&site).await;
    browser.visit("/").await;
    go(&browser, ".home-interview button", "[data-answer-form]").await;
    assert_eq!(browser.attribute("[data-say-politely]", "role").await.as_deref(), Some("status"));
    assert_eq!(browser.attribute("[data-say-now]", "role").await.as_deref(), Some("alert"));
    clock.advance(10 * 60 - 62);
    browser.reload().await;
    browser.until("document.querySelector('[data-say-politely]').textContent === '1 minute left'").await;
    assert_eq!(browser.text("[data-say-now]").await, "");
    clock.advance(60);
    browser.reload().await;
    browser.until("document.querySelector('[data-say-now]').textContent.startsWith('Time is up')").await;
}

#[tokio::test]
async fn an_interview_goes_from_set_up_to_report_without_scripts() {
    let clock = noon();
    let site = Site::with_clock(&clock).await;
    let browser = Browser::open_without_scripts(&site).await;
    browser.visit("/interviews").await;
    browser.click(".preset button[value=warm-up]").await;
    browser.until("document.querySelector('#brief') !== null").await;
    go(&browser, "[value=start]", "[data-answer-form]").await;
    assert!(browser.is_visible(".no-scripts-hint").await, "the page says when to reload");
    let before = browser.text("[data-clock]").await;
    assert_eq!(before, "10:00");

    browser.focus("#text").await;
    browser.type_text("First thoughts").await;
    clock.advance(90);
    go(&browser, "[data-time-left]", "[data-answer-form]").await;
    browser.until("document.querySelector('[data-clock]').textContent === '8:30'").await;
    assert_eq!(browser.value("document.querySelector('#text').value").await, "First thoughts");
    go(&browser, "[value=flag]", ".round.is-flagged").await;
    go(&browser, ".round.is-flagged button", "[data-answer-form]").await;
    assert_eq!(browser.value("document.querySelector('#text').value").await, "First thoughts");
    go(&browser, "[value=hand-in]", ".probe-of").await;

    clock.advance(60 * 60);
    browser.focus("#text").await;
    browser.type_text("Too late").await;
    go(&browser, "[value=hand-in]", ".grading-form").await;
    assert!(browser.text("main > .notice").await.starts_with("Time was up before that arrived."));
    go(&browser, "form[action$='/close'] button", ".report-overall").await;
    let report = browser.text(".report").await;
    assert!(report.contains("First thoughts") && !report.contains("Too late"));
}
