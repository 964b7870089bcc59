//! What a session asks next: what is due, the longest overdue first, then new questions in the order of the bank.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::day::StudyDay;
use super::history::Card;
use super::learner::Learner;
use super::schedule::Memory;
use super::store;
use crate::ids::{PersonId, QuestionNumber};
use crate::questions::{Catalogue, Selection};

/// A question that a session asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub question: QuestionNumber,
    pub card: Card,
}

impl Asked {
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.card.memory == Memory::New
    }
}

/// What is left of a day's session.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Questions that are due.
    pub due: u32,
    /// New questions that the day still has room for.
    pub new: u32,
    /// The first of them that is not skipped.
    pub next: Option<Asked>,
}

impl Queue {
    /// The session of a person among the questions of a selection, with all their cards; `skipped` are asked another time.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(
        db: &mut SqliteConnection,
        person: PersonId,
        learner: &Learner,
        today: StudyDay,
        (catalogue, selection): (&Catalogue, &Selection),
        skipped: &[QuestionNumber],
    ) -> sqlx::Result<(Self, BTreeMap<QuestionNumber, Card>)> {
        let met = store::met_on(&mut *db, person, today).await?;
        let cards = store::cards(db, person).await?;
        let queue =
            Self::of(&cards, learner.new_per_day.saturating_sub(met), today, (catalogue, selection), skipped);
        Ok((queue, cards))
    }

    /// The session of somebody with these cards and room for so many new questions.
    #[must_use]
    pub fn of(
        cards: &BTreeMap<QuestionNumber, Card>,
        room: u32,
        today: StudyDay,
        (catalogue, selection): (&Catalogue, &Selection),
        skipped: &[QuestionNumber],
    ) -> Self {
        let mut due: Vec<Asked> = cards
            .iter()
            .filter(|(question, card)| card.is_due(today) && catalogue.is_selected(**question, selection))
            .map(|(&question, &card)| Asked { question, card })
            .collect();
        due.sort_by_key(|asked| asked.card.due);
        let fresh = |question: &QuestionNumber| {
            cards.get(question).is_none_or(|card| {
                card.memory == Memory::New
                    && !card.suspended
                    && card.buried_until.is_none_or(|until| until <= today)
            })
        };
        let new = |question: QuestionNumber| Asked {
            question,
            card: cards.get(&question).copied().unwrap_or_default(),
        };
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let new: Vec<Asked> = catalogue
            .selected(selection)
            .filter(fresh)
            .take(room.saturating_add(skipped.len()))
            .map(new)
            .collect();
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let next = due.iter().chain(new.iter().filter(|_| room > 0));
        Self {
            due: count(due.len()),
            new: count(new.len().min(room)),
            next: next.copied().find(|asked| !skipped.contains(&asked.question)),
        }
    }
}
