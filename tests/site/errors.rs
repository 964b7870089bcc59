//! What people and programs are told when something is wrong, and what they are not told.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::Request;
use hyper::body::Frame;

use crate::pages;
use crate::test_site::{ADDRESS, Answer, Setup, TestSite, request};

/// Words that only the log may have.
const INTERNAL: [&str; 10] = [
    "sqlx",
    "sqlite",
    "SQLite",
    "no such table",
    "question_documents",
    "select ",
    "panicked",
    "src/",
    ".rs",
    "dryrun.db",
];

fn assert_tells_nothing_internal(answer: &Answer) {
    for word in INTERNAL {
        assert!(!answer.text().contains(word), "{}: {word:?} in\n{}", answer.what, answer.text());
    }
}

#[tokio::test]
async fn every_error_is_a_page_of_the_site_with_a_way_forward() {
    let site = TestSite::start().await;
    for (status, request) in pages::errors() {
        let answer = site.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.what);
        assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.what);
        assert!(answer.headers.get("etag").is_none(), "{}", answer.what);
        assert_tells_nothing_internal(&answer);
        let page = answer.page();
        assert!(page.text("main .eyebrow").contains(&status.to_string()), "{}", page.what);
        assert!(!page.text("main .lead").is_empty(), "{}", page.what);
        let ways_out = page.attributes("main .ways-out a", "href");
        assert!(
            ways_out.contains(&"/".to_owned()) && ways_out.contains(&"/questions".to_owned()),
            "{ways_out:?}"
        );
        assert!(
            page.has("meta[name=robots][content=noindex]") && !page.has("link[rel=canonical]"),
            "{}",
            page.what
        );
        assert!(
            !page.text("main").contains("Quote this number"),
            "only a fault of the site has a number to quote"
        );
    }
}

#[tokio::test]
async fn a_mistyped_address_leads_to_the_nearest_questions() {
    let site = TestSite::start().await;
    for (path, nearest) in [
        ("/questions/api-gatway-lambda", "/questions/api-gateway-lambda"),
        ("/question/security-group-vs-nacl", "/questions/security-group-vs-nacl"),
        ("/questions/networking/vpc-core-components", "/questions/vpc-core-components"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 404);
        let page = answer.page();
        assert_eq!(page.text("main .lead .path"), path);
        let links = page.attributes("section[aria-labelledby=nearest] a", "href");
        assert_eq!(links.first().map(String::as_str), Some(nearest), "{path}: {links:?}");
        assert!(links.len() <= 5);
    }
    let page = site.get("/questions/api-gatway-lambda").await.page();
    assert_eq!(page.attribute("main input[name=q]", "value"), "api gatway lambda");
    let strange = site.get("/%3Cscript%3E%22%3E").await;
    assert_eq!(strange.status, 404);
    assert!(!strange.text().contains("<script>\""), "the address is printed as text");
}

#[tokio::test]
async fn a_method_that_an_address_does_not_know_is_told_with_those_that_it_knows() {
    let site = TestSite::start().await;
    for (method, path, allow) in [
        ("POST", "/", "GET,HEAD"),
        ("DELETE", "/questions/api-gateway-lambda", "GET,HEAD,POST"),
        ("PUT", "/api/v1/questions", "GET,HEAD"),
        ("GET", "/preferences", "POST"),
    ] {
        let answer = site.send(request(method, path, &[], Body::empty())).await;
        assert_eq!(answer.status, 405, "{}", answer.what);
        assert_eq!(answer.header("allow"), allow, "{}", answer.what);
    }
}

#[tokio::test]
async fn a_body_of_more_than_a_megabyte_is_refused_announced_or_not() {
    let site = TestSite::start().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let body = |length: usize| format!("theme=dark&back=/{}", "a".repeat(length - 17));
    let fits = body(1024 * 1024);
    assert_eq!(site.post("/preferences", &fits).await.status, 303);
    let announced = site.post("/preferences", &body(1024 * 1024 + 1)).await;
    assert_eq!(announced.status, 413);
    assert_eq!(announced.page().text("h1"), "That request was too large");
    assert!(announced.headers.get("set-cookie").is_none());

    let stream = Body::new(Unannounced { chunks: 20 });
    let sent = request("POST", "/preferences", &[form, ("origin", ADDRESS)], stream);
    assert_eq!(site.send(sent).await.status, 413, "a length that is not announced is counted");
    let announced_only = request("GET", "/", &[("content-length", "99999999")], Body::empty());
    assert_eq!(site.send(announced_only).await.status, 413);
}

