//! ETags: a browser that has the page already gets no second copy, and a changed page always.

use crate::overlay::{Overlay, QUESTION_FILE, question_with};
use crate::test_site::{Setup, TestSite, request};
use axum::body::Body;

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let site = TestSite::start().await;
    for path in [
        "/",
        "/questions",
        "/questions?level=beginner",
        "/questions/api-gateway-lambda",
        "/topics/networking",
        "/about",
        "/search?q=nat",
    ] {
        let first = site.get(path).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\"") && etag.len() > 20, "{path}: {etag}");
        assert_eq!(first.header("cache-control"), "private, no-cache", "{path}");
        assert!(first.varies_by("cookie"), "{path}");

        for known in [etag.as_str(), etag.trim_start_matches("W/"), &format!("\"other\", {etag}"), "*"] {
            let again = site.get_with(path, &[("if-none-match", known)]).await;
            assert_eq!(again.status, 304, "{path} {known}");
            assert!(again.body.is_empty(), "{path}");
            assert_eq!(again.header("etag"), etag, "{path}");
            assert_eq!(again.header("cache-control"), "private, no-cache", "{path}");
        }
        let other = site.get_with(path, &[("if-none-match", "W/\"0123456789abcdef\"")]).await;
        assert_eq!((other.status.as_u16(), other.body == first.body), (200, true), "{path}");
    }
}

#[tokio::test]
async fn a_head_request_gets_the_headers_of_the_page() {
    let site = TestSite::start().await;
    let page = site.get("/about").await;
    let head = site.send(request("HEAD", "/about", &[], Body::empty())).await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("etag"), page.header("etag"));
    let known = page.header("etag");
    let unchanged = site.send(request("HEAD", "/about", &[("if-none-match", known)], Body::empty())).await;
    assert_eq!(unchanged.status, 304);
}

#[tokio::test]
async fn a_changed_question_is_a_changed_page_and_the_others_stay() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    let before = site.get("/questions/s3-versioning").await;
    let other = site.get("/questions/nat-gateway-vs-nat-instance").await;

    overlay.write(QUESTION_FILE, question_with(&[("You need one bucket.", "You need two buckets.")]));
    let site = site.restart(Some(&overlay)).await;
    let after = site.get_with("/questions/s3-versioning", &[("if-none-match", before.header("etag"))]).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), before.header("etag"));
    assert!(after.text().contains("You need two buckets.") && !after.text().contains("You need one bucket."));
    let unchanged = site
        .get_with("/questions/nat-gateway-vs-nat-instance", &[("if-none-match", other.header("etag"))])
        .await;
    assert_eq!(unchanged.status, 304);
}

#[tokio::test]
async fn readers_with_other_preferences_have_other_pages_under_the_same_address() {
    let site = TestSite::start().await;
    let path = "/questions/api-gateway-lambda";
    let plain = site.get(path).await;
    let dark = site.get_with(path, &[("cookie", "theme=dark")]).await;
    let hidden = site.get_with(path, &[("cookie", "hide_answers=on")]).await;
    assert_ne!(plain.header("etag"), dark.header("etag"));
    assert_ne!(plain.header("etag"), hidden.header("etag"));
    let switched =
        site.get_with(path, &[("cookie", "theme=dark"), ("if-none-match", plain.header("etag"))]).await;
    assert_eq!(switched.status, 200, "a page that was kept before the switch is not shown after it");
    assert_eq!(site.get(path).await.body, plain.body, "and nobody gets another reader's page");
}

#[tokio::test]
async fn a_page_out_of_memory_is_the_page_that_is_rendered() {
    let kept = TestSite::start().await;
    let rendered = Setup::new().no_page_cache().start().await;
    for path in ["/", "/topics/serverless", "/questions/api-gateway-lambda", "/about"] {
        let first = kept.get(path).await;
        let second = kept.get(path).await;
        let anew = rendered.get(path).await;
        assert!(first.body == second.body && first.body == anew.body, "{path}");
        assert_eq!(first.header("etag"), anew.header("etag"), "{path}");
    }
}

#[tokio::test]
async fn what_changes_with_the_day_is_new_at_midnight() {
    let site = TestSite::start().await;
    let today = site.get("/").await;
    site.clock().advance(12 * 60 * 60);
    let tomorrow = site.get_with("/", &[("if-none-match", today.header("etag"))]).await;
    assert_eq!(tomorrow.status, 200);
    assert_ne!(today.body, tomorrow.body, "another question of the day");
}
