//! Every kind of page that the site can show, and every other answer: for stories about all of them.

use axum::body::Body;
use axum::http::Request;

use crate::test_site::{ADDRESS, Setup, TestSite, request};
use crate::{bank, overlay};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SAME_ORIGIN: (&str, &str) = ("origin", ADDRESS);

/// Paths that answer 200 with a page.
pub fn paths() -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/topics/networking",
        "/topics/compute",
        "/questions",
        "/questions?topic=networking&level=beginner&sort=title",
        "/questions?topic=fundamentals&level=advanced",
        "/search",
        "/search?q=nat+gateway",
        "/search?q=qqqzzzxxx",
        "/search?q=topic%3Aserverless+lambda",
        "/about",
        "/practice",
        "/practice?topic=serverless&level=beginner",
        "/practice?question=api-gateway-lambda",
        "/signup",
        "/login",
        "/practice/settings",
        "/progress",
    ]
    .map(str::to_owned)
    .into();
    paths.extend(bank::questions().iter().map(|question| format!("/questions/{}", question.id)));
    paths
}

/// Requests that end in an error page, with the status.
pub fn errors() -> Vec<(u16, Request<Body>)> {
    let get = |path| request("GET", path, &[], Body::empty());
    vec![
        (404, get("/nowhere")),
        (404, get("/questions/api-gatway-lambda")),
        (404, get("/topics/nowhere")),
        (404, get("/static/app.css")),
        (400, get("/questions?level=expert")),
        (405, request("POST", "/about", &[FORM, SAME_ORIGIN], Body::empty())),
        (
            403,
            request(
                "POST",
                "/preferences",
                &[FORM, ("origin", "https://example.com")],
                Body::from("theme=dark"),
            ),
        ),
        (
            415,
            request(
                "POST",
                "/preferences",
                &[("content-type", "application/json"), SAME_ORIGIN],
                Body::from("{}"),
            ),
        ),
        (400, request("POST", "/preferences", &[FORM, SAME_ORIGIN], Body::from("theme=pink"))),
        (413, request("POST", "/preferences", &[FORM, SAME_ORIGIN], Body::from(vec![b'a'; 1024 * 1024 + 1]))),
    ]
}

/// Paths that answer 200 with something else than a page.
pub const OTHERS: [&str; 10] = [
    "/feed.xml",
    "/sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/v1/topics",
    "/api/v1/questions",
    "/api/v1/questions/api-gateway-lambda",
    "/api/v1/openapi.json",
];

/// Paths that answer 200 with a page for the first person of a site, who administrates it.
pub const FOR_ADMINISTRATORS: [&str; 5] =
    ["/account", "/account/data", "/admin", "/admin/people", "/admin/people/1/delete"];

/// Forms that such a person may send; without their fields most are refused.
pub const FORMS: [&str; 17] = [
    "/signup",
    "/login",
    "/setup/0",
    "/account/sessions/0/end",
    "/account/password",
    "/account/tokens",
    "/account/tokens/0/revoke",
    "/account/delete",
    "/account/import",
    "/admin/policy",
    "/admin/invitations",
    "/admin/invitations/0/revoke",
    "/admin/reports/0/settle",
    "/admin/people/0/make-administrator",
    "/admin/people/1/delete",
    "/preferences",
    "/logout",
];

/// A site whose lists have several pages.
pub async fn large_site() -> (TestSite, overlay::Overlay, Vec<overlay::Generated>) {
    let (overlay, questions) = overlay::large_bank();
    let site = Setup::new().overlay(&overlay).start().await;
    (site, overlay, questions)
}
