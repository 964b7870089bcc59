//! Owns where a term stands in an answer: words, wildcards, phrases, synonyms, typos.
//!
//! Does not own what an occurrence is worth (`matching`).

use std::ops::Range;

use foldhash::HashSet;

use super::answer::{Answer, Entry, Span};
use super::negation::Polarity;
use super::normalise::Break;
use super::stems::Lexeme;
use super::terms::{Alternative, Synonyms, Term, TermWord, WordKind};
use super::vocabulary;

/// Only words of at least this many letters (plural, -ed and -ing removed) may hold a typo. In
/// shorter ones a single letter makes another word too often: "polling" and "pooling".
const LONG_WORD: usize = 7;

/// Between two words of a phrase at most this many may stand, one of them with a meaning of its
/// own: "public (and private) subnet", "route (the traffic to) targets".
const MAX_GAP: usize = 3;

/// Every place where one term stands.
#[derive(Default)]
pub(super) struct Found {
    pub occurrences: Vec<Occurrence>,
    /// The matched words of all occurrences.
    pub spans: Vec<Span>,
}

pub(super) struct Occurrence {
    pub sentence: usize,
    pub denied: bool,
    /// Its clause is denied after it.
    pub doubted: bool,
    /// Asks for a denial itself.
    pub negates: bool,
    pub clause: usize,
    /// Its part of [`Found::spans`].
    pub spans: Range<usize>,
}

/// What must stand at one position of a phrase.
#[derive(Clone, Copy)]
enum Element<'t> {
    Word(&'t TermWord),
    Joined(&'t Lexeme),
    Group(usize),
}

impl Found {
    /// `known` are the keys of all words of the key point: none of them is a slip of another.
    pub fn look_for(term: &Term, answer: &Answer, known: &HashSet<&str>) -> Self {
        let mut found = Self::default();
        for alternative in &term.alternatives {
            for phrase in readings(alternative, answer.synonyms) {
                found.add_phrase(&phrase, alternative.negates, answer, known);
            }
        }
        found
    }

    fn add_phrase(&mut self, phrase: &[Element], negates: bool, answer: &Answer, known: &HashSet<&str>) {
        let mut places = Vec::with_capacity(phrase.len());
        for element in phrase {
            match element.places(answer, known) {
                spans if spans.is_empty() => return,
                spans => places.push(spans),
            }
        }
        let Some((first, rest)) = places.split_first() else { return };
        'starts: for start in first {
            let begin = self.spans.len();
            self.spans.push(*start);
            let mut end = start.to;
            for spans in rest {
                let next = spans.partition_point(|span| span.from < end);
                match spans.get(next) {
                    Some(span) if stands_close(answer, end, span.from) => {
                        self.spans.push(*span);
                        end = span.to;
                    }
                    _ => {
                        self.spans.truncate(begin);
                        continue 'starts;
                    }
                }
            }
            let is = |polarity: Polarity| {
                let mut tokens =
                    self.spans[begin..].iter().flat_map(|span| &answer.tokens[span.from..span.to]);
                !negates && tokens.any(|token| token.mark.polarity == polarity)
            };
            let (denied, doubted) = (is(Polarity::Denied), is(Polarity::Doubted));
            let first = &answer.tokens[start.from];
            let (sentence, clause) = (first.sentence, answer.tokens[end - 1].mark.clause);
            let spans = begin..self.spans.len();
            self.occurrences.push(Occurrence { sentence, denied, doubted, negates, clause, spans });
        }
    }
}

/// The ways to say an alternative: as written, with synonyms, with two words run together.
fn readings<'t>(alternative: &'t Alternative, synonyms: &Synonyms) -> Vec<Vec<Element<'t>>> {
    let words = &alternative.words;
    let mut readings = vec![without_fillers(words.iter().map(Element::Word))];
    let grouped = with_groups(words, synonyms);
    if grouped.iter().any(|element| matches!(element, Element::Group(_))) {
        readings.push(without_fillers(grouped.into_iter()));
    }
    for (i, word) in words.iter().enumerate() {
        if let Some(joined) = &word.joined {
            let (before, after) =
                (words[..i].iter().map(Element::Word), words[i + 2..].iter().map(Element::Word));
            readings.push(without_fillers(before.chain([Element::Joined(joined)]).chain(after)));
        }
    }
    readings
}

/// Without articles and auxiliaries, unless there is nothing else.
fn without_fillers<'t>(elements: impl Iterator<Item = Element<'t>> + Clone) -> Vec<Element<'t>> {
    let filler = |element: &Element| matches!(element, Element::Word(word) if word.kind == WordKind::Filler);
    let rest: Vec<_> = elements.clone().filter(|element| !filler(element)).collect();
    if rest.is_empty() { elements.collect() } else { rest }
}

fn with_groups<'t>(words: &'t [TermWord], synonyms: &Synonyms) -> Vec<Element<'t>> {
    // "security group*" is a security group too
    let keys: Vec<&str> = words.iter().map(|word| word.lexeme.key.as_str()).collect();
    let mut elements = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        if let Some((group, length)) = synonyms.starting_with(&keys[at..]).max_by_key(|(_, length)| *length) {
            elements.push(Element::Group(group));
            at += length;
        } else {
            elements.push(Element::Word(&words[at]));
            at += 1;
        }
    }
    elements
}

