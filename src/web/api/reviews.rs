//! `/api/v1/me/…`: what a person practises, for programs of their own.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Site;
use super::super::error::{Error, Problem};
use super::person::ApiPerson;
use crate::ids::QuestionId;
use crate::practice::history::{Card, Change};
use crate::practice::schedule::{Grade, Memory};
use crate::practice::{self, Action, ClientId, Day, Learner, NotRecorded, Queue, Request, Status, store};
use crate::questions::Selection;

/// A grade to be recorded.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewReview {
    /// The question's permanent id.
    question: String,
    /// 1 Again, 2 Hard, 3 Good, 4 Easy.
    #[schema(minimum = 1, maximum = 4)]
    grade: u8,
    /// Names the review, so that it counts once however often it is sent: a UUID.
    client_id: String,
    /// When the answer was given, for a grade that was kept while offline; now when it is missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    reviewed_at: Option<Timestamp>,
    /// How long the answer took, in milliseconds.
    answer_ms: Option<u32>,
}

/// A recorded grade, with the card as it was right after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewAnswer {
    question: QuestionId,
    grade: u8,
    client_id: String,
    #[schema(value_type = String, format = DateTime)]
    reviewed_at: Timestamp,
    /// Days until recall falls to 0.9 (FSRS).
    stability: f32,
    /// 1 to 10 (FSRS).
    difficulty: f32,
    /// The day on which the question is asked again.
    #[schema(value_type = String, format = Date)]
    due: Date,
}

/// A grade that was given longer in the future than clocks differ is a mistake, in minutes.
const CLOCKS_DIFFER_BY: i64 = 5;

/// Record a grade, whether the question is due or not
#[utoipa::path(
    post, path = "/me/reviews", tag = "me", security(("token" = [])), request_body = NewReview,
    responses(
        (status = 200, body = ReviewAnswer, description = "Recorded; a review that was sent before gives its first answer again"),
        (status = 400, description = "The review says something that cannot be", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No question has this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn record(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
    review: Result<Json<NewReview>, JsonRejection>,
) -> Result<Json<ReviewAnswer>, Error> {
    let Json(review) = review.map_err(|rejection| Error::bad_request(rejection.body_text()))?;
    let id: QuestionId = review.question.parse().map_err(|_| Error::NotFound)?;
    let question = site.catalogue().number(&id).ok_or(Error::NotFound)?;
    let grade = Grade::try_from(review.grade).map_err(|error| Error::bad_request(format!("{error}.")))?;
    let client_id: ClientId =
        review.client_id.parse().map_err(|error| Error::bad_request(format!("{error}.")))?;
    let now = site.clock().now();
    let at = review.reviewed_at.unwrap_or(now);
    if at > now + CLOCKS_DIFFER_BY.minutes() || at < Timestamp::UNIX_EPOCH {
        return Err(Error::bad_request("`reviewed_at` is a moment between 1970 and now."));
    }
    let request =
        Request { question, action: Action::Grade { grade, answer_ms: review.answer_ms }, client_id, at };
    let person = person.id;
    let (recorded, client_id) = site
        .db()
        .commit(move |db| {
            Box::pin(async move {
                Ok::<_, NotRecorded>((practice::record(db, person, &request).await?, request.client_id))
            })
        })
        .await
        .map_err(|error| match error {
            NotRecorded::NothingToUndo => Error::bad_request("This client_id was used for something else."),
            NotRecorded::Database(error) => error.into(),
        })?;
    let question = site.catalogue().by_number(recorded.question).ok_or(Error::NotFound)?.id.clone();
    let (Change::Graded { grade, .. }, Card { memory: Memory::Reviewed(memory), due: Some(due), .. }) =
        (recorded.event.change, recorded.card)
    else {
        return Err(Error::bad_request("This client_id was used for something else than a grade."));
    };
    Ok(Json(ReviewAnswer {
        question,
        grade: grade.into(),
        client_id: client_id.to_string(),
        reviewed_at: Timestamp::from_second(recorded.event.at_s).map_err(Error::unexpected)?,
        stability: memory.stability,
        difficulty: memory.difficulty,
        due: due.date(),
    }))
}

/// What is due today.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueList {
    /// The day in the person's own calendar.
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// The longest overdue first.
    due: Vec<DueQuestion>,
    /// New questions that today still has room for.
    new: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DueQuestion {
    question: QuestionId,
    title: String,
    #[schema(value_type = String, format = Date)]
    due: Date,
}

/// The questions that are due today
#[utoipa::path(
    get, path = "/me/due", tag = "me", security(("token" = [])),
    responses(
        (status = 200, body = DueList),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn due(State(site): State<Site>, ApiPerson(person): ApiPerson) -> Result<Json<DueList>, Error> {
    let mut db = site.reader().await?;
    let learner = Learner::load(&mut db, person.id).await?;
    let today = learner.today(site.clock().now());
    let everything = Selection::default();
    let (queue, cards) =
        Queue::load(&mut db, person.id, &learner, today, (site.catalogue(), &everything), &[]).await?;
    let mut due: Vec<DueQuestion> = cards
        .iter()
        .filter(|(_, card)| card.is_due(today))
        .filter_map(|(&number, card)| {
            let listed = site.catalogue().by_number(number)?;
            Some(DueQuestion {
                question: listed.id.clone(),
                title: listed.title.clone(),
                due: card.due?.date(),
            })
        })
        .collect();
    due.sort_by_key(|question| question.due);
    Ok(Json(DueList { today: today.date(), due, new: queue.new }))
}

/// Where a person stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressSummary {
    #[schema(value_type = String, format = Date)]
    today: Date,
    /// Grades of today that were not taken back.
    graded_today: u32,
    /// Questions by where they stand; a question can count in several.
    new: u32,
    learning: u32,
    due: u32,
    known: u32,
    suspended: u32,
    leeches: u32,
}

/// Where the person stands
#[utoipa::path(
    get, path = "/me/progress", tag = "me", security(("token" = [])),
    responses(
        (status = 200, body = ProgressSummary),
        (status = 401, description = "No token, or one that is revoked", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn progress(
    State(site): State<Site>,
    ApiPerson(person): ApiPerson,
) -> Result<Json<ProgressSummary>, Error> {
    let mut db = site.reader().await?;
    let learner = Learner::load(&mut db, person.id).await?;
    let today = learner.today(site.clock().now());
    let day = Day::load(&mut db, person.id, today).await?;
    let cards = store::cards(&mut db, person.id).await?;
    let numbers =
        site.catalogue().numbered().map(|(number, _)| cards.get(&number).copied().unwrap_or_default());
    let cards: Vec<Card> = numbers.collect();
    let count = |status: Status| {
        let having = cards.iter().filter(|card| status.is_of(card, today, &learner.settings));
        u32::try_from(having.count()).unwrap_or(u32::MAX)
    };
    Ok(Json(ProgressSummary {
        today: today.date(),
        graded_today: day.graded,
        new: count(Status::New),
        learning: count(Status::Learning),
        due: count(Status::Due),
        known: count(Status::Known),
        suspended: count(Status::Suspended),
        leeches: count(Status::Leech),
    }))
}
