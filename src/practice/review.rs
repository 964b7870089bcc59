//! The verbs of practice: grading an answer, taking it back, putting a question aside.
//!
//! Each is one event in the log and the card that follows from the log, in one transaction.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::history::{Card, Change, Event, fold};
use super::learner::Learner;
use super::schedule::{self, Grade, Settings};
use super::store;
use crate::ids::{EventId, PersonId, QuestionId, QuestionNumber};

/// What a person does with a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    Grade {
        grade: Grade,
        answer_ms: Option<u32>,
    },
    /// Takes an event back.
    Undo {
        event: EventId,
    },
    Suspend,
    Resume,
    /// Not again before tomorrow.
    Bury,
    /// "I know this."
    Know,
    /// A mock interview showed that it is not known.
    Miss,
}

/// Whoever sends an event names it, so that it counts once however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId(String);

/// Not an id that a client may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client_id has 8 to 64 letters, digits, hyphens, dots, colons or underscores; a UUID is one")]
pub struct InvalidClientId;

impl ClientId {
    /// A new one, for a form.
    ///
    /// # Panics
    ///
    /// When the system has no randomness to give.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the form on a person's page of a question, which has seen so many events: sent twice, it counts once. No
    /// other person's page has the same, here or on another server.
    #[must_use]
    pub fn of_page(question: &QuestionId, events: usize, (person, created_at_s): (PersonId, i64)) -> Self {
        let said = format!("{question} {events} {} {created_at_s}", person.0);
        let hash = Sha256::digest(said);
        Self("page-".to_owned() + &hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// Whether it can be one that [`Self::random`] made, which nobody guesses.
    fn is_random(&self) -> bool {
        self.0.len() == 32 && self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl FromStr for ClientId {
    type Err = InvalidClientId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:_".contains(&byte);
        let fits = (8..=64).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidClientId) }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An action to be recorded.
#[derive(Debug, Clone)]
pub struct Request {
    pub question: QuestionNumber,
    pub action: Action,
    pub client_id: ClientId,
    /// When it happened; for an event that was kept while offline, not the moment at which it arrives.
    pub at: Timestamp,
}

/// What the log holds now, and the card right after the event.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub question: QuestionNumber,
    pub event: Event,
    pub card: Card,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    #[error("this was taken back already, or is not yours to take back")]
    NothingToUndo,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Records an action of a person. An action that was sent before gives the first answer again.
///
/// # Errors
///
/// When there is nothing to take back, or the database cannot be written.
pub async fn record(
    db: &mut SqliteConnection,
    person: PersonId,
    request: &Request,
) -> Result<Recorded, NotRecorded> {
    let learner = Learner::load(&mut *db, person).await?;
    let question = request.question;
    let mut events = store::events(&mut *db, person, question).await?;
    let (at_s, day) = (request.at.as_second(), learner.calendar.day_of(request.at));
    let Some(change) = change(request, day, &events, &learner.settings) else {
        // or else it was taken back by this very request, sent before
        return sent_before(db, person, request, &learner).await?.ok_or(NotRecorded::NothingToUndo);
    };
    let answer_ms = match request.action {
        Action::Grade { answer_ms, .. } => answer_ms,
        _ => None,
    };
    let client_id = &request.client_id;
    let added = store::append(&mut *db, person, question, (at_s, day, change), client_id, answer_ms).await?;
    let Some(id) = added else {
        return sent_before(db, person, request, &learner).await?.ok_or(NotRecorded::NothingToUndo);
    };
    let event = Event { id, at_s, day, change };
    let place = events.partition_point(|other| other.at_s <= at_s);
    events.insert(place, event.clone());
    let card = fold(&events, &learner.settings);
    store::save_card(db, person, question, &card).await?;
    Ok(Recorded { question, event, card })
}

/// What a request changes after these events; `None` when there is nothing to take back.
fn change(request: &Request, day: StudyDay, events: &[Event], settings: &Settings) -> Option<Change> {
    // a late arrival is scheduled from what was known then
    let earlier = &events[..events.partition_point(|event| event.at_s <= request.at.as_second())];
    let memory = || fold(earlier, settings).memory;
    Some(match request.action {
        Action::Grade { grade, .. } => {
            Change::Graded { grade, interval: schedule::grade(memory(), grade, day, settings).interval }
        }
        Action::Undo { event } => {
            let undone = |other: &Event| matches!(other.change, Change::Undone { event: id } if id == event);
            let there = events
                .iter()
                .any(|other| other.id == event && !matches!(other.change, Change::Undone { .. }));
            if !there || events.iter().any(undone) {
                return None;
            }
            Change::Undone { event }
        }
        Action::Suspend => Change::Suspended,
        Action::Resume => Change::Resumed,
        Action::Bury => Change::Buried,
        Action::Know => Change::Known { interval: schedule::know(memory(), day, settings).interval },
        Action::Miss => Change::Missed { interval: 1 },
    })
}

/// What was answered to a request that was sent before; `None` when it was not.
async fn sent_before(
    db: &mut SqliteConnection,
    person: PersonId,
    request: &Request,
    learner: &Learner,
) -> sqlx::Result<Option<Recorded>> {
    let sent = store::sent_before(&mut *db, person, &request.client_id).await?;
    let Some((question, id)) = sent else { return Ok(None) };
    let mut events = store::events(db, person, question).await?;
    // without anything that came later
    events.retain(|event| event.id <= id);
    let event = events.iter().find(|event| event.id == id).cloned();
    let card = fold(&events, &learner.settings);
    Ok(event.map(|event| Recorded { question, event, card }))
}

/// The guest whose first answer carries this id, if it came just now: a second press of the button must not make a
/// second guest. Whoever knows the id has the form that made the guest.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn new_guest_who_sent(
    db: &mut SqliteConnection,
    client_id: &ClientId,
    now_s: i64,
) -> sqlx::Result<Option<PersonId>> {
    const JUST_NOW_S: i64 = 120;
    if !client_id.is_random() {
        return Ok(None);
    }
    store::guest_who_sent(db, client_id, now_s - JUST_NOW_S).await
}
