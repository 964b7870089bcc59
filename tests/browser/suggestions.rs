//! Suggestions while typing: the combobox with a list box of the ARIA practices guide.

use serde_json::Value;

use crate::harness::{Browser, Key, Site};

const OPEN: &str = "document.activeElement.getAttribute('aria-expanded') === 'true'";
const CLOSED: &str = "document.activeElement.getAttribute('aria-expanded') === 'false'";
const OPTIONS: &str = "[role=listbox] [role=option]";

/// The option that a screen reader announces, by what the focused field names as its active descendant.
async fn announced(browser: &Browser) -> Option<String> {
    let id = "document.activeElement.getAttribute('aria-activedescendant')";
    let marked = "[...document.querySelectorAll('[role=option][aria-selected=true]')].map(o => o.id)";
    let state = browser
        .value(&format!("[{id}, {marked}, document.getElementById({id})?.firstChild.textContent]"))
        .await;
    match &state[0] {
        Value::Null => {
            assert_eq!(state[1], Value::Array(Vec::new()), "nothing is marked either");
            None
        }
        id => {
            assert_eq!(state[1], Value::Array(vec![id.clone()]), "the same and only one is marked");
            Some(state[2].as_str().expect("an option's title").to_owned())
        }
    }
}

#[tokio::test]
async fn questions_appear_while_typing_and_enter_opens_the_chosen_one() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    browser.click("#home-search").await;
    browser.until(CLOSED).await;
    browser.type_text("nat gat").await;
    browser.until(OPEN).await;
    browser.until("document.querySelectorAll('[role=option]').length >= 2").await;
    let options = browser
        .value("[...document.querySelectorAll('[role=option]')].map(o => o.firstChild.textContent)")
        .await;
    let options: Vec<&str> =
        options.as_array().expect("titles").iter().filter_map(|title| title.as_str()).collect();
    assert!(
        options.iter().any(|title| title.contains("NAT Gateway") || title.contains("NAT gateway")),
        "{options:?}"
    );
    assert_eq!(announced(&browser).await, None, "nothing is chosen before an arrow is pressed");

    for (key, at) in [(Key::Down, 0), (Key::Down, 1), (Key::Up, 0), (Key::Down, 1)] {
        browser.press(key).await;
        assert_eq!(announced(&browser).await.as_deref(), Some(options[at]));
    }
    assert_eq!(
        browser.value("document.activeElement.id").await,
        "home-search",
        "the focus stays in the field"
    );

    let address =
        browser.value("document.querySelector('[role=option][aria-selected=true]').dataset.url").await;
    browser.press(Key::Enter).await;
    browser.arrives_at(address.as_str().expect("a path")).await;
    assert_eq!(browser.text("h1").await, options[1]);
}

#[tokio::test]
async fn the_arrows_go_around_and_enter_without_a_choice_searches() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/about").await;
    browser.press('/').await;
    browser.type_text("igw").await;
    browser.until(OPEN).await;
    browser.press(Key::Up).await;
    let last = browser
        .value(&format!("[...document.querySelectorAll('{OPTIONS}')].at(-1).firstChild.textContent"))
        .await;
    assert_eq!(announced(&browser).await.as_deref(), last.as_str());
    browser.press(Key::Down).await;
    assert_eq!(announced(&browser).await, None, "after the last option comes the field itself");

    browser.press(Key::Enter).await;
    browser.arrives_at("/search?q=igw").await;
    assert!(!browser.texts(".result .question-row-title").await.is_empty());
}

#[tokio::test]
async fn escape_closes_the_list_first_and_then_empties_the_field() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/search").await;
    browser.press('/').await;
    browser.type_text("gateway").await;
    browser.until(OPEN).await;
    assert!(browser.is_visible(".suggestions").await);

    browser.press(Key::Escape).await;
    browser.until(CLOSED).await;
    assert!(!browser.is_visible(".suggestions").await);
    assert_eq!(browser.value("document.activeElement.value").await, "gateway");

    // an arrow brings it back
    browser.press(Key::Down).await;
    browser.until(OPEN).await;

    browser.press(Key::Escape).await;
    browser.until(CLOSED).await;
    browser.press(Key::Escape).await;
    browser.until("document.activeElement.value === ''").await;
}

#[tokio::test]
async fn the_field_tells_assistive_technology_what_it_is() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    let input = "#home-search";
    for (attribute, value) in
        [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-expanded", "false")]
    {
        assert_eq!(browser.attribute(input, attribute).await.as_deref(), Some(value), "{attribute}");
    }
    let list = browser.attribute(input, "aria-controls").await.expect("it names its list");
    assert_eq!(browser.attribute(&format!("#{list}"), "role").await.as_deref(), Some("listbox"));
    assert_eq!(
        browser.value("document.querySelector('#home-search').labels[0].textContent").await,
        "Search questions"
    );

    browser.click(input).await;
    browser.type_text("nacl").await;
    browser.until(OPEN).await;
    let count = browser.value(&format!("document.querySelectorAll('#{list} > [role=option]').length")).await;
    let said = format!(
        "document.querySelector('form .visually-hidden[role=status]').textContent === '{count} suggestions'"
    );
    browser.until(&said).await;
}

#[tokio::test]
async fn a_word_that_nobody_wrote_offers_the_nearest_one() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    browser.click("#home-search").await;
    browser.type_text("xylophone").await;
    browser.until("document.querySelector('.suggestions-note')?.checkVisibility()").await;
    assert!(browser.text(".suggestions-note").await.starts_with("Nothing found."));
    browser.until(CLOSED).await;
    assert_eq!(announced(&browser).await, None);
}

#[tokio::test]
async fn an_option_can_be_clicked() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/").await;
    browser.click("#home-search").await;
    browser.type_text("apigw").await;
    browser.until(OPEN).await;
    browser
        .until("document.querySelector('[role=option]').dataset.url === '/questions/api-gateway-lambda'")
        .await;
    browser.click("[role=option]").await;
    browser.arrives_at("/questions/api-gateway-lambda").await;
}
