//! What each event does, and whose turn it is then. Time has passed before any of this is asked.

use super::terms::RoundNumber;
use super::{End, MOST_PROBES, PAUSES, Pause, Refusal, Round, RoundState, Sitting, State};
use crate::content::Mode;

impl Sitting {
    pub(super) fn start(&mut self) -> Result<(), Refusal> {
        match self.state {
            State::Ready => {
                self.state = State::Running;
                self.started_ms = Some(self.at_ms);
                self.next_turn();
                Ok(())
            }
            State::Running | State::Paused => Err(Refusal::AlreadyStarted),
            _ => Err(self.over()),
        }
    }

    pub(super) fn open(&mut self, number: RoundNumber) -> Result<(), Refusal> {
        self.running()?;
        let at = self.index(number)?;
        match self.rounds[at].state {
            RoundState::Open => return Ok(()),
            RoundState::Flagged => {}
            RoundState::Upcoming if self.terms.mode == Mode::Practice => {}
            RoundState::Upcoming => return Err(Refusal::NotItsTurn),
            RoundState::Probing | RoundState::Answered => return Err(Refusal::Answered),
            RoundState::Cut => return Err(Refusal::Cut),
        }
        if let Some(left) = self.current.take() {
            let round = &mut self.rounds[left];
            if round.state == RoundState::Open {
                round.state = RoundState::Flagged;
                self.left_for_another = Some(left);
            } else {
                // what was asked last is not answered any more
                round.state = RoundState::Answered;
                round.probes_left = 0;
            }
        }
        if self.left_for_another == Some(at) {
            self.left_for_another = None;
        }
        self.rounds[at].state = RoundState::Open;
        self.current = Some(at);
        Ok(())
    }

    pub(super) fn answer(&mut self, number: RoundNumber, probes: u8) -> Result<(), Refusal> {
        let at = self.open_round(number)?;
        if probes > MOST_PROBES {
            return Err(Refusal::TooManyProbes);
        }
        match probes {
            0 => self.leave(at, RoundState::Answered),
            probes => {
                let round = &mut self.rounds[at];
                round.state = RoundState::Probing;
                round.probes_ms.push(0);
                round.probes_left = probes - 1;
            }
        }
        Ok(())
    }

    pub(super) fn end_probe(&mut self, at: usize) {
        let round = &mut self.rounds[at];
        match round.probes_left.checked_sub(1) {
            Some(left) => {
                round.probes_left = left;
                round.probes_ms.push(0);
            }
            None => self.leave(at, RoundState::Answered),
        }
    }

    pub(super) fn flag(&mut self, number: RoundNumber) -> Result<(), Refusal> {
        let at = self.open_round(number)?;
        self.leave(at, RoundState::Flagged);
        Ok(())
    }

    pub(super) fn pause(&mut self) -> Result<(), Refusal> {
        self.running()?;
        if self.terms.mode == Mode::Exam {
            return Err(Refusal::NoPauseInExam);
        }
        if self.pauses.len() >= PAUSES {
            return Err(Refusal::NoPauseLeft);
        }
        self.pauses.push(Pause { start_ms: self.at_ms, end_ms: None });
        self.state = State::Paused;
        Ok(())
    }

    pub(super) fn resume(&mut self) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.end_ms = Some(self.at_ms);
        }
        self.state = State::Running;
    }

    pub(super) fn end(&mut self, end: End) {
        if self.state == State::Paused {
            self.resume();
        }
        for round in &mut self.rounds {
            round.state = match round.state {
                RoundState::Open | RoundState::Flagged => RoundState::Cut,
                RoundState::Probing => RoundState::Answered,
                other => other,
            };
            round.probes_left = 0;
        }
        self.current = None;
        self.left_for_another = None;
        self.ended_ms = Some(self.at_ms);
        self.state = State::Finished(end);
    }

    /// Ends a round's turn.
    pub(super) fn leave(&mut self, at: usize, state: RoundState) {
        self.rounds[at].state = state;
        self.current = None;
        self.next_turn();
    }

    pub(super) fn next_turn(&mut self) {
        let upcoming = |rounds: &[Round]| rounds.iter().position(|round| round.state == RoundState::Upcoming);
        let left = self.left_for_another.take();
        let next = left.filter(|at| self.rounds[*at].state == RoundState::Flagged);
        self.current = next.or_else(|| upcoming(&self.rounds));
        if let Some(at) = self.current {
            self.rounds[at].state = RoundState::Open;
        }
    }

    pub(super) fn index(&self, number: RoundNumber) -> Result<usize, Refusal> {
        number.index().filter(|at| *at < self.rounds.len()).ok_or(Refusal::NoSuchRound)
    }

    pub(super) fn open_round(&self, number: RoundNumber) -> Result<usize, Refusal> {
        self.running()?;
        let at = self.index(number)?;
        match self.rounds[at].state {
            RoundState::Open => Ok(at),
            RoundState::Upcoming | RoundState::Flagged => Err(Refusal::NotItsTurn),
            RoundState::Probing | RoundState::Answered => Err(Refusal::Answered),
            RoundState::Cut => Err(Refusal::Cut),
        }
    }

    pub(super) fn probing(&self, number: RoundNumber) -> Result<usize, Refusal> {
        self.running()?;
        let at = self.index(number)?;
        if self.rounds[at].state == RoundState::Probing { Ok(at) } else { Err(Refusal::NoProbe) }
    }

    /// Begun and not over.
    pub(super) fn ongoing(&self) -> Result<(), Refusal> {
        match self.state {
            State::Ready => Err(Refusal::NotStarted),
            State::Running | State::Paused => Ok(()),
            _ => Err(self.over()),
        }
    }

    pub(super) fn running(&self) -> Result<(), Refusal> {
        self.ongoing()?;
        if self.state == State::Paused { Err(Refusal::Paused) } else { Ok(()) }
    }

    pub(super) fn to_be_graded(&self) -> Result<End, Refusal> {
        match self.state {
            State::Finished(end) | State::SelfGraded(end) => Ok(end),
            State::Closed(_) => Err(Refusal::Closed),
            _ => Err(Refusal::NotOver),
        }
    }

    pub(super) fn over(&self) -> Refusal {
        if let State::Closed(_) = self.state { Refusal::Closed } else { Refusal::Over }
    }
}
