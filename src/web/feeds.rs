//! For machines that follow the site: `/feed.xml`, `/sitemap.xml`, `/robots.txt`.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

use super::Site;
use super::error::Error;
use super::viewer::Viewer;
use crate::questions::Dated;

/// Entries of the feed.
const FEED_ENTRIES: usize = 30;
/// What one sitemap may hold (<https://www.sitemaps.org/protocol.html>).
const SITEMAP_URLS: usize = 50_000;

/// `GET /feed.xml`: the questions that changed last, as Atom (RFC 4287).
pub async fn atom(State(site): State<Site>, viewer: Viewer) -> Result<impl IntoResponse, Error> {
    let newest = site.catalogue().last_changed().take(FEED_ENTRIES).collect::<Vec<_>>();
    let updated = rfc3339(newest.first().map_or(0, |question| question.updated_at_s));
    let home = site.absolute("/");
    let feed = site.absolute("/feed.xml");
    let mut xml = document()?;
    let written = xml
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .write_inner_content(|xml| {
            text(xml, "id", &feed)?;
            text(xml, "title", "Dryrun: AWS interview questions")?;
            text(xml, "updated", &updated)?;
            xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Dryrun"))?;
            link(xml, "self", &feed)?;
            link(xml, "alternate", &home)?;
            for Dated { listed, added_at_s, updated_at_s } in newest {
                let url = site.absolute(&format!("/questions/{}", listed.id));
                xml.create_element("entry").write_inner_content(|xml| {
                    text(xml, "id", &url)?;
                    text(xml, "title", &listed.title)?;
                    text(xml, "published", &rfc3339(added_at_s))?;
                    text(xml, "updated", &rfc3339(updated_at_s))?;
                    link(xml, "alternate", &url)?;
                    let topic = ("term", listed.topic_title.as_str());
                    xml.create_element("category").with_attribute(topic).write_empty()?;
                    let excerpt = if viewer.may_not_see(&listed.id) { "" } else { &listed.excerpt };
                    text(xml, "summary", excerpt)
                })?;
            }
            Ok(())
        });
    written.map_err(Error::unexpected)?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], xml.into_inner()))
}

/// `GET /sitemap.xml`
pub async fn sitemap(State(site): State<Site>) -> Result<impl IntoResponse, Error> {
    let catalogue = site.catalogue();
    let mut xml = document()?;
    let namespace = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
    let written = xml.create_element("urlset").with_attribute(namespace).write_inner_content(|xml| {
        for path in ["/", "/questions", "/about"] {
            xml.create_element("url").write_inner_content(|xml| text(xml, "loc", &site.absolute(path)))?;
        }
        for topic in catalogue.topics().iter().filter(|topic| topic.questions > 0) {
            let url = site.absolute(&format!("/topics/{}", topic.id));
            xml.create_element("url").write_inner_content(|xml| text(xml, "loc", &url))?;
        }
        for Dated { listed, updated_at_s, .. } in catalogue.dated().take(SITEMAP_URLS - 100) {
            xml.create_element("url").write_inner_content(|xml| {
                text(xml, "loc", &site.absolute(&format!("/questions/{}", listed.id)))?;
                text(xml, "lastmod", &rfc3339(updated_at_s))
            })?;
        }
        Ok(())
    });
    written.map_err(Error::unexpected)?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml.into_inner()))
}

/// `GET /robots.txt`: everything may be read, but searches and the API are no pages.
pub async fn robots(State(site): State<Site>) -> impl IntoResponse {
    let sitemap = site.absolute("/sitemap.xml");
    format!("User-agent: *\nDisallow: /search\nDisallow: /api/\n\nSitemap: {sitemap}\n")
}

type Xml = Writer<Vec<u8>>;

fn document() -> Result<Xml, Error> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).map_err(Error::unexpected)?;
    Ok(xml)
}

fn text(xml: &mut Xml, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(value)).map(drop)
}

fn link(xml: &mut Xml, relation: &str, url: &str) -> io::Result<()> {
    xml.create_element("link").with_attributes([("rel", relation), ("href", url)]).write_empty().map(drop)
}

fn rfc3339(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}
