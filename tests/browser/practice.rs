//! Practising in a real browser, by keyboard alone and with scripts off.

use crate::harness::{Browser, Key, Site};

#[tokio::test]
async fn a_card_is_answered_revealed_graded_and_taken_back_by_keyboard_alone() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.visit("/practice").await;
    let question = browser.text(".card-question").await;

    browser.press(' ').await;
    browser.until("document.querySelectorAll('.grade').length === 4").await;
    assert_eq!(browser.text(".card-question").await, question);
    browser.press('3').await;
    browser.until("document.querySelector('.undo') !== null").await;
    assert_ne!(browser.text(".card-question").await, question, "the next card");
    assert!(browser.text(".undo").await.contains(&question));
    assert!(browser.text(".practice-counts").await.contains("1 done today"));

    browser.press('u').await;
    browser.until("document.querySelector('.undo') === null").await;
    assert_eq!(browser.text(".card-question").await, question, "it is asked again");

    browser.press('s').await;
    browser.until("location.search.includes('skip=')").await;
    assert_ne!(browser.text(".card-question").await, question);
}

#[tokio::test]
async fn keys_type_into_the_answer_and_escape_gives_them_back_to_the_page() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.visit("/practice").await;
    browser.click("#answer").await;
    for key in "3 us".chars() {
        browser.press(key).await;
    }
    browser.until("document.querySelector('#answer').value === '3 us'").await;
    browser.press(Key::Escape).await;
    browser.press(' ').await;
    browser.until("document.querySelector('.typed-answer') !== null").await;
    assert_eq!(browser.text(".typed-answer").await, "3 us");
}
