//! `/practice/settings`: how much, how well and when; and FSRS's parameters fitted to the person.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{CookieJar, Form, FormRejection, Query, QueryRejection};
use jiff::civil::Weekday;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::ids::PersonId;
use crate::practice::optimise::{Fit, OptimiseError, Optimised, REVIEWS_NEEDED, optimise};
use crate::practice::settings::{self, COSTLY_RETENTION, Choices, NotUsed};
use crate::practice::{Learner, progress_store};
use crate::web::Site;
use crate::web::error::Error;
use crate::web::forms::{self, FieldErrors};
use crate::web::guests::{Browser, person_or_guest};
use crate::web::preferences::time_zone;
use crate::web::shell::{Nav, Shell};
use crate::web::viewer::Viewer;

const PATH: &str = "/practice/settings";
/// Fits at the same time: each keeps a processor busy for a second or so, and cards should not wait for them.
static FITS: Semaphore = Semaphore::const_new(1);

const WEEK: [(&str, &str); 7] = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
];

/// The name of a day of the week.
pub fn weekday_name(day: Weekday) -> &'static str {
    WEEK[usize::from(day.to_monday_zero_offset().unsigned_abs())].1
}

#[derive(Template)]
#[template(path = "practice/settings.html")]
struct SettingsPage {
    shell: Shell,
    errors: FieldErrors,
    /// What the last form did.
    done: Option<&'static str>,
    typed: SettingsForm,
    /// More reviews than it is worth.
    costly: bool,
    zones: Vec<String>,
    week: [(&'static str, &'static str); 7],
    /// The parameters in use were fitted to the person.
    fitted: bool,
    fit: FitView,
}

/// What the optimiser can say.
enum FitView {
    TooFew {
        reviews: usize,
        missing: usize,
    },
    Possible {
        reviews: usize,
    },
    /// The person has parameters that are as good.
    NothingToGain {
        reviews: usize,
        before: FitWords,
        after: FitWords,
    },
    Better {
        reviews: usize,
        parameters: String,
        before: FitWords,
        after: FitWords,
    },
    Refused(String),
}

/// How well predictions agree with what was recalled.
struct FitWords {
    /// By how many points of a hundred predictions are off.
    off: String,
    log_loss: String,
}

/// The forms of the page; each sends its own fields with its `action`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    desired_retention: String,
    new_per_day: String,
    maximum_interval: String,
    day_start_hour: String,
    time_zone: String,
    rest_day: String,
    /// `save` unless it says otherwise.
    action: String,
    /// JSON, to be used.
    parameters: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettingsQuery {
    done: String,
}

impl From<&Choices> for SettingsForm {
    fn from(choices: &Choices) -> Self {
        let retention = format!("{:.3}", choices.desired_retention);
        Self {
            desired_retention: retention.strip_suffix('0').unwrap_or(&retention).to_owned(),
            new_per_day: choices.new_per_day.to_string(),
            maximum_interval: choices.maximum_interval.to_string(),
            day_start_hour: choices.day_start_hour.to_string(),
            time_zone: choices.time_zone.clone(),
            rest_day: choices.rest_day.map_or(String::new(), |day| day.to_monday_zero_offset().to_string()),
            ..Self::default()
        }
    }
}

impl SettingsForm {
    fn parse(&self) -> Result<Choices, FieldErrors> {
        let mut errors = FieldErrors::default();
        let retention = errors.check("desired_retention", settings::parse_retention(&self.desired_retention));
        let new_per_day = errors.check("new_per_day", settings::parse_new_per_day(&self.new_per_day));
        let maximum =
            errors.check("maximum_interval", settings::parse_maximum_interval(&self.maximum_interval));
        let start = errors.check("day_start_hour", settings::parse_day_start(&self.day_start_hour));
        let zone = errors.check("time_zone", settings::parse_time_zone(&self.time_zone));
        let rest_day = errors.check("rest_day", settings::parse_rest_day(&self.rest_day));
        match (retention, new_per_day, maximum, start, zone, rest_day) {
            (
                Some(desired_retention),
                Some(new_per_day),
                Some(maximum_interval),
                Some(day_start_hour),
                Some(time_zone),
                Some(rest_day),
            ) => Ok(Choices {
                desired_retention,
                new_per_day,
                maximum_interval,
                day_start_hour,
                time_zone,
                rest_day,
            }),
            _ => Err(errors),
        }
    }
}

/// `GET /practice/settings`
pub async fn show(
    State(site): State<Site>,
    viewer: Viewer,
    jar: CookieJar,
    query: Result<Query<SettingsQuery>, QueryRejection>,
) -> Result<Response, Error> {
    let Query(query) = query.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let mut page = SettingsPage::load(&site, &viewer, &jar).await?;
    page.done = match query.done.as_str() {
        "saved" => Some("Your settings are saved. They count from the next grade on."),
        "fitted" => {
            Some("The new parameters are in use. Questions come back on the days that you were told.")
        }
        "defaults" => Some("The default parameters are in use again."),
        _ => None,
    };
    Ok(forms::private(page))
}

