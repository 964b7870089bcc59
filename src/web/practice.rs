//! `/practice`: a card, what was said about it, its grade. One form a step, so that it works without scripts.

mod reveal;
pub mod searches;
mod session;
pub mod settings;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{CookieJar, Form, FormRejection, Query, QueryRejection};
use serde::Deserialize;

use super::Site;
use super::error::Error;
use super::guests::Browser;
use super::page::Rendered;
use super::preferences::{local_path, time_zone};
use super::shell::{Nav, Shell};
use super::viewer::{Viewer, sign_in_cookie};
use crate::accounts::SitePolicy;
use crate::ids::{EventId, PersonId, QuestionId, SearchId};
use crate::practice::day::StudyDay;
use crate::practice::saved_searches::{self, SavedSearch};
use crate::practice::schedule::Grade;
use crate::practice::{self, Action, Asked, ClientId, Day, Learner, NotRecorded, Queue, Request};
use crate::questions::{Level, Listed, Selection};

pub use reveal::reveal;
use session::{Session, SessionQuery};

/// An answer that took longer was interrupted; more than this says nothing, in seconds.
const LONGEST_ANSWER_S: i64 = 10 * 60;
/// The next card, or the end of the session.
#[derive(Template)]
#[template(path = "practice/session.html")]
struct SessionPage<'c> {
    shell: Shell,
    counts: Counts,
    card: Option<CardView<'c>>,
    /// What is passed on from step to step.
    session: String,
    choices: Choices,
    undo: Option<Undo>,
    day: DayView,
    /// More questions were put off than are left.
    skipped: bool,
    unskipped_url: String,
}

struct Counts {
    due: u32,
    new: u32,
}

struct CardView<'c> {
    listed: &'c Listed,
    is_new: bool,
    leech: bool,
    skip_url: String,
    client_id: ClientId,
    /// Seconds since 1970: how long the answer took is told by when it was asked.
    shown_at_s: i64,
}

/// What a session can be about.
struct Choices {
    topics: Vec<Choice>,
    levels: Vec<Choice>,
    searches: Vec<SavedSearch>,
    /// The one that the session is about.
    search: Option<SearchId>,
    any: bool,
}

struct Choice {
    value: String,
    label: String,
    checked: bool,
}

/// The last grade, while it can be taken back.
struct Undo {
    event: EventId,
    question: QuestionId,
    title: String,
    grade: Grade,
    due: String,
    client_id: ClientId,
}

/// What a person did today.
struct DayView {
    graded: u32,
    grades: Vec<(&'static str, u32)>,
    minutes: u32,
    /// When something is due again, for the end of a session.
    next: Option<String>,
}

pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    jar: CookieJar,
    query: Result<Query<SessionQuery>, QueryRejection>,
) -> Result<impl IntoResponse, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let session = query.load(&site, viewer.person().map(|person| person.id)).await?;
    let now = site.clock().now();
    let catalogue = site.catalogue();
    let chosen = (catalogue, &session.selection);
    let mut db = site.reader().await?;
    let (queue, cards, day, undo, learner, searches) = match viewer.person() {
        Some(person) => {
            let learner = Learner::load(&mut db, person.id).await?;
            let today = learner.today(now);
            let (queue, cards) =
                Queue::load(&mut db, person.id, &learner, today, chosen, &session.skipped).await?;
            let day = Day::load(&mut db, person.id, today).await?;
            let undo = match day.graded {
                0 => None,
                _ => practice::last_grade(&mut db, person.id, today).await?,
            };
            let searches = saved_searches::list(&mut db, person.id).await?;
            (queue, cards, day, undo, learner, searches)
        }
        None => {
            if !SitePolicy::load(&mut db).await?.allows_guests() {
                return Err(Error::SignInFirst);
            }
            let learner = Learner::newcomer(&time_zone(&jar));
            let today = learner.today(now);
            let queue = Queue::of(&BTreeMap::new(), learner.new_per_day, today, chosen, &session.skipped);
            (queue, BTreeMap::new(), Day::default(), None, learner, Vec::new())
        }
    };
    drop(db);
    let today = learner.today(now);
    let undo = undo.and_then(|(number, event)| {
        let listed = catalogue.by_number(number)?;
        let practice::history::Change::Graded { grade, interval } = event.change else { return None };
        Some(Undo {
            event: event.id,
            question: listed.id.clone(),
            title: listed.title.clone(),
            grade,
            due: in_days(interval),
            client_id: ClientId::random(),
        })
    });
    let wanted = session
        .wanted
        .map(|question| Asked { question, card: cards.get(&question).copied().unwrap_or_default() });
    let card = wanted.or(queue.next).and_then(|asked: Asked| {
        let listed = catalogue.by_number(asked.question)?;
        Some(CardView {
            listed,
            is_new: asked.is_new(),
            leech: asked.card.is_leech(),
            skip_url: query.without(&listed.id),
            client_id: ClientId::random(),
            shown_at_s: now.as_second(),
        })
    });
    let mut shell = Shell::new(&site, &viewer, Nav::Practice, "Practise", "/practice");
    shell.back = query.url();
    Rendered::new(&SessionPage {
        shell,
        counts: Counts { due: queue.due, new: queue.new },
        skipped: card.is_none() && queue.due + queue.new > 0,
        card,
        session: query.field(),
        choices: Choices::new(&site, &session, searches),
        undo,
        day: DayView::new(&day, today),
        unskipped_url: query.unskipped(),
    })
}

