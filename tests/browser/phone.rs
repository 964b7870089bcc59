//! A small screen: nothing sticks out, everything can be reached with a thumb.

use serde_json::Value;

use crate::harness::{Browser, Screen, Site, every_page_type};

/// Elements that reach past the right edge of the screen and are not inside something that scrolls by itself.
const STICKING_OUT: &str = "
    [...document.body.querySelectorAll('*')]
      .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > 361)
      .filter(e => {
        for (let p = e.parentElement; p && p !== document.body; p = p.parentElement) {
          if (getComputedStyle(p).overflowX !== 'visible') return false;
        }
        return true;
      })
      .map(e => e.tagName + '.' + (e.getAttribute('class') ?? ''))
      .slice(0, 5)";

#[tokio::test]
async fn no_page_scrolls_sideways() {
    let site = Site::start_with_attic_and_crowd();
    let browser = Browser::open(&site).await;
    browser.resize(Screen::PHONE).await;

    let mut too_wide = Vec::new();
    for page in every_page_type() {
        page.open(&browser).await;
        // everything that can be opened is looked at open
        browser.value("document.querySelectorAll('main details').forEach(d => { d.removeAttribute('name'); d.open = true; })").await;
        let width = browser.value("document.scrollingElement.scrollWidth").await.as_u64().expect("a width");
        let sticking_out = browser.value(STICKING_OUT).await;
        if width > u64::from(Screen::PHONE.width) || sticking_out != Value::Array(Vec::new()) {
            too_wide.push(format!("{}: {width} pixels wide, {sticking_out}", page.name));
        }
    }
    assert_eq!(too_wide, [""; 0]);
}

#[tokio::test]
async fn the_bar_at_the_bottom_leads_everywhere_and_hides_nothing() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.resize(Screen::PHONE).await;

    browser.visit("/").await;
    assert!(!browser.is_visible(".site-nav").await, "the wide navigation makes room");
    browser.click(".bottom-bar a[href='/questions']").await;
    browser.arrives_at("/questions").await;
    assert_eq!(
        browser.attribute(".bottom-bar a[href='/questions']", "aria-current").await.as_deref(),
        Some("true")
    );
    browser.click(".bottom-bar a[href='/search']").await;
    browser.arrives_at("/search").await;

    // the end of a page can be scrolled clear of the bar
    browser.visit("/questions/api-gateway-lambda").await;
    browser.value("scrollTo(0, document.documentElement.scrollHeight)").await;
    let clear = "document.querySelector('.site-footer p').getBoundingClientRect().bottom
        <= document.querySelector('.bottom-bar').getBoundingClientRect().top";
    browser.until(clear).await;
}

#[tokio::test]
async fn filters_unfold_and_narrow_the_list() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.resize(Screen::PHONE).await;

    browser.visit("/questions").await;
    let all = browser.texts(".question-row-title").await.len();
    assert!(!browser.is_visible("#filter-topic").await, "the form is folded away");
    browser.click(".filters > summary").await;
    browser.find("#filter-topic").await.select_by_value("serverless").await.expect("a topic with questions");
    browser.click(".filters .button").await;
    browser.until("new URLSearchParams(location.search).get('topic') === 'serverless'").await;
    let found = browser.texts(".question-row-title").await.len();
    assert!(found > 0 && found < all, "{found} of {all}");
    assert!(browser.text(".chips").await.contains("Serverless"));
    browser.click(".chips a").await;
    browser.arrives_at("/questions").await;
    assert_eq!(browser.texts(".question-row-title").await.len(), all);
}
