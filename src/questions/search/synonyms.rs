//! Phrases that mean the same: a query that says one of them finds them all.

use std::collections::HashMap;

use sqlx::SqliteConnection;

use crate::coverage;

use super::query::Item;
use crate::content::words::words_of;

/// The groups of phrases. Loaded once, after the sync; small enough to stay in memory.
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    /// Each phrase as its words in lower case, joined by spaces.
    groups: Vec<Vec<String>>,
    /// From a phrase to its group.
    group_of: HashMap<String, usize>,
    /// Words of the longest phrase.
    longest: usize,
}

impl Synonyms {
    /// Groups of phrases, the canonical one first.
    #[must_use]
    pub fn new(groups: &[Vec<String>]) -> Self {
        let mut synonyms = Self::default();
        for group in groups {
            let phrases: Vec<String> = group.iter().map(|phrase| normalised(phrase)).collect();
            for phrase in &phrases {
                synonyms.longest = synonyms.longest.max(phrase.split(' ').count());
                synonyms.group_of.insert(phrase.clone(), synonyms.groups.len());
            }
            synonyms.groups.push(phrases);
        }
        synonyms
    }

    /// The groups that the last sync wrote.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn load(db: &mut SqliteConnection) -> sqlx::Result<Self> {
        let rows =
            sqlx::query_scalar!("select phrases from synonyms order by position").fetch_all(&mut *db).await?;
        let groups: Result<Vec<Vec<String>>, _> =
            rows.iter().map(|phrases| serde_json::from_str(phrases)).collect();
        let groups = groups.map_err(|source| sqlx::Error::ColumnDecode {
            index: "phrases".to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self::new(&groups))
    }

    /// The same groups, ready for matching answers.
    ///
    /// # Errors
    ///
    /// When a phrase has no letter or digit; the content check lets none pass.
    pub fn for_coverage(&self) -> Result<coverage::Synonyms, coverage::SynonymError> {
        coverage::Synonyms::new(&self.groups)
    }

    /// The longest run at the start of `items` that is a phrase of a group: its items, and the group's phrases.
    /// What stands in quotes is meant exactly so and has no synonyms.
    pub(super) fn at_start_of(&self, items: &[Item]) -> Option<(usize, &[String])> {
        let mut run = String::new();
        let mut found = None;
        for (at, item) in items.iter().enumerate().take(self.longest) {
            if item.quoted {
                break;
            }
            for word in &item.words {
                if !run.is_empty() {
                    run.push(' ');
                }
                run.push_str(&word.text);
            }
            if let Some(group) = self.group(&run) {
                found = Some((at + 1, group));
            }
        }
        found
    }

    fn group(&self, phrase: &str) -> Option<&[String]> {
        let singular = || self.group_of.get(phrase.strip_suffix('s')?);
        let &group = self.group_of.get(phrase).or_else(singular)?;
        self.groups.get(group).map(Vec::as_slice)
    }
}

fn normalised(phrase: &str) -> String {
    let lower = phrase.to_lowercase();
    words_of(&lower).map(|at| &lower[at]).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::query::Query;
    use super::*;

    #[test]
    fn the_longest_phrase_wins_and_plurals_count() {
        let group = |phrases: &[&str]| phrases.iter().map(|&phrase| phrase.to_owned()).collect::<Vec<_>>();
        let synonyms =
            Synonyms::new(&[group(&["VPC", "virtual private cloud"]), group(&["VPC peering", "PCX"])]);
        let found = |typed| {
            let query = Query::parse(typed);
            synonyms.at_start_of(&query.items).map(|(items, phrases)| (items, phrases.join("|")))
        };
        assert_eq!(found("vpc peering limits"), Some((2, "vpc peering|pcx".to_owned())));
        assert_eq!(found("VPC-peering"), Some((1, "vpc peering|pcx".to_owned())));
        assert_eq!(found("virtual private clouds"), Some((3, "vpc|virtual private cloud".to_owned())));
        assert_eq!(found("\"vpc\""), None);
        assert_eq!(found("the vpc"), None);
    }
}
