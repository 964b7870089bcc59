//! `/feed.xml`, `/sitemap.xml`, `/robots.txt`

use std::collections::BTreeSet;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use crate::bank;
use crate::overlay::{Overlay, QUESTION_FILE, question_with};
use crate::test_site::{ADDRESS, Setup, TestSite};

/// An element of a well-formed document: its path from the root, its attributes, its own text.
#[derive(Debug, Default)]
struct Element {
    path: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// All elements in the order of their end; panics at whatever is not well-formed.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut done): (Vec<Element>, Vec<Element>) = (Vec::new(), Vec::new());
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error} in\n{xml}"));
        let empty = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                let path =
                    open.last().map_or_else(|| name.clone(), |parent| format!("{}/{name}", parent.path));
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("a well-formed attribute");
                    let value =
                        attribute.normalized_value(XmlVersion::Implicit1_0).expect("a value").into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                open.push(Element { path, attributes: attributes.collect(), text: String::new() });
                if empty {
                    done.extend(open.pop());
                }
            }
            Event::End(_) => done.extend(open.pop()),
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let name = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&name).expect("a known entity").into_owned();
                open.last_mut().expect("inside the root").text.push_str(&text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    done
}

fn texts<'a>(elements: &'a [Element], path: &str) -> Vec<&'a str> {
    elements.iter().filter(|element| element.path == path).map(|element| element.text.as_str()).collect()
}

#[tokio::test]
async fn the_feed_is_atom_with_the_newest_questions() {
    let site = TestSite::start().await;
    let answer = site.get("/feed.xml").await;
    assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
    let feed = elements(answer.text());
    let root = feed.last().expect("a root");
    assert_eq!((root.path.as_str(), root.attribute("xmlns")), ("feed", "http://www.w3.org/2005/Atom"));
    assert_eq!(texts(&feed, "feed/id"), [format!("{ADDRESS}/feed.xml")]);
    assert_eq!(texts(&feed, "feed/updated"), ["2026-11-22T12:00:00Z"]);
    assert_eq!(texts(&feed, "feed/author/name"), ["Dryrun"]);
    let links = |relation: &'static str, parent: &'static str| {
        feed.iter()
            .filter(move |link| link.path == format!("{parent}/link") && link.attribute("rel") == relation)
    };
    assert_eq!(
        links("self", "feed").next().map(|link| link.attribute("href")),
        Some(format!("{ADDRESS}/feed.xml").as_str())
    );

    let questions = bank::questions();
    let entries = questions.len().min(30);
    let known: BTreeSet<&str> = questions.iter().map(|question| question.title()).collect();
    let titles = texts(&feed, "feed/entry/title");
    assert!(titles.len() == entries && titles.iter().all(|title| known.contains(title)), "{titles:?}");
    let ids: BTreeSet<&str> = texts(&feed, "feed/entry/id").into_iter().collect();
    assert_eq!(ids.len(), entries, "every entry has an id of its own");
    for link in links("alternate", "feed/entry") {
        let path = link.attribute("href").strip_prefix(ADDRESS).expect("an address of this site");
        site.page(path).await;
    }
    for part in ["published", "updated", "summary"] {
        let values = texts(&feed, &format!("feed/entry/{part}"));
        assert_eq!(values.len(), entries, "{part}");
        assert!(values.iter().all(|value| !value.is_empty()), "{part}");
    }
}

#[tokio::test]
async fn a_changed_question_is_the_first_of_the_feed_and_keeps_its_id_and_day() {
    let overlay = Overlay::with_question();
    let site = Setup::new().overlay(&overlay).start().await;
    site.clock().advance(3 * 24 * 60 * 60);
    let title = "What do <versions> & \"markers\" protect you from?";
    overlay.write(
        QUESTION_FILE,
        question_with(&[("title: What does S3 versioning protect you from?", &format!("title: '{title}'"))]),
    );
    let site = site.restart(Some(&overlay)).await;
    let feed = elements(site.get("/feed.xml").await.text());
    assert_eq!(texts(&feed, "feed/entry/title")[0], title, "escaped, and read back");
    assert_eq!(texts(&feed, "feed/entry/id")[0], format!("{ADDRESS}/questions/s3-versioning"));
    assert_eq!(texts(&feed, "feed/entry/published")[0], "2026-11-22T12:00:00Z");
    assert_eq!(texts(&feed, "feed/entry/updated")[0], "2026-11-25T12:00:00Z");
    assert_eq!(texts(&feed, "feed/updated"), ["2026-11-25T12:00:00Z"]);
    assert_eq!(texts(&feed, "feed/entry/updated")[1], "2026-11-22T12:00:00Z", "the others did not change");
}

#[tokio::test]
async fn the_sitemap_has_every_page_worth_finding_and_each_answers() {
    let site = TestSite::start().await;
    let answer = site.get("/sitemap.xml").await;
    assert_eq!(answer.header("content-type"), "application/xml; charset=utf-8");
    let map = elements(answer.text());
    assert_eq!(
        map.last().map(|root| root.attribute("xmlns")),
        Some("http://www.sitemaps.org/schemas/sitemap/0.9")
    );
    let addresses = texts(&map, "urlset/url/loc");
    let mut expected: BTreeSet<String> =
        ["/", "/questions", "/about"].map(|path| format!("{ADDRESS}{path}")).into();
    for question in bank::questions() {
        expected.insert(format!("{ADDRESS}/questions/{}", question.id));
        expected.insert(format!("{ADDRESS}/topics/{}", question.topic));
    }
    assert_eq!(addresses.len(), expected.len(), "each once");
    for address in addresses {
        assert!(expected.contains(address), "{address}");
        let page = site.page(address.strip_prefix(ADDRESS).expect("of this site")).await;
        assert_eq!(
            page.attribute("link[rel=canonical]", "href"),
            address,
            "the address that the page itself names"
        );
    }
}

#[tokio::test]
async fn robots_may_read_pages_but_neither_searches_nor_the_api() {
    let site = Setup::new().base_url("https://dryrun.example.org").start().await;
    let answer = site.get("/robots.txt").await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        answer.text(),
        "User-agent: *\nDisallow: /search\nDisallow: /api/\n\nSitemap: https://dryrun.example.org/sitemap.xml\n"
    );
    let feed = elements(site.get("/feed.xml").await.text());
    assert!(
        texts(&feed, "feed/entry/id")
            .iter()
            .all(|id| id.starts_with("https://dryrun.example.org/questions/"))
    );
}
