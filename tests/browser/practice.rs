//! Practising in a real browser, by keyboard alone and with scripts off; taking it away and bringing it back.

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

#[tokio::test]
async fn a_guest_without_scripts_brings_a_file_back_and_is_told_when_it_is_the_wrong_one() {
    let site = Site::start();
    let browser = Browser::open_without_scripts(&site).await;
    browser.visit("/practice").await;
    browser.click(".card-answer button[formaction], .card-answer button").await;
    browser.until("document.querySelectorAll('.grade').length === 4").await;
    browser.click(".grade").await;
    browser.until("document.querySelector('.undo') !== null").await;

    browser.visit("/practice/settings").await;
    browser.click("a[href='/account/data']").await;
    browser.arrives_at("/account/data").await;
    let folder = tempfile::tempdir().expect("a folder");
    let choose = async |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("a file");
        browser.find("#file").await.send_keys(&file.to_string_lossy()).await.expect("a file is chosen");
        browser.click("form[action='/account/import'] .button").await;
    };
    choose("holiday.json", "{}").await;
    browser.until("document.querySelector('#file-error') !== null").await;
    assert!(browser.text("#file-error").await.contains("This is no export of Dryrun"));
    let review = r#"{"client_id": "from-elsewhere", "question": "api-gateway-lambda", "grade": 4, "day": 20000,
        "reviewed_at": "2024-10-04T12:00:00Z", "interval_days": 9, "sequence": 0}"#;
    let settings = r#"{"time_zone": "UTC", "day_start_hour": 4, "desired_retention": 0.9, "new_per_day": 10,
        "maximum_interval": 36500}"#;
    let document = format!(
        r#"{{"format": "dryrun-practice", "version": 1, "exported_at": "2024-10-05T12:00:00Z", "settings": {settings},
        "reviews": [{review}], "events": [], "bookmarks": [], "notes": [], "ticked_steps": []}}"#
    );
    choose("dryrun.json", &document).await;
    browser.until("document.querySelector('[role=status].notice') !== null").await;
    assert_eq!(browser.text("[role=status].notice").await, "1 new event; 0 were there already.");
    browser.arrives_at("/account/data").await;
}
