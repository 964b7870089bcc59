//! A person's interview as it is read: the types alone.

use crate::content::{Kind, Level, Mode};
use crate::ids::{BlueprintId, InterviewId, PartId, QuestionId, QuestionNumber, TopicId};
use crate::interview::grading::Outcome;
use crate::interview::paper::{Seed, Wish};
use crate::interview::session::{Pace, RoundNumber, Sitting, State};

/// A person's interview at a moment: its plan, its answers, and the state that its log and the time have led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Interview {
    pub id: InterviewId,
    /// Names it in exports and in the review log, on whatever site it is.
    pub uid: String,
    /// None for an own mix.
    pub preset: Option<BlueprintId>,
    pub title: String,
    pub seed: Seed,
    pub pace: Pace,
    /// With the topics that were chosen for the person, where they were.
    pub wish: Wish,
    /// How many questions were wanted; more than there are rounds when the bank had too few.
    pub asked_for: u16,
    pub created_at_s: i64,
    /// In the order of the paper.
    pub rounds: Vec<PlannedRound>,
    pub sitting: Sitting,
    /// Events in its log.
    pub events: u32,
    /// By round and prompt.
    pub answers: Vec<Answer>,
    /// Its end is in the database; time alone ends an interview without writing.
    pub end_is_stored: bool,
}

/// A question of the paper.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRound {
    pub number: RoundNumber,
    pub question: QuestionNumber,
    pub id: QuestionId,
    pub title: String,
    pub topic: TopicId,
    pub topic_title: String,
    pub level: Level,
    pub kind: Kind,
    /// Its file is gone since.
    pub archived: bool,
    pub budget_ms: u64,
    /// Predicted when the interview was made, 0 to 1; none for a question that was never practised.
    pub recall: Option<f64>,
    /// What practice was told last.
    pub outcome: Option<Outcome>,
    /// How often practice was told something else.
    pub told: u32,
}

/// What was said to a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub round: RoundNumber,
    /// 0 the question, 1 and 2 its probes.
    pub prompt: u8,
    /// What a probe is about.
    pub key_point: Option<PartId>,
    /// The prompt's words.
    pub asked: String,
    pub text: String,
    pub saved_ms: u64,
    /// None while it is only saved.
    pub handed_in_ms: Option<u64>,
    /// What it was handed in with.
    pub client_id: Option<String>,
}

impl Interview {
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.sitting.terms().mode
    }

    #[must_use]
    pub fn state(&self) -> State {
        self.sitting.state()
    }

    #[must_use]
    pub fn is_shortened(&self) -> bool {
        self.rounds.len() < usize::from(self.asked_for)
    }

    #[must_use]
    pub fn round(&self, number: RoundNumber) -> Option<&PlannedRound> {
        self.rounds.get(number.index()?)
    }

    /// What was said in a round so far.
    pub fn answers_of(&self, round: RoundNumber) -> impl Iterator<Item = &Answer> {
        self.answers.iter().filter(move |answer| answer.round == round)
    }

    #[must_use]
    pub fn answer(&self, round: RoundNumber, prompt: u8) -> Option<&Answer> {
        self.answers_of(round).find(|answer| answer.prompt == prompt)
    }

    /// What a round asks now: the question, or the probe while one is asked. None while the person may not see it.
    #[must_use]
    pub fn prompt(&self, round: RoundNumber) -> Option<&str> {
        if !self.sitting.shows(round) {
            return None;
        }
        let probe = self.sitting.round(round)?.prompt().filter(|prompt| *prompt > 0);
        match probe.and_then(|prompt| self.answer(round, prompt)) {
            Some(probe) => Some(&probe.asked),
            None => self.round(round).map(|planned| planned.title.as_str()),
        }
    }
}
