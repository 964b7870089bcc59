//! axe-core finds no violation on any page type, in light and dark, on a phone and on a wide screen.

use serde_json::Value;

use crate::harness::{Browser, Key, Screen, Site, every_page_type};

const AXE: &str = include_str!("vendor/axe.min.js");

/// All rules that are on by default, best practices among them, and the target size of WCAG 2.2.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run({ rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] }).then(
      found => done({
        checked: found.passes.length,
        violations: found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`)),
      }),
      error => done({ checked: 0, violations: [String(error)] }),
    );";

/// What axe-core finds wrong with the page as it is now.
pub async fn violations(browser: &Browser) -> Vec<String> {
    if browser.value("typeof axe").await == "undefined" {
        browser.inject(AXE).await;
    }
    let found = browser.run(RUN).await;
    assert!(found["checked"].as_u64().is_some_and(|rules| rules > 10), "axe-core has looked: {found}");
    let violations = found["violations"].as_array().expect("a list");
    violations.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn assert_every_page_type_passes(screen: Screen, colour_scheme: &str) {
    let site = Site::start_with_attic_and_crowd();
    let browser = Browser::open(&site).await;
    browser.resize(screen).await;
    browser.emulate("screen", colour_scheme).await;

    let mut found = Vec::new();
    for page in every_page_type() {
        page.open(&browser).await;
        found.extend(
            violations(&browser).await.into_iter().map(|violation| format!("{}: {violation}", page.name)),
        );
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn every_page_type_on_a_phone_in_light() {
    assert_every_page_type_passes(Screen::PHONE, "light").await;
}

#[tokio::test]
async fn every_page_type_on_a_phone_in_dark() {
    assert_every_page_type_passes(Screen::PHONE, "dark").await;
}

#[tokio::test]
async fn every_page_type_on_a_wide_screen_in_light() {
    assert_every_page_type_passes(Screen::WIDE, "light").await;
}

#[tokio::test]
async fn every_page_type_on_a_wide_screen_in_dark() {
    assert_every_page_type_passes(Screen::WIDE, "dark").await;
}

#[tokio::test]
async fn what_opens_on_demand_passes_too() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.emulate("screen", "light").await;

    for colour_scheme in ["light", "dark"] {
        browser.emulate("screen", colour_scheme).await;

        browser.visit("/").await;
        browser.press('/').await;
        browser.type_text("gateway").await;
        browser.until("document.activeElement.getAttribute('aria-expanded') === 'true'").await;
        browser.press(Key::Down).await;
        assert_eq!(violations(&browser).await, [""; 0], "suggestions, {colour_scheme}");

        browser.visit("/questions").await;
        browser.press('?').await;
        browser.until("document.querySelector('#help').open").await;
        assert_eq!(violations(&browser).await, [""; 0], "the help, {colour_scheme}");

        browser.visit("/questions/api-gateway-lambda").await;
        browser.click(".fold > summary").await;
        browser.click(".option.is-right > summary").await;
        let second =
            "document.querySelectorAll('.quiz-item')[1]?.querySelector('.is-wrong > summary').click()";
        browser.value(second).await;
        browser.click("[data-copy-link=quiz]").await;
        browser.until("document.querySelector('#toast').textContent !== ''").await;
        assert_eq!(violations(&browser).await, [""; 0], "follow-up, quiz and toast, {colour_scheme}");
    }
}

#[tokio::test]
async fn the_check_sees_a_violation() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/about").await;
    browser.value("document.querySelector('main').append(new Image())").await;
    let found = violations(&browser).await;
    assert!(found.iter().any(|violation| violation.starts_with("image-alt: ")), "{found:?}");
}
