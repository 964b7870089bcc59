//! `/progress`: where a person stands, and how ready they will be on the day of the interview.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{CookieJar, Form, FormRejection, Query, QueryRejection};
use jiff::civil::Date;
use serde::Deserialize;

use super::Site;
use super::charts::{self, BarChart, CalendarChart, StrengthChart, percent};
use super::error::Error;
use super::forms::{self, FieldErrors};
use super::guests::{Browser, person_or_guest};
use super::practice::settings::weekday_name;
use super::shell::{Day, Nav, Shell};
use super::viewer::Viewer;
use crate::ids::{PersonId, QuestionNumber, TopicId};
use crate::practice::day::StudyDay;
use crate::practice::history::Card;
use crate::practice::progress::{self, CardNow, Graded, Streak, Today};
use crate::practice::progress_store::{self, Plan};
use crate::practice::readiness::{Asked, Readiness, readiness};
use crate::practice::{Learner, store};
use crate::questions::Catalogue;

/// Questions named as the hardest.
const HARDEST: usize = 10;

#[derive(Template)]
#[template(path = "progress/progress.html")]
struct ProgressPage {
    shell: Shell,
    errors: FieldErrors,
    saved: bool,
    /// `None` for nobody.
    standing: Option<Standing>,
}

/// Where a person stands.
struct Standing {
    answers: usize,
    today: Today,
    streak: Streak,
    rest_day: Option<&'static str>,
    year: CalendarChart,
    /// The years before and after the one shown that have something to show.
    earlier_year: Option<i16>,
    later_year: Option<i16>,
    retention: BarChart,
    forecast: BarChart,
    strength: StrengthChart,
    hardest: Vec<HardRow>,
    answer_time: BarChart,
    interview: InterviewForm,
    topics: Vec<TopicChoice>,
    ready: Option<ReadyView>,
}

struct HardRow {
    id: String,
    title: String,
    difficulty: String,
    lapses: u32,
}

struct TopicChoice {
    id: TopicId,
    title: String,
    checked: bool,
}

/// The prediction for the interview.
struct ReadyView {
    day: Day,
    /// The interview is over: the prediction is for today.
    over: bool,
    days_left: u32,
    overall: Option<String>,
    questions: u32,
    unseen: u32,
    topics: Vec<TopicRow>,
    best: Vec<GainRow>,
}

struct TopicRow {
    id: TopicId,
    title: String,
    recall: String,
    questions: u32,
    unseen: u32,
}

struct GainRow {
    id: String,
    title: String,
    without: String,
    with: String,
    overall: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProgressQuery {
    year: Option<i16>,
    saved: Option<String>,
}

/// The interview as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InterviewForm {
    interview_on: String,
    topic: Vec<String>,
}

impl From<&Plan> for InterviewForm {
    fn from(plan: &Plan) -> Self {
        Self {
            interview_on: plan.interview_on.map_or(String::new(), |date| date.to_string()),
            topic: plan.interview_topics.iter().map(ToString::to_string).collect(),
        }
    }
}

/// `GET /progress`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    query: Result<Query<ProgressQuery>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let mut page = ProgressPage::load(&site, &viewer, query.year).await?;
    page.saved = query.saved.is_some();
    Ok(forms::private(page))
}

/// `POST /progress/interview`: when the interview is, and what it is about.
pub async fn plan_interview(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    form: Result<Form<InterviewForm>, FormRejection>,
) -> Result<Response, Error> {
    let Form(typed) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let known = |id: &String| id.parse().ok().filter(|id| site.catalogue().topic(id).is_some());
    let topics: Option<Vec<TopicId>> = typed.topic.iter().map(known).collect();
    let topics = topics.ok_or_else(|| Error::bad_request("The form names a topic that is not there."))?;
    let on: Option<Date> = match typed.interview_on.trim() {
        "" => None,
        date => match date.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                let mut page = ProgressPage::load(&site, &viewer, None).await?;
                page.errors = FieldErrors::one("interview_on", "Give the day as 2027-01-31, or none.");
                if let Some(standing) = &mut page.standing {
                    standing.choose(&typed);
                }
                return Ok(forms::refused(page));
            }
        },
    };
    let (jar, person) = person_or_guest(&site, &viewer, browser, jar).await?;
    site.db()
        .commit(move |db| {
            Box::pin(async move { progress_store::plan_interview(db, person, on, &topics).await })
        })
        .await?;
    Ok((jar, Redirect::to("/progress?saved=1#readiness")).into_response())
}

impl ProgressPage {
    async fn load(site: &Site, viewer: &Viewer, year: Option<i16>) -> Result<Self, Error> {
        let mut shell = Shell::new(site, viewer, Nav::Progress, "Progress", "/progress");
        shell.noindex = true;
        let standing = match viewer.person() {
            Some(person) => Some(Standing::load(site, person.id, year).await?),
            None => None,
        };
        Ok(Self { shell, errors: FieldErrors::default(), saved: false, standing })
    }
}

impl Standing {
    async fn load(site: &Site, person: PersonId, year: Option<i16>) -> Result<Self, Error> {
        let mut db = site.reader().await?;
        let learner = Learner::load(&mut db, person).await?;
        let plan = progress_store::plan(&mut db, person).await?;
        let graded = progress_store::answers(&mut db, person).await?;
        let cards = store::cards(&mut db, person).await?;
        drop(db);
        let today = learner.today(site.clock().now());
        Ok(Self::new(site.catalogue(), &learner, &plan, &graded, &cards, (today, year)))
    }

