//! Whether a question's own answer says what the question asks for.
//!
//! Owns the two rules and their messages; what "covered" means is for [`coverage`].

use std::cell::LazyCell;
use std::ops::Range;

use super::head::CheckedHead;
use crate::content::diagnostic::Reporter;
use crate::content::markdown::Prose;
use crate::coverage::{self, Term, Verdict};

/// The Answer must cover half of the key points; with the explanation it must cover all: an entry that does
/// not say what it asks for would grade people against something that they could not have read.
pub(super) fn lint_coverage(
    head: &CheckedHead,
    answer_heading: &Range<usize>,
    answer: &Prose,
    explanation: &Prose,
    synonyms: &coverage::Synonyms,
    reporter: &mut Reporter<'_>,
) {
    let spoken = coverage::Answer::prepare(&answer.text, synonyms);
    let explained = LazyCell::new(|| coverage::Answer::prepare(&explanation.text, synonyms));
    // asked last: a point that neither covers alone is hardly ever covered across the seam
    let both_texts = format!("{}\n{}", answer.text, explanation.text);
    let both = LazyCell::new(|| coverage::Answer::prepare(&both_texts, synonyms));
    let covers =
        |answer: &coverage::Answer<'_>, terms: &[Term]| answer.cover(terms).verdict == Verdict::Covered;
    let mut covered = 0;
    for (point, span) in &head.key_points {
        let terms: Vec<Term> = point.terms.iter().filter_map(|term| Term::parse(term).ok()).collect();
        if terms.is_empty() || terms.len() < point.terms.len() {
            // told already; whether the point is covered cannot be said
            covered += 1;
            continue;
        }
        if covers(&spoken, &terms) {
            covered += 1;
            continue;
        }
        if covers(&explained, &terms) {
            continue;
        }
        let found = both.cover(&terms);
        if found.verdict != Verdict::Covered {
            let missing: Vec<_> = found.missing().map(|term| format!("`{term}`")).collect();
            let hint = if missing.is_empty() {
                "its terms must stand within one or two neighbouring sentences, not be denied, and none of its mistakes be made there".to_owned()
            } else {
                format!(
                    "say {}, near the other terms, or add your wording as an alternative",
                    missing.join(", ")
                )
            };
            let message =
                format!("Answer and explanation together do not cover the key point `{}`", point.id);
            reporter.error(span.clone(), message, hint);
        }
    }
    if covered * 2 < head.key_points.len() {
        let message = format!("the Answer covers {covered} of its own {} key points", head.key_points.len());
        reporter.error(answer_heading.clone(), message, "say at least half of them in the first answer");
    }
}
