//! The theme: what the system asks for, and what the reader chose.

use crate::harness::{Browser, Site};

const PAPER: &str = "getComputedStyle(document.body).backgroundColor";

/// How light the page is, from 0 to 1, as it is really painted.
async fn lightness(browser: &Browser) -> f64 {
    let colour = browser.value(PAPER).await;
    let colour = colour.as_str().expect("a colour");
    let lightness =
        colour.strip_prefix("oklch(").and_then(|rest| rest.split(' ').next()).and_then(|l| l.parse().ok());
    lightness.unwrap_or_else(|| panic!("the paper is an oklch colour, not {colour}"))
}

#[tokio::test]
async fn the_theme_follows_the_system_until_the_reader_chooses() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    browser.emulate("screen", "light").await;
    assert!(lightness(&browser).await > 0.9);
    browser.emulate("screen", "dark").await;
    assert!(lightness(&browser).await < 0.3);

    // from automatic to light, though the system is dark
    let button = ".theme-form button";
    assert!(browser.attribute(button, "title").await.is_some_and(|title| title == "Theme: automatic"));
    browser.click(button).await;
    browser.until("document.documentElement.dataset.theme === 'light'").await;
    assert!(lightness(&browser).await > 0.9, "changed without a reload");
    browser.remembers("theme", "light").await;
    browser.visit("/questions").await;
    assert!(lightness(&browser).await > 0.9, "the next page is light, too");
    assert_eq!(browser.attribute(button, "title").await.as_deref(), Some("Theme: light"));

    // to dark with the key, though the system is light
    browser.emulate("screen", "light").await;
    browser.press('t').await;
    browser.remembers("theme", "dark").await;
    browser.reload().await;
    assert!(lightness(&browser).await < 0.3);

    // and back to what the system says
    browser.press('t').await;
    browser.remembers("theme", "auto").await;
    browser.reload().await;
    assert!(lightness(&browser).await > 0.9);
}

#[tokio::test]
async fn the_theme_button_says_what_it_does() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    let name = "document.querySelector('.theme-form button').textContent.trim()";
    assert_eq!(browser.value(name).await, "Theme: automatic. Switch to light.");
    browser.click(".theme-form button").await;
    assert_eq!(browser.value(name).await, "Theme: light. Switch to dark.");
    browser.remembers("theme", "light").await;
    browser.reload().await;
    assert_eq!(browser.value(name).await, "Theme: light. Switch to dark.", "the server says the same");
}
