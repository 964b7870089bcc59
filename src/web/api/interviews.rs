//! `/api/v1/interviews`: a mock interview for programs, by the same clock as the pages.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Site;
use super::super::error::{Error, Problem};
use super::super::interviews::find_of;
use super::person::ApiPerson;
use crate::content::{Kind, Level, Mode};
use crate::ids::{InterviewId, PartId, PersonId, QuestionId, TopicId};
use crate::interview::grading::Outcome;
use crate::interview::judging::Mark;
use crate::interview::paper::{Seed, Wish};
use crate::interview::report::{Report, RoundRecord, RoundResult, report as work_out};
use crate::interview::session::{Pace, RoundNumber, RoundState, State as Stands};
use crate::interview::sit::{self, Created, NewInterview, NotCreated, NotDone, Step, Text, What};
use crate::interview::store::Interview;
use crate::practice::ClientId;

/// What to be asked: a preset, or an own mix.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewInterviewRequest {
    /// A preset's id, such as warm-up; without one it is an own mix.
    preset: Option<String>,
    /// Topics' ids; empty for all.
    topics: Vec<String>,
    /// beginner, intermediate or advanced; empty for all.
    levels: Vec<String>,
    /// concept, comparison, scenario, troubleshooting or design; empty for all.
    kinds: Vec<String>,
    /// How many questions.
    questions: Option<u16>,
    /// For the whole, before the pace.
    minutes: Option<u16>,
    /// exam or practice; the preset's, and exam for an own mix.
    mode: Option<String>,
    /// 1, 1.25, 1.5, 2 or untimed.
    pace: Option<String>,
    /// The same seed asks the same of the same bank; drawn without one.
    seed: Option<u64>,
}

/// An interview as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewState {
    id: i64,
    #[schema(value_type = String)]
    state: &'static str,
    #[schema(value_type = String)]
    mode: &'static str,
    seed: u64,
    /// Null without a limit.
    seconds_left: Option<u64>,
    rounds: Vec<Round>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Round {
    /// Counted from 1.
    #[schema(value_type = u32)]
    round: RoundNumber,
    /// Null until its turn in an exam, and during a pause.
    question: Option<QuestionId>,
    /// What is asked: the question, or a probe while one is asked.
    prompt: Option<String>,
    #[schema(value_type = String)]
    state: &'static str,
}

/// An answer to what a round asks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    round: u16,
    text: String,
    /// Names the answer, so that it counts once however often it is sent: a UUID.
    client_id: String,
}

