//! How well the coverage matcher agrees with people, and how well key points of different questions are told apart.
//!
//! `script/coverage-eval` prints the figures. The labelled answers are in `tests/samples/coverage`: `tuning` is for
//! looking at while the matcher and the terms are changed, `held-out` for nothing but the figure.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

use dryrun::clock::Clock;
use dryrun::content::Sources;
use dryrun::content::sync::sync;
use dryrun::coverage::{Answer, Synonyms, Term, Verdict};
use dryrun::db::Db;
use dryrun::questions::{self, Catalogue, search};
use serde::Deserialize;

/// Pairs of questions that are printed.
const WORST_PAIRS: usize = 15;

/// What the figures are made of.
struct Bank {
    synonyms: Synonyms,
    questions: BTreeMap<String, BankQuestion>,
}

struct BankQuestion {
    /// Ids and terms of the key points, in their order.
    points: Vec<(String, Vec<Term>)>,
    /// The model answer as it would be spoken.
    answer: String,
    related: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    answer: Vec<Labelled>,
}

/// An answer as somebody typed it, and the key points that it makes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    id: String,
    style: Style,
    text: String,
    covers: Vec<String>,
    /// Mentioned, half made, only named or contradicted.
    touches: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, Debug, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Style {
    Strong,
    Partial,
    Spoken,
    Wrong,
    OffTopic,
    Stuffed,
    Negated,
}

/// Where labels and matcher differ.
struct Difference {
    answer: String,
    point: String,
    /// What the matcher said about the terms.
    terms: String,
    missed: bool,
}

#[derive(Default)]
struct Agreement {
    answers: u32,
    both: u32,
    only_matcher: u32,
    only_label: u32,
    /// Points of bare word lists, and denied ones, that counted in full.
    fooled: u32,
    differences: Vec<Difference>,
}

impl Agreement {
    fn f1(&self) -> f64 {
        let (both, wrong) = (f64::from(self.both), f64::from(self.only_matcher + self.only_label));
        if both == 0.0 { 0.0 } else { 2.0 * both / (2.0 * both + wrong) }
    }
}