impl Choices {
    fn is_current(&self, search: &SavedSearch) -> bool {
        self.search == Some(search.id)
    }

    fn new(site: &Site, Session { selection, search, .. }: &Session, searches: Vec<SavedSearch>) -> Self {
        let topics = site.catalogue().topics().iter().filter(|topic| topic.questions > 0);
        Self {
            topics: topics
                .map(|topic| Choice {
                    value: topic.id.to_string(),
                    label: topic.title.clone(),
                    checked: selection.topics.contains(&topic.id),
                })
                .collect(),
            levels: Level::ALL
                .map(|level| Choice {
                    value: level.slug().to_owned(),
                    label: level.label().to_owned(),
                    checked: selection.levels.contains(&level),
                })
                .into(),
            searches,
            search: search.as_ref().map(|search| search.id),
            any: *selection != Selection::default(),
        }
    }
}

impl DayView {
    fn new(day: &Day, today: StudyDay) -> Self {
        let grades = Grade::ALL.into_iter().zip(day.grades).filter(|(_, count)| *count > 0);
        Self {
            graded: day.graded,
            grades: grades.map(|(grade, count)| (grade.label(), count)).collect(),
            minutes: day.answer_ms.div_ceil(60_000),
            next: day.next_due.map(|due| in_days(due.since(today))),
        }
    }
}

/// A span of days as people say it, from today on.
pub fn in_days(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=59 => format!("in {days} days"),
        60..=729 => format!("in {} months", (days + 15) / 30),
        _ => format!("in {} years", (days + 182) / 365),
    }
}

/// What is done with a question: graded, or put aside.
#[derive(Debug, Deserialize)]
pub struct ActionForm {
    question: String,
    client_id: String,
    #[serde(default)]
    grade: Option<u8>,
    #[serde(default)]
    action: Option<String>,
    /// Of an undo.
    #[serde(default)]
    event: Option<i64>,
    #[serde(default)]
    shown_at: Option<i64>,
    /// Where to go on; the session when it is empty.
    #[serde(default)]
    back: String,
    /// The session that the form belongs to.
    #[serde(default)]
    session: String,
}

impl ActionForm {
    fn action(&self, now_s: i64) -> Result<Action, Error> {
        if let Some(grade) = self.grade {
            let grade = Grade::try_from(grade).map_err(|error| Error::bad_request(format!("{error}.")))?;
            let taken_s = self
                .shown_at
                .and_then(|shown_at| now_s.checked_sub(shown_at))
                .filter(|taken| (0..=LONGEST_ANSWER_S).contains(taken));
            let answer_ms = taken_s.and_then(|seconds| u32::try_from(seconds * 1000).ok());
            return Ok(Action::Grade { grade, answer_ms });
        }
        match (self.action.as_deref(), self.event) {
            (Some("suspend"), _) => Ok(Action::Suspend),
            (Some("resume"), _) => Ok(Action::Resume),
            (Some("bury"), _) => Ok(Action::Bury),
            (Some("know"), _) => Ok(Action::Know),
            (Some("undo"), Some(event)) => Ok(Action::Undo { event: EventId(event) }),
            _ => Err(Error::bad_request("The form says neither a grade nor what else is to be done.")),
        }
    }

    fn back(&self) -> Result<String, Error> {
        match self.back.as_str() {
            "" => Ok(SessionQuery::of_form(&self.session)?.url()),
            path => Ok(local_path(path).to_owned()),
        }
    }
}

/// `POST /practice`: records what was done and goes on. The first graded answer makes a guest.
pub async fn act(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    form: Result<Form<ActionForm>, FormRejection>,
) -> Result<Response, Error> {
    let Form(form) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let now = site.clock().now();
    let action = form.action(now.as_second())?;
    let id: QuestionId = form.question.parse().map_err(|_| Error::NotFound)?;
    let question = site.catalogue().number(&id).ok_or(Error::NotFound)?;
    let client_id = form
        .client_id
        .parse()
        .map_err(|error| Error::bad_request(format!("The form is not whole: {error}.")))?;
    let request = Request { question, action, client_id, at: now };
    let back = form.back()?;
    match viewer.person() {
        Some(person) => {
            let person = person.id;
            let recorded = site.db().commit(move |db| {
                Box::pin(async move { practice::record(db, person, &request).await.map(drop) })
            });
            match recorded.await {
                // it was taken back in another tab; the session goes on all the same
                Ok(()) | Err(NotRecorded::NothingToUndo) => {}
                Err(NotRecorded::Database(error)) => return Err(error.into()),
            }
            Ok(Redirect::to(&back).into_response())
        }
        None => {
            browser.admit_guest(&site).await?;
            let now_s = now.as_second();
            let begun = site.db().commit(move |db| {
                Box::pin(async move {
                    let sent: Option<PersonId> =
                        practice::new_guest_who_sent(db, &request.client_id, now_s).await?;
                    let (person, token) = match sent {
                        // a second press of the button before the first was answered
                        Some(person) => (person, browser.sign_in(db, person, now_s).await?),
                        None => browser.become_guest(db, now_s).await?,
                    };
                    practice::record(db, person, &request).await?;
                    Ok::<_, NotRecorded>(token)
                })
            });
            let token = begun.await.map_err(|error| match error {
                NotRecorded::NothingToUndo => Error::NotFound,
                NotRecorded::Database(error) => error.into(),
            })?;
            Ok((jar.add(sign_in_cookie(&site, &token)), Redirect::to(&back)).into_response())
        }
    }
}
