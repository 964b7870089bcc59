//! Anki: a person's cards as a package that it opens, and what they answered there, back in the log.
//!
//! A note says by its guid which question it is, and an answer by its moment which one it is: whatever was exported is
//! recognised when it comes back, and counts once. What Anki does otherwise (suspending, moving to a day) stays there.
//!
//! The package is a zip archive with an SQLite database in the form that Anki calls schema 11, "legacy 2": every Anki
//! from 2.1 on reads it. Where each fact comes from: <https://github.com/ankitects/anki>, `rslib/src/storage/schema11.sql`
//! and `rslib/src/import_export/package`.

mod answers;
mod collection;
mod forms;
mod package;
mod practised;
mod read;

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::SqliteConnection;
use url::Url;

use super::additions::{Additions, Entry, questions};
use super::import::{ImportError, Imported};
use super::learner::Learner;
use crate::ids::{PersonId, QuestionId};

pub use package::{Limits, PackageError, looks_like_a_package, open};
pub use practised::Practised;
pub use read::{Collection, Review};

/// What the guid of each of our notes begins with; the question's id follows.
const GUID: &str = "dryrun:";

fn guid(question: &QuestionId) -> String {
    format!("{GUID}{question}")
}

/// The question that a note is about; none if the note is not one of ours.
fn question_of(guid: &str) -> Option<QuestionId> {
    guid.strip_prefix(GUID)?.parse().ok()
}

/// Makes a package of a person's cards. `site` is where the questions are, for links from the cards; without it they
/// have none.
///
/// # Errors
///
/// When the package cannot be made, which is a fault of this program.
pub async fn package(practised: &Practised, site: Option<&Url>) -> Result<Vec<u8>, PackageError> {
    let collection = collection::of(practised, site).await?;
    let notice = collection::notice(practised.now).await?;
    let packed = tokio::task::spawn_blocking(move || package::pack(&collection, &notice));
    packed.await.map_err(|error| PackageError::Fault(error.into()))?
}

/// Adds the answers of an Anki collection to a person's log. One that is there already, because it was read in before or
/// because it was given here, is not added again.
pub(super) async fn add(
    db: &mut SqliteConnection,
    person: PersonId,
    collection: &Collection,
    now: Timestamp,
) -> Result<Imported, ImportError> {
    /// Of the clock of the machine that Anki ran on.
    const MAY_BE_FAST_MS: i64 = 24 * 60 * 60 * 1000;
    let calendar = Learner::load(&mut *db, person).await?.calendar;
    let numbers = questions(&mut *db).await?;
    let answers = answers::of(&mut *db, person).await?;
    let exported: HashMap<i64, _> =
        answers::log_ids(&answers).into_iter().zip(answers.iter().map(|answer| answer.question)).collect();
    // somebody who gives the same question two answers in a second did not do it here and in Anki
    let given: HashSet<_> = answers
        .iter()
        .filter(|answer| answer.anki_id().is_none())
        .map(|answer| (answer.question, answer.at_s))
        .collect();
    let mut additions = Additions::load(&mut *db, person).await?;
    let mut imported = Imported {
        foreign_notes: collection.foreign_notes,
        no_answers: collection.no_answers,
        ..Imported::default()
    };
    for review in &collection.reviews {
        let moment = Timestamp::from_millisecond(review.id).ok();
        let Some(at) = moment.filter(|at| at.as_millisecond() <= now.as_millisecond() + MAY_BE_FAST_MS)
        else {
            imported.no_answers += 1;
            continue;
        };
        let Some(&question) = numbers.get(&review.question) else {
            imported.unknown_questions += 1;
            continue;
        };
        if exported.get(&review.id) == Some(&question) || given.contains(&(question, at.as_second())) {
            imported.known += 1;
            continue;
        }
        additions.add(Entry {
            client_id: answers::client_id(review.id).into(),
            question,
            at,
            day: calendar.day_of(at),
            kind: "grade",
            grade: Some(review.grade),
            interval_days: Some(review.interval_days),
            answer_ms: Some(review.answer_ms),
            undoes: None,
        })?;
    }
    additions.write(db, person, &mut imported).await?;
    Ok(imported)
}
