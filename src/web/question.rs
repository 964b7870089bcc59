//! `/questions/{id}`

mod personal;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::Serialize;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::shell::{Day, Html, Link, Nav, QuestionRow, Shell, TopicEntry};
use super::viewer::Viewer;
use crate::ids::QuestionId;
use crate::questions::{self, Neighbour, Parts, Question};

use personal::Personal;
pub use personal::keep;

/// A question with everything that there is to it.
#[derive(Template)]
#[template(path = "questions/question.html")]
struct QuestionPage<'q> {
    shell: Shell,
    topics: Vec<TopicEntry<'q>>,
    you: Personal,
    question: &'q Question<'q>,
    facts: Vec<Fact<'q>>,
    sources: Vec<Source<'q>>,
    related: Vec<QuestionRow<'q>>,
    /// Neighbours in the topic.
    previous: Option<Link>,
    next: Option<Link>,
}

struct Fact<'q> {
    claim_html: &'q str,
    checked: Day,
    review_by: Day,
    /// Its review date is past.
    stale: bool,
    source: Option<SourceLink<'q>>,
}

struct SourceLink<'q> {
    url: &'q str,
    text: &'q str,
}

struct Source<'q> {
    link: SourceLink<'q>,
    host: &'q str,
    checked: Day,
}

pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let id: QuestionId = id.parse().map_err(|_| Error::NotFound)?;
    if viewer.may_not_see(&id) {
        return Err(Error::InExam);
    }
    let today = site.clock().today();
    // a fact goes stale at midnight, without any change of the content
    let key = format!("/questions/{id}?{today}");
    let page = async {
        let mut db = site.reader().await?;
        let stored =
            questions::find_question(&mut db, site.catalogue(), &id).await?.ok_or(Error::NotFound)?;
        let you = match viewer.person() {
            Some(person) => {
                Personal::load(&mut db, person.id, (&id, stored.number()), site.clock().now()).await?
            }
            None => Personal::of_nobody(),
        };
        drop(db);
        Rendered::new(&QuestionPage::new(&site, &viewer, &stored.read()?, you, today))
    };
    site.pages().page(&key, &viewer, page).await
}

impl<'q> QuestionPage<'q> {
    fn new(site: &'q Site, viewer: &Viewer, question: &'q Question<'q>, you: Personal, today: Date) -> Self {
        let path = format!("/questions/{}", question.id);
        let parts = &question.parts;
        let mut shell =
            Shell::new(site, viewer, Nav::Questions, question.title, &path).describe(&parts.answer_text);
        shell.og_type = "article";
        shell.json_ld = Some(json_ld(question, &shell.canonical));
        Self {
            shell,
            topics: TopicEntry::all(site.catalogue(), Some(question.topic)),
            you,
            facts: facts(parts, today),
            sources: sources(parts),
            related: question.related.iter().map(|&row| QuestionRow::new(row, viewer)).collect(),
            previous: question.previous.as_ref().map(link),
            next: question.next.as_ref().map(link),
            question,
        }
    }
}

fn link(neighbour: &Neighbour) -> Link {
    Link { url: format!("/questions/{}", neighbour.id), text: neighbour.title.clone() }
}

fn facts<'q>(parts: &'q Parts<'_>, today: Date) -> Vec<Fact<'q>> {
    let source = |url: &'q str| {
        let title = parts.sources.iter().find(|source| source.url == url).map(|source| source.title.as_ref());
        SourceLink { url, text: title.unwrap_or_else(|| host(url)) }
    };
    let fact = |fact: &'q questions::Fact| Fact {
        claim_html: &fact.claim_html,
        stale: fact.review_by < today,
        checked: Day(fact.checked),
        review_by: Day(fact.review_by),
        source: fact.source.as_deref().map(source),
    };
    parts.facts.iter().map(fact).collect()
}

fn sources<'q>(parts: &'q Parts<'_>) -> Vec<Source<'q>> {
    let source = |source: &'q questions::Source| Source {
        link: SourceLink { url: &source.url, text: &source.title },
        host: host(&source.url),
        checked: Day(source.checked),
    };
    parts.sources.iter().map(source).collect()
}

/// What an option of a quiz is called: A, B, C …
fn letter(index: usize) -> char {
    ('A'..='Z').nth(index).unwrap_or('?')
}

/// The host of an address that the content check let pass.
fn host(url: &str) -> &str {
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    address.split(['/', '?', '#']).next().unwrap_or(address)
}

/// <https://schema.org/QAPage>
#[derive(Serialize)]
#[serde(tag = "@type", rename = "QAPage")]
struct QaPage<'q> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "mainEntity")]
    main_entity: QaQuestion<'q>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Question", rename_all = "camelCase")]
struct QaQuestion<'q> {
    name: &'q str,
    text: &'q str,
    answer_count: u8,
    accepted_answer: QaAnswer<'q>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Answer")]
struct QaAnswer<'q> {
    text: &'q str,
    url: String,
}

/// A question with its accepted answer, safe inside a script element.
fn json_ld(question: &Question<'_>, url: &str) -> Html {
    let document = QaPage {
        context: "https://schema.org",
        main_entity: QaQuestion {
            name: question.title,
            text: question.title,
            answer_count: 1,
            accepted_answer: QaAnswer { text: &question.parts.answer_text, url: format!("{url}#answer") },
        },
    };
    let json = serde_json::to_string(&document).expect("texts and a number are JSON");
    // the only way out of a script element; see https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements
    Html(json.replace('<', "\\u003c"))
}