/// What an interview showed.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterviewReport {
    id: i64,
    #[schema(value_type = String)]
    state: &'static str,
    title: String,
    #[schema(value_type = String)]
    mode: &'static str,
    #[schema(value_type = String)]
    pace: &'static str,
    seed: u64,
    /// Without pauses.
    seconds_used: u64,
    /// Share of the key points of what was asked, 0 to 1.
    share: Option<f64>,
    /// Means of the self-grades, 1 to 4; null while nothing is graded.
    axes: Vec<AxisMean>,
    topics: Vec<TopicShare>,
    rounds: Vec<RoundReport>,
    advice: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AxisMean {
    #[schema(value_type = String)]
    axis: &'static str,
    mean: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TopicShare {
    topic: TopicId,
    share: f64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RoundReport {
    #[schema(value_type = u32)]
    round: RoundNumber,
    question: QuestionId,
    title: String,
    #[schema(value_type = String)]
    state: &'static str,
    share: Option<f64>,
    seconds_used: u64,
    seconds_budget: u64,
    answers: Vec<Answer>,
    key_points: Vec<PointMark>,
    /// What practice is told: missed, hard, good or easy; null for what was not asked.
    #[schema(value_type = Option<String>)]
    outcome: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    /// 0 the question, 1 and 2 its probes.
    prompt: u8,
    asked: String,
    /// Word for word.
    text: String,
    /// Or else it was only saved when time was up.
    handed_in: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PointMark {
    id: PartId,
    say: String,
    /// made, probed (only when asked) or missed.
    #[schema(value_type = String)]
    mark: &'static str,
}

/// Make an interview and start its clock
#[utoipa::path(
    post, path = "/interviews", tag = "interviews", security(("token" = [])), request_body = NewInterviewRequest,
    responses(
        (status = 201, body = InterviewState, description = "Made; the clock runs"),
        (status = 200, body = InterviewState, description = "The same interview is not finished yet: this is it"),
        (status = 400, description = "This cannot be asked", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Another interview is not finished", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    wanted: Result<Json<NewInterviewRequest>, JsonRejection>,
) -> Result<(StatusCode, Json<InterviewState>), Error> {
    let Json(wanted) = wanted.map_err(|rejection| Error::bad_request(rejection.body_text()))?;
    let new = wanted.parse(&site)?;
    let (served, now_ms, person) = (site.clone(), site.clock().millis(), person.id);
    let created = site.db().commit(move |db| {
        Box::pin(async move {
            let created = sit::create(&mut *db, served.bank(), person, &new, now_ms).await?;
            let (Created::New(id) | Created::Unfinished(id)) = created;
            let begun = sit::step(db, served.bank(), person, id, Step::Start, now_ms).await;
            match begun {
                Ok(()) => Ok(created),
                Err(NotDone::Database(error)) => Err(NotCreated::Database(error)),
                // it runs or is paused already
                Err(_) => Ok(created),
            }
        })
    });
    let (status, id) = match created.await {
        Ok(Created::New(id)) => (StatusCode::CREATED, id),
        Ok(Created::Unfinished(id)) => (StatusCode::OK, id),
        Err(NotCreated::Unfinished(InterviewId(id))) => {
            return Err(Error::Conflict(format!("Interview {id} is not finished: finish it first.")));
        }
        Err(NotCreated::NotFound) => return Err(Error::NotFound),
        Err(NotCreated::Database(error)) => return Err(error.into()),
        Err(error) => return Err(Error::bad_request(format!("This cannot be asked: {error}."))),
    };
    Ok((status, state_of(&site, person, id).await?))
}

/// An interview as it stands
#[utoipa::path(
    get, path = "/interviews/{id}", tag = "interviews", security(("token" = [])),
    params(("id" = i64, Path, description = "Of an interview of whoever asks")),
    responses(
        (status = 200, body = InterviewState),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such interview", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    Path(id): Path<String>,
) -> Result<Json<InterviewState>, Error> {
    Ok(Json(InterviewState::new(&find_of(&site, person.id, &id).await?)))
}

/// Hand in the answer to what a round asks
#[utoipa::path(
    post, path = "/interviews/{id}/answers", tag = "interviews", security(("token" = [])), request_body = NewAnswer,
    params(("id" = i64, Path, description = "Of an interview of whoever asks")),
    responses(
        (status = 200, body = InterviewState, description = "Handed in; an answer that was sent before changes nothing"),
        (status = 400, description = "The answer is not whole or too long", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such interview", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The interview is over or paused, or it is not this round's turn", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn answer(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    Path(id): Path<String>,
    answer: Result<Json<NewAnswer>, JsonRejection>,
) -> Result<Json<InterviewState>, Error> {
    let Json(answer) = answer.map_err(|rejection| Error::bad_request(rejection.body_text()))?;
    let client_id: ClientId =
        answer.client_id.parse().map_err(|error| Error::bad_request(format!("{error}.")))?;
    let person = person.id;
    let id = find_of(&site, person, &id).await?.id;
    let text = Text {
        round: RoundNumber(answer.round),
        prompt: None,
        text: answer.text,
        client_id: Some(client_id),
    };
    let (served, now_ms) = (site.clone(), site.clock().millis());
    let done = site.db().commit(move |db| {
        Box::pin(async move { sit::answer(db, served.bank(), person, id, &text, now_ms).await })
    });
    done.await.map_err(not_done)?;
    state_of(&site, person, id).await
}

/// Finish an interview
#[utoipa::path(
    post, path = "/interviews/{id}/finish", tag = "interviews", security(("token" = [])),
    params(("id" = i64, Path, description = "Of an interview of whoever asks")),
    responses(
        (status = 200, body = InterviewState),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such interview", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The interview is over already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn finish(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    Path(id): Path<String>,
) -> Result<Json<InterviewState>, Error> {
    let person = person.id;
    let id = find_of(&site, person, &id).await?.id;
    let (served, now_ms) = (site.clone(), site.clock().millis());
    let done = site.db().commit(move |db| {
        Box::pin(async move { sit::step(db, served.bank(), person, id, Step::Finish, now_ms).await })
    });
    done.await.map_err(not_done)?;
    state_of(&site, person, id).await
}

/// What an interview showed, once it is over
#[utoipa::path(
    get, path = "/interviews/{id}/report", tag = "interviews", security(("token" = [])),
    params(("id" = i64, Path, description = "Of an interview of whoever asks")),
    responses(
        (status = 200, body = InterviewReport),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such interview", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The interview is not over", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn report(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    Path(id): Path<String>,
) -> Result<Json<InterviewReport>, Error> {
    let interview = find_of(&site, person.id, &id).await?;
    let record = sit::record(&mut *site.reader().await?, site.bank(), person.id, &interview).await?;
    let record = record.ok_or_else(|| Error::Conflict("The interview is not over yet.".to_owned()))?;
    Ok(Json(InterviewReport::new(&interview, work_out(record))))
}

async fn state_of(
    site: &Site,
    person: PersonId,
    InterviewId(id): InterviewId,
) -> Result<Json<InterviewState>, Error> {
    Ok(Json(InterviewState::new(&find_of(site, person, &id.to_string()).await?)))
}

fn not_done(error: NotDone) -> Error {
    match error {
        NotDone::NotFound => Error::NotFound,
        NotDone::Database(error) => error.into(),
        NotDone::Refused(refusal) => {
            Error::Conflict(format!("Nothing was changed, what was saved before is kept: {refusal}."))
        }
        NotDone::TooLong | NotDone::InvalidGrades(_) => Error::bad_request(format!("{error}.")),
    }
}

impl NewInterviewRequest {
    fn parse(self, site: &Site) -> Result<NewInterview, Error> {
        fn named<T>(name: &str, error: impl std::fmt::Display) -> Result<T, Error> {
            Err(Error::bad_request(format!("`{name}`: {error}.")))
        }
        fn all<T: std::str::FromStr<Err: std::fmt::Display>>(
            name: &str,
            values: &[String],
        ) -> Result<Vec<T>, Error> {
            values.iter().map(|value| value.parse().or_else(|error| named(name, error))).collect()
        }
        let what = match &self.preset {
            Some(_) if !self.topics.is_empty() || self.questions.is_some() || self.minutes.is_some() => {
                return Err(Error::bad_request("Give a preset or an own mix, not both."));
            }
            Some(preset) => {
                let known = preset.parse().ok().and_then(|id| site.blueprints().get(&id));
                What::Preset(known.cloned().map_or_else(|| named("preset", "there is no such preset"), Ok)?)
            }
            None => What::OwnMix(Wish {
                topics: all("topics", &self.topics)?,
                levels: all::<Level>("levels", &self.levels)?,
                kinds: all::<Kind>("kinds", &self.kinds)?,
                questions: self.questions,
                minutes: self.minutes,
                seconds_per_question: None,
            }),
        };
        let mode = self.mode.map(|mode| mode.parse::<Mode>().or_else(|error| named("mode", error)));
        let pace = self.pace.map(|pace| pace.parse::<Pace>().or_else(|error| named("pace", error)));
        let seed = self.seed.map(|seed| Seed::try_from(seed).or_else(|error| named("seed", error)));
        Ok(NewInterview {
            what,
            mode: mode.transpose()?,
            pace: pace.transpose()?.unwrap_or_default(),
            seed: seed.transpose()?,
        })
    }
}

impl InterviewState {
    fn new(interview: &Interview) -> Self {
        let sitting = &interview.sitting;
        let InterviewId(id) = interview.id;
        let round = |planned: &crate::interview::store::PlannedRound| Round {
            round: planned.number,
            question: sitting.shows(planned.number).then(|| planned.id.clone()),
            prompt: interview.prompt(planned.number).map(str::to_owned),
            state: round_state(
                sitting.round(planned.number).map_or(RoundState::Upcoming, |round| round.state),
            ),
        };
        Self {
            id,
            state: state(interview.state()),
            mode: interview.mode().slug(),
            seed: interview.seed.get(),
            seconds_left: sitting.left_ms().map(|ms| ms.div_ceil(1000)),
            rounds: interview.rounds.iter().map(round).collect(),
        }
    }
}

fn state(state: Stands) -> &'static str {
    match state {
        Stands::Ready => "ready",
        Stands::Running => "running",
        Stands::Paused => "paused",
        Stands::Finished(_) => "finished",
        Stands::SelfGraded(_) => "self-graded",
        Stands::Closed(_) => "closed",
    }
}

fn round_state(state: RoundState) -> &'static str {
    match state {
        RoundState::Upcoming => "upcoming",
        RoundState::Open => "open",
        RoundState::Probing => "probing",
        RoundState::Answered => "answered",
        RoundState::Flagged => "flagged",
        RoundState::Cut => "cut",
    }
}

impl InterviewReport {
    fn new(interview: &Interview, report: Report) -> Self {
        let InterviewId(id) = interview.id;
        let topics = report.topics.iter();
        Self {
            id,
            state: state(interview.state()),
            mode: report.record.mode.slug(),
            pace: report.record.pace.slug(),
            seed: report.record.seed.get(),
            seconds_used: report.record.used_ms.div_ceil(1000),
            share: report.share,
            axes: report.axis_means().map(|(axis, mean)| AxisMean { axis: axis.slug(), mean }).collect(),
            topics: topics
                .map(|topic| TopicShare { topic: topic.topic.clone(), share: topic.share })
                .collect(),
            advice: report.advice.iter().map(|advice| advice.text.clone()).collect(),
            rounds: report.record.rounds.iter().zip(&report.rounds).map(RoundReport::new).collect(),
            title: report.record.title,
        }
    }
}

impl RoundReport {
    fn new((round, result): (&RoundRecord, &RoundResult)) -> Self {
        let answers = round.answers.iter();
        let points = round.findings.iter().zip(&result.marks);
        Self {
            round: round.number,
            question: round.question.clone(),
            title: round.title.clone(),
            state: round_state(round.state),
            share: result.share,
            seconds_used: round.main_ms.div_ceil(1000),
            seconds_budget: round.budget_ms.div_ceil(1000),
            answers: answers
                .map(|answer| Answer {
                    prompt: answer.prompt,
                    asked: answer.asked.clone(),
                    text: answer.text.clone(),
                    handed_in: answer.handed_in,
                })
                .collect(),
            key_points: points
                .map(|(finding, mark)| PointMark {
                    id: finding.point.clone(),
                    say: finding.say.clone(),
                    mark: match mark {
                        Mark::Made => "made",
                        Mark::Probed => "probed",
                        Mark::Missed => "missed",
                    },
                })
                .collect(),
            outcome: result.outcome.map(|outcome| match outcome {
                Outcome::Missed => "missed",
                Outcome::Hard => "hard",
                Outcome::Good => "good",
                Outcome::Easy => "easy",
            }),
        }
    }
}
