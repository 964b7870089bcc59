//! Fits FSRS's parameters to how a person really remembers, by the `fsrs` crate's optimiser.
//!
//! Nothing is applied here: the person sees the fit before and after, and decides. The same histories always give the
//! same parameters.
//!
//! Fitting takes tens of milliseconds for a thousand reviews; call it off the threads that answer requests.

use fsrs::{ComputeParametersInput, FSRS, FSRSItem, FSRSReview, compute_parameters};

use super::day::StudyDay;
use super::schedule::{Grade, Settings};

/// Reviews below which a fit says more about chance than about the person.
pub const REVIEWS_NEEDED: usize = 400;

/// What a person answered to one question, in the order it was answered.
pub type History = Vec<(StudyDay, Grade)>;

/// How well predicted recall agrees with what was recalled. Smaller is better for both; see
/// <https://github.com/open-spaced-repetition/srs-benchmark#metrics>.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The mean surprise of an outcome, in nats; recent reviews weigh more.
    pub log_loss: f32,
    /// The root mean square, over groups of similar reviews, of predicted less actual recall: 0.05 is five points of
    /// a hundred. To four places: the crate adds the groups in the order of a hash map, so the last ones are chance.
    pub rmse_bins: f32,
}

/// New parameters and what they are good for.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimised {
    /// FSRS-6's 21, as [`Settings::new`] takes them.
    pub parameters: Vec<f32>,
    /// Reviews that were looked at.
    pub reviews: usize,
    /// With the parameters that the person has.
    pub before: Fit,
    pub after: Fit,
}

impl Optimised {
    /// Whether the new parameters predict this person better than those they have.
    #[must_use]
    pub fn is_better(&self) -> bool {
        self.after.log_loss < self.before.log_loss
    }
}

/// Why no parameters were fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OptimiseError {
    #[error("{missing} more reviews are needed: {REVIEWS_NEEDED} in all")]
    TooFewReviews { missing: usize },
    #[error(
        "all reviews of a question are on one day: come back on another, so that there is something to forget"
    )]
    NothingToForget,
    #[error("the optimiser found no usable parameters for these reviews")]
    NoFit,
}

/// Fits parameters to a person's histories, one a question.
///
/// # Errors
///
/// When there are fewer than [`REVIEWS_NEEDED`] reviews, when no question was reviewed on a second day, or when the
/// optimiser gives up.
pub fn optimise(histories: &[History], current: &Settings) -> Result<Optimised, OptimiseError> {
    let reviews = histories.iter().map(Vec::len).sum();
    if reviews < REVIEWS_NEEDED {
        return Err(OptimiseError::TooFewReviews { missing: REVIEWS_NEEDED - reviews });
    }
    let (items, questions) = items(histories);
    if items.is_empty() {
        return Err(OptimiseError::NothingToForget);
    }
    let input = ComputeParametersInput {
        train_set: items.clone(),
        card_ids: Some(questions.clone()),
        ..ComputeParametersInput::default()
    };
    let parameters = compute_parameters(input).map_err(|_| OptimiseError::NoFit)?;
    let before = fit(current.parameters(), items.clone(), questions.clone())?;
    let after = fit(&parameters, items, questions)?;
    Ok(Optimised { parameters, reviews, before, after })
}

/// One item for each review on a later day than the one before it, with all that came before; in the order of days,
/// as the crate gives recent items more weight. Beside each the number of its history.
fn items(histories: &[History]) -> (Vec<FSRSItem>, Vec<i64>) {
    let mut dated = Vec::new();
    for (question, history) in (0..).zip(histories) {
        let mut reviews: Vec<FSRSReview> = Vec::with_capacity(history.len());
        let mut last_day = None;
        for &(day, grade) in history {
            let delta_t = last_day.map_or(0, |last| day.since(last));
            last_day = last_day.max(Some(day));
            reviews.push(FSRSReview { rating: u32::from(u8::from(grade)), delta_t });
            if delta_t > 0 {
                dated.push((day, question, FSRSItem { reviews: reviews.clone() }));
            }
        }
    }
    dated.sort_by_key(|&(day, question, _)| (day, question));
    dated.into_iter().map(|(_, question, item)| (item, question)).unzip()
}

fn fit(parameters: &[f32], items: Vec<FSRSItem>, questions: Vec<i64>) -> Result<Fit, OptimiseError> {
    let evaluation = FSRS::new(parameters)
        .and_then(|fsrs| fsrs.evaluate_with_card_ids(items, questions, |_| true))
        .map_err(|_| OptimiseError::NoFit)?;
    Ok(Fit { log_loss: evaluation.log_loss, rmse_bins: (evaluation.rmse_bins * 1e4).round() / 1e4 })
}

#[cfg(test)]
mod tests {
    use fsrs::DEFAULT_PARAMETERS;
    use proptest::prelude::*;

    use super::*;
    use crate::practice::schedule::{self, DEFAULT_MAXIMUM_INTERVAL, Memory, Scheduled, retrievability};

    fn defaults() -> Settings {
        Settings::new(&[], 0.9, DEFAULT_MAXIMUM_INTERVAL).unwrap()
    }

    /// SplitMix64: chance that is the same in every run.
    struct Chance(u64);

