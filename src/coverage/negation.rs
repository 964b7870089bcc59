//! Owns which words of a sentence are denied: "security groups are not stateless".
//!
//! Does not own the word lists (`vocabulary`) or what a denied term is worth (`matching`).
//!
//! A denial reaches the next few words that carry meaning and never beyond its clause. That is
//! less than English grammar does, on purpose: to deny a point that the person made is worse than
//! to miss a denial. What the clause says something about before the denial ("permissions are not …")
//! is doubted: it counts only where a key point asks for that denial.

use super::normalise::Break;
use super::vocabulary;

/// How many words with a meaning of their own a denial reaches: "not", "no need to" and
/// "doesn't automatically" all stand within three words of what they deny, and a name
/// such as "security group" is two.
const REACH: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Polarity {
    Plain,
    /// Denies what follows: "not", "without", the "than" of "rather than".
    Denies,
    Denied,
    /// The subject of a statement that is denied.
    Doubted,
}

/// What negation makes of one word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub polarity: Polarity,
    /// Counts the clauses of a text.
    pub clause: usize,
}

/// The polarity of every word, given as text and the break before it.
pub(super) fn marks(words: &[(&str, Break)]) -> Vec<Mark> {
    let mut marked: Vec<Mark> = Vec::with_capacity(words.len());
    let mut clause = Clause::default();
    let mut number = 0;
    for (i, &(word, before)) in words.iter().enumerate() {
        let previous = i.checked_sub(1).map_or("", |j| words[j].0);
        if before > Break::None {
            number += 1;
            clause = Clause::default();
        } else if vocabulary::starts_clause(word) {
            number += 1;
            // "if it fails and is not deleted" is one condition.
            clause = Clause { condition: clause.condition && word == "and", ..Clause::default() };
        }
        // "Without a NAT gateway, they cannot …" is a condition as well.
        let leads = i == 0 || before >= Break::Clause || matches!(previous, "but" | "so" | "because");
        clause.condition |= vocabulary::sets_condition(word) || (leads && word == "without");
        let polarity = if let Some(kind) = denial(words, i) {
            if previous == "or" || word == "nor" {
                clause = Clause { condition: clause.condition, ..Clause::default() };
            }
            clause.deny(kind);
            if clause.left == 0 || matches!(word, "not" | "never") {
                doubt(words, &mut marked, number, clause.left > 0);
            }
            Polarity::Denies
        } else {
            // "The private ones don't, they use a NAT gateway", dictated without the comma.
            if vocabulary::is_negator(previous) && vocabulary::is_subject(word) {
                clause = Clause::default();
            }
            clause.meet(word)
        };
        marked.push(Mark { polarity, clause: number });
    }
    marked
}

/// Doubts what the clause said before its denial, or takes that back for a second denial. Not so after a pronoun: "for
/// S3 you don't need NAT" says nothing against S3.
fn doubt(words: &[(&str, Break)], marked: &mut [Mark], clause: usize, denies: bool) {
    let said = marked.iter().zip(words).rev().take_while(|(mark, _)| mark.clause == clause);
    let subject = said.map(|(_, (word, _))| *word).find(|word| !vocabulary::is_auxiliary(word));
    let doubts = denies && subject.is_some_and(|subject| !vocabulary::is_subject(subject));
    for mark in marked.iter_mut().rev().take_while(|mark| mark.clause == clause) {
        mark.polarity = match mark.polarity {
            Polarity::Plain if doubts => Polarity::Doubted,
            Polarity::Doubted if !denies => Polarity::Plain,
            polarity => polarity,
        };
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Denial {
    /// "not", "never": denies what is done and where.
    Statement,
    /// "no", "without": denies a noun phrase.
    Noun,
    /// "non-": denies one word.
    Prefix,
}

fn denial(words: &[(&str, Break)], i: usize) -> Option<Denial> {
    let word = words[i].0;
    let joined = |j: usize| words.get(j).filter(|(_, before)| *before == Break::None).map(|(word, _)| *word);
    if i > 0 && words[i].1 == Break::None && vocabulary::is_negating_pair(words[i - 1].0, word) {
        return Some(Denial::Noun);
    }
    if !vocabulary::is_negator(word) {
        return None;
    }
    if let Some(next) = joined(i + 1) {
        let compares = vocabulary::is_comparative(next) && joined(i + 2) == Some("than");
        if vocabulary::undoes_negation(next) || compares {
            return None;
        }
    }
    Some(match word {
        "non" => Denial::Prefix,
        "no" | "without" => Denial::Noun,
        _ => Denial::Statement,
    })
}

/// What a denial still reaches in the clause that is being read.
#[derive(Default)]
struct Clause {
    /// "when there is no warm environment" denies nothing: it says when something holds.
    condition: bool,
    denials: usize,
    left: usize,
    /// Words with a meaning since a denial that ends with its noun phrase.
    nouns: Option<usize>,
}

impl Clause {
    fn deny(&mut self, kind: Denial) {
        self.denials += 1;
        // A second denial takes the first one back: "cannot reach it without a NAT gateway".
        self.left = match kind {
            _ if self.condition || self.denials.is_multiple_of(2) => 0,
            Denial::Prefix => 1,
            Denial::Statement | Denial::Noun => REACH,
        };
        self.nouns = (kind == Denial::Noun).then_some(0);
    }

    fn meet(&mut self, word: &str) -> Polarity {
        if self.nouns.is_some_and(|nouns| nouns > 0) && vocabulary::ends_noun_phrase(word) {
            self.left = 0;
        }
        if self.left == 0 {
            return Polarity::Plain;
        }
        if !vocabulary::is_glue(word) && !vocabulary::is_opinion(word) {
            self.left -= 1;
            self.nouns = self.nouns.map(|nouns| nouns + 1);
        }
        Polarity::Denied
    }
}
