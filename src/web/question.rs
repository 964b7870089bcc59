//! `/questions/{id}`

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde_json::json;

use super::Site;
use super::error::Error;
use super::preferences::Preferences;
use super::shell::{Day, Html, Link, Nav, QuestionRow, Shell, TopicEntry};
use crate::ids::QuestionId;
use crate::questions::{self, Kind, Level, Neighbour, Parts, Question};

/// A question with everything that there is to it.
#[derive(Template)]
#[template(path = "questions/question.html")]
struct QuestionPage {
    shell: Shell,
    topics: Vec<TopicEntry>,
    title: String,
    topic: Link,
    level: Level,
    kind: Kind,
    minutes: u8,
    tags: Vec<Link>,
    answer: Html,
    key_points: Vec<KeyPoint>,
    explanation: Html,
    /// For "On this page".
    explanation_headings: Vec<Heading>,
    hands_on_intro: Html,
    steps: Vec<Step>,
    labs: Vec<LabLink>,
    mistakes: Html,
    follow_ups: Vec<FollowUp>,
    quiz: Vec<QuizItem>,
    facts: Vec<Fact>,
    sources: Vec<Source>,
    related: Vec<QuestionRow>,
    /// Neighbours in the topic.
    previous: Option<Link>,
    next: Option<Link>,
    place: u32,
    place_of: u32,
}

struct Heading {
    id: String,
    text: String,
}

struct KeyPoint {
    id: String,
    say: Html,
    probe: Html,
}

struct Step {
    id: String,
    title: Html,
    body: Html,
}

struct LabLink {
    url: String,
    title: String,
    summary: String,
}

struct FollowUp {
    id: String,
    question: Html,
    answer: Html,
}

struct QuizItem {
    id: String,
    ask: Html,
    options: Vec<QuizOption>,
}

struct QuizOption {
    letter: char,
    text: Html,
    right: bool,
    why: Html,
}

struct Fact {
    claim: Html,
    checked: Day,
    review_by: Day,
    /// Its review date is past.
    stale: bool,
    source: Option<Link>,
}

struct Source {
    title: String,
    url: String,
    host: String,
    checked: Day,
}

pub async fn show(
    State(site): State<Site>,
    preferences: Preferences,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let id: QuestionId = id.parse().map_err(|_| Error::NotFound)?;
    let today = site.clock().today();
    // a fact goes stale at midnight, without any change of the content
    let key = format!("/questions/{id}?{today}");
    let page = async {
        let question =
            questions::find_question(site.reader(), site.catalogue(), &id).await?.ok_or(Error::NotFound)?;
        Ok(QuestionPage::new(&site, preferences, question, today))
    };
    site.pages().page(&key, preferences, page).await
}

impl QuestionPage {
    fn new(site: &Site, preferences: Preferences, question: Question, today: Date) -> Self {
        let path = format!("/questions/{}", question.id);
        let description = &question.parts.answer_text;
        let mut shell = Shell::new(site, preferences, Nav::Questions, question.title.as_str(), &path)
            .describe(description);
        shell.og_type = "article";
        shell.json_ld = Some(json_ld(&question, description, &shell.canonical));
        let Question { title, topic, topic_title, level, kind, minutes, parts, related, .. } = question;
        let Parts { sources, facts, .. } = parts;
        let link = |neighbour: Neighbour| Link {
            url: format!("/questions/{}", neighbour.id),
            text: neighbour.title,
        };
        let facts = facts
            .into_iter()
            .map(|fact| Fact {
                claim: Html(fact.claim_html),
                stale: fact.review_by < today,
                checked: fact.checked.into(),
                review_by: fact.review_by.into(),
                source: fact.source.map(|url| {
                    let title =
                        sources.iter().find(|source| source.url == url).map(|source| source.title.clone());
                    Link { text: title.unwrap_or_else(|| host(&url)), url }
                }),
            })
            .collect();
        Self {
            shell,
            topics: TopicEntry::all(site, Some(&topic)),
            title,
            topic: Link { url: format!("/topics/{topic}"), text: topic_title },
            level,
            kind,
            minutes,
            tags: parts
                .tags
                .into_iter()
                .map(|tag| Link { url: format!("/questions?tag={tag}"), text: tag.into() })
                .collect(),
            answer: Html(parts.answer_html),
            key_points: parts
                .key_points
                .into_iter()
                .map(|point| KeyPoint {
                    id: point.id.into(),
                    say: Html(point.say_html),
                    probe: Html::escape(&point.probe),
                })
                .collect(),
            explanation: Html(parts.explanation_html),
            explanation_headings: parts
                .explanation_headings
                .into_iter()
                .filter(|heading| heading.level == 3)
                .map(|heading| Heading { id: heading.id, text: heading.title })
                .collect(),
            hands_on_intro: Html(parts.hands_on_html),
            steps: parts
                .steps
                .into_iter()
                .map(|step| Step { id: step.id.into(), title: Html(step.title_html), body: Html(step.html) })
                .collect(),
            // a lab has no page yet: the check refuses entries that name one which does not exist
            labs: parts
                .labs
                .into_iter()
                .map(|lab| LabLink { url: format!("/labs/{lab}"), title: lab.into(), summary: String::new() })
                .collect(),
            mistakes: Html(parts.mistakes_html),
            follow_ups: parts
                .follow_ups
                .into_iter()
                .map(|item| FollowUp {
                    id: item.id.into(),
                    question: Html(item.ask_html),
                    answer: Html(item.answer_html),
                })
                .collect(),
            quiz: parts.quiz.into_iter().map(QuizItem::from).collect(),
            facts,
            sources: sources
                .into_iter()
                .map(|source| Source {
                    host: host(&source.url),
                    title: source.title,
                    url: source.url,
                    checked: source.checked.into(),
                })
                .collect(),
            related: related.into_iter().map(|question| QuestionRow::new(question, preferences)).collect(),
            previous: question.previous.map(link),
            next: question.next.map(link),
            place: question.place,
            place_of: question.place_of,
        }
    }
}

impl From<questions::QuizItem> for QuizItem {
    fn from(item: questions::QuizItem) -> Self {
        let options = ('A'..='Z').zip(item.options).map(|(letter, option)| QuizOption {
            letter,
            text: Html(option.text_html),
            right: option.right,
            why: Html(option.why_html),
        });
        Self { id: item.id.into(), ask: Html(item.ask_html), options: options.collect() }
    }
}

/// The host of an address that the content check let pass.
fn host(url: &str) -> String {
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    address.split(['/', '?', '#']).next().unwrap_or(address).to_owned()
}

/// A question with its accepted answer (<https://schema.org/QAPage>), safe inside a script element.
fn json_ld(question: &Question, answer: &str, url: &str) -> Html {
    let document = json!({
        "@context": "https://schema.org",
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "name": question.title,
            "text": question.title,
            "answerCount": 1,
            "acceptedAnswer": { "@type": "Answer", "text": answer, "url": format!("{url}#answer") },
        },
    });
    let escaped =
        document.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Html(escaped)
}
