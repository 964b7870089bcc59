//! Accounts in a browser: by keyboard, without scripts, and for everybody.

use crate::accessibility::violations;
use crate::harness::{Browser, Key, Screen, Site};

const PASSWORD: &str = "a quiet lake at dawn";

/// Makes the first administrator as a person does who has only a keyboard.
async fn set_up(site: &Site, browser: &Browser) {
    browser.visit(site.setup_path()).await;
    browser.focus("#name").await;
    browser.type_text("Ada Lovelace").await;
    browser.press(Key::Tab).await;
    browser.type_text(PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.arrives_at("/admin").await;
}

#[tokio::test]
async fn the_first_administrator_invites_somebody_by_keyboard_and_without_scripts() {
    let site = Site::start();
    let browser = Browser::open_without_scripts(&site).await;
    set_up(&site, &browser).await;
    assert_eq!(browser.text(".site-person").await, "Account:\nAda Lovelace");

    browser.focus("#uses").await;
    browser.press(Key::Enter).await;
    browser.until("document.querySelector('code.secret')").await;
    let link = browser.text("code.secret").await;
    let path = link.strip_prefix(site.origin()).expect("a link to this site").to_owned();

    browser.visit("/account").await;
    browser.focus("form[action='/logout'] button").await;
    browser.press(Key::Enter).await;
    browser.arrives_at("/").await;

    browser.visit(&path).await;
    browser.focus("#name").await;
    browser.type_text("Grace").await;
    browser.press(Key::Tab).await;
    browser.type_text("password12").await;
    browser.press(Key::Enter).await;
    browser.until("document.querySelector('.error-summary')").await;
    assert_eq!(
        browser.value("document.querySelector('#name').value").await,
        "Grace",
        "what was typed is kept"
    );
    assert_eq!(browser.value("document.querySelector('#password').value").await, "", "but the password");
    browser.focus(".error-summary a").await;
    browser.press(Key::Enter).await;
    assert_eq!(
        browser.value("document.activeElement.id").await,
        "password",
        "the summary leads to the field"
    );
    browser.type_text(PASSWORD).await;
    browser.press(Key::Enter).await;
    browser.arrives_at("/").await;
    assert_eq!(browser.text(".site-person").await, "Account:\nGrace");
}

#[tokio::test]
async fn the_pages_of_members_and_administrators_pass_the_check() {
    let site = Site::start();
    let browser = Browser::open(&site).await;
    browser.emulate("screen", "light").await;
    set_up(&site, &browser).await;
    browser.visit("/account").await;
    browser.focus("#label").await;
    browser.type_text("script on the laptop").await;
    browser.press(Key::Enter).await;
    browser.until("document.querySelector('code.secret')").await;
    assert_eq!(violations(&browser).await, [""; 0], "a new token");
    for screen in [Screen::PHONE, Screen::WIDE] {
        browser.resize(screen).await;
        for colour_scheme in ["light", "dark"] {
            browser.emulate("screen", colour_scheme).await;
            for path in ["/account", "/account/data", "/admin", "/admin/people", "/admin/people/1/delete"] {
                browser.visit(path).await;
                assert_eq!(violations(&browser).await, [""; 0], "{path}, {colour_scheme}");
                let wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
                assert_eq!(browser.value(wider).await, 0, "{path} fits on a screen of {}", screen.width);
            }
            // with what is wrong
            browser.visit("/account").await;
            browser.focus("#current_password").await;
            browser.type_text("not my password").await;
            browser.press(Key::Tab).await;
            browser.type_text("short").await;
            browser.press(Key::Enter).await;
            browser.until("document.querySelector('.error-summary')").await;
            assert_eq!(violations(&browser).await, [""; 0], "mistakes, {colour_scheme}");
        }
    }
}
