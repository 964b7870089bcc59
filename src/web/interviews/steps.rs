//! What people do in an interview: answering, flagging, pausing, finishing, and what comes afterwards.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::{Form, FormRejection};
use serde::{Deserialize, Serialize};

use super::{find, room};
use crate::ids::{InterviewId, PersonId};
use crate::interview::session::{Refusal, RoundNumber};
use crate::interview::sit::{self, Created, NotCreated, NotDone, Step, Text};
use crate::interview::store;
use crate::practice::ClientId;
use crate::web::Site;
use crate::web::error::Error;
use crate::web::viewer::Viewer;

type Sent<T> = Result<Form<T>, FormRejection>;

fn form<T>(sent: Sent<T>) -> Result<T, Error> {
    sent.map(|Form(form)| form).map_err(|rejection| Error::bad_request(rejection.to_string()))
}

/// What a person typed for a prompt, and what is to be done with it.
#[derive(Debug, Deserialize)]
pub struct AnswerForm {
    round: RoundNumber,
    prompt: u8,
    #[serde(default)]
    text: String,
    client_id: String,
    #[serde(default)]
    then: Then,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Then {
    #[default]
    HandIn,
    /// Keep it and show the page anew, with the time that is left.
    Save,
    Flag,
    /// Ask the next thing without an answer to this probe.
    Skip,
}

/// What a script learns after saving.
#[derive(Debug, Serialize)]
struct Saved {
    saved: bool,
    /// Of the interview, in milliseconds; null without a limit.
    left_ms: Option<u64>,
    /// On the prompt so far.
    used_ms: Option<u64>,
    /// Of the prompt, until it is cut.
    cut_in_ms: Option<u64>,
    /// The page shows what is no more: it is to be loaded anew.
    reload: bool,
}

/// `POST /interviews/{id}/answers`: a text for the prompt that is asked.
pub async fn answer(
    State(site): State<Site>,
    viewer: Viewer,
    headers: HeaderMap,
    Path(id): Path<String>,
    sent: Sent<AnswerForm>,
) -> Result<Response, Error> {
    let typed = form(sent)?;
    let (person, interview) = find(&site, &viewer, &id).await?;
    let client_id: ClientId = typed
        .client_id
        .parse()
        .map_err(|error| Error::bad_request(format!("The form is not whole: {error}.")))?;
    let text = Text {
        round: typed.round,
        prompt: Some(typed.prompt),
        // browsers send line ends as CRLF
        text: typed.text.replace("\r\n", "\n"),
        client_id: Some(client_id),
    };
    let (served, now_ms, id, then) = (site.clone(), site.clock().millis(), interview.id, typed.then);
    let done = site
        .db()
        .commit(move |db| {
            Box::pin(async move {
                if then == Then::HandIn {
                    return sit::answer(db, served.bank(), person, id, &text, now_ms).await.map(drop);
                }
                // an empty text is kept by doing nothing
                if !(text.text.is_empty() && then == Then::Skip) {
                    sit::save(&mut *db, person, id, &text, now_ms).await?;
                }
                let step = match then {
                    Then::Flag => Step::Flag(text.round),
                    Then::Skip => Step::SkipProbe(text.round),
                    Then::Save | Then::HandIn => return Ok(()),
                };
                sit::step(db, served.bank(), person, id, step, now_ms).await
            })
        })
        .await;
    let wants_json = headers.get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    if wants_json { saved(&site, person, id, done).await } else { go_on(id, done) }
}

async fn saved(
    site: &Site,
    person: PersonId,
    id: InterviewId,
    done: Result<(), NotDone>,
) -> Result<Response, Error> {
    let saved = match done {
        Ok(()) => true,
        Err(NotDone::Database(error)) => return Err(error.into()),
        Err(NotDone::NotFound) => return Err(Error::NotFound),
        Err(_) => false,
    };
    let now_ms = site.clock().millis();
    let interview =
        store::find(&mut *site.reader().await?, person, id, now_ms).await?.ok_or(Error::NotFound)?;
    Ok(Json(Saved {
        saved,
        left_ms: interview.sitting.left_ms(),
        used_ms: interview.sitting.prompt_clock().map(|clock| clock.used_ms),
        cut_in_ms: interview.sitting.prompt_clock().and_then(|clock| clock.cut_in_ms),
        reload: !saved,
    })
    .into_response())
}

/// Back to the room; what could not be done is said there.
fn go_on(id: InterviewId, done: Result<(), NotDone>) -> Result<Response, Error> {
    let room = room(id);
    let note = match done {
        Ok(()) => return Ok(Redirect::to(&room).into_response()),
        Err(NotDone::Database(error)) => return Err(error.into()),
        Err(NotDone::NotFound) => return Err(Error::NotFound),
        Err(NotDone::InvalidGrades(error)) => return Err(Error::bad_request(format!("{error}."))),
        Err(NotDone::TooLong) => "long",
        Err(NotDone::Refused(refusal)) => match refusal {
            Refusal::Over | Refusal::Closed | Refusal::Cut => "late",
            Refusal::Answered => "answered",
            Refusal::NoPauseLeft | Refusal::NoPauseInExam => "pause",
            _ => "turn",
        },
    };
    Ok(Redirect::to(&format!("{room}?note={note}")).into_response())
}

#[derive(Debug, Deserialize)]
pub struct StepForm {
    step: StepName,
    round: Option<RoundNumber>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StepName {
    Start,
    Open,
    Pause,
    Resume,
    Finish,
    Abandon,
}

/// `POST /interviews/{id}/steps`
pub async fn step(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
    sent: Sent<StepForm>,
) -> Result<Response, Error> {
    let StepForm { step, round } = form(sent)?;
    let (person, interview) = find(&site, &viewer, &id).await?;
    let step = match (step, round) {
        (StepName::Start, _) => Step::Start,
        (StepName::Open, Some(round)) => Step::Open(round),
        (StepName::Open, None) => return Err(Error::bad_request("The form does not say which question.")),
        (StepName::Pause, _) => Step::Pause,
        (StepName::Resume, _) => Step::Resume,
        (StepName::Finish, _) => Step::Finish,
        (StepName::Abandon, _) => Step::Abandon,
    };
    let (served, now_ms, id) = (site.clone(), site.clock().millis(), interview.id);
    let done = site
        .db()
        .commit(move |db| {
            Box::pin(async move { sit::step(db, served.bank(), person, id, step, now_ms).await })
        })
        .await;
    if let (Step::Abandon, Ok(())) = (step, &done) {
        return Ok(Redirect::to("/interviews").into_response());
    }
    go_on(id, done)
}

/// `POST /interviews/{id}/close`: hands the results to practice.
pub async fn close(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (person, interview) = find(&site, &viewer, &id).await?;
    let (served, now_ms, id) = (site.clone(), site.clock().millis(), interview.id);
    let done = site
        .db()
        .commit(move |db| Box::pin(async move { sit::close(db, served.bank(), person, id, now_ms).await }))
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}/report", room(id))).into_response()),
        other => go_on(id, other),
    }
}

/// `POST /interviews/{id}/redo`: the same paper once more.
pub async fn redo(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (person, interview) = find(&site, &viewer, &id).await?;
    let (served, now_ms, id) = (site.clone(), site.clock().millis(), interview.id);
    let created = site
        .db()
        .commit(move |db| Box::pin(async move { sit::redo(db, served.bank(), person, id, now_ms).await }))
        .await;
    match created {
        Ok(Created::New(id) | Created::Unfinished(id)) => Ok(Redirect::to(&room(id)).into_response()),
        // it is offered on the page of all interviews
        Err(NotCreated::Unfinished(_)) => Ok(Redirect::to("/interviews#unfinished").into_response()),
        Err(NotCreated::NotFound) => Err(Error::NotFound),
        Err(NotCreated::Database(error)) => Err(error.into()),
        Err(error) => Err(Error::bad_request(format!("The paper cannot be asked again: {error}."))),
    }
}

/// `POST /interviews/{id}/delete`
pub async fn delete(
    State(site): State<Site>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (person, interview) = find(&site, &viewer, &id).await?;
    let id = interview.id;
    site.db().commit(move |db| Box::pin(async move { sit::delete(db, person, id).await })).await?;
    Ok(Redirect::to("/interviews").into_response())
}
