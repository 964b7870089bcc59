//! The questions nearest to something that is no question's id.

use sqlx::SqliteConnection;
use strsim::normalized_damerau_levenshtein;

use super::expression::{Clause, Expression, says_nothing};
use super::query::Query;
use super::{spelling, store};
use crate::questions::Neighbour;

/// Questions that are compared by id; more than are shown, since the likest id need not have the best score.
const COMPARED: u32 = 50;
/// From here on two ids are so alike that one is probably the other, mistyped.
const ALIKE: f64 = 0.6;

/// The questions nearest to the words of a text, such as the decoded path of a mistyped URL: first those whose
/// ids look like its last part, then those that hold its words.
///
/// # Errors
///
/// When the database cannot be read.
pub async fn nearest(db: &mut SqliteConnection, text: &str, limit: u32) -> sqlx::Result<Vec<Neighbour>> {
    let path = text.trim_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    // the first part of a longer path says which page it was to be, not which question
    let words = Query::parse(path.split_once('/').map_or(path, |(_, rest)| rest));
    let words = words.items.into_iter().flat_map(|item| item.words).map(|word| word.text);
    let words: Vec<String> = words.filter(|word| !says_nothing(word)).collect();
    let words = spelling::correct_words(db, words).await?;
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let clauses = words.into_iter().map(|word| Clause::new([word])).collect();
    let some = store::any_of(db, &Expression::new(clauses, &Query::default())).await?;
    let total = store::total(db, &some).await?;
    let numbers = store::ranked_page(db, &some, total, 0, COMPARED).await?;
    let mut questions = store::neighbours(db, &numbers).await?;
    let likeness = |question: &Neighbour| {
        let likeness = normalized_damerau_levenshtein(question.id.as_str(), last);
        if likeness < ALIKE { 0.0 } else { likeness }
    };
    // stable: where ids are not alike, the order of the search stays
    questions.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
    questions.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(questions)
}
