//! Whatever is done and whenever the process ends: what was confirmed is in the file.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

/// What somebody tries next.
#[derive(Debug, Clone)]
enum Attempt {
    Answer(u16, u8),
    Save(u16, u8),
    Step(Step),
    /// The process ends and another begins.
    Restart,
}

fn attempts() -> impl Strategy<Value = Vec<(i64, Attempt)>> {
    let round = 1_u16..5;
    let number = round.clone().prop_map(RoundNumber);
    let attempt = prop_oneof![
        6 => (round.clone(), any::<u8>()).prop_map(|(round, words)| Attempt::Answer(round, words)),
        5 => (round, any::<u8>()).prop_map(|(round, words)| Attempt::Save(round, words)),
        2 => number.clone().prop_map(|round| Attempt::Step(Step::Flag(round))),
        2 => number.clone().prop_map(|round| Attempt::Step(Step::Open(round))),
        2 => number.prop_map(|round| Attempt::Step(Step::SkipProbe(round))),
        1 => prop::sample::select(vec![Step::Pause, Step::Resume]).prop_map(Attempt::Step),
        1 => Just(Attempt::Restart),
    ];
    prop::collection::vec((-30_000_i64..60_000, attempt), 1..25)
}

/// Some of the points, always with other words.
fn words(number: usize, seed: u8) -> String {
    let point =
        ["", "The alpha is what matters here.", "The beta is what matters here.", ALL][usize::from(seed) % 4];
    format!("{point} Answer {number} as it was typed.")
}

async fn play(mode: Mode, attempts: &[(i64, Attempt)]) -> Result<(), TestCaseError> {
    let mut site = Site::open().await;
    let id = site.begin(ADA, &mix(mode)).await;
    let mut now_ms = NOON;
    // by round and prompt: what was confirmed last, and whether it was handed in
    let mut confirmed: BTreeMap<(u16, u8), (String, bool)> = BTreeMap::new();
    for (number, (step, attempt)) in attempts.iter().enumerate() {
        now_ms = now_ms.saturating_add_signed(*step);
        match attempt {
            Attempt::Answer(round, seed) => {
                let text = said(*round, &words(number, *seed));
                if let Ok(HandedIn { round, prompt, .. }) = site.answer(id, &text, now_ms).await {
                    let before = confirmed.insert((round.0, prompt), (text.text, true));
                    prop_assert!(before.is_none_or(|(_, handed_in)| !handed_in), "an answer is locked");
                }
            }
            Attempt::Save(round, seed) => {
                let prompt = site
                    .interview(id, now_ms)
                    .await
                    .sitting
                    .round(RoundNumber(*round))
                    .and_then(|round| round.prompt());
                let text = said(*round, &words(number, *seed));
                if site.save(id, &text, now_ms).await.is_ok() {
                    let prompt = prompt.expect("only what is asked takes a text");
                    let before = confirmed.insert((*round, prompt), (text.text, false));
                    prop_assert!(before.is_none_or(|(_, handed_in)| !handed_in), "an answer is locked");
                }
            }
            Attempt::Step(step) => drop(site.step(ADA, id, *step, now_ms).await),
            Attempt::Restart => site = site.restart().await,
        }
    }
    let interview = site.restart().await.interview(id, now_ms).await;
    for ((round, prompt), (text, handed_in)) in &confirmed {
        let kept = interview.answer(RoundNumber(*round), *prompt);
        prop_assert_eq!(
            kept.map(|answer| (&answer.text, answer.handed_in_ms.is_some())),
            Some((text, *handed_in))
        );
    }
    let texts = interview.answers.iter().filter(|answer| !answer.text.is_empty()).count();
    prop_assert_eq!(texts, confirmed.len(), "nothing is there that was not confirmed");
    Ok(())
}

#[test]
fn no_confirmed_answer_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 48, max_shrink_iters: 200, ..Config::default() };
    let modes = prop::sample::select(Mode::ALL.to_vec());
    TestRunner::new(config)
        .run(&(modes, attempts()), |(mode, attempts)| runtime.block_on(play(mode, &attempts)))
        .unwrap();
}
