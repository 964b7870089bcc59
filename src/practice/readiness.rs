//! Readiness: what a person will recall on the day of the interview, and which questions would raise that most.
//!
//! The prediction is FSRS's forgetting curve at that day, as if nothing were practised until then: reviews that are
//! still to come are the person's to do, and a promise on their behalf would flatter.

use std::collections::BTreeMap;

use super::day::StudyDay;
use super::schedule::{self, Grade, Memory, Settings, retrievability};
use crate::ids::TopicId;

/// Recall of a question that was never practised here.
///
/// The person may well know the answer; nothing here has seen it. Zero is the prior that cannot make anybody feel ready
/// who is not, and a single graded answer replaces it.
pub const UNSEEN_RECALL: f64 = 0.0;

/// How many questions are named as worth a review today.
pub const BEST_QUESTIONS: usize = 10;

/// A question that the interview may ask.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub question: i64,
    pub topic: &'a TopicId,
    pub memory: Memory,
}

/// Predicted recall on the day of the interview.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness<'a> {
    /// The day that the prediction is for.
    pub day: StudyDay,
    /// The mean over all questions, 0 to 1; `None` when there is no question.
    pub overall: Option<f64>,
    /// The weakest first.
    pub topics: Vec<TopicReadiness<'a>>,
    /// The reviews that would raise `overall` most, the best first; at most [`BEST_QUESTIONS`].
    pub best: Vec<Gain>,
}

/// A topic's part of the prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicReadiness<'a> {
    pub topic: &'a TopicId,
    /// The mean over the topic's questions, 0 to 1.
    pub recall: f64,
    pub questions: u32,
    /// Those of them that were never practised.
    pub unseen: u32,
}

/// What a review today, graded Good, would do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    pub question: i64,
    /// Predicted recall of the question on the day, 0 to 1, without the review and with it.
    pub without: f64,
    pub with: f64,
    /// By how much it raises the overall prediction.
    pub overall: f64,
}

