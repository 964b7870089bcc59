//! What every answer tells browsers not to do, and that no page needs it.

use std::collections::{BTreeSet, HashMap};

use crate::browser_session::Visitor;
use crate::markup::Page;
use crate::pages;
use crate::test_site::{ADDRESS, Answer, Setup, TestSite};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The answers to everything: pages, errors, documents, static files, a redirect, an unchanged page.
async fn every_answer(site: &TestSite) -> Vec<Answer> {
    let mut answers = Vec::new();
    for path in pages::paths().iter().map(String::as_str).chain(pages::OTHERS) {
        answers.push(site.get(path).await);
    }
    for (_, request) in pages::errors() {
        answers.push(site.send(request).await);
    }
    let home = site.page("/").await;
    for file in home
        .attributes("link[rel=stylesheet]", "href")
        .into_iter()
        .chain(home.attributes("script[src]", "src"))
    {
        answers.push(site.get(&file).await);
    }
    answers.push(site.post("/preferences", "theme=dark").await);
    answers.push(site.get("/api/v1/me").await);
    let administrator = Visitor::administrator(site, "Ada").await;
    for path in pages::FOR_ADMINISTRATORS {
        answers.push(administrator.get(path).await);
    }
    for path in pages::FORMS {
        answers.push(administrator.post(path, &[]).await);
    }
    let etag = site.get("/about").await.header("etag").to_owned();
    answers.push(site.get_with("/about", &[("if-none-match", &etag)]).await);
    site.behind_its_back("drop table question_documents").await;
    answers.push(site.get("/questions/api-gateway-lambda?fault").await);
    answers.push(site.get("/api/v1/questions/api-gateway-lambda").await);
    answers
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let site = Setup::new().no_page_cache().start().await;
    let answers = every_answer(&site).await;
    let statuses: BTreeSet<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(
        statuses,
        BTreeSet::from([200, 303, 304, 400, 401, 403, 404, 405, 413, 415, 422, 500]),
        "all kinds were asked for"
    );
    for answer in &answers {
        for (name, value) in [
            ("content-security-policy", POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{}: {name}", answer.what);
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{}", answer.what);
        assert!(!answer.header("x-request-id").is_empty(), "{}", answer.what);
        assert_eq!(answer.header("strict-transport-security"), "", "{}: never over plain http", answer.what);
        assert_eq!(answer.header("server"), "", "{}", answer.what);
        assert!(answer.status != 200 || !answer.header("content-type").is_empty(), "{}", answer.what);
    }
    assert!(!POLICY.contains("unsafe"));
}

#[tokio::test]
async fn browsers_are_held_to_https_when_the_base_url_says_so() {
    let site = Setup::new().base_url("https://dryrun.example.org").start().await;
    for path in ["/", "/nowhere", "/api/v1/topics", "/healthz", "/feed.xml"] {
        assert_eq!(site.get(path).await.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    let page = site.page("/questions/api-gateway-lambda").await;
    assert_eq!(
        page.attribute("link[rel=canonical]", "href"),
        "https://dryrun.example.org/questions/api-gateway-lambda"
    );
}

#[tokio::test]
async fn every_route_is_among_the_answers_that_are_checked() {
    let site = TestSite::start().await;
    let asked: BTreeSet<String> = pages::paths()
        .iter()
        .map(String::as_str)
        .chain(pages::OTHERS)
        .chain(pages::FOR_ADMINISTRATORS)
        .chain(pages::FORMS)
        .chain([
            "/static/app.css",
            "/api/v1/search",
            "/practice/reveal",
            "/api/v1/me",
            "/api/v1/me/due",
            "/api/v1/me/reviews",
            "/api/v1/me/progress",
            "/interviews/1",
            "/interviews/1/answers",
            "/interviews/1/steps",
            "/interviews/1/grades",
            "/interviews/1/close",
            "/interviews/1/redo",
            "/interviews/1/delete",
            "/interviews/1/report",
            "/interviews/1/report.md",
            "/api/v1/interviews",
            "/api/v1/interviews/1",
            "/api/v1/interviews/1/answers",
            "/api/v1/interviews/1/finish",
            "/api/v1/interviews/1/report",
            "/practice/searches",
            "/progress/interview",
            "/account/export",
        ])
        .map(|path| path.split('?').next().unwrap_or(path).to_owned())
        .collect();
    let routes = crate::openapi::routes(site.router());
    assert!(routes.contains(&"/questions/{id}".to_owned()), "{routes:?}");
    for route in routes {
        let fits = |path: &&String| {
            let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
            route.len() == path.len()
                && route.iter().zip(&path).all(|(route, part)| route == part || route.starts_with('{'))
        };
        assert!(asked.iter().any(|path| fits(&path)), "{route} is asked for in a story: add it to pages.rs");
    }
}

#[tokio::test]
async fn no_page_has_inline_script_or_style_or_loads_anything_from_elsewhere() {
    let site = Setup::new().no_page_cache().start().await;
    let answers = every_answer(&site).await;
    let pages = answers.iter().filter(|answer| answer.header("content-type").starts_with("text/html"));
    let mut seen = 0;
    for answer in pages.filter(|answer| !answer.body.is_empty()) {
        assert_keeps_to_the_policy(&answer.page());
        seen += 1;
    }
    assert!(seen > 25, "{seen} pages were looked at");
}

pub fn assert_keeps_to_the_policy(page: &Page) {
    for element in page.all("*") {
        let name = element.value().name();
        assert_ne!(name, "style", "{}: a style element", page.what);
        assert!(!["iframe", "object", "embed", "base", "img"].contains(&name), "{}: a {name}", page.what);
        for (attribute, value) in element.value().attrs() {
            assert_ne!(attribute, "style", "{}: {name} style={value:?}", page.what);
            assert!(!attribute.starts_with("on"), "{}: {name} {attribute}={value:?}", page.what);
            assert!(
                !value.trim_start().to_lowercase().starts_with("javascript:"),
                "{}: {attribute}={value:?}",
                page.what
            );
            let loads = matches!((name, attribute), ("script" | "use", "src" | "href") | ("form", "action"))
                || name == "link" && !matches!(element.attr("rel"), Some("canonical"));
            if loads && matches!(attribute, "src" | "href" | "action") {
                let own = value.starts_with('#') || value.starts_with('/') && !value.starts_with("//");
                assert!(own, "{}: {name} {attribute}={value:?}", page.what);
            }
        }
        if name == "script" {
            let data = element.attr("type") == Some("application/ld+json");
            assert!(
                data || element.text().all(|text| text.trim().is_empty()),
                "{}: an inline script",
                page.what
            );
        }
    }
}

#[tokio::test]
async fn on_every_page_ids_are_unique_and_what_refers_to_them_finds_them() {
    let site = TestSite::start().await;
    let mut pages = Vec::new();
    for path in pages::paths() {
        pages.push(site.page(&path).await);
    }
    for (_, request) in pages::errors() {
        pages.push(site.send(request).await.page());
    }
    for page in &pages {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        for element in page.all("[id]") {
            *ids.entry(element.attr("id").expect("it has one")).or_default() += 1;
        }
        let twice: Vec<_> = ids.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{}: {twice:?}", page.what);
        for (selector, attribute) in [
            ("label[for]", "for"),
            ("[aria-labelledby]", "aria-labelledby"),
            ("[aria-describedby]", "aria-describedby"),
            ("a[href^='#'], use[href^='#']", "href"),
        ] {
            for value in page.attributes(selector, attribute) {
                for id in value.trim_start_matches('#').split_whitespace() {
                    assert!(ids.contains_key(id), "{}: {attribute}={value:?} leads nowhere", page.what);
                }
            }
        }
        assert_eq!(page.count("main#main"), 1, "{}", page.what);
        assert_eq!(page.count("h1"), 1, "{}", page.what);
        assert_eq!(page.attribute("html", "lang"), "en-GB");
        assert!(
            !page.text("head > title").is_empty() && page.text("head > title").ends_with("Dryrun")
                || page.what.ends_with(" /")
        );
    }
}

#[tokio::test]
async fn a_page_is_read_by_its_host_but_links_go_by_the_base_url() {
    let site = TestSite::start().await;
    let page = site.get_with("/about", &[("host", "evil.example.com")]).await.page();
    assert_eq!(
        page.attribute("link[rel=canonical]", "href"),
        format!("{ADDRESS}/about"),
        "a made-up Host changes no link"
    );
}
