//! Owns the judgement of one key point: which of its terms count, and how much.
//!
//! Does not own where a term stands in an answer (`finding`) or what a caller reads (`mod`).

use std::collections::BTreeMap;

use foldhash::HashSet;
use std::ops::Range;

use super::answer::{Answer, Span};
use super::finding::{Found, Occurrence};
use super::normalise::Break;
use super::terms::Term;
use super::vocabulary;
use super::{PointCoverage, TermOutcome, TermState, Verdict};

/// Weights in half terms: said in a sentence a term counts fully, in a list of words half.
const SAID: usize = 2;
const LISTED: usize = 1;

pub(super) fn cover(answer: &Answer, terms: &[Term]) -> PointCoverage {
    let words = terms.iter().flat_map(|term| &term.alternatives).flat_map(|alternative| &alternative.words);
    let known: HashSet<&str> = words.map(|word| word.lexeme.key.as_str()).collect();
    let (mistakes, terms): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| term.mistake);
    let mut found: Vec<Found> = terms.iter().map(|term| Found::look_for(term, answer, &known)).collect();
    deny_doubted(&mut found);
    let window = best_window(answer, &found);
    let counts = |occurrence: &&Occurrence| !occurrence.denied && window.contains(&occurrence.sentence);

    let mut reached = 0;
    let mut highlights = Vec::new();
    let mut outcomes = Vec::with_capacity(terms.len());
    for (term, found) in terms.iter().zip(&found) {
        let weight =
            found.occurrences.iter().filter(counts).map(|occurrence| weight(answer, occurrence)).max();
        let state = match weight {
            Some(SAID) => TermState::Said,
            Some(_) => TermState::Listed,
            None if found.occurrences.iter().any(|occurrence| !occurrence.denied) => TermState::Apart,
            None if !found.occurrences.is_empty() => TermState::Negated,
            None => TermState::Missing,
        };
        for occurrence in found.occurrences.iter().filter(counts) {
            add_ranges(answer, &found.spans[occurrence.spans.clone()], &mut highlights);
        }
        reached += weight.unwrap_or(0);
        outcomes.push(TermOutcome { term: term.text().to_owned(), state });
    }
    let full = terms.len() * SAID;
    for term in mistakes {
        let found = Found::look_for(term, answer, &known);
        if found.occurrences.iter().any(|mistake| made_in(answer, &found, mistake, &window)) {
            reached = reached.min(full.saturating_sub(LISTED));
            outcomes.push(TermOutcome { term: term.text().to_owned(), state: TermState::Mistaken });
        }
    }
    PointCoverage {
        verdict: verdict(reached, full),
        share: share(reached, full),
        terms: outcomes,
        highlights: merged(highlights),
    }
}

/// "Permissions are not the customer's job" says nothing for permissions. Where the point asks for the denial itself, as
/// in "a security group cannot deny", the clause makes it.
fn deny_doubted(found: &mut [Found]) {
    let occurrences = found.iter().flat_map(|found| &found.occurrences);
    let denials: HashSet<usize> =
        occurrences.filter(|occurrence| occurrence.negates).map(|occurrence| occurrence.clause).collect();
    for occurrence in found.iter_mut().flat_map(|found| &mut found.occurrences) {
        occurrence.denied |= occurrence.doubted && !denials.contains(&occurrence.clause);
    }
}

/// Is the mistake made where the point is? Not across clauses: "the instance has a security group and the subnet a NACL".
fn made_in(answer: &Answer, found: &Found, mistake: &Occurrence, window: &Range<usize>) -> bool {
    let spans = &found.spans[mistake.spans.clone()];
    let apart = |pair: &[Span]| {
        let (end, next) = (pair[0].to, pair[1].from);
        let starts = |place| vocabulary::starts_clause(&answer.entry_at(place).lexeme.surface);
        answer.tokens[end..=next].iter().any(|token| token.before > Break::None) || (end..next).any(starts)
    };
    let whole = !spans.windows(2).any(apart);
    whole && !mistake.denied && !mistake.doubted && window.contains(&mistake.sentence)
}

fn weight(answer: &Answer, occurrence: &Occurrence) -> usize {
    if answer.listed[occurrence.sentence] { LISTED } else { SAID }
}

/// One term of three turns up in many an answer; from half of the terms on the point was meant.
fn verdict(reached: usize, full: usize) -> Verdict {
    match reached {
        0 => Verdict::Missed,
        _ if reached == full => Verdict::Covered,
        _ if reached * 2 >= full => Verdict::Partly,
        _ => Verdict::Missed,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a key point has a handful of terms")]
fn share(reached: usize, full: usize) -> f64 {
    if full == 0 { 0.0 } else { reached as f64 / full as f64 }
}

/// The two neighbouring sentences that say most of the point, the earliest when several do: words
/// scattered over a long answer are no point made.
fn best_window(answer: &Answer, found: &[Found]) -> Range<usize> {
    let mut by_sentence: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (term, found) in found.iter().enumerate() {
        for occurrence in found.occurrences.iter().filter(|occurrence| !occurrence.denied) {
            let weights = by_sentence.entry(occurrence.sentence).or_default();
            weights.resize(weights.len().max(term + 1), 0);
            weights[term] = weights[term].max(weight(answer, occurrence));
        }
    }
    let at = |sentence: usize, term: usize| {
        by_sentence.get(&sentence).and_then(|weights| weights.get(term)).copied().unwrap_or(0)
    };
    let (mut most, mut best) = (0, 0..0);
    for &sentence in by_sentence.keys() {
        let together = (0..found.len()).map(|term| at(sentence, term).max(at(sentence + 1, term))).sum();
        if together > most {
            (most, best) = (together, sentence..sentence + 2);
        }
    }
    best
}

/// The words of one occurrence; neighbours become one range ("dead-letter queue").
fn add_ranges(answer: &Answer, spans: &[Span], ranges: &mut Vec<Range<usize>>) {
    let mut spans = spans.iter().peekable();
    while let Some(first) = spans.next() {
        let mut to = first.to;
        while let Some(next) =
            spans.next_if(|next| next.from == to && answer.tokens[to].before == Break::None)
        {
            to = next.to;
        }
        ranges.push(answer.tokens[first.from].range.start..answer.tokens[to - 1].range.end);
    }
}

/// Sorted and without overlaps: two terms may count the same words.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup();
    let mut result: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match result.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => result.push(range),
        }
    }
    result
}
