//! What pages and reports ask of a sitting. Nothing here changes it.

use super::terms::{PromptClock, RoundNumber, Terms};
use super::{LONGEST_PAUSE_MS, PAUSES, Pause, Round, RoundState, Sitting, State};
use crate::content::Mode;

impl Sitting {
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// In the order of the paper.
    #[must_use]
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    #[must_use]
    pub fn round(&self, number: RoundNumber) -> Option<&Round> {
        self.rounds.get(number.index()?)
    }

    /// The round whose time it is, while there is one: open or probing.
    #[must_use]
    pub fn current(&self) -> Option<RoundNumber> {
        self.current.map(RoundNumber::of_index)
    }

    /// Whether the person may see a round's question: in an exam once its turn has come, in practice once the interview
    /// has begun; during a pause nothing.
    #[must_use]
    pub fn shows(&self, number: RoundNumber) -> bool {
        let Some(round) = self.round(number) else { return false };
        match self.state {
            State::Ready | State::Paused => false,
            State::Running => self.terms.mode == Mode::Practice || round.state != RoundState::Upcoming,
            _ => true,
        }
    }

    /// The moment that this is the state of.
    #[must_use]
    pub fn at_ms(&self) -> u64 {
        self.at_ms
    }

    #[must_use]
    pub fn created_ms(&self) -> u64 {
        self.created_ms
    }

    #[must_use]
    pub fn started_ms(&self) -> Option<u64> {
        self.started_ms
    }

    #[must_use]
    pub fn ended_ms(&self) -> Option<u64> {
        self.ended_ms
    }

    /// Without the pauses: the sum over all rounds and of what is spent on none.
    #[must_use]
    pub fn used_ms(&self) -> u64 {
        self.used_ms
    }

    /// Spent while all questions that were left were flagged.
    #[must_use]
    pub fn idle_ms(&self) -> u64 {
        self.idle_ms
    }

    /// None without a limit.
    #[must_use]
    pub fn left_ms(&self) -> Option<u64> {
        self.terms.limit_ms.map(|limit_ms| limit_ms.saturating_sub(self.used_ms))
    }

    /// When the limit ends it, if no pause comes; known while it runs.
    #[must_use]
    pub fn deadline_ms(&self) -> Option<u64> {
        let left_ms = self.left_ms().filter(|_| self.state == State::Running)?;
        Some(self.at_ms.saturating_add(left_ms))
    }

    /// Those that were taken, in their order.
    #[must_use]
    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    #[must_use]
    pub fn pauses_left(&self) -> usize {
        if self.terms.mode == Mode::Exam { 0 } else { PAUSES.saturating_sub(self.pauses.len()) }
    }

    /// When the pause that lasts ends by itself.
    #[must_use]
    pub fn pause_ends_ms(&self) -> Option<u64> {
        let pause = self.pauses.last().filter(|_| self.state == State::Paused)?;
        Some(pause.start_ms.saturating_add(LONGEST_PAUSE_MS))
    }

    /// The clock of the prompt that is asked now.
    #[must_use]
    pub fn prompt_clock(&self) -> Option<PromptClock> {
        let at = self.current?;
        let round = &self.rounds[at];
        let (budget_ms, used_ms) = match round.probes_ms.last() {
            Some(spent_ms) if round.state == RoundState::Probing => (self.terms.probe_ms, *spent_ms),
            _ => (self.terms.budgets_ms[at], round.main_ms),
        };
        Some(PromptClock {
            budget_ms,
            used_ms,
            colour: self.terms.colour(used_ms, budget_ms),
            cut_in_ms: self.cut_left_ms().map(|(left_ms, _)| left_ms),
        })
    }

    /// Everything is answered or cut and nothing is flagged: only finishing is left.
    #[must_use]
    pub fn is_all_answered(&self) -> bool {
        let done = |round: &Round| matches!(round.state, RoundState::Answered | RoundState::Cut);
        self.state == State::Running && self.rounds.iter().all(done)
    }

    /// Whether a round was ever asked.
    #[must_use]
    pub fn was_asked(&self, number: RoundNumber) -> bool {
        self.round(number).is_some_and(|round| round.state != RoundState::Upcoming)
    }
}