/// Predicts recall of the questions on the day of the interview; for an interview that is over, today.
///
/// Questions that would gain the same keep the order that they are given in.
#[must_use]
pub fn readiness<'a>(
    questions: &[Asked<'a>],
    today: StudyDay,
    interview: StudyDay,
    settings: &Settings,
) -> Readiness<'a> {
    let day = interview.max(today);
    let recall = |memory| retrievability(memory, day, settings).map_or(UNSEEN_RECALL, f64::from);
    let after_good =
        |memory| recall(Memory::Reviewed(schedule::grade(memory, Grade::Good, today, settings).memory));
    // the same for every unseen question, of which there may be very many
    let unseen_after_good = after_good(Memory::New);

    let mut by_topic: BTreeMap<&TopicId, (f64, u32, u32)> = BTreeMap::new();
    let mut gains = Vec::with_capacity(questions.len());
    let mut sum = 0.0;
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer questions than 2^52")]
    let count = questions.len() as f64;
    for asked in questions {
        let without = recall(asked.memory);
        let with = match asked.memory {
            Memory::New => unseen_after_good,
            Memory::Reviewed(_) => after_good(asked.memory),
        };
        sum += without;
        let (topic_sum, number, unseen) = by_topic.entry(asked.topic).or_default();
        *topic_sum += without;
        *number += 1;
        *unseen += u32::from(asked.memory == Memory::New);
        if with > without {
            gains.push(Gain { question: asked.question, without, with, overall: (with - without) / count });
        }
    }
    gains.sort_by(|a, b| b.overall.total_cmp(&a.overall));
    gains.truncate(BEST_QUESTIONS);

    let mut topics: Vec<_> = by_topic
        .into_iter()
        .map(|(topic, (sum, questions, unseen))| TopicReadiness {
            topic,
            recall: sum / f64::from(questions),
            questions,
            unseen,
        })
        .collect();
    topics.sort_by(|a, b| a.recall.total_cmp(&b.recall));
    Readiness { day, overall: (!questions.is_empty()).then(|| sum / count), topics, best: gains }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::practice::schedule::{DEFAULT_MAXIMUM_INTERVAL, Recalled};

    const TODAY: StudyDay = StudyDay(20_779);

    fn settings() -> Settings {
        Settings::new(&[], 0.9, DEFAULT_MAXIMUM_INTERVAL).unwrap()
    }

    fn topic(id: &str) -> TopicId {
        id.parse().unwrap()
    }

    fn remembered(stability: f32, days_ago: i32) -> Memory {
        Memory::Reviewed(Recalled { stability, difficulty: 5.0, last_day: StudyDay(TODAY.0 - days_ago) })
    }

    #[test]
    fn a_topic_that_was_never_practised_counts_as_unknown_and_comes_first() {
        let (networking, storage) = (topic("networking"), topic("storage"));
        let questions = [
            // 0.9 after as many days as its stability says, by definition
            Asked { question: 1, topic: &networking, memory: remembered(30.0, 20) },
            Asked { question: 2, topic: &storage, memory: Memory::New },
        ];
        let ready = readiness(&questions, TODAY, TODAY.plus(10), &settings());
        assert_eq!(ready.day, TODAY.plus(10));
        assert!((ready.overall.unwrap() - 0.45).abs() < 1e-6, "{ready:?}");
        let order: Vec<(&str, u32, u32)> =
            ready.topics.iter().map(|topic| (topic.topic.as_str(), topic.questions, topic.unseen)).collect();
        assert_eq!(order, [("storage", 1, 1), ("networking", 1, 0)]);
        assert_eq!(ready.topics[0].recall, UNSEEN_RECALL);
        assert!((ready.topics[1].recall - 0.9).abs() < 1e-6);
    }

    #[test]
    fn the_ten_named_questions_are_those_that_doing_them_proves_best() {
        let serverless = topic("serverless");
        // from just practised to long forgotten, and one never seen
        let mut questions: Vec<Asked> = (0..20)
            .map(|n| Asked {
                question: n,
                topic: &serverless,
                memory: remembered(3.0 + n as f32, (n * n) as i32),
            })
            .collect();
        questions.push(Asked { question: 99, topic: &serverless, memory: Memory::New });
        let (settings, interview) = (settings(), TODAY.plus(14));
        let ready = readiness(&questions, TODAY, interview, &settings);
        assert_eq!(ready.best.len(), BEST_QUESTIONS);
        assert_eq!(ready.best[0].question, 99, "an unseen question gains most: {:?}", ready.best);

        // really do each of them, one at a time, and compare
        let mut by_doing: Vec<(i64, f64)> = (0..questions.len())
            .map(|n| {
                let mut done = questions.clone();
                let review = schedule::grade(done[n].memory, Grade::Good, TODAY, &settings);
                done[n].memory = Memory::Reviewed(review.memory);
                let raised = readiness(&done, TODAY, interview, &settings).overall.unwrap();
                (done[n].question, raised - ready.overall.unwrap())
            })
            .collect();
        by_doing.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (gain, (question, raised)) in ready.best.iter().zip(by_doing) {
            assert_eq!(gain.question, question);
            assert!((gain.overall - raised).abs() < 1e-9, "{gain:?} but doing it raises by {raised}");
        }
    }

    #[test]
    fn unseen_questions_are_named_in_the_order_of_the_bank() {
        let compute = topic("compute");
        let questions: Vec<Asked> =
            (0..15).map(|n| Asked { question: 100 - n, topic: &compute, memory: Memory::New }).collect();
        let ready = readiness(&questions, TODAY, TODAY.plus(3), &settings());
        let named: Vec<i64> = ready.best.iter().map(|gain| gain.question).collect();
        assert_eq!(named, (91..=100).rev().collect::<Vec<i64>>());
    }

    #[test]
    fn the_prediction_for_an_interview_that_is_over_is_for_today() {
        let cost = topic("cost");
        let questions = [Asked { question: 1, topic: &cost, memory: remembered(5.0, 5) }];
        let ready = readiness(&questions, TODAY, StudyDay(TODAY.0 - 3), &settings());
        assert_eq!(ready.day, TODAY);
        assert!((ready.overall.unwrap() - 0.9).abs() < 1e-6);
    }

    #[test]
    fn without_questions_there_is_nothing_to_predict() {
        let ready = readiness(&[], TODAY, TODAY.plus(7), &settings());
        assert_eq!((ready.overall, ready.topics.len(), ready.best.len()), (None, 0, 0));
    }

    proptest! {
        #[test]
        fn predictions_are_shares_and_gains_are_gains(
            memories in prop::collection::vec(prop::option::of((0.01_f32..2000.0, 1.0_f32..10.0, 0_i32..3000)), 1..60),
            days in 0_u32..400,
        ) {
            let topics = ["compute", "storage", "security"].map(topic);
            let questions: Vec<Asked> = (0..)
                .zip(&memories)
                .map(|(question, memory)| Asked {
                    question,
                    topic: &topics[usize::try_from(question).unwrap() % 3],
                    memory: memory.map_or(Memory::New, |(stability, difficulty, ago)| {
                        Memory::Reviewed(Recalled { stability, difficulty, last_day: StudyDay(TODAY.0 - ago) })
                    }),
                })
                .collect();
            let ready = readiness(&questions, TODAY, TODAY.plus(days), &settings());
            let overall = ready.overall.unwrap();
            prop_assert!((0.0..=1.0).contains(&overall));
            prop_assert!(ready.topics.iter().all(|topic| (0.0..=1.0).contains(&topic.recall)));
            prop_assert!(ready.topics.is_sorted_by(|a, b| a.recall <= b.recall));
            let asked: u32 = ready.topics.iter().map(|topic| topic.questions).sum();
            prop_assert_eq!(asked as usize, questions.len());
            prop_assert!(ready.best.is_sorted_by(|a, b| a.overall >= b.overall));
            for gain in &ready.best {
                prop_assert!(gain.overall > 0.0 && overall + gain.overall <= 1.0 + 1e-6);
            }
            // a later interview never looks better
            let later = readiness(&questions, TODAY, TODAY.plus(days + 30), &settings());
            prop_assert!(later.overall.unwrap() <= overall);
        }
    }
}
