//! Where a question stands for a person, as the list filters by it and the page says it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::history::Card;
use super::learner::Learner;
use super::schedule::{self, Standing};
use super::{keepsakes, store};
use crate::ids::{PersonId, QuestionNumber};
use crate::questions::Catalogue;

/// A question can have several: a leech that is due, a bookmarked one that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Never graded.
    New,
    /// Memory of less than a week.
    Learning,
    Due,
    /// Well remembered: see [`Standing::Known`].
    Known,
    Bookmarked,
    Suspended,
    Leech,
}

/// No status has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown status `{0}`; known are: new, learning, due, known, bookmarked, suspended, leech")]
pub struct UnknownStatus(String);

impl Status {
    pub const ALL: [Self; 7] =
        [Self::New, Self::Learning, Self::Due, Self::Known, Self::Bookmarked, Self::Suspended, Self::Leech];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Learning => "learning",
            Self::Due => "due",
            Self::Known => "known",
            Self::Bookmarked => "bookmarked",
            Self::Suspended => "suspended",
            Self::Leech => "leech",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Learning => "Learning",
            Self::Due => "Due",
            Self::Known => "Known",
            Self::Bookmarked => "Bookmarked",
            Self::Suspended => "Suspended",
            Self::Leech => "Leech",
        }
    }

    /// Whether a card has this status on a day; bookmarks are not in the card.
    #[must_use]
    pub fn is_of(self, card: &Card, today: StudyDay, settings: &schedule::Settings) -> bool {
        let standing = schedule::standing(card.memory, today, settings);
        match self {
            Self::New => standing == Standing::New,
            Self::Learning => standing == Standing::Learning,
            Self::Due => card.is_due(today),
            Self::Known => standing == Standing::Known,
            Self::Bookmarked => false,
            Self::Suspended => card.suspended,
            Self::Leech => card.is_leech(),
        }
    }
}

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.slug() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// The questions that have a status for a person. Somebody who is nobody yet has only new ones.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn with_status(
    db: &mut SqliteConnection,
    person: Option<PersonId>,
    catalogue: &Catalogue,
    status: Status,
    now: jiff::Timestamp,
) -> sqlx::Result<BTreeSet<QuestionNumber>> {
    let everything = || catalogue.numbered().map(|(number, _)| number);
    let Some(person) = person else {
        return Ok(if status == Status::New { everything().collect() } else { BTreeSet::new() });
    };
    if status == Status::Bookmarked {
        return keepsakes::bookmarks(db, person).await;
    }
    let learner = Learner::load(&mut *db, person).await?;
    let today = learner.today(now);
    let cards = store::cards(db, person).await?;
    let has = |card: &Card| status.is_of(card, today, &learner.settings);
    if status == Status::New {
        return Ok(everything().filter(|number| cards.get(number).is_none_or(has)).collect());
    }
    Ok(cards.into_iter().filter(|(_, card)| has(card)).map(|(number, _)| number).collect())
}
