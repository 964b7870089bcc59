//! Which key points a round's answers make, and what an interviewer asks about the others. Pure.
//!
//! Coverage proposes, the person decides: what is found here is where grading begins.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::coverage::{Answer, PointCoverage, Synonyms, Term, Verdict};
use crate::ids::PartId;
use crate::questions::KeyPoint;

/// What was said to one prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// 0 the question, 1 and 2 its probes.
    pub prompt: u8,
    /// What a probe is about.
    pub key_point: Option<&'a PartId>,
    pub text: &'a str,
}

/// Whether a key point was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// In the answer itself.
    Made,
    /// Only when the interviewer asked.
    Probed,
    Missed,
}

/// What coverage finds about one key point.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub point: PartId,
    pub say: String,
    pub say_html: String,
    /// Proposed; the person corrects it.
    pub mark: Mark,
    /// Of what was said that makes most of the point.
    pub verdict: Verdict,
    /// The words that counted: by prompt the byte ranges in what was said to it.
    pub highlights: Vec<(u8, Vec<Range<usize>>)>,
    /// The terms that do not count in full, each with its reason.
    pub missing: Vec<(String, &'static str)>,
}

/// Compares what was said in a round with the question's key points.
///
/// A point that the answer itself does not make is looked for in the answers to the probes; its own probe is also read
/// as a continuation of the answer, since it is spoken as one.
#[must_use]
pub fn judge(points: &[KeyPoint<'_>], said: &[Said<'_>], synonyms: &Synonyms) -> Vec<Finding> {
    let (main, probes): (Vec<&Said<'_>>, Vec<&Said<'_>>) = said.iter().partition(|said| said.prompt == 0);
    let main = main.first().map_or("", |said| said.text);
    let prepared_main = Answer::prepare(main, synonyms);
    let prepared: Vec<(&Said<'_>, Answer<'_>)> =
        probes.iter().map(|said| (*said, Answer::prepare(said.text, synonyms))).collect();
    let judge_point = |point: &KeyPoint<'_>| {
        let terms = terms(point);
        let mut best = Found::alone(0, prepared_main.cover(&terms));
        if best.coverage.verdict == Verdict::Covered {
            return best.finding(point, Mark::Made);
        }
        for (said, answer) in &prepared {
            best = best.or(Found::alone(said.prompt, answer.cover(&terms)));
            if said.key_point == Some(&point.id) {
                let whole = format!("{main}\n\n{}", said.text);
                let coverage = Answer::prepare(&whole, synonyms).cover(&terms);
                best = best.or(Found::continued(main.len(), said.prompt, coverage));
            }
        }
        let covered = best.coverage.verdict == Verdict::Covered;
        best.finding(point, if covered { Mark::Probed } else { Mark::Missed })
    };
    points.iter().map(judge_point).collect()
}

/// The key points that an interviewer asks about after an answer, by their places: the most important ones that it does
/// not make in full. Two when there are three or more of them, one when there are fewer, none when there is none.
#[must_use]
pub fn probes(points: &[KeyPoint<'_>], answer: &str, synonyms: &Synonyms) -> Vec<usize> {
    let answer = Answer::prepare(answer, synonyms);
    let missed = |point: &KeyPoint<'_>| answer.cover(&terms(point)).verdict != Verdict::Covered;
    let mut places: Vec<usize> = (0..points.len()).filter(|place| missed(&points[*place])).collect();
    places.truncate(if places.len() >= 3 { 2 } else { 1 });
    places
}

fn terms(point: &KeyPoint<'_>) -> Vec<Term> {
    // the content check lets no other pass
    point.terms.iter().filter_map(|term| Term::parse(term).ok()).collect()
}

/// Coverage with the prompts that its highlights lie in.
struct Found {
    coverage: PointCoverage,
    highlights: Vec<(u8, Vec<Range<usize>>)>,
}

impl Found {
    fn alone(prompt: u8, coverage: PointCoverage) -> Self {
        let highlights = coverage.highlights.clone();
        Self { coverage, highlights: vec![(prompt, highlights)] }
    }

    /// Of an answer of so many bytes with the answer to a probe behind it, two bytes apart.
    fn continued(main_bytes: usize, prompt: u8, coverage: PointCoverage) -> Self {
        let begins = main_bytes + 2;
        let (main, probe): (Vec<_>, Vec<_>) =
            coverage.highlights.iter().cloned().partition(|range| range.end <= main_bytes);
        let probe = probe.into_iter().filter(|range| range.start >= begins);
        let probe = probe.map(|range| range.start - begins..range.end - begins).collect();
        Self { coverage, highlights: vec![(0, main), (prompt, probe)] }
    }

    /// The better one; the earlier of two that are as good.
    fn or(self, other: Self) -> Self {
        if other.coverage.share > self.coverage.share { other } else { self }
    }

    fn finding(self, point: &KeyPoint<'_>, mark: Mark) -> Finding {
        let outcomes = self.coverage.terms.iter();
        let missing = outcomes.filter_map(|outcome| Some((outcome.term.clone(), outcome.state.reason()?)));
        Finding {
            point: point.id.clone(),
            say: point.say.clone().into_owned(),
            say_html: point.say_html.clone().into_owned(),
            mark,
            verdict: self.coverage.verdict,
            missing: missing.collect(),
            highlights: self.highlights.into_iter().filter(|(_, ranges)| !ranges.is_empty()).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
