//! Reading with scripts switched off in the browser's settings: everything but comfort works.

use serde_json::Value;

use crate::harness::{Browser, Key, Screen, Site};

/// The site's script marks its search fields; where it has not run, the marks are missing.
async fn assert_no_script_ran(browser: &Browser) {
    let marked =
        browser.value("document.querySelectorAll('[role=combobox], .has-keys, .copy-code').length").await;
    assert_eq!(marked, 0, "scripts are off");
}

#[tokio::test]
async fn a_reader_browses_filters_and_turns_pages() {
    let site = Site::start_with_attic_and_crowd();
    let browser = Browser::open_without_scripts(&site).await;

    browser.visit("/").await;
    assert_no_script_ran(&browser).await;
    browser.click("main a[href='/topics/networking']").await;
    browser.arrives_at("/topics/networking").await;
    browser.click(".question-row-title[href='/questions/vpc-core-components']").await;
    browser.arrives_at("/questions/vpc-core-components").await;
    assert!(browser.text(".spoken").await.len() > 200, "the answer can be read");

    browser.click(".site-nav a[href='/questions']").await;
    browser.click(".pagination [rel=next]").await;
    browser.arrives_at("/questions?page=2").await;
    assert!(browser.text(".result-count").await.starts_with("21–"));

    // chosen with the keyboard, as a list of choices can be
    browser.visit("/questions").await;
    browser.focus("#filter-topic").await;
    browser.type_text("Serverless").await;
    browser.focus("input[name=level]:checked").await;
    browser.press(Key::Right).await;
    browser.press(Key::Right).await;
    browser.focus(".filters .button").await;
    browser.press(Key::Enter).await;
    browser.until("location.search.includes('topic=serverless') && document.readyState === 'complete'").await;
    assert_eq!(browser.texts(".chips .chip-name").await, ["Topic", "Level"]);
    let hrefs =
        browser.value("[...document.querySelectorAll('.question-row-title')].map(a => a.pathname)").await;
    assert!(
        hrefs.as_array().expect("paths").contains(&Value::from("/questions/api-gateway-lambda")),
        "{hrefs}"
    );
}

#[tokio::test]
async fn a_reader_searches() {
    let site = Site::start();
    let browser = Browser::open_without_scripts(&site).await;

    browser.visit("/about").await;
    browser.click("#header-search").await;
    browser.type_text("nacl").await;
    browser.press(Key::Enter).await;
    browser.arrives_at("/search?q=nacl").await;
    assert_no_script_ran(&browser).await;
    assert!(!browser.texts(".snippet mark").await.is_empty(), "the words are marked in the snippets");
    browser.click(".result .question-row-title").await;
    browser.until("location.pathname.startsWith('/questions/') && document.readyState === 'complete'").await;
    assert!(browser.text("article").await.to_lowercase().contains("acl"));

    browser.visit("/search?q=gatewya").await;
    let suggestion = browser.text(".did-you-mean a").await;
    browser.click(".did-you-mean a").await;
    browser.until("document.querySelectorAll('.result').length > 0").await;
    assert_eq!(browser.value("document.querySelector('#search').value").await, suggestion.as_str());
}

#[tokio::test]
async fn a_reader_reads_hides_and_reveals() {
    let site = Site::start();
    let browser = Browser::open_without_scripts(&site).await;

    browser.visit("/questions/api-gateway-lambda").await;
    assert_no_script_ran(&browser).await;
    for part in [".spoken", ".key-points", "#explanation", ".steps", ".mistakes", ".dated-facts", ".sources"]
    {
        assert!(!browser.text(part).await.is_empty(), "{part} can be read");
    }
    assert!(browser.is_visible(".diagram svg").await, "diagrams need no script");
    assert!(!browser.is_visible(".copy-link").await, "a button that would do nothing is not there");
    assert!(browser.find(".section-heading .anchor").await.is_enabled().await.expect("a link"));

    browser.click(".fold > summary").await;
    assert!(browser.text(".fold .spoken").await.len() > 40);
    browser.click(".option.is-right > summary").await;
    assert!(browser.text(".option.is-right p").await.starts_with("Right."));

    browser.click(".self-test button").await;
    browser.until("document.documentElement.dataset.answers === 'hidden'").await;
    browser.arrives_at("/questions/api-gateway-lambda").await;
    assert!(!browser.is_visible(".spoken").await);
    browser.remembers("hide_answers", "on").await;
    browser.click(".reveal > summary").await;
    assert!(browser.text(".spoken").await.len() > 200, "one part is revealed");
    assert!(!browser.is_visible(".key-points").await, "the next is not");
    browser.reload().await;
    assert!(!browser.is_visible(".spoken").await, "and a reload hides it again");

    browser.click(".theme-form button").await;
    browser.until("document.documentElement.dataset.theme === 'light'").await;
    browser.arrives_at("/questions/api-gateway-lambda").await;
}

#[tokio::test]
async fn a_reader_with_a_phone_finds_the_sections_and_the_filters() {
    let site = Site::start();
    let browser = Browser::open_without_scripts(&site).await;
    browser.resize(Screen::PHONE).await;

    browser.visit("/questions/api-gateway-lambda").await;
    browser.click(".outline-fold > summary").await;
    browser.click(".outline-fold a[href='#mistakes']").await;
    let top = browser.value("document.querySelector('#mistakes').getBoundingClientRect().top").await;
    assert!((0.0..740.0).contains(&top.as_f64().expect("a number")), "the section is on the screen: {top}");

    browser.visit("/questions").await;
    browser.click(".filters > summary").await;
    assert!(browser.is_visible("#filter-topic").await);
}
