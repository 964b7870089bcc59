//! What a question is to the person who looks at it, and what they do with it there.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::{CookieJar, Form, FormRejection};
use jiff::Timestamp;
use pulldown_cmark::{Options, Parser, html};
use serde::Deserialize;
use sqlx::SqliteConnection;

use crate::ids::{PartId, PersonId, QuestionId, QuestionNumber};
use crate::practice::history::{Change, Event};
use crate::practice::keepsakes::{self, Keepsakes, LONGEST_NOTE, NotKept};
use crate::practice::schedule::{self, Standing};
use crate::practice::{ClientId, Learner, store};
use crate::web::Site;
use crate::web::error::Error;
use crate::web::guests::{Browser, person_or_guest};
use crate::web::practice::in_days;
use crate::web::shell::{Day, Html};
use crate::web::viewer::Viewer;

/// The longest report of a problem, in bytes.
const LONGEST_REPORT: usize = 4_000;
/// Events that the page shows.
const SHOWN_EVENTS: usize = 12;

/// For the page of a question.
pub struct Personal {
    pub standing: &'static str,
    pub due: Option<String>,
    pub suspended: bool,
    pub leech: bool,
    /// Predicted chance of recall, in percent.
    pub recall: Option<u32>,
    pub history: Vec<Past>,
    pub bookmarked: bool,
    pub note: String,
    pub note_html: Html,
    pub ticked: BTreeSet<PartId>,
    /// For what can be done once on this page as it is. Nobody has none: their page is the same for everybody.
    pub client_id: Option<ClientId>,
}

/// Something that happened to the card.
pub struct Past {
    pub day: Day,
    pub what: &'static str,
}

impl Personal {
    pub fn of_nobody() -> Self {
        Self {
            standing: "New",
            due: None,
            suspended: false,
            leech: false,
            recall: None,
            history: Vec::new(),
            bookmarked: false,
            note: String::new(),
            note_html: Html::default(),
            ticked: BTreeSet::new(),
            client_id: None,
        }
    }

    pub async fn load(
        db: &mut SqliteConnection,
        person: PersonId,
        (id, question): (&QuestionId, QuestionNumber),
        now: Timestamp,
    ) -> sqlx::Result<Self> {
        let created_at_s = store::joined_at(&mut *db, person).await?;
        let learner = Learner::load(&mut *db, person).await?;
        let today = learner.today(now);
        let card = store::card(&mut *db, person, question).await?;
        let events = store::events(&mut *db, person, question).await?;
        let Keepsakes { bookmarked, note, ticked } = Keepsakes::load(db, person, question).await?;
        let recall = schedule::retrievability(card.memory, today, &learner.settings);
        Ok(Self {
            standing: match schedule::standing(card.memory, today, &learner.settings) {
                Standing::New => "New",
                Standing::Learning => "Learning",
                Standing::Reviewing => "Reviewing",
                Standing::Known => "Known",
            },
            due: card.due.filter(|_| !card.suspended).map(|due| in_days(due.since(today))),
            suspended: card.suspended,
            leech: card.is_leech(),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of one")]
            recall: recall.map(|recall| (recall * 100.0).round() as u32),
            history: past(&events),
            bookmarked,
            note_html: render_note(&note),
            note,
            ticked,
            client_id: Some(ClientId::of_page(id, events.len(), (person, created_at_s))),
        })
    }
}

/// The last things that happened and were not taken back, the newest first.
fn past(events: &[Event]) -> Vec<Past> {
    let undone = |id| events.iter().any(|event| event.change == Change::Undone { event: id });
    let what = |change| match change {
        Change::Graded { grade, .. } => Some(grade.label()),
        Change::Suspended => Some("Suspended"),
        Change::Resumed => Some("Resumed"),
        Change::Buried => Some("Put off until the next day"),
        Change::Known { .. } => Some("Marked as known"),
        Change::Missed { .. } => Some("Missed in a mock interview"),
        Change::Undone { .. } => None,
    };
    let events = events.iter().rev().filter(|event| !undone(event.id));
    events
        .filter_map(|event| Some(Past { day: Day(event.day.date()), what: what(event.change)? }))
        .take(SHOWN_EVENTS)
        .collect()
}

