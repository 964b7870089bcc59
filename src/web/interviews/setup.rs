//! The page before an interview: what it will be, and what was.

use askama::Template;
use axum::http::Uri;
use serde::Deserialize;

use crate::content::{Blueprint, Kind, Level, Mode};
use crate::ids::{BlueprintId, InterviewId};
use crate::interview::paper::{Seed, Wish};
use crate::interview::session::{End, Pace, State};
use crate::interview::sit::{NewInterview, NotCreated, What};
use crate::interview::store::{self, HistoryFilter, ListedInterview, PresetFilter, StateFilter};
use crate::questions;
use crate::web::Site;
use crate::web::error::Error;
use crate::web::forms::FieldErrors;
use crate::web::moments::Moment;
use crate::web::pagination::{PageNumber, Pagination};
use crate::web::shell::{Nav, Shell};
use crate::web::viewer::Viewer;

use super::clock::clock;

#[derive(Template)]
#[template(path = "interviews/setup.html")]
pub struct SetupPage {
    shell: Shell,
    errors: FieldErrors,
    unfinished: Option<Unfinished>,
    presets: Vec<Preset>,
    typed: SetupForm,
    paces: Vec<Choice>,
    modes: Vec<Choice>,
    topics: Vec<Choice>,
    levels: Vec<Choice>,
    kinds: Vec<Choice>,
    history: Vec<Past>,
    /// There is anything to filter.
    has_history: bool,
    preset_filter: Vec<Choice>,
    mode_filter: Vec<Choice>,
    state_filter: Vec<Choice>,
    pagination: Pagination,
}

struct Unfinished {
    id: InterviewId,
    title: String,
    begun: bool,
    paused: bool,
    left: Option<String>,
}

struct Preset {
    id: BlueprintId,
    title: String,
    summary: String,
    minutes: u16,
    questions: u16,
    mode: Mode,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Past {
    id: InterviewId,
    title: String,
    when: Moment,
    mode: Mode,
    pace: Pace,
    state: &'static str,
    over: bool,
    questions: u32,
    answered: u32,
}

/// What is wanted, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SetupForm {
    /// A preset's id; an own mix when it is empty.
    preset: String,
    pace: String,
    /// Empty for the preset's.
    mode: String,
    seed: String,
    /// Anything: the clock begins at once.
    start: Option<String>,
    topic: Vec<String>,
    level: Vec<String>,
    kind: Vec<String>,
    questions: String,
    minutes: String,
    seconds_per_question: String,
}

/// Which of the earlier ones are listed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HistoryQuery {
    preset: String,
    mode: String,
    state: String,
    page: String,
}

/// How an own mix is called in filters.
const OWN_MIX: &str = "own-mix";
const STATES: [(&str, &str, StateFilter); 4] = [
    ("unfinished", "Unfinished", StateFilter::Unfinished),
    ("to-grade", "To be graded", StateFilter::ToGrade),
    ("graded", "Graded", StateFilter::Graded),
    ("closed", "Closed", StateFilter::Closed),
];

impl SetupForm {
    pub fn is_own_mix(&self) -> bool {
        self.preset.is_empty()
    }

    pub fn starts_at_once(&self) -> bool {
        self.start.is_some()
    }

    /// What is wanted, if it can be; otherwise `errors` says why not.
    pub fn parse(&self, site: &Site, errors: &mut FieldErrors) -> Option<NewInterview> {
        let pace = match self.pace.as_str() {
            "" => Some(Pace::default()),
            pace => errors.check("pace", pace.parse::<Pace>()),
        };
        let mode = match self.mode.as_str() {
            "" => Some(None),
            mode => errors.check("mode", mode.parse::<Mode>()).map(Some),
        };
        let seed = match self.seed.trim() {
            "" => Some(None),
            seed => errors.check("seed", seed.parse::<Seed>()).map(Some),
        };
        let what =
            if self.is_own_mix() { self.wish(errors).map(What::OwnMix) } else { self.preset(site, errors) };
        Some(NewInterview { what: what?, mode: mode?, pace: pace?, seed: seed? })
    }

    fn preset(&self, site: &Site, errors: &mut FieldErrors) -> Option<What> {
        let known = self.preset.parse().ok().and_then(|id| site.blueprints().get(&id));
        if known.is_none() {
            errors.add("presets", "There is no such preset.");
        }
        known.cloned().map(What::Preset)
    }

    fn wish(&self, errors: &mut FieldErrors) -> Option<Wish> {
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| "Give a whole number, or none."),
        };
        Some(Wish {
            topics: errors.check("topic", self.topic.iter().map(|topic| topic.parse()).collect())?,
            levels: errors.check("level", self.level.iter().map(|level| level.parse()).collect())?,
            kinds: errors.check("kind", self.kind.iter().map(|kind| kind.parse()).collect())?,
            questions: errors.check("questions", number(&self.questions))?,
            minutes: errors.check("minutes", number(&self.minutes))?,
            seconds_per_question: errors
                .check("seconds_per_question", number(&self.seconds_per_question))?
                .map(u32::from),
        })
    }

    /// Why there is no such interview, for the person.
    pub fn explain(error: &NotCreated) -> String {
        match error {
            NotCreated::Unfinished(_) => {
                "Another interview is not finished: go on with it or abandon it first.".to_owned()
            }
            NotCreated::NoQuestions => {
                "The bank has no question of this kind yet: choose more topics, levels or kinds.".to_owned()
            }
            NotCreated::InvalidWish(error) => format!("This cannot be asked: {error}."),
            other => other.to_string(),
        }
    }
}

