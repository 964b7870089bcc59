//! Every template is rendered by a story.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::Body;

use crate::browser::Browser;
use crate::browser_session::Visitor;
use crate::test_site::{ADDRESS, TestSite, request};

/// Each template with a request that shows it, and with a part of the page that only it makes.
const RENDERED_BY: [(&str, &str, &str); 18] = [
    ("layout.html", "/", "body > header.site-header"),
    ("components/icons.html", "/", "svg.sprite symbol#i-search"),
    ("components/help.html", "/", "dialog#help kbd"),
    ("components/macros.html", "/", "form.search-box"),
    ("home/home.html", "/", ".home-topics"),
    ("topics/topic.html", "/topics/networking", "h2.group-title"),
    ("questions/list.html", "/questions", "details.filters"),
    ("questions/question.html", "/questions/api-gateway-lambda", "article .question-head"),
    ("search/search.html", "/search", ".search-page .operators"),
    ("practice/session.html", "/practice", ".card .card-answer"),
    ("practice/parts.html", "/practice", ".card kbd.with-keys"),
    ("practice/settings.html", "/practice/settings", "form.settings-form #time_zone"),
    ("components/forms.html", "/practice/settings", ".form-field > [aria-describedby]"),
    ("progress/progress.html", "/progress", ".empty a[href='/practice']"),
    ("about/about.html", "/about", "h2#privacy"),
    ("accounts/signup.html", "/signup", "form[action='/signup']"),
    ("accounts/login.html", "/login", "form[action='/login']"),
    ("errors/not_found.html", "/nowhere", "form.search-box #not-found-search"),
];
/// As above, shown to an administrator; a folder's first person is one.
const RENDERED_FOR_AN_ADMINISTRATOR: [(&str, &str, &str); 6] = [
    ("components/forms.html", "/account", ".form-field #label-hint"),
    ("account/account.html", "/account", "section[aria-labelledby=browsers]"),
    ("account/data.html", "/account/data", "form[enctype='multipart/form-data'] #file"),
    ("admin/admin.html", "/admin", "section[aria-labelledby=policy]"),
    ("admin/people.html", "/admin/people", ".rows a[href='/account']"),
    ("admin/delete_person.html", "/admin/people/1/delete", "form #confirm"),
];
/// Shown through the link of the start.
const SET_UP: (&str, &str) = ("accounts/setup.html", "form:not([action]) #password");
/// As above, shown by a request that is refused.
const SHOWS_AN_ERROR: (&str, &str, &str) = ("errors/error.html", "/", ".ways-out");

/// As above, shown in answer to a form.
const ANSWERS_A_FORM: (&str, &str, &str) = ("practice/reveal.html", "/practice/reveal", ".grade-bar .grade");
/// As above, shown to somebody who has sent a form.
const SHOWN_TO_A_PERSON: (&str, &str, &str) = ("components/charts.html", "/progress", "figure#year svg rect");

#[tokio::test]
async fn every_template_is_rendered() {
    let site = TestSite::start().await;
    for (template, path, selector) in RENDERED_BY {
        let page = site.get(path).await.page();
        assert!(page.has(selector), "{template}: {path} has no {selector}");
    }
    let (_, path, selector) = SHOWN_TO_A_PERSON;
    // another site: the first person of this one administrates it
    let elsewhere = TestSite::start().await;
    let mut browser = Browser::new(&elsewhere);
    browser.post("/questions/api-gateway-lambda", &[("bookmark", "on")]).await;
    assert!(browser.get(path).await.has(selector));
    let link = site.site().setup_link().await.expect("a query").expect("no administrator yet");
    let path = link.strip_prefix(ADDRESS).expect("a link to this site");
    assert!(site.page(path).await.has(SET_UP.1));
    let administrator = Visitor::administrator(&site, "Ada").await;
    for (template, path, selector) in RENDERED_FOR_AN_ADMINISTRATOR {
        let page = administrator.page(path).await;
        assert!(page.has(selector), "{template}: {path} has no {selector}");
    }
    let (_, path, selector) = SHOWS_AN_ERROR;
    let page = site.send(request("DELETE", path, &[], Body::empty())).await.page();
    assert!(page.has(selector));
    let (_, path, selector) = ANSWERS_A_FORM;
    let page = site.post(path, "question=api-gateway-lambda").await.page();
    assert!(page.has(selector));

    let rendered: BTreeSet<String> = RENDERED_BY
        .iter()
        .chain(&RENDERED_FOR_AN_ADMINISTRATOR)
        .chain([&SHOWS_AN_ERROR, &ANSWERS_A_FORM, &SHOWN_TO_A_PERSON])
        .map(|(template, ..)| *template)
        .chain([SET_UP.0])
        .map(str::to_owned)
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    assert_eq!(rendered, files(&folder, &folder), "a new template needs a line above");
}

#[test]
fn no_template_holds_an_inline_script_a_style_or_an_event_handler() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for file in files(&folder, &folder) {
        let text = fs::read_to_string(folder.join(&file)).expect("a readable template");
        for forbidden in
            [" style=", "<style", " onclick=", " onchange=", " onload=", " onsubmit=", "javascript:"]
        {
            assert!(!text.contains(forbidden), "{file} has {forbidden:?}");
        }
    }
}

fn files(folder: &Path, root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            found.extend(files(&path, root));
        } else {
            found.insert(path.strip_prefix(root).expect("below it").to_string_lossy().replace('\\', "/"));
        }
    }
    found
}