/// A person's Markdown is theirs alone, and still sanitised: it may have been pasted.
fn render_note(markdown: &str) -> Html {
    let mut rendered = String::new();
    html::push_html(
        &mut rendered,
        Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH),
    );
    let mut cleaner = ammonia::Builder::default();
    // nothing is fetched from elsewhere, and no class or id meddles with the page
    cleaner
        .rm_tags(["img", "map", "area"])
        .rm_generic_attributes(["lang", "title"])
        .link_rel(Some("noopener nofollow"));
    Html(cleaner.clean(&rendered).to_string())
}

/// One of the small forms beside a question; each sends what it changes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KeepForm {
    bookmark: Option<String>,
    note: Option<String>,
    step: Option<String>,
    /// Of a step: on or off.
    done: Option<String>,
    report: Option<String>,
}

/// What a form asks for.
enum Keep {
    Bookmark(bool),
    Note(String),
    Step(PartId, bool),
    Report(String),
}

impl KeepForm {
    fn parse(self) -> Result<(Keep, String), Error> {
        let switch = |value: &str| match value {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(Error::bad_request("The switch is on or off.")),
        };
        if let Some(bookmark) = self.bookmark {
            return Ok((Keep::Bookmark(switch(&bookmark)?), "#you".to_owned()));
        }
        if let Some(step) = self.step {
            let step: PartId =
                step.parse().map_err(|error| Error::bad_request(format!("`step`: {error}.")))?;
            let place = format!("#step-{step}");
            return Ok((Keep::Step(step, switch(self.done.as_deref().unwrap_or_default())?), place));
        }
        if let Some(note) = self.note {
            if note.len() > LONGEST_NOTE {
                return Err(Error::bad_request(format!(
                    "A note has at most {LONGEST_NOTE} bytes; this one has {}.",
                    note.len()
                )));
            }
            return Ok((Keep::Note(note), "#note".to_owned()));
        }
        match self.report {
            Some(report) if report.len() > LONGEST_REPORT => {
                Err(Error::bad_request(format!("A report has at most {LONGEST_REPORT} bytes.")))
            }
            Some(report) if !report.trim().is_empty() => Ok((Keep::Report(report), "#you".to_owned())),
            _ => Err(Error::bad_request("The form says nothing that could be kept.")),
        }
    }
}

/// `POST /questions/{id}`: keeps a bookmark, a note, a tick or a report.
pub async fn keep(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    Path(id): Path<String>,
    form: Result<Form<KeepForm>, FormRejection>,
) -> Result<impl IntoResponse, Error> {
    let Form(form) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let id: QuestionId = id.parse().map_err(|_| Error::NotFound)?;
    let question = site.catalogue().number(&id).ok_or(Error::NotFound)?;
    let (keep, place) = form.parse()?;
    let now_s = site.clock().seconds();
    let (jar, person) = person_or_guest(&site, &viewer, browser, jar).await?;
    let kept = site.db().commit(move |db| {
        Box::pin(async move {
            match keep {
                Keep::Bookmark(on) => Ok(keepsakes::bookmark(db, person, question, on, now_s).await?),
                Keep::Note(note) => keepsakes::write_note(db, person, question, &note, now_s).await,
                Keep::Step(step, on) => {
                    Ok(keepsakes::tick_step(db, person, question, &step, on, now_s).await?)
                }
                Keep::Report(text) => keepsakes::report_problem(db, person, question, &text, now_s).await,
            }
        })
    });
    kept.await.map_err(|error| match error {
        NotKept::Database(error) => error.into(),
        full => Error::bad_request(format!("Nothing was kept: {full}.")),
    })?;
    Ok((jar, Redirect::to(&format!("/questions/{id}{place}"))))
}

#[cfg(test)]
mod tests {
    use super::render_note;

    #[test]
    fn a_note_is_markdown_without_anything_that_runs_or_loads() {
        let html = render_note("**Mind** the <script>alert(1)</script> [gap](javascript:alert(1)) ![x](https://x.example/y.png)\n\n- one").to_string();
        assert!(html.contains("<strong>Mind</strong>") && html.contains("<li>one</li>"), "{html}");
        for evil in ["<script", "javascript:", "<img", "x.example"] {
            assert!(!html.contains(evil), "{evil}: {html}");
        }
    }
}
