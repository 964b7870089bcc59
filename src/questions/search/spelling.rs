//! Words that no question holds, and the known word that each was probably meant to be.

use std::ops::Range;

use sqlx::SqliteConnection;
use strsim::damerau_levenshtein;

use super::expression::Part;
use super::query::{Query, Word};

/// Words of a query that are corrected at most; each costs a look at thousands of words.
const MAX_CORRECTED: usize = 4;
/// Words of each length that a correction looks at, the commonest first.
const CANDIDATES: i64 = 4_000;

/// The whole query with its misspelt words mended, or `None` when there is nothing to mend.
pub(super) async fn correct(
    db: &mut SqliteConnection,
    query: &Query,
    parts: &[Part<'_>],
) -> sqlx::Result<Option<String>> {
    let own_words = parts.iter().filter(|part| !part.is_synonym).flat_map(|part| part.items);
    let words: Vec<&Word> = own_words.flat_map(|item| &item.words).collect();
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let unknown = unknown_words(db, &texts).await?;
    let mut replacements: Vec<(Range<usize>, String)> = Vec::new();
    for word in words.into_iter().filter(|word| unknown.contains(&word.text)).take(MAX_CORRECTED) {
        if let Some(known) = nearest_word(db, &word.text).await? {
            replacements.push((word.at.clone(), known));
        }
    }
    Ok((!replacements.is_empty()).then(|| query.text_with(&replacements)))
}

/// The words, each corrected where no question holds it and a known word is near.
pub(super) async fn correct_words(
    db: &mut SqliteConnection,
    mut words: Vec<String>,
) -> sqlx::Result<Vec<String>> {
    let unknown = unknown_words(db, &words).await?;
    for word in words.iter_mut().filter(|word| unknown.contains(word)).take(MAX_CORRECTED) {
        if let Some(known) = nearest_word(db, word).await? {
            *word = known;
        }
    }
    Ok(words)
}

/// Those of the words that no question holds in any form. The words are letters and digits only.
async fn unknown_words(db: &mut SqliteConnection, words: &[impl AsRef<str>]) -> sqlx::Result<Vec<String>> {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    let words = serde_json::Value::from(words).to_string();
    // asks the index and not search_words: "gateways" is known when "gateway" is
    sqlx::query_scalar!(
        r#"select cast(value as text) as "word!: String" from json_each(?1)
           where not exists (select 1 from question_search where question_search match '"' || value || '"')"#,
        words,
    )
    .fetch_all(&mut *db)
    .await
}

/// The known word that is nearest to this one; of several equally near ones, the commonest.
async fn nearest_word(db: &mut SqliteConnection, word: &str) -> sqlx::Result<Option<String>> {
    let letters = word.chars().count();
    let Some(allowed) = allowed_edits(letters) else { return Ok(None) };
    let (from, to) = (letters - allowed, letters + allowed);
    let lengths = serde_json::Value::from((from..=to).collect::<Vec<_>>()).to_string();
    // one text a length instead of thousands of rows: handing each over would cost more than comparing it
    let candidates = sqlx::query_scalar!(
        r#"select (
               select group_concat(questions || ' ' || word, char(10))
               from (select questions, word from search_words where letters = value order by questions desc limit ?2)
           ) as "words: String"
           from json_each(?1)"#,
        lengths,
        CANDIDATES,
    )
    .fetch_all(&mut *db)
    .await?;
    let wanted = letters_in(word);
    let candidates = candidates.iter().flatten().flat_map(|words| words.split('\n')).filter_map(|line| {
        let (questions, candidate) = line.split_once(' ')?;
        // an edit brings in one letter at most and takes out one at most, which rules nearly every word out
        let letters = letters_in(candidate);
        let extra = (letters & !wanted).count_ones().max((wanted & !letters).count_ones());
        if extra as usize > allowed {
            return None;
        }
        let edits = damerau_levenshtein(word, candidate);
        let questions: u32 = questions.parse().ok()?;
        (edits <= allowed).then_some((edits, std::cmp::Reverse(questions), candidate))
    });
    Ok(candidates.min().map(|(_, _, word)| word.to_owned()))
}

/// How many slips of the finger a word of this length may have; `None` when it is too short to tell.
fn allowed_edits(letters: usize) -> Option<usize> {
    match letters {
        0..3 => None,
        3..6 => Some(1),
        _ => Some(2),
    }
}

/// Which letters a word has, as a set of bits; letters beyond ASCII share some.
fn letters_in(word: &str) -> u64 {
    word.chars().fold(0, |set, c| set | 1 << (u32::from(c) % 64))
}
