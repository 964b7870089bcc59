//! Every template is rendered by a story.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::Body;

use crate::test_site::{TestSite, request};

/// Each template with a request that shows it, and with a part of the page that only it makes.
const RENDERED_BY: [(&str, &str, &str); 11] = [
    ("layout.html", "/", "body > header.site-header"),
    ("components/icons.html", "/", "svg.sprite symbol#i-search"),
    ("components/help.html", "/", "dialog#help kbd"),
    ("components/macros.html", "/", "form.search-box"),
    ("home/home.html", "/", ".home-topics"),
    ("topics/topic.html", "/topics/networking", "h2.group-title"),
    ("questions/list.html", "/questions", "details.filters"),
    ("questions/question.html", "/questions/api-gateway-lambda", "article .question-head"),
    ("search/search.html", "/search", ".search-page .operators"),
    ("about/about.html", "/about", "h2#privacy"),
    ("errors/not_found.html", "/nowhere", "form.search-box #not-found-search"),
];
/// As above, shown by a request that is refused.
const SHOWS_AN_ERROR: (&str, &str, &str) = ("errors/error.html", "/", ".ways-out");

#[tokio::test]
async fn every_template_is_rendered() {
    let site = TestSite::start().await;
    for (template, path, selector) in RENDERED_BY {
        let page = site.get(path).await.page();
        assert!(page.has(selector), "{template}: {path} has no {selector}");
    }
    let (_, path, selector) = SHOWS_AN_ERROR;
    let page = site.send(request("DELETE", path, &[], Body::empty())).await.page();
    assert!(page.has(selector));

    let rendered: BTreeSet<String> =
        RENDERED_BY.iter().chain([&SHOWS_AN_ERROR]).map(|(template, ..)| (*template).to_owned()).collect();
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
