//! What a page does behind the reader's back: nothing. No error in the console, no request to anybody else.

use crate::harness::{Browser, Screen, Site, every_page_type};

#[tokio::test]
async fn no_page_complains_and_no_page_talks_to_others() {
    let site = Site::start_with_attic_and_crowd();
    let browser = Browser::open(&site).await;

    for page in every_page_type() {
        let (name, status) = (page.name, page.status);
        page.open(&browser).await;

        // a look around: the phone's shape, the help, everything unfolded, the end of the page
        browser.resize(Screen::PHONE).await;
        browser.resize(Screen::DESKTOP).await;
        browser.press('?').await;
        browser.until("document.querySelector('#help').open").await;
        browser.click("#help button").await;
        browser.value("document.querySelectorAll('main details').forEach(d => { d.open = true; })").await;
        browser.value("scrollTo(0, document.documentElement.scrollHeight)").await;

        // Chromium notes the status of an error page itself, which is what that page is for
        let own_status = format!("status of {status}");
        let complaints: Vec<String> = browser
            .console()
            .await
            .into_iter()
            .filter(|line| status == 200 || !line.contains(&own_status))
            .collect();
        assert_eq!(complaints, [""; 0], "{name}");

        let requests = browser.requests().await;
        let of_kind = |end: &str| requests.iter().filter(|url| url.path().ends_with(end)).count();
        assert_eq!(
            (of_kind(".css"), of_kind(".js")),
            (1, 1),
            "{name} loads one style sheet and one script: {requests:?}"
        );
        for address in requests {
            assert_eq!(address.origin().ascii_serialization(), site.origin(), "{name} asks for {address}");
        }
    }
}

#[tokio::test]
async fn the_check_hears_a_complaint_and_sees_a_foreign_request() {
    let site = Site::start();
    let browser = Browser::open(&site).await;

    browser.visit("/about").await;
    browser.console().await;
    browser.requests().await;
    browser
        .value(
            "document.body.append(Object.assign(new Image(), { src: 'http://elsewhere.invalid/pixel.png' }))",
        )
        .await;
    browser.value("document.body.setAttribute('style', 'color: red')").await;
    let mut complaints = Vec::new();
    while complaints.len() < 2 {
        complaints.extend(browser.console().await);
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let complaints = complaints.join("\n");
    assert!(complaints.contains("img-src") && complaints.contains("style-src"), "{complaints}");
}