    impl Chance {
        /// From 0 to 1.
        fn next(&mut self) -> f32 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (bits ^ (bits >> 31)) as u32 as f32 / u32::MAX as f32
        }
    }

    /// Somebody who forgets much faster than most, and studies when the defaults tell them to.
    fn forgetful(questions: u32, days: u32) -> Vec<History> {
        let mut parameters = DEFAULT_PARAMETERS;
        parameters[..4].copy_from_slice(&[0.1, 0.3, 0.6, 1.5]);
        parameters[8] = 1.0;
        let (truth, told) = (Settings::new(&parameters, 0.9, 36_500).unwrap(), defaults());
        let mut chance = Chance(7);
        (0..questions)
            .map(|question| {
                let mut day = StudyDay(20_000).plus(question % 20);
                let end = day.plus(days);
                let (mut really, mut believed) = (Memory::New, Memory::New);
                let mut history = History::new();
                while day < end {
                    let recall = retrievability(really, day, &truth).unwrap_or(0.5);
                    let grade = if chance.next() >= recall {
                        Grade::Again
                    } else if chance.next() < 0.2 {
                        Grade::Hard
                    } else {
                        Grade::Good
                    };
                    history.push((day, grade));
                    really = Memory::Reviewed(schedule::grade(really, grade, day, &truth).memory);
                    let next: Scheduled = schedule::grade(believed, grade, day, &told);
                    believed = Memory::Reviewed(next.memory);
                    day = next.due();
                }
                history
            })
            .collect()
    }

    #[test]
    fn parameters_fitted_to_a_forgetful_person_predict_them_better() {
        let histories = forgetful(150, 120);
        let optimised = optimise(&histories, &defaults()).unwrap();
        assert_eq!(optimised.reviews, histories.iter().map(Vec::len).sum::<usize>());
        assert!(optimised.is_better());
        assert!(optimised.after.log_loss < optimised.before.log_loss - 0.01, "{optimised:?}");
        assert!(optimised.after.rmse_bins < optimised.before.rmse_bins * 0.7, "{optimised:?}");

        // the new settings are usable and know that this person forgets sooner
        let fitted = Settings::new(&optimised.parameters, 0.9, DEFAULT_MAXIMUM_INTERVAL).unwrap();
        let stability = |settings: &Settings| {
            schedule::grade(Memory::New, Grade::Good, StudyDay(0), settings).memory.stability
        };
        assert!(stability(&fitted) < 0.6 * stability(&defaults()), "{}", stability(&fitted));
    }

    #[test]
    fn the_same_reviews_give_the_same_parameters() {
        let histories = forgetful(60, 90);
        let (once, twice) =
            (optimise(&histories, &defaults()).unwrap(), optimise(&histories, &defaults()).unwrap());
        assert_eq!(once, twice);
    }

    #[test]
    fn somebody_whose_parameters_fit_already_is_told_so() {
        let histories = forgetful(150, 120);
        let first = optimise(&histories, &defaults()).unwrap();
        let fitted = Settings::new(&first.parameters, 0.9, DEFAULT_MAXIMUM_INTERVAL).unwrap();
        let again = optimise(&histories, &fitted).unwrap();
        assert_eq!(again.before.log_loss, first.after.log_loss);
        assert!(!again.is_better());
    }

    #[test]
    fn a_beginner_hears_how_many_reviews_are_missing() {
        let history: History = (0..61).map(|n| (StudyDay(n), Grade::Good)).collect();
        let refused = optimise(&[history.clone(), history], &defaults()).unwrap_err();
        assert_eq!(refused, OptimiseError::TooFewReviews { missing: 278 });
        assert_eq!(refused.to_string(), "278 more reviews are needed: 400 in all");
        assert_eq!(optimise(&[], &defaults()), Err(OptimiseError::TooFewReviews { missing: 400 }));
    }

    #[test]
    fn a_single_day_has_nothing_to_forget() {
        let histories = vec![vec![(StudyDay(5), Grade::Good)]; 500];
        assert_eq!(optimise(&histories, &defaults()), Err(OptimiseError::NothingToForget));
    }

    #[test]
    fn a_review_counts_the_days_since_the_latest_before_it() {
        let history = vec![
            (StudyDay(10), Grade::Good),
            (StudyDay(13), Grade::Again),
            (StudyDay(13), Grade::Good),
            // from a clock that was wrong
            (StudyDay(11), Grade::Good),
            (StudyDay(20), Grade::Good),
        ];
        let (items, questions) = items(&[vec![], history]);
        assert_eq!(questions, [1, 1]);
        let gaps: Vec<u32> = items[1].reviews.iter().map(|review| review.delta_t).collect();
        assert_eq!(gaps, [0, 3, 0, 0, 7]);
        assert_eq!(items[0].reviews.len(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn whatever_was_answered_the_new_parameters_are_usable(
            histories in prop::collection::vec(
                prop::collection::vec((0_i32..400, prop::sample::select(Grade::ALL.to_vec())), 1..40),
                20..60,
            ),
        ) {
            let histories: Vec<History> = histories
                .into_iter()
                .map(|mut answers| {
                    answers.sort_by_key(|(day, _)| *day);
                    answers.into_iter().map(|(day, grade)| (StudyDay(day), grade)).collect()
                })
                .collect();
            match optimise(&histories, &defaults()) {
                Ok(optimised) => {
                    prop_assert!(Settings::new(&optimised.parameters, 0.9, 365).is_ok());
                    prop_assert!(optimised.after.log_loss.is_finite());
                }
                Err(refused) => {
                    let few = histories.iter().map(Vec::len).sum::<usize>() < REVIEWS_NEEDED;
                    prop_assert_eq!(few, matches!(refused, OptimiseError::TooFewReviews { .. }));
                }
            }
        }
    }
}
