//! The question page at work: hiding and revealing, follow-ups, the quiz, copying.

use serde_json::json;

use crate::harness::{Browser, Site};

const QUESTION: &str = "/questions/api-gateway-lambda";

#[tokio::test]
async fn hidden_answers_stay_hidden_over_reloads_and_other_questions() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    assert!(browser.is_visible(".spoken").await);
    browser.click(".self-test button").await;
    browser.until("document.documentElement.dataset.answers === 'hidden'").await;
    assert!(!browser.is_visible(".spoken").await, "hidden at once");
    assert_eq!(browser.attribute(".self-test button", "aria-pressed").await.as_deref(), Some("true"));
    browser.remembers("hide_answers", "on").await;

    browser.reload().await;
    assert!(!browser.is_visible(".spoken").await, "hidden after a reload");
    assert!(
        browser.is_visible("h1").await && browser.is_visible("#answer").await,
        "the question itself is shown"
    );

    browser.visit("/questions/security-group-vs-nacl").await;
    assert!(!browser.is_visible(".spoken").await, "hidden on another question");
    assert!(!browser.is_visible(".key-points").await);
    assert!(!browser.is_visible(".dated-facts").await);

    browser.visit("/questions").await;
    assert_eq!(
        browser.texts(".question-row-excerpt").await,
        [""; 0],
        "the list does not give the answers away"
    );

    browser.visit(QUESTION).await;
    browser.click(".self-test button").await;
    browser.remembers("hide_answers", "off").await;
    browser.reload().await;
    assert!(browser.is_visible(".spoken").await);
    assert_eq!(browser.attribute(".self-test button", "aria-pressed").await.as_deref(), Some("false"));
}

#[tokio::test]
async fn going_back_does_not_bring_hidden_answers_out_again() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    assert!(browser.is_visible(".spoken").await);
    browser.click(".breadcrumb li:last-child a").await;
    browser.arrives_at("/topics/serverless").await;
    browser.visit("/questions/vpc-core-components").await;
    browser.press('h').await;
    browser.remembers("hide_answers", "on").await;
    browser.value("history.go(-2)").await;
    browser.arrives_at(QUESTION).await;
    browser.until("document.documentElement.dataset.answers === 'hidden'").await;
    assert!(!browser.is_visible(".spoken").await);
}

#[tokio::test]
async fn a_link_to_a_hidden_part_reveals_it() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    browser.click(".self-test button").await;
    browser.remembers("hide_answers", "on").await;
    browser.visit("/about").await;
    browser.visit(&format!("{QUESTION}#step-configure")).await;
    browser
        .until("document.querySelector('#step-configure').checkVisibility({ contentVisibilityAuto: true })")
        .await;
    assert!(browser.is_visible("#step-configure h3").await);
    assert!(!browser.is_visible(".spoken").await, "the other parts stay hidden");
}

#[tokio::test]
async fn follow_ups_open_one_at_a_time() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    let count = browser.texts(".folds .fold > summary").await.len();
    assert!((3..=5).contains(&count), "{count} follow-ups");
    for at in 1..=count {
        let answer = format!(".folds .fold:nth-of-type({at}) .spoken");
        assert!(!browser.is_visible(&answer).await, "the answer waits to be asked for");
        browser.click(&format!(".folds .fold:nth-of-type({at}) > summary")).await;
        assert!(browser.text(&answer).await.len() > 40, "follow-up {at} has an answer");
        assert_eq!(browser.value("document.querySelectorAll('.fold[open]').length").await, 1);
    }
}

#[tokio::test]
async fn the_quiz_says_what_is_right_and_why() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    assert_eq!(
        browser.texts(".quiz-item:first-of-type .option p").await.join(""),
        "",
        "nothing is given away"
    );

    let wrong = ".quiz-item .option.is-wrong";
    browser.click(&format!("{wrong} > summary")).await;
    let verdict = browser.text(&format!("{wrong} p")).await;
    assert!(verdict.starts_with("Not this one.") && verdict.len() > 30, "a verdict and a reason: {verdict}");

    let right = ".quiz-item .option.is-right";
    browser.click(&format!("{right} > summary")).await;
    let verdict = browser.text(&format!("{right} p")).await;
    assert!(verdict.starts_with("Right.") && verdict.len() > 20, "a verdict and a reason: {verdict}");
    assert!(!browser.is_visible(&format!("{wrong} p")).await, "one answer is open at a time");

    let options = browser.value(
        "[...document.querySelectorAll('.quiz-item')].map(q => q.querySelectorAll('.is-right').length)",
    );
    assert!(
        options.await.as_array().expect("counts").iter().all(|right| right == 1),
        "each item has one right answer"
    );
}

#[tokio::test]
async fn a_section_s_link_lands_on_the_clipboard() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    browser.click("[data-copy-link=follow-ups]").await;
    browser.until("document.querySelector('#toast').textContent === 'Link copied'").await;
    let address = format!("{}{QUESTION}#follow-ups", site.origin());
    browser.arrives_at(&format!("{QUESTION}#follow-ups")).await;

    // pasted where a person might check it
    browser.press('/').await;
    browser.press_with_control('v').await;
    browser.until(&format!("document.activeElement.value === {}", json!(address))).await;
}

#[tokio::test]
async fn code_is_copied_as_it_stands() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    let code =
        browser.value("document.querySelector('.code pre').textContent.trimEnd().split('\\n')[0]").await;
    let code = code.as_str().expect("a line of code").to_owned();
    assert!(!code.is_empty());
    browser.click(".code .copy-code").await;
    browser.until("document.querySelector('#toast').textContent === 'Code copied'").await;

    browser.press('/').await;
    browser.press_with_control('v').await;
    browser.until(&format!("document.activeElement.value.startsWith({})", json!(code))).await;
}

#[tokio::test]
async fn the_outline_marks_where_the_reader_is() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit(QUESTION).await;
    browser.click(".on-this-page a[href='#mistakes']").await;
    browser.until("document.querySelector('.on-this-page [aria-current]')?.hash === '#mistakes'").await;
    browser.value("scrollTo(0, 0)").await;
    browser.until("document.querySelector('.on-this-page [aria-current]')?.hash !== '#mistakes'").await;
}