impl HistoryQuery {
    fn parse(&self) -> Result<(HistoryFilter, questions::Page), Error> {
        let preset = match self.preset.as_str() {
            "" => None,
            OWN_MIX => Some(PresetFilter::OwnMix),
            id => Some(PresetFilter::Preset(
                id.parse().map_err(|_| Error::bad_request("`preset` is a preset’s id."))?,
            )),
        };
        let mode = match self.mode.as_str() {
            "" => None,
            mode => Some(mode.parse().map_err(|error| Error::bad_request(format!("`mode`: {error}.")))?),
        };
        let state = match self.state.as_str() {
            "" => None,
            state => {
                let known = STATES.iter().find(|(slug, ..)| *slug == state).map(|(.., filter)| *filter);
                Some(known.ok_or_else(|| {
                    Error::bad_request("`state` is unfinished, to-grade, graded or closed.")
                })?)
            }
        };
        let page = self.page.parse().unwrap_or(1).max(1);
        Ok((HistoryFilter { preset, mode, state }, questions::Page(page)))
    }

    fn parameters(&self) -> [(&'static str, String); 3] {
        [("preset", self.preset.clone()), ("mode", self.mode.clone()), ("state", self.state.clone())]
    }
}

impl SetupPage {
    pub async fn load(
        site: &Site,
        viewer: &Viewer,
        uri: &Uri,
        (query, typed, errors): (&HistoryQuery, SetupForm, FieldErrors),
    ) -> Result<Self, Error> {
        let (filter, page) = query.parse()?;
        let now_ms = site.clock().millis();
        let (unfinished, history, total, has_history) = match viewer.person() {
            Some(person) => {
                let mut db = site.reader().await?;
                let unfinished = store::unfinished(&mut db, person.id, now_ms).await?;
                let (history, total) = store::list(&mut db, person.id, &filter, page, now_ms).await?;
                let any = total > 0 || filter != HistoryFilter::default();
                (unfinished, history, total, any)
            }
            None => (None, Vec::new(), 0, false),
        };
        let title = if errors.is_empty() { "Mock interviews" } else { "Error: mock interviews" };
        let catalogue = site.catalogue();
        let filled = catalogue.topics().iter().filter(|topic| topic.questions > 0);
        let presets = site.blueprints();
        let preset_names = presets.iter().map(|preset| (preset.id.to_string(), preset.title.clone()));
        let own_mix = (OWN_MIX.to_owned(), "Own mix".to_owned());
        Ok(Self {
            shell: Shell::unlisted(site, viewer, Nav::Interviews, title, uri),
            errors,
            unfinished: unfinished.map(|interview| Unfinished {
                id: interview.id,
                title: interview.title.clone(),
                begun: interview.state() != State::Ready,
                paused: interview.state() == State::Paused,
                left: interview.sitting.left_ms().map(clock),
            }),
            presets: presets.iter().map(Preset::new).collect(),
            paces: choices(Pace::ALL.map(|pace| (pace.slug(), pace.label())), &[&typed.pace]),
            modes: choices(Mode::ALL.map(|mode| (mode.slug(), mode.label())), &[&typed.mode]),
            topics: choices(filled.map(|topic| (topic.id.to_string(), topic.title.clone())), &typed.topic),
            levels: choices(Level::ALL.map(|level| (level.slug(), level.label())), &typed.level),
            kinds: choices(Kind::ALL.map(|kind| (kind.slug(), kind.label())), &typed.kind),
            history: history.iter().map(|past| Past::new(past, site.clock().seconds())).collect(),
            has_history,
            preset_filter: choices(preset_names.chain([own_mix]), &[&query.preset]),
            mode_filter: choices(Mode::ALL.map(|mode| (mode.slug(), mode.label())), &[&query.mode]),
            state_filter: choices(STATES.map(|(slug, label, _)| (slug, label)), &[&query.state]),
            pagination: Pagination::new("/interviews", &query.parameters(), page, store::PAGE_SIZE, total),
            typed,
        })
    }
}

fn choices<S: Into<String>, T: AsRef<str>>(
    all: impl IntoIterator<Item = (S, S)>,
    chosen: &[T],
) -> Vec<Choice> {
    let choice = |(value, label): (S, S)| {
        let value = value.into();
        Choice { chosen: chosen.iter().any(|chosen| chosen.as_ref() == value), value, label: label.into() }
    };
    all.into_iter().map(choice).collect()
}

impl Preset {
    fn new(blueprint: &Blueprint) -> Self {
        Self {
            id: blueprint.id.clone(),
            title: blueprint.title.clone(),
            summary: blueprint.summary.clone(),
            minutes: blueprint.minutes,
            questions: blueprint.questions,
            mode: blueprint.mode,
        }
    }
}

impl Past {
    fn new(listed: &ListedInterview, now_s: i64) -> Self {
        Self {
            id: listed.id,
            title: listed.title.clone(),
            when: Moment { at_s: listed.created_at_s, now_s },
            mode: listed.mode,
            pace: listed.pace,
            state: state_name(listed.state),
            over: listed.state.is_over(),
            questions: listed.questions,
            answered: listed.answered,
        }
    }
}

/// For lists.
fn state_name(state: State) -> &'static str {
    match state {
        State::Ready => "Not begun",
        State::Running => "Running",
        State::Paused => "Paused",
        State::Finished(End::Abandoned) => "Abandoned",
        State::Finished(_) => "To be graded",
        State::SelfGraded(_) => "Graded",
        State::Closed(_) => "Closed",
    }
}