/// `POST /practice/settings`
pub async fn change(
    State(site): State<Site>,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    form: Result<Form<SettingsForm>, FormRejection>,
) -> Result<Response, Error> {
    let Form(typed) = form.map_err(|rejection| Error::bad_request(rejection.to_string()))?;
    let person = viewer.person().map(|person| person.id);
    match (typed.action.as_str(), person) {
        ("" | "save", _) => save(site, viewer, browser, jar, typed).await,
        // nobody has reviews
        (_, None) => Ok(Redirect::to(PATH).into_response()),
        ("fit", Some(person)) => {
            let mut page = SettingsPage::load(&site, &viewer, &jar).await?;
            page.fit = fit(&site, person).await?;
            Ok(forms::private(page))
        }
        ("use", Some(person)) => {
            let parameters: Vec<f32> = serde_json::from_str(&typed.parameters).unwrap_or_default();
            if parameters.is_empty() {
                return Err(Error::bad_request("The form holds no parameters that could be used."));
            }
            use_parameters(site, viewer, jar, person, parameters).await
        }
        ("defaults", Some(person)) => use_parameters(site, viewer, jar, person, Vec::new()).await,
        _ => Err(Error::bad_request("The form does not say what is to be done.")),
    }
}

async fn save(
    site: Site,
    viewer: Viewer,
    browser: Browser,
    jar: CookieJar,
    typed: SettingsForm,
) -> Result<Response, Error> {
    let choices = match typed.parse() {
        Ok(choices) => choices,
        Err(errors) => {
            let mut page = SettingsPage::load(&site, &viewer, &jar).await?;
            (page.errors, page.typed) = (errors, typed);
            return Ok(forms::refused(page));
        }
    };
    let (jar, person) = person_or_guest(&site, &viewer, browser, jar).await?;
    site.db().commit(move |db| Box::pin(async move { settings::change(db, person, &choices).await })).await?;
    Ok((jar, Redirect::to("/practice/settings?done=saved")).into_response())
}

async fn use_parameters(
    site: Site,
    viewer: Viewer,
    jar: CookieJar,
    person: PersonId,
    parameters: Vec<f32>,
) -> Result<Response, Error> {
    let done = if parameters.is_empty() { "defaults" } else { "fitted" };
    let used = site
        .db()
        .commit(move |db| Box::pin(async move { settings::use_parameters(db, person, &parameters).await }));
    match used.await {
        Ok(()) => Ok(Redirect::to(&format!("{PATH}?done={done}")).into_response()),
        Err(NotUsed::Unusable(_)) => {
            let mut page = SettingsPage::load(&site, &viewer, &jar).await?;
            page.errors =
                FieldErrors::one("parameters", "These parameters are not usable. Compute them again.");
            Ok(forms::refused(page))
        }
        Err(NotUsed::Database(error)) => Err(error.into()),
    }
}

/// Fits parameters to a person's answers, off the threads that answer requests.
async fn fit(site: &Site, person: PersonId) -> Result<FitView, Error> {
    let mut db = site.reader().await?;
    let learner = Learner::load(&mut db, person).await?;
    let answers = progress_store::answers(&mut db, person).await?;
    drop(db);
    let reviews = answers.len();
    let turn = FITS.acquire().await.map_err(Error::unexpected)?;
    let fitted = tokio::task::spawn_blocking(move || {
        // the turn ends with the work: who hangs up does not make room for more of it
        let _turn = turn;
        optimise(&progress_store::histories(&answers), &learner.settings)
    });
    match fitted.await.map_err(Error::unexpected)? {
        Ok(optimised) => FitView::fitted(&optimised),
        Err(OptimiseError::TooFewReviews { missing }) => Ok(FitView::TooFew { reviews, missing }),
        Err(refused) => Ok(FitView::Refused(refused.to_string())),
    }
}

impl FitView {
    fn of(reviews: usize) -> Self {
        match REVIEWS_NEEDED.saturating_sub(reviews) {
            0 => Self::Possible { reviews },
            missing => Self::TooFew { reviews, missing },
        }
    }

    fn fitted(optimised: &Optimised) -> Result<Self, Error> {
        let words = |fit: Fit| FitWords {
            off: format!("{:.1}", fit.rmse_bins * 100.0),
            log_loss: format!("{:.3}", fit.log_loss),
        };
        let (reviews, before, after) = (optimised.reviews, words(optimised.before), words(optimised.after));
        if !optimised.is_better() {
            return Ok(Self::NothingToGain { reviews, before, after });
        }
        let parameters = serde_json::to_string(&optimised.parameters).map_err(Error::unexpected)?;
        Ok(Self::Better { reviews, parameters, before, after })
    }
}

impl SettingsPage {
    /// The page with what is kept; nobody sees what a newcomer has.
    async fn load(site: &Site, viewer: &Viewer, jar: &CookieJar) -> Result<Self, Error> {
        let (choices, fitted, reviews) = match viewer.person() {
            Some(person) => {
                let mut db = site.reader().await?;
                let (choices, fitted) = settings::load(&mut db, person.id).await?;
                (choices, fitted, progress_store::answer_count(&mut db, person.id).await? as usize)
            }
            None => (settings::defaults(&time_zone(jar)), false, 0),
        };
        let mut shell = Shell::new(site, viewer, Nav::Practice, "Practice settings", PATH);
        shell.noindex = true;
        Ok(Self {
            shell,
            errors: FieldErrors::default(),
            done: None,
            typed: SettingsForm::from(&choices),
            costly: choices.desired_retention > COSTLY_RETENTION,
            zones: zones(),
            week: WEEK,
            fitted,
            fit: FitView::of(reviews),
        })
    }
}

/// The time zones that people live in, by name.
fn zones() -> Vec<String> {
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let mut zones: Vec<String> =
        names.filter(|name| name == "UTC" || (name.contains('/') && !name.starts_with("Etc/"))).collect();
    zones.sort_unstable();
    zones
}