impl Element<'_> {
    /// Sorted by place.
    fn places(&self, answer: &Answer, known: &HashSet<&str>) -> Vec<Span> {
        let mut spans =
            match self {
                Self::Group(group) => answer.groups.get(group).cloned().unwrap_or_default(),
                Self::Joined(lexeme) => singles(answer.with_key(&lexeme.key)),
                Self::Word(word) => match word.kind {
                    WordKind::Prefix => singles(
                        answer
                            .entries
                            .iter()
                            .filter(|entry| entry.lexeme.surface.starts_with(&word.lexeme.surface)),
                    ),
                    WordKind::Negation => negations(answer),
                    WordKind::Filler => singles(answer.with_key(&word.lexeme.key)),
                    WordKind::Acronym => with_splits(&word.lexeme, answer),
                    WordKind::Plain => {
                        let mut spans = with_splits(&word.lexeme, answer);
                        spans.extend(singles(answer.entries.iter().filter(|entry| {
                            is_slip_of(&entry.lexeme, &word.lexeme, answer.synonyms, known)
                        })));
                        spans
                    }
                },
            };
        spans.sort_unstable();
        spans.dedup();
        spans
    }
}

fn singles<'e>(entries: impl Iterator<Item = &'e Entry>) -> Vec<Span> {
    entries.flat_map(|entry| &entry.places).map(|&from| Span { from, to: from + 1 }).collect()
}

fn negations(answer: &Answer) -> Vec<Span> {
    let denies = |place: &usize| {
        answer.tokens[*place].mark.polarity == Polarity::Denies
            && vocabulary::is_negator(&answer.entry_at(*place).lexeme.surface)
    };
    (0..answer.tokens.len()).filter(denies).map(|from| Span { from, to: from + 1 }).collect()
}

/// The word itself, or written as two: "failover" also finds "fail over" and "fail-over".
fn with_splits(word: &Lexeme, answer: &Answer) -> Vec<Span> {
    let mut spans = singles(answer.with_key(&word.key));
    for (split, _) in word.surface.char_indices().skip(1) {
        let (first, second) = word.surface.split_at(split);
        // "a synchronous call" is not "asynchronous".
        let Some(entry) = answer.with_surface(first).filter(|entry| !entry.glue) else { continue };
        for &from in &entry.places {
            let Some(next) = answer.tokens.get(from + 1).filter(|next| next.before == Break::None) else {
                continue;
            };
            let other = &answer.entries[next.entry].lexeme.surface;
            let same_start = second.chars().take(2).eq(other.chars().take(2));
            if other == second || (same_start && Lexeme::new(&format!("{first}{other}")).key == word.key) {
                spans.push(Span { from, to: from + 2 });
            }
        }
    }
    spans
}

/// May the word in the answer be `wanted` with one typo? A word that we know is taken at its word.
fn is_slip_of(written: &Lexeme, wanted: &Lexeme, synonyms: &Synonyms, known: &HashSet<&str>) -> bool {
    let long = wanted.root.len() >= LONG_WORD && written.root.len() + 1 >= LONG_WORD;
    let letters = |lexeme: &Lexeme| lexeme.surface.bytes().all(|b| b.is_ascii_lowercase());
    long && letters(wanted)
        && letters(written)
        && (one_slip(&written.surface, &wanted.surface) || one_slip(&written.root, &wanted.root))
        && !known.contains(written.key.as_str())
        && !synonyms.know(&written.key)
        && !vocabulary::is_lookalike(&written.root)
}

/// One letter wrong, missing, doubled or swapped with its neighbour (Damerau–Levenshtein distance
/// one), but not in the first letter, where people rarely slip and where it turns meanings around
/// ("synchronous", "asynchronous"), and not by the ending alone, which is the stemmer's to judge
/// ("provide", "provider"). Expects ASCII.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    start > 0
        && match (a, b) {
            ([_] | [], [_]) | ([_], []) => end > 0,
            ([a1, a2], [b1, b2]) => a1 == b2 && a2 == b1,
            _ => false,
        }
}

/// May two words of a phrase stand at `end` (exclusive) and `next`? Not across a clause, and not
/// around a negation: "encrypted, but not at rest".
fn stands_close(answer: &Answer, end: usize, next: usize) -> bool {
    if next - end > MAX_GAP || answer.tokens[end..=next].iter().any(|token| token.before >= Break::Clause) {
        return false;
    }
    let between = (end..next).map(|place| (&answer.tokens[place], answer.entry_at(place)));
    let mut meaningful = 0;
    for (token, entry) in between {
        if token.mark.polarity == Polarity::Denies {
            return false;
        }
        meaningful += usize::from(!entry.glue);
    }
    meaningful <= 1
}

#[cfg(test)]
mod tests {
    use super::one_slip;

    #[test]
    fn a_slip_is_one_letter_inside_the_word() {
        assert!(one_slip("gatway", "gateway"));
        assert!(one_slip("throtlting", "throttling"));
        assert!(one_slip("availibility", "availability"));
        assert!(one_slip("priviledge", "privilege"));
        assert!(!one_slip("synchronous", "asynchronous"), "the first letter turns the meaning around");
        assert!(!one_slip("provide", "provider"), "an ending is no slip");
        assert!(!one_slip("stateless", "stateful"));
        assert!(!one_slip("gateway", "gateway"), "the same word needs no slip");
    }
}