/// A body of so many chunks of 64 KiB, whose length nobody knows before it ends.
struct Unannounced {
    chunks: usize,
}

impl hyper::body::Body for Unannounced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(left) = self.chunks.checked_sub(1) else { return Poll::Ready(None) };
        self.chunks = left;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'a'; 64 * 1024])))))
    }
}

#[tokio::test]
async fn a_fault_on_our_side_is_told_with_a_number_to_quote_and_without_its_cause() {
    let site = TestSite::start().await;
    site.behind_its_back("drop table question_documents").await;
    let answer = site.get("/questions/api-gateway-lambda").await;
    assert_eq!(answer.status, 500);
    assert_tells_nothing_internal(&answer);
    let id = answer.header("x-request-id");
    assert!(!id.is_empty());
    let page = answer.page();
    assert_eq!(page.text("h1"), "Something went wrong on our side");
    assert_eq!(page.text("main .hint .path"), id);
    assert_eq!(
        page.attribute("main .ways-out a.button", "href"),
        "/questions/api-gateway-lambda",
        "try again"
    );
    assert_eq!(answer.header("cache-control"), "no-store");

    let answer = site.get("/api/v1/questions/api-gateway-lambda").await;
    assert_eq!(answer.status, 500);
    assert_tells_nothing_internal(&answer);
    assert_eq!(answer.json()["request_id"], answer.header("x-request-id"));
    assert_eq!(site.get("/questions").await.status, 200, "the rest of the site goes on");
}

#[tokio::test]
async fn a_fault_is_not_remembered_as_the_page() {
    let site = TestSite::start().await;
    site.behind_its_back("alter table question_documents rename to gone").await;
    assert_eq!(site.get("/questions/api-gateway-lambda").await.status, 500);
    site.behind_its_back("alter table gone rename to question_documents").await;
    let page = site.page("/questions/api-gateway-lambda").await;
    assert!(page.text("h1").contains("API Gateway"));
}

#[tokio::test]
async fn every_request_has_an_id_of_its_own() {
    let site = Setup::new().start().await;
    let first = site.get("/").await;
    let second = site.get("/nowhere").await;
    let (first, second) = (first.header("x-request-id").to_owned(), second.header("x-request-id").to_owned());
    assert!(!first.is_empty() && !second.is_empty() && first != second, "{first} {second}");
    let given = site.get_with("/", &[("x-request-id", "from-the-proxy")]).await;
    let id = given.header("x-request-id");
    assert!(!id.is_empty() && id != "from-the-proxy", "an id is ours to give: it goes into the log: {id}");
}

#[tokio::test]
async fn the_site_is_not_ready_when_its_database_is_closed() {
    let site = TestSite::start().await;
    assert_eq!(site.get("/readyz").await.text(), "ready\n");
    site.db().close().await;
    let answer = site.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.page().text("h1"), "The site is not ready");
    assert_tells_nothing_internal(&answer);
    assert_eq!(site.get("/healthz").await.text(), "ok\n", "the process is alive all the same");
}

#[tokio::test]
async fn errors_of_the_api_are_problem_documents() {
    let site = TestSite::start().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let cases: [(u16, Request<Body>, &str); 8] = [
        (404, request("GET", "/api/v1/questions/nowhere", &[], Body::empty()), "Not Found"),
        (404, request("GET", "/api/v1/questions/NO%20ID", &[], Body::empty()), "Not Found"),
        (404, request("GET", "/api/v1/nowhere", &[], Body::empty()), "Not Found"),
        (404, request("GET", "/api/v2/questions", &[], Body::empty()), "Not Found"),
        (400, request("GET", "/api/v1/questions?level=expert", &[], Body::empty()), "Bad Request"),
        (405, request("DELETE", "/api/v1/topics", &[], Body::empty()), "Method Not Allowed"),
        (
            403,
            request("POST", "/api/v1/topics", &[form, ("origin", "https://example.com")], Body::empty()),
            "Forbidden",
        ),
        (
            413,
            request("POST", "/api/v1/topics", &[("content-length", "9999999")], Body::empty()),
            "Payload Too Large",
        ),
    ];
    for (status, request, title) in cases {
        let path = request.uri().path().to_owned();
        let answer = site.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.what);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.what);
        let problem = answer.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["title"], title);
        assert_eq!(problem["instance"], path);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem}");
    }
    let problem = site.get("/api/v1/questions?level=expert").await.json();
    assert_eq!(
        problem["detail"],
        "`level`: unknown level `expert`; known are: beginner, intermediate, advanced."
    );
}
