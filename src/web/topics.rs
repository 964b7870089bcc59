//! `/topics/{topic}`

use askama::Template;
use axum::extract::{Path, State};
use axum::response::IntoResponse;

use super::Site;
use super::error::Error;
use super::page::Rendered;
use super::shell::{Link, Nav, QuestionRow, Shell, TopicEntry};
use super::viewer::Viewer;
use crate::ids::TopicId;
use crate::questions::{Level, TopicCount};

/// A topic's questions, level by level.
#[derive(Template)]
#[template(path = "topics/topic.html")]
struct TopicPage<'c> {
    shell: Shell,
    topics: Vec<TopicEntry<'c>>,
    title: String,
    summary: String,
    count: u32,
    /// Sum of the speaking times.
    minutes: u32,
    /// Questions that are only in the list: a large topic does not fit on a page.
    more: usize,
    /// Only levels with questions, easiest first; empty while the topic is in preparation.
    groups: Vec<LevelGroup<'c>>,
    list_url: String,
    /// The neighbours in the order of the topics, skipping empty ones.
    previous: Option<Link>,
    next: Option<Link>,
}

struct LevelGroup<'c> {
    level: Level,
    rows: Vec<QuestionRow<'c>>,
}

/// Questions that the page lists; a larger topic goes on in the list, which has pages.
const SHOWN: usize = 100;

pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    Path(topic): Path<String>,
) -> Result<impl IntoResponse, Error> {
    let id: TopicId = topic.parse().map_err(|_| Error::NotFound)?;
    let topic = site.catalogue().topic(&id).ok_or(Error::NotFound)?;
    let path = format!("/topics/{id}");
    let page = async {
        let listed = site.catalogue().in_topic(&id).take(SHOWN).collect::<Vec<_>>();
        let more = site.catalogue().in_topic(&id).len().saturating_sub(SHOWN);
        let groups = Level::ALL
            .into_iter()
            .map(|level| {
                let of_level = listed.iter().filter(|question| question.level == level);
                LevelGroup {
                    level,
                    rows: of_level.map(|&question| QuestionRow::new(question, &viewer)).collect(),
                }
            })
            .filter(|group| !group.rows.is_empty())
            .collect();
        let (previous, next) = neighbours(site.catalogue().topics(), &id);
        Rendered::new(&TopicPage {
            shell: Shell::new(&site, &viewer, Nav::Topics, topic.title.as_str(), &path)
                .describe(&topic.summary),
            topics: TopicEntry::all(site.catalogue(), Some(&id)),
            title: topic.title.clone(),
            summary: topic.summary.clone(),
            count: topic.questions,
            minutes: topic.minutes,
            more,
            groups,
            list_url: format!("/questions?topic={id}"),
            previous,
            next,
        })
    };
    site.pages().page(&path, &viewer, page).await
}

fn neighbours(topics: &[TopicCount], id: &TopicId) -> (Option<Link>, Option<Link>) {
    let link = |topic: &TopicCount| Link { url: format!("/topics/{}", topic.id), text: topic.title.clone() };
    let at = topics.iter().position(|topic| topic.id == *id).unwrap_or(0);
    let (before, after) = (&topics[..at], topics.get(at + 1..).unwrap_or_default());
    let filled = |topic: &&TopicCount| topic.questions > 0;
    (before.iter().rev().find(filled).map(link), after.iter().find(filled).map(link))
}