    fn new(
        catalogue: &Catalogue,
        learner: &Learner,
        plan: &Plan,
        graded: &[Graded],
        cards: &BTreeMap<QuestionNumber, Card>,
        (today, year): (StudyDay, Option<i16>),
    ) -> Self {
        let now: Vec<CardNow> =
            cards.iter().filter_map(|(number, card)| card_now(catalogue, *number, card)).collect();
        let title_of = |id: &TopicId| title(catalogue, id);
        let years = years(graded, today);
        let shown = year.filter(|year| years.contains(year)).unwrap_or(*years.end());
        let hardest = progress::hardest(&now, HARDEST).into_iter().filter_map(|hard| {
            let listed = catalogue.by_number(QuestionNumber(hard.question))?;
            Some(HardRow {
                id: listed.id.to_string(),
                title: listed.title.clone(),
                difficulty: format!("{:.1}", hard.difficulty),
                lapses: hard.lapses,
            })
        });
        let strengths = progress::strength_by_topic(&now, today, &learner.settings);
        let interview = InterviewForm::from(plan);
        let ready = plan.interview_on.map(|on| {
            let asked = asked(catalogue, cards, &plan.interview_topics);
            let on = StudyDay::of(on);
            ReadyView::new(catalogue, &readiness(&asked, today, on, &learner.settings), today, on)
        });
        let mut standing = Self {
            answers: graded.len(),
            today: progress::today(graded, &now, today),
            streak: progress::streak(graded.iter().map(|answer| answer.day), today, plan.rest_day),
            rest_day: plan.rest_day.map(weekday_name),
            year: charts::year_chart(&progress::year(graded, shown), today),
            earlier_year: Some(shown - 1).filter(|year| years.contains(year)),
            later_year: Some(shown + 1).filter(|year| years.contains(year)),
            retention: charts::retention_chart(
                &progress::retention_by_month(graded),
                learner.settings.desired_retention().into(),
            ),
            forecast: charts::forecast_chart(&progress::forecast(&now, today)),
            strength: charts::strength_chart(&strengths, title_of),
            hardest: hardest.collect(),
            answer_time: charts::answer_time_chart(&progress::answer_times_by_month(graded)),
            interview: InterviewForm::default(),
            topics: catalogue
                .topics()
                .iter()
                .filter(|topic| topic.questions > 0)
                .map(|topic| TopicChoice { id: topic.id.clone(), title: topic.title.clone(), checked: false })
                .collect(),
            ready,
        };
        standing.choose(&interview);
        standing
    }

    /// Fills the form of the interview.
    fn choose(&mut self, interview: &InterviewForm) {
        for choice in &mut self.topics {
            choice.checked = interview.topic.iter().any(|id| id == choice.id.as_str());
        }
        self.interview = interview.clone();
    }
}

/// `None` for a question that is not in the bank any more: nobody is asked it.
fn card_now<'c>(catalogue: &'c Catalogue, number: QuestionNumber, card: &Card) -> Option<CardNow<'c>> {
    let listed = catalogue.by_number(number)?;
    Some(CardNow {
        question: number.0,
        topic: &listed.topic,
        memory: card.memory,
        due: card.due.map(|due| due.max(card.buried_until.unwrap_or(due))),
        lapses: card.lapses,
        suspended: card.suspended,
    })
}

/// The years from the first answer to today.
fn years(graded: &[Graded], today: StudyDay) -> RangeInclusive<i16> {
    let year = |day: StudyDay| day.date().year();
    let first = graded.iter().map(|answer| answer.day).min().unwrap_or(today);
    year(first.min(today))..=year(today)
}

/// What the interview may ask: everything about its topics.
fn asked<'c>(
    catalogue: &'c Catalogue,
    cards: &BTreeMap<QuestionNumber, Card>,
    topics: &[TopicId],
) -> Vec<Asked<'c>> {
    let asked =
        catalogue.numbered().filter(|(_, listed)| topics.is_empty() || topics.contains(&listed.topic));
    asked
        .map(|(number, listed)| Asked {
            question: number.0,
            topic: &listed.topic,
            memory: cards.get(&number).map(|card| card.memory).unwrap_or_default(),
        })
        .collect()
}

fn title(catalogue: &Catalogue, id: &TopicId) -> String {
    catalogue.topic(id).map_or_else(|| id.to_string(), |topic| topic.title.clone())
}

impl ReadyView {
    fn new(catalogue: &Catalogue, ready: &Readiness, today: StudyDay, on: StudyDay) -> Self {
        let best = ready.best.iter().filter_map(|gain| {
            let listed = catalogue.by_number(QuestionNumber(gain.question))?;
            Some(GainRow {
                id: listed.id.to_string(),
                title: listed.title.clone(),
                without: percent(gain.without),
                with: percent(gain.with),
                overall: format!("{:.1}", gain.overall * 100.0),
            })
        });
        Self {
            day: Day(on.date()),
            over: on < today,
            days_left: on.since(today),
            overall: ready.overall.map(percent),
            questions: ready.topics.iter().map(|topic| topic.questions).sum(),
            unseen: ready.topics.iter().map(|topic| topic.unseen).sum(),
            topics: ready
                .topics
                .iter()
                .map(|topic| TopicRow {
                    id: topic.topic.clone(),
                    title: title(catalogue, topic.topic),
                    recall: percent(topic.recall),
                    questions: topic.questions,
                    unseen: topic.unseen,
                })
                .collect(),
            best: best.collect(),
        }
    }
}
