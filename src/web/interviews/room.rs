//! `/interviews/{id}`: the interview itself, and grading it when it is over.

use askama::Template;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::HeaderValue;
use axum::response::Response;
use serde::Deserialize;

use super::clock::{Clocks, Left, clock, spoken};
use super::{find, grading};
use crate::content::Mode;
use crate::ids::InterviewId;
use crate::interview::session::{LONGEST_PAUSE_MS, PAUSES, Pace, RoundNumber, RoundState, State as Stands};
use crate::interview::sit::LONGEST_ANSWER;
use crate::interview::store::Interview;
use crate::practice::ClientId;
use crate::web::Site;
use crate::web::error::Error;
use crate::web::forms;
use crate::web::shell::{Nav, Shell};
use crate::web::viewer::Viewer;

#[derive(Template)]
#[template(path = "interviews/room.html")]
struct RoomPage {
    shell: Shell,
    id: InterviewId,
    title: String,
    mode: Mode,
    pace: Pace,
    /// What became of the last form, when it did not do what was wanted.
    note: Option<&'static str>,
    stage: Stage,
    rounds: Vec<RoundItem>,
    left: Option<Left>,
    pauses_left: usize,
    longest_pause: String,
}

enum Stage {
    Ready(Briefing),
    Asked(Box<Prompt>),
    /// Only flagged questions are left.
    Flagged,
    AllAnswered,
    Paused {
        ends_in_ms: u64,
        ends_in: String,
    },
}

/// What somebody should know before the clock runs.
struct Briefing {
    questions: usize,
    asked_for: u16,
    shortened: bool,
    limit: Option<String>,
    pauses: usize,
    seed: String,
}

/// What is asked now.
struct Prompt {
    round: RoundNumber,
    /// 0 the question, 1 and 2 its probes.
    prompt: u8,
    asked: String,
    /// Of a probe: the question that it belongs to, and what was answered.
    question: Option<String>,
    answered: Option<String>,
    facts: Facts,
    /// What was saved so far.
    text: String,
    clocks: Clocks,
    client_id: ClientId,
    longest: usize,
}

/// What is known of a question before its answer.
struct Facts {
    level: crate::content::Level,
    topic: String,
}

/// A round in the list beside the question.
struct RoundItem {
    number: RoundNumber,
    /// While it may be seen.
    title: Option<String>,
    state: &'static str,
    class: &'static str,
    current: bool,
    can_open: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoomQuery {
    note: String,
}

/// What a redirect can say on the page that follows.
const NOTES: [(&str, &str); 5] = [
    ("late", "Time was up before that arrived. What was saved until then counts."),
    ("answered", "That question was answered already; its answer stays as it was handed in."),
    ("turn", "That could not be done now: the interview has gone on in another tab or by itself."),
    ("pause", "No pause is left."),
    (
        "long",
        "That answer was too long to be kept: it has at most 32 kilobytes. Shorten it and send it again.",
    ),
];

/// An answer can be recorded, for the browser alone.
const ONLY_THE_MICROPHONE: HeaderValue = HeaderValue::from_static(
    "camera=(), microphone=(self), geolocation=(), payment=(), usb=(), browsing-topics=()",
);

/// `GET /interviews/{id}`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    Query(query): Query<RoomQuery>,
) -> Result<Response, Error> {
    let (person, interview) = find(&site, &viewer, &id).await?;
    let note = NOTES.iter().find(|(slug, _)| *slug == query.note).map(|(_, text)| *text);
    if interview.state().is_over() {
        return grading::page(&site, &viewer, &uri, (person, &interview), note).await;
    }
    let title = page_title(&interview);
    let mut shell = Shell::unlisted(&site, &viewer, Nav::Interviews, title, &uri);
    shell.back = super::room(interview.id);
    let mut response = forms::private(RoomPage::new(shell, &interview, note));
    response.headers_mut().insert("permissions-policy", ONLY_THE_MICROPHONE);
    Ok(response)
}

fn page_title(interview: &Interview) -> String {
    match interview.sitting.current() {
        Some(round) => format!("Question {round} of {} · {}", interview.rounds.len(), interview.title),
        None => interview.title.clone(),
    }
}

impl RoomPage {
    fn new(shell: Shell, interview: &Interview, note: Option<&'static str>) -> Self {
        let sitting = &interview.sitting;
        Self {
            shell,
            id: interview.id,
            title: interview.title.clone(),
            mode: interview.mode(),
            pace: interview.pace,
            note,
            stage: Stage::of(interview),
            rounds: interview.rounds.iter().map(|round| RoundItem::new(interview, round.number)).collect(),
            left: Left::new(sitting),
            pauses_left: sitting.pauses_left(),
            longest_pause: spoken(LONGEST_PAUSE_MS),
        }
    }
}

impl Stage {
    fn of(interview: &Interview) -> Self {
        let sitting = &interview.sitting;
        match sitting.state() {
            Stands::Ready => Self::Ready(Briefing {
                questions: interview.rounds.len(),
                asked_for: interview.asked_for,
                shortened: interview.is_shortened(),
                limit: sitting.terms().limit_ms.map(spoken),
                pauses: if interview.mode() == Mode::Exam { 0 } else { PAUSES },
                seed: interview.seed.to_string(),
            }),
            Stands::Paused => {
                let ends_in_ms = sitting.pause_ends_ms().unwrap_or(0).saturating_sub(sitting.at_ms());
                Self::Paused { ends_in_ms, ends_in: clock(ends_in_ms) }
            }
            _ => match Prompt::of(interview) {
                Some(prompt) => Self::Asked(Box::new(prompt)),
                None if sitting.is_all_answered() => Self::AllAnswered,
                None => Self::Flagged,
            },
        }
    }
}

impl Prompt {
    fn of(interview: &Interview) -> Option<Self> {
        let sitting = &interview.sitting;
        let round = sitting.current()?;
        let prompt = sitting.round(round)?.prompt()?;
        let planned = interview.round(round)?;
        let probing = prompt > 0;
        let saved = |prompt| interview.answer(round, prompt).map(|answer| answer.text.clone());
        Some(Self {
            round,
            prompt,
            asked: interview.prompt(round)?.to_owned(),
            question: probing.then(|| planned.title.clone()),
            answered: saved(0).filter(|_| probing),
            facts: Facts { level: planned.level, topic: planned.topic_title.clone() },
            text: saved(prompt).unwrap_or_default(),
            clocks: Clocks::new(sitting)?,
            client_id: ClientId::random(),
            longest: LONGEST_ANSWER,
        })
    }
}

impl RoundItem {
    fn new(interview: &Interview, number: RoundNumber) -> Self {
        let sitting = &interview.sitting;
        let state = sitting.round(number).map_or(RoundState::Upcoming, |round| round.state);
        let running = sitting.state() == Stands::Running;
        let (name, class) = match state {
            RoundState::Upcoming => ("to come", "is-upcoming"),
            RoundState::Open => ("asked now", "is-open"),
            RoundState::Probing => ("probe", "is-open"),
            RoundState::Answered => ("answered", "is-answered"),
            RoundState::Flagged => ("flagged", "is-flagged"),
            RoundState::Cut => ("time was up", "is-cut"),
        };
        let ahead = state == RoundState::Upcoming && interview.mode() == Mode::Practice;
        Self {
            number,
            title: interview.round(number).filter(|_| sitting.shows(number)).map(|round| round.title.clone()),
            state: name,
            class,
            current: sitting.current() == Some(number),
            can_open: running && (state == RoundState::Flagged || ahead),
        }
    }
}
