//! Every link of the site leads somewhere.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::test_site::TestSite;

/// Follows every link from the home page on. Lists are followed without their combinations of filters: the first
/// filter of a list is enough.
#[tokio::test]
async fn every_link_from_the_home_page_on_leads_to_a_page_and_to_a_place_on_it() {
    let site = TestSite::start().await;
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut fragments: Vec<(String, String, String)> = Vec::new();
    let mut to_visit = VecDeque::from(["/".to_owned()]);
    let mut seen: BTreeSet<String> = ["/".to_owned()].into();
    while let Some(path) = to_visit.pop_front() {
        let answer = site.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.page();
        ids.insert(path.clone(), page.attributes("[id]", "id").into_iter().collect());
        for link in page.attributes("a[href], link[rel=next], link[rel=prev], link[rel=alternate]", "href") {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (target, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if target.is_empty() { path.as_str() } else { target };
            assert!(target.starts_with('/'), "{path} links to {link}");
            if !fragment.is_empty() {
                fragments.push((path.clone(), target.to_owned(), fragment.to_owned()));
            }
            let filters = target.split_once('?').map_or(0, |(_, query)| query.split('&').count());
            if filters <= 1 && seen.insert(target.to_owned()) {
                to_visit.push_back(target.to_owned());
            }
        }
    }
    assert!(seen.len() > 40, "{} pages were visited", seen.len());
    for (from, target, fragment) in fragments {
        assert!(ids[&target].contains(&fragment), "{from} links to {target}#{fragment}");
    }
}

#[tokio::test]
async fn links_to_other_sites_are_marked_and_encrypted() {
    let site = TestSite::start().await;
    for path in crate::pages::paths() {
        let page = site.page(&path).await;
        for link in page.all("a[href^='http']") {
            let href = link.attr("href").expect("selected by it");
            assert!(href.starts_with("https://"), "{path}: {href}");
            assert!(
                link.attr("class").is_some_and(|class| class.split(' ').any(|class| class == "external")),
                "{path}: {href}"
            );
            assert_eq!(link.attr("rel"), Some("noopener"), "{path}: {href}");
        }
    }
}
