//! Owns the question which key points an answer covers.
//!
//! Pure: text and terms in, verdicts out; it knows no content file, database, clock or page. Lexical
//! and deterministic: the same answer always gets the same verdict, and every verdict can be shown as
//! highlighted words and a reason. It proposes, the person decides.
//!
//! The way of an answer: `normalise` splits the text into plain words and keeps where they came from,
//! `stems` finds the form that inflections and spellings share, `negation` marks what is denied,
//! `answer` puts all that into an index. `terms` does the same for what a key point asks for;
//! `finding` looks for each term, `matching` judges. `vocabulary` holds the word lists.
//!
//! ```
//! use dryrun::coverage::{Answer, Synonyms, Term, Verdict};
//!
//! let synonyms = Synonyms::new([["API Gateway", "APIGW"]]).expect("phrases with letters");
//! let terms = ["API Gateway", "front door | entry point", "thrott*"].map(|term| Term::parse(term).expect("a valid term"));
//! let answer = Answer::prepare("APIGW is the front door and throttles requests.", &synonyms);
//! assert_eq!(answer.cover(&terms).verdict, Verdict::Covered);
//! ```

mod answer;
#[cfg(test)]
mod claims_tests;
mod finding;
mod matching;
mod negation;
mod normalise;
#[cfg(test)]
mod properties;
mod stems;
mod terms;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::ops::Range;

pub use answer::{Answer, MAX_ANSWER_BYTES};
pub use terms::{SynonymError, Synonyms, Term, TermError};

impl Answer<'_> {
    /// How well the answer makes one key point: all of `terms` are wanted, close together. A point
    /// without terms cannot be recognised and is `Missed`.
    #[must_use]
    pub fn cover(&self, terms: &[Term]) -> PointCoverage {
        matching::cover(self, terms)
    }

    /// The same for all key points of a question, in their order.
    #[must_use]
    pub fn cover_all<T: AsRef<[Term]>>(&self, points: impl IntoIterator<Item = T>) -> Coverage {
        Coverage { points: points.into_iter().map(|terms| self.cover(terms.as_ref())).collect() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every term was said, in sentences, close together.
    Covered,
    /// At least half of what the point wants.
    Partly,
    /// Less than half.
    Missed,
}

/// What became of one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermState {
    /// Said in a sentence: counts.
    Said,
    /// Only in a bare list of words, which shows that a word is known but not what it means: counts
    /// half, so that a list of key words never covers a point.
    Listed,
    /// Said, but not within two sentences of the rest of the point: does not count, since in a long
    /// answer every common word stands somewhere.
    Apart,
    /// Only denied ("is not stateless"): does not count.
    Negated,
    Missing,
    /// One of the mistakes that the key point names was made; the point is not covered in full.
    Mistaken,
}

impl TermState {
    /// Does the term count, fully or half?
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Said | Self::Listed)
    }

    /// Why the term does not count in full, to be shown next to it.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Said => None,
            Self::Listed => Some("only in a list of words; say it in a sentence"),
            Self::Apart => Some("too far from the rest of this point"),
            Self::Negated => Some("you said that it is not so"),
            Self::Missing => Some("not said"),
            Self::Mistaken => Some("you also said something that speaks against it"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermOutcome {
    /// The term as its author wrote it.
    pub term: String,
    pub state: TermState,
}

/// How well an answer makes one key point.
#[derive(Debug, Clone, PartialEq)]
pub struct PointCoverage {
    pub verdict: Verdict,
    /// 0 to 1; exactly 1 only when `Covered`.
    pub share: f64,
    /// One per wanted term, in the order of the terms, then the terms that list a mistake which was made.
    pub terms: Vec<TermOutcome>,
    /// Byte ranges of the words that counted, in the text that the answer was prepared from: on
    /// character boundaries, sorted, without overlaps.
    pub highlights: Vec<Range<usize>>,
}

impl PointCoverage {
    /// The terms that count, fully or half.
    pub fn matched(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter(|outcome| outcome.state.counts()).map(|outcome| outcome.term.as_str())
    }

    /// The wanted terms that do not count, whatever the reason.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        let lacks = |outcome: &&TermOutcome| !outcome.state.counts() && outcome.state != TermState::Mistaken;
        self.terms.iter().filter(lacks).map(|outcome| outcome.term.as_str())
    }

    /// Is this why the point is not covered in full?
    #[must_use]
    pub fn falls_short_by(&self, state: TermState) -> bool {
        state != TermState::Said && self.terms.iter().any(|outcome| outcome.state == state)
    }
}

/// How well an answer makes all key points of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    pub points: Vec<PointCoverage>,
}

impl Coverage {
    /// How many points have this verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.points.iter().filter(|point| point.verdict == verdict).count()
    }

    /// How many points are covered in full.
    #[must_use]
    pub fn covered(&self) -> usize {
        self.count(Verdict::Covered)
    }

    /// The mean share over all points, 0 to 1; 0 without points.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a question has at most a handful of key points")]
    pub fn share(&self) -> f64 {
        let total: f64 = self.points.iter().map(|point| point.share).sum();
        if self.points.is_empty() { 0.0 } else { total / self.points.len() as f64 }
    }
}
