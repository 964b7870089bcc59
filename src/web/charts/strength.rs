//! Lying bars with words beside them: how well each topic is remembered.

use super::{Caption, Table, percent};
use crate::ids::TopicId;
use crate::practice::progress::TopicStrength;

/// A bar a topic, the weakest first.
#[derive(Debug, Clone, PartialEq)]
pub struct StrengthChart {
    pub caption: Caption,
    pub rows: Vec<StrengthRow>,
    pub table: Table,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StrengthRow {
    pub topic: TopicId,
    pub title: String,
    /// Of 100.
    pub width: f64,
    /// `87%`
    pub recall: String,
}

/// Draws the strengths in their order; `title_of` gives a topic its words.
#[must_use]
pub fn strength_chart(strengths: &[TopicStrength], title_of: impl Fn(&TopicId) -> String) -> StrengthChart {
    let rows: Vec<StrengthRow> = strengths
        .iter()
        .map(|strength| StrengthRow {
            topic: strength.topic.clone(),
            title: title_of(strength.topic),
            width: super::scale::tenth(strength.recall * 100.0),
            recall: percent(strength.recall),
        })
        .collect();
    let summary = match (rows.first(), rows.last()) {
        (Some(weakest), Some(strongest)) if rows.len() > 1 => format!(
            "What you would recall today: {} of {}, {} of {}.",
            weakest.recall, weakest.title, strongest.recall, strongest.title
        ),
        (Some(only), _) => format!("What you would recall today: {} of {}.", only.recall, only.title),
        _ => "No topic was practised yet.".to_owned(),
    };
    let cells = rows.iter().zip(strengths);
    let table = Table {
        head: ["Topic", "Predicted recall", "Questions practised"].map(str::to_owned).to_vec(),
        rows: cells
            .map(|(row, strength)| vec![row.title.clone(), row.recall.clone(), strength.cards.to_string()])
            .collect(),
    };
    StrengthChart { caption: Caption { id: "strength", title: "Strength by topic", summary }, rows, table }
}
