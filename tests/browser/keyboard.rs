//! The keys that the help lists, from anywhere on the site.

use crate::harness::{Browser, Key, Site};

#[tokio::test]
async fn slash_goes_to_the_search_and_escape_leaves_it() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions/api-gateway-lambda").await;
    browser.press('/').await;
    browser.until("document.activeElement.id === 'header-search'").await;

    // in the field a slash is a slash, and j a letter
    browser.type_text("a/j").await;
    browser.until("document.activeElement.value === 'a/j'").await;
    browser.press(Key::Escape).await;
    browser.until("document.activeElement.value === ''").await;
    browser.press(Key::Escape).await;
    browser.until("document.activeElement === document.body").await;
    browser.arrives_at("/questions/api-gateway-lambda").await;
}

#[tokio::test]
async fn the_question_mark_opens_the_help_and_escape_closes_it() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions").await;
    assert!(!browser.is_visible("#help").await, "the help is closed at first");
    browser.press('?').await;
    browser.until("document.querySelector('#help').open").await;
    let help = browser.text("#help").await;
    assert!(
        help.contains("Next and previous question")
            && help.contains("Reveal the answer or the next hidden part"),
        "{help}"
    );
    browser.until("document.querySelector('#help').contains(document.activeElement)").await;

    // the page behind it does not listen
    browser.press('j').await;
    browser.until("document.querySelector('#help').contains(document.activeElement)").await;

    browser.press(Key::Escape).await;
    browser.until("!document.querySelector('#help').open").await;

    // without a keyboard at hand it is in the footer
    browser.click("[data-open-help]").await;
    browser.until("document.querySelector('#help').open").await;
    browser.click("#help button").await;
    browser.until("!document.querySelector('#help').open").await;
    assert_eq!(browser.value("document.activeElement.textContent").await, "Keyboard shortcuts");
}

#[tokio::test]
async fn j_and_k_walk_through_the_rows_of_a_list_and_enter_opens_one() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    for list in ["/questions", "/topics/networking", "/search?q=gateway"] {
        browser.visit(list).await;
        let titles = browser.texts("main .question-row-title").await;
        assert!(titles.len() >= 3, "{list} has rows: {titles:?}");
        for (key, row) in [('j', 0), ('j', 1), ('j', 2), ('k', 1), ('k', 0), ('k', 0)] {
            browser.press(key).await;
            assert_eq!(
                browser.value("document.activeElement.innerText").await,
                titles[row].as_str(),
                "{list}"
            );
        }
    }

    browser.press('j').await;
    let address = browser.value("new URL(document.activeElement.href).pathname").await;
    browser.press(Key::Enter).await;
    browser.arrives_at(address.as_str().expect("a path")).await;
}

#[tokio::test]
async fn j_and_k_turn_from_question_to_question() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/topics/networking").await;
    let order = browser
        .value("[...document.querySelectorAll('main .question-row-title')].map(a => a.pathname)")
        .await;
    let order: Vec<&str> = order.as_array().expect("paths").iter().filter_map(|path| path.as_str()).collect();
    assert!(order.len() >= 3, "{order:?}");

    browser.visit(order[0]).await;
    for (key, place) in [('j', 1), ('j', 2), ('k', 1), ('k', 0)] {
        browser.press(key).await;
        browser.arrives_at(order[place]).await;
    }
}

#[tokio::test]
async fn space_reveals_one_hidden_part_after_the_other() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions/api-gateway-lambda").await;
    browser.press('h').await;
    browser.until("document.documentElement.dataset.answers === 'hidden'").await;
    let parts = browser.texts(".reveal > summary").await;
    assert!(parts.len() >= 5 && parts.iter().all(|part| part.starts_with("Reveal ")), "{parts:?}");
    assert_eq!(browser.value("document.querySelectorAll('.reveal[open]').length").await, 0);

    for revealed in 1..=parts.len() {
        browser.press(' ').await;
        browser.until(&format!("document.querySelectorAll('.reveal[open]').length === {revealed}")).await;
        // in the order of the page, with the focus in the part that has just appeared
        let focus = format!(
            "document.querySelectorAll('.reveal')[{}].contains(document.activeElement)",
            revealed - 1
        );
        browser.until(&focus).await;
        assert!(browser.is_visible(&format!(".part:nth-of-type({revealed}) .section-heading")).await);
    }
    assert!(browser.text(".spoken").await.contains("API Gateway"));
}

#[tokio::test]
async fn single_keys_can_be_switched_off_for_people_whom_they_disturb() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions").await;
    browser.press('?').await;
    browser.click("#help-keys").await;
    browser.press(Key::Escape).await;
    browser.until("!document.querySelector('#help').open").await;

    browser.reload().await;
    for key in ['j', '/', '?', 't'] {
        browser.press(key).await;
    }
    assert_eq!(browser.value("document.activeElement === document.body").await, true);
    assert_eq!(browser.value("document.querySelector('#help').open").await, false);
    assert_eq!(browser.value("document.documentElement.dataset.theme").await, "auto");
    assert!(!browser.is_visible(".search-key").await, "no key is advertised that does nothing");

    // and on again
    browser.click("[data-open-help]").await;
    browser.click("#help-keys").await;
    browser.press(Key::Escape).await;
    browser.until("!document.querySelector('#help').open").await;
    browser.press('/').await;
    browser.until("document.activeElement.id === 'header-search'").await;
}

#[tokio::test]
async fn the_first_tab_leads_past_the_navigation() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/questions").await;
    browser.press(Key::Tab).await;
    assert_eq!(browser.value("document.activeElement.innerText").await, "Skip to the content");
    let shown = "document.activeElement.getBoundingClientRect().top >= 0";
    browser.until(shown).await;
    browser.press(Key::Enter).await;
    browser.until("document.activeElement.id === 'main'").await;
}
