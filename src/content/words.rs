//! What the search index holds besides a question's text: the words as they are written, counted, and one
//! label for each thing that a search filters by.
//!
//! Searching itself is `questions::search`; it splits what is typed with the same [`words_of`].

use std::ops::Range;

use foldhash::{HashMap, HashSet};
use sqlx::{Sqlite, Transaction};

use super::entry::Entry;
use super::sync::SyncError;

/// Stands around the parts of a label. A private-use character: the tokenizer keeps it inside a token, the
/// stemmer finds no ending to cut off before it, and no query can hold it (`Query::parse` takes it out).
const JOINT: &str = "\u{e000}";

/// A word of more characters is no word: a hash, a key, a run of letters from a diagram.
const LONGEST: usize = 32;

/// The token that stands for `field: value` in the index, for instance the topic `serverless`.
#[must_use]
pub fn label(field: &str, value: &str) -> String {
    format!("{JOINT}{field}{JOINT}{}{JOINT}", value.replace('-', JOINT))
}

/// All labels of a question, separated by spaces.
#[must_use]
pub fn labels_of(entry: &Entry) -> String {
    let mut labels = vec![
        label("topic", entry.topic.as_str()),
        label("level", entry.level.slug()),
        label("kind", entry.kind.slug()),
    ];
    labels.extend(entry.tags.iter().map(|tag| label("tag", tag.as_str())));
    labels.join(" ")
}

/// The places of the words in a text: runs of letters and digits, as the index's tokenizer sees them.
pub fn words_of(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - start);
        rest = start + length;
        Some(start..rest)
    })
}

/// How many more, or fewer, questions hold each word after a sync than before it.
#[derive(Debug, Default)]
pub struct WordChanges(HashMap<String, i64>);

impl WordChanges {
    /// Counts a question that was written.
    pub fn add<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.count(texts, 1);
    }

    /// Takes the questions with these numbers out of the count; to be called before their texts are deleted.
    ///
    /// # Errors
    ///
    /// When the database cannot be read or the numbers cannot be encoded.
    pub async fn subtract_stored(
        &mut self,
        tx: &mut Transaction<'_, Sqlite>,
        numbers: &[i64],
    ) -> Result<(), SyncError> {
        let numbers = serde_json::to_string(numbers)?;
        let stored = sqlx::query_scalar!(
            r#"select concat_ws(char(10), title, aliases, tags, answer, explanation) as "text!: String"
               from question_search where rowid in (select value from json_each(?1))"#,
            numbers,
        )
        .fetch_all(&mut **tx)
        .await?;
        for text in &stored {
            self.count([text.as_str()], -1);
        }
        Ok(())
    }

    fn count<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>, change: i64) {
        let lower: Vec<String> = texts.into_iter().map(str::to_lowercase).collect();
        let words = lower.iter().flat_map(|text| words_of(text).map(|at| &text[at]));
        let words: HashSet<&str> = words.filter(|word| is_known_as_word(word)).collect();
        for word in words {
            // a large bank holds twenty million words, few of them new: they are not copied to be looked up
            match self.0.get_mut(word) {
                Some(count) => *count += change,
                None => {
                    self.0.insert(word.to_owned(), change);
                }
            }
        }
    }

    /// Adds the changes that another thread counted.
    pub fn merge(&mut self, other: Self) {
        for (word, change) in other.0 {
            *self.0.entry(word).or_default() += change;
        }
    }

    /// Writes the changes to `search_words`.
    ///
    /// # Errors
    ///
    /// When the database cannot be written or the words cannot be encoded.
    pub async fn write(self, tx: &mut Transaction<'_, Sqlite>) -> Result<(), SyncError> {
        let mut rows: Vec<_> = self
            .0
            .into_iter()
            .filter(|(_, change)| *change != 0)
            .map(|(word, change)| (word.chars().count(), word, change))
            .collect();
        // in the order of the table, which is faster to write
        rows.sort_unstable_by(|(_, a, _), (_, b, _)| a.cmp(b));
        let rows = serde_json::to_string(&rows)?;
        sqlx::query!(
            "insert into search_words (word, letters, questions)
             select value ->> 1, value ->> 0, value ->> 2 from json_each(?1) where true
             on conflict (word) do update set questions = questions + excluded.questions",
            rows,
        )
        .execute(&mut **tx)
        .await?;
        sqlx::query!(
            "delete from search_words where questions <= 0 and word in (select value ->> 1 from json_each(?1))",
            rows,
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}

fn is_known_as_word(word: &str) -> bool {
    (2..=LONGEST).contains(&word.chars().count()) && word.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        let text = "The API-Gateway (v2) isn’t “Éclair”.";
        let words: Vec<&str> = words_of(text).map(|at| &text[at]).collect();
        assert_eq!(words, ["The", "API", "Gateway", "v2", "isn", "t", "Éclair"]);
    }

    #[test]
    fn a_question_counts_once_for_each_of_its_words_and_leaves_no_trace_when_it_goes() {
        let mut changes = WordChanges::default();
        changes.add(["Gateway", "gateway of 2026"]);
        changes.count(["a GATEWAY"], -1);
        assert_eq!(changes.0, HashMap::from_iter([("gateway".to_owned(), 0), ("of".to_owned(), 1)]));
    }
}
