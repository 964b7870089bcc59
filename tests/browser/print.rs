//! On paper: the question and nothing around it, with the answers, whatever the screen hides.

use crate::harness::{Browser, Site};

const NOT_ON_PAPER: [&str; 9] = [
    ".site-header",
    ".site-footer nav",
    ".bottom-bar",
    ".rail",
    ".on-this-page",
    ".self-test",
    ".copy-link",
    ".neighbours",
    ".tag-list",
];

#[tokio::test]
async fn navigation_stays_off_the_paper_and_hidden_answers_come_onto_it() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions/vpc-core-components").await;
    browser.emulate("screen", "dark").await;
    browser.press('h').await;
    browser.remembers("hide_answers", "on").await;
    assert!(browser.is_visible(".site-header").await && !browser.is_visible(".spoken").await);

    browser.emulate("print", "dark").await;
    for part in NOT_ON_PAPER {
        assert!(!browser.is_visible(part).await, "{part} is printed");
    }
    for part in ["h1", "#answer", ".spoken", ".key-points", ".steps", ".mistakes", ".dated-facts", ".sources"]
    {
        let height =
            browser.value(&format!("document.querySelector('{part}').getBoundingClientRect().height")).await;
        assert!(height.as_f64().is_some_and(|height| height > 20.0), "{part} is not printed: {height} high");
    }
    let paper = browser.value("getComputedStyle(document.body).backgroundColor").await;
    assert_eq!(paper, "rgb(255, 255, 255)", "no ink is spent on a dark background");
}