impl Bank {
    async fn load(overlay: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let db = Db::open(folder.path()).await?;
        sync(&db, Sources::find(overlay)?, &Clock::System).await?;
        let mut reader = db.reader().await?;
        let catalogue = Catalogue::load(&mut reader).await?;
        let synonyms = search::Synonyms::load(&mut reader).await?.for_coverage()?;
        let mut questions = BTreeMap::new();
        for (_, listed) in catalogue.numbered() {
            let stored = questions::find_question(&mut reader, &catalogue, &listed.id).await?;
            let stored = stored.ok_or("a question of the catalogue is not there")?;
            let question = stored.read()?;
            let terms = |point: &questions::KeyPoint<'_>| {
                point.terms.iter().map(|term| Term::parse(term)).collect::<Result<Vec<_>, _>>()
            };
            let mut points = Vec::new();
            for point in &question.parts.key_points {
                points.push((point.id.to_string(), terms(point)?));
            }
            let answer = scraper::Html::parse_fragment(&question.parts.answer_html);
            questions.insert(
                listed.id.to_string(),
                BankQuestion {
                    points,
                    answer: answer.root_element().text().collect(),
                    related: question.related.iter().map(|related| related.id.to_string()).collect(),
                },
            );
        }
        Ok(Self { synonyms, questions })
    }

    fn agreement(&self, set: &str) -> Result<Agreement, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/coverage").join(set);
        let mut agreement = Agreement::default();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let question = self.questions.get(&id).ok_or_else(|| format!("{id} is no question"))?;
            let file: File =
                toml::from_str(&fs::read_to_string(&path)?).map_err(|error| format!("{id}: {error}"))?;
            for labelled in &file.answer {
                self.compare(&id, question, labelled, &mut agreement)?;
            }
        }
        agreement.differences.sort_by(|a, b| a.answer.cmp(&b.answer));
        Ok(agreement)
    }

    fn compare(
        &self,
        id: &str,
        question: &BankQuestion,
        labelled: &Labelled,
        agreement: &mut Agreement,
    ) -> Result<(), String> {
        let known = |point: &String| question.points.iter().any(|(id, _)| id == point);
        if let Some(unknown) = labelled.covers.iter().chain(&labelled.touches).find(|point| !known(point)) {
            return Err(format!("{id}: {} names the key point {unknown}, which is not there", labelled.id));
        }
        agreement.answers += 1;
        let answer = Answer::prepare(&labelled.text, &self.synonyms);
        for (point, terms) in &question.points {
            let found = answer.cover(terms);
            let covered = found.verdict == Verdict::Covered;
            let counts = match (labelled.covers.contains(point), covered) {
                (true, true) => &mut agreement.both,
                (true, false) => &mut agreement.only_label,
                (false, true) => &mut agreement.only_matcher,
                (false, false) => continue,
            };
            *counts += 1;
            if labelled.covers.contains(point) == covered {
                continue;
            }
            if covered && matches!(labelled.style, Style::Stuffed | Style::Negated) {
                agreement.fooled += 1;
            }
            let terms = found.terms.iter().map(|outcome| format!("{:?} {}", outcome.state, outcome.term));
            agreement.differences.push(Difference {
                answer: format!("{id} {}", labelled.id),
                point: point.clone(),
                terms: terms.collect::<Vec<_>>().join("; "),
                missed: !covered,
            });
        }
        Ok(())
    }

    /// Model answers that cover key points of a question that they are not about, the worst first.
    fn confusions(&self) -> Vec<(f64, &str, &str)> {
        let mut pairs = Vec::new();
        for (said, source) in &self.questions {
            let answer = Answer::prepare(&source.answer, &self.synonyms);
            for (asked, target) in &self.questions {
                if said != asked && !source.related.contains(asked) {
                    let share = answer.cover_all(target.points.iter().map(|(_, terms)| terms)).share();
                    pairs.push((share, said.as_str(), asked.as_str()));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        pairs
    }
}

fn print(set: &str, agreement: &Agreement, differences: bool) {
    let Agreement { answers, both, only_matcher, only_label, fooled, .. } = agreement;
    println!("{set}: {answers} answers, F1 {:.3}", agreement.f1());
    println!(
        "  covered by both {both}, by the matcher alone {only_matcher}, by the label alone {only_label}"
    );
    println!("  key points of word lists and denials that counted in full: {fooled}");
    if differences {
        for Difference { answer, point, terms, missed } in &agreement.differences {
            println!("  {} {answer}: {point}: {terms}", if *missed { "missed" } else { "extra " });
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let differences = arguments.iter().any(|argument| argument == "--differences");
    let content = arguments.iter().skip_while(|argument| *argument != "--content").nth(1);
    let bank = Bank::load(content.map(Path::new)).await?;
    print("tuning", &bank.agreement("tuning")?, differences);
    // its answers stay unseen: only the figure says something about answers that nobody tuned for
    print("held-out", &bank.agreement("held-out")?, false);
    println!("Answers that cover key points of a question they are not about:");
    for (share, said, asked) in bank.confusions().into_iter().take(WORST_PAIRS) {
        println!("  {share:.2} {said} on {asked}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The aim is one half. Questions of one field share words, and the terms of some key points are still too wide.
    const MOST_CONFUSED: f64 = 0.8;
    const HELD_OUT_F1: f64 = 0.82;
    const HELD_OUT_FOOLED: u32 = 1;

    #[tokio::test]
    async fn the_matcher_agrees_with_people_and_is_seldom_fooled() {
        let bank = Bank::load(None).await.unwrap();
        let [tuning, held_out] = ["tuning", "held-out"].map(|set| bank.agreement(set).unwrap());
        assert!(tuning.answers + held_out.answers >= 60);
        assert!(tuning.f1() >= 0.95, "F1 {:.3}", tuning.f1());
        assert_eq!(tuning.fooled, 0);
        // The aim is 0.85 and no answer that fools the matcher; answers that nobody tuned for are not there yet. These
        // bounds say what holds, so that it gets no worse: raise them with every gain.
        assert!(held_out.f1() >= HELD_OUT_F1, "F1 {:.3}", held_out.f1());
        assert!(held_out.fooled <= HELD_OUT_FOOLED, "{} fooled", held_out.fooled);
    }

    #[tokio::test]
    async fn an_answer_is_no_answer_to_another_question() {
        let bank = Bank::load(None).await.unwrap();
        let confusions = bank.confusions();
        assert!(confusions.len() > bank.questions.len());
        let (share, said, asked) = confusions[0];
        assert!(share <= MOST_CONFUSED, "the answer of {said} covers {share:.2} of {asked}");
    }
}
