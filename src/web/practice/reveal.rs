//! `POST /practice/reveal`: the model answer beside what was typed. Nothing is stored of the typed answer.

use std::ops::Range;

use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;
use axum_extra::extract::{CookieJar, Form, FormRejection};
use serde::Deserialize;

use super::in_days;
use super::session::SessionQuery;
use crate::coverage::{self, PointCoverage, Term, TermState, Verdict};
use crate::ids::QuestionId;
use crate::practice::history::Card;
use crate::practice::schedule::{self, Grade};
use crate::practice::{ClientId, Learner, store};
use crate::questions::{self, KeyPoint, Question};
use crate::web::Site;
use crate::web::error::Error;
use crate::web::marked::{first_alternative, marked};
use crate::web::page::Rendered;
use crate::web::preferences::time_zone;
use crate::web::shell::{Html, Nav, Shell};
use crate::web::viewer::Viewer;

/// What was typed for a question, with the session that it belongs to.
#[derive(Debug, Deserialize)]
pub struct RevealForm {
    question: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    shown_at: Option<i64>,
    #[serde(default)]
    session: String,
}

/// A card's other side.
#[derive(Template)]
#[template(path = "practice/reveal.html")]
struct RevealPage<'q> {
    shell: Shell,
    question: &'q Question<'q>,
    typed: Option<Typed>,
    points: Vec<Point<'q>>,
    grades: Vec<GradeButton>,
    session: String,
    client_id: ClientId,
    shown_at_s: i64,
    leech: bool,
}

/// What was typed, with the words marked that counted.
struct Typed {
    html: Html,
    covered: usize,
    of: usize,
    truncated: bool,
}

struct Point<'q> {
    say_html: &'q str,
    probe: &'q str,
    /// `None` when nothing was typed.
    verdict: Option<&'static str>,
    verdict_class: &'static str,
    /// What is missing, in words.
    missing: Vec<String>,
}

struct GradeButton {
    number: u8,
    label: &'static str,
    meaning: &'static str,
    due: String,
}

pub async fn reveal(
    State(site): State<Site>,
    viewer: Viewer,
    jar: CookieJar,
    form: Result<Form<RevealForm>, FormRejection>,
) -> Result<impl IntoResponse, Error> {
    let Form(form) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let id: QuestionId = form.question.parse().map_err(|_| Error::NotFound)?;
    if viewer.may_not_see(&id) {
        return Err(Error::InExam);
    }
    let number = site.catalogue().number(&id).ok_or(Error::NotFound)?;
    let mut db = site.reader().await?;
    let stored = questions::find_question(&mut db, site.catalogue(), &id).await?.ok_or(Error::NotFound)?;
    let (learner, card) = match viewer.person() {
        Some(person) => {
            (Learner::load(&mut db, person.id).await?, store::card(&mut db, person.id, number).await?)
        }
        None => (Learner::newcomer(&time_zone(&jar)), Card::default()),
    };
    drop(db);
    let question = stored.read()?;
    let today = learner.today(site.clock().now());
    let answer = coverage::Answer::prepare(&form.answer, site.coverage_synonyms());
    let coverage: Vec<PointCoverage> =
        question.parts.key_points.iter().map(|point| answer.cover(&terms(point))).collect();
    let counted: Vec<Range<usize>> =
        coverage.iter().flat_map(|point| point.highlights.iter().cloned()).collect();
    let said = !form.answer.trim().is_empty();
    let typed = said.then(|| Typed {
        html: marked(&form.answer, &counted),
        covered: coverage.iter().filter(|point| point.verdict == Verdict::Covered).count(),
        of: coverage.len(),
        truncated: answer.is_truncated(),
    });
    let points = question.parts.key_points.iter().zip(&coverage);
    let session = SessionQuery::of_form(&form.session)?;
    let mut shell = Shell::new(&site, &viewer, Nav::Practice, question.title, "/practice");
    shell.noindex = true;
    shell.back = session.url();
    Rendered::new(&RevealPage {
        shell,
        typed,
        points: points.map(|(point, coverage)| Point::new(point, said.then_some(coverage))).collect(),
        grades: grades(schedule::preview(card.memory, today, &learner.settings)),
        session: session.field(),
        client_id: form.client_id.parse().unwrap_or_else(|_| ClientId::random()),
        shown_at_s: form.shown_at.unwrap_or_else(|| site.clock().seconds()),
        leech: card.is_leech(),
        question: &question,
    })
}

/// The terms of a key point; the content check let only good ones pass.
fn terms(point: &KeyPoint<'_>) -> Vec<Term> {
    point.terms.iter().filter_map(|term| Term::parse(term).ok()).collect()
}

fn grades(preview: [schedule::Scheduled; 4]) -> Vec<GradeButton> {
    let button = |(grade, scheduled): (Grade, schedule::Scheduled)| GradeButton {
        number: grade.into(),
        label: grade.label(),
        meaning: match grade {
            Grade::Again => "I did not know it",
            Grade::Hard => "I knew it, with effort: a pass",
            Grade::Good => "I knew it",
            Grade::Easy => "I knew it at once",
        },
        due: in_days(scheduled.interval),
    };
    Grade::ALL.into_iter().zip(preview).map(button).collect()
}

impl<'q> Point<'q> {
    fn new(point: &'q KeyPoint<'q>, coverage: Option<&PointCoverage>) -> Self {
        let (verdict, verdict_class) = match coverage.map(|coverage| coverage.verdict) {
            None => (None, "is-open"),
            Some(Verdict::Covered) => (Some("You said it"), "is-covered"),
            Some(Verdict::Partly) => (Some("You said part of it"), "is-partly"),
            Some(Verdict::Missed) => (Some("Not said"), "is-missed"),
        };
        let terms =
            coverage.filter(|coverage| coverage.verdict != Verdict::Covered).map(|coverage| &coverage.terms);
        let missing = terms.into_iter().flatten().filter(|outcome| outcome.state != TermState::Said);
        let missing = missing.filter_map(|outcome| {
            if outcome.state == TermState::Mistaken {
                return outcome.state.reason().map(str::to_owned);
            }
            Some(format!("“{}”: {}", first_alternative(&outcome.term), outcome.state.reason()?))
        });
        Self {
            say_html: &point.say_html,
            probe: &point.probe,
            verdict,
            verdict_class,
            missing: missing.collect(),
        }
    }
}
