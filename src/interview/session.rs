//! The clock and the states of a mock interview. Pure: no I/O, and `now` is an argument.
//!
//! What people do is an [`Event`] and goes into a log; what time does is not, since it follows: [`Sitting::advance`]
//! cuts what is over, ends pauses that are too long and ends the interview at its limit, each at the moment at which it
//! was due, whenever it is asked. So a log that is replayed at any time leads to the state that everybody saw, whether
//! the server ran in between or not.
//!
//! Every millisecond between the start and the end belongs to exactly one thing: a round's question, one of its probes,
//! a pause, or nothing (all questions that are left are flagged). Moments are milliseconds since 1970, UTC; a clock that
//! goes backwards stands still here.

mod event;
#[cfg(test)]
mod properties;
mod terms;
#[cfg(test)]
mod tests;
mod turns;
mod view;

pub use event::{Event, Logged, UnknownEvent};
pub use terms::{Colour, Pace, PromptClock, RoundNumber, Terms, UnknownPace};

use terms::cut_after;

use crate::content::Mode;

/// Pauses that an interview in practice mode may take.
pub const PAUSES: usize = 2;
/// A pause that lasts longer ends by itself.
pub const LONGEST_PAUSE_MS: u64 = 5 * 60 * 1000;
/// An interview that no limit ends, and in which nothing happens for so long, counts as abandoned.
pub const FORGOTTEN_AFTER_MS: u64 = 7 * 24 * 60 * 60 * 1000;
/// Probes that a question may have.
pub const MOST_PROBES: u8 = 2;

/// How an interview ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    ByPerson,
    ByTime,
    Abandoned,
}

/// Where an interview stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Made, not begun: no time passes.
    Ready,
    Running,
    Paused,
    Finished(End),
    SelfGraded(End),
    /// Nothing changes any more.
    Closed(End),
}

impl State {
    /// How it ended, once it has.
    #[must_use]
    pub fn end(self) -> Option<End> {
        match self {
            Self::Ready | Self::Running | Self::Paused => None,
            Self::Finished(end) | Self::SelfGraded(end) | Self::Closed(end) => Some(end),
        }
    }

    #[must_use]
    pub fn is_over(self) -> bool {
        self.end().is_some()
    }
}

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoundState {
    /// Its turn has not come.
    Upcoming,
    /// The question is asked; the time is its.
    Open,
    /// The answer is handed in and a probe is asked; the time is the probe's.
    Probing,
    /// Done.
    Answered,
    /// Asked and left open, to return to.
    Flagged,
    /// Time or the end of the interview came before the answer was handed in; what was saved counts.
    Cut,
}

/// A round and the time that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub state: RoundState,
    /// Spent on the question itself.
    pub main_ms: u64,
    /// Spent on each probe that was asked, in their order; while probing the last one is asked.
    pub probes_ms: Vec<u64>,
    /// Probes that are still to be asked after the current one.
    pub probes_left: u8,
}

impl Round {
    const UPCOMING: Self =
        Self { state: RoundState::Upcoming, main_ms: 0, probes_ms: Vec::new(), probes_left: 0 };

    /// Everything that was spent on it.
    #[must_use]
    pub fn used_ms(&self) -> u64 {
        self.main_ms + self.probes_ms.iter().sum::<u64>()
    }

    /// Which prompt is asked: 0 the question, 1 and 2 its probes; none when none is.
    #[must_use]
    pub fn prompt(&self) -> Option<u8> {
        match self.state {
            RoundState::Open => Some(0),
            RoundState::Probing => u8::try_from(self.probes_ms.len()).ok(),
            _ => None,
        }
    }
}

/// Time that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub start_ms: u64,
    /// None while it lasts.
    pub end_ms: Option<u64>,
}

impl Pause {
    /// As long as it lasted, or as it has lasted at `now_ms`.
    #[must_use]
    pub fn length_ms(&self, now_ms: u64) -> u64 {
        self.end_ms.unwrap_or(now_ms).saturating_sub(self.start_ms)
    }
}

/// Why something cannot be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    #[error("the interview has not begun")]
    NotStarted,
    #[error("the interview has begun already")]
    AlreadyStarted,
    #[error("the interview is over")]
    Over,
    #[error("the interview is not over yet")]
    NotOver,
    #[error("the interview is closed")]
    Closed,
    #[error("the interview is paused")]
    Paused,
    #[error("the interview is not paused")]
    NotPaused,
    #[error("an exam cannot be paused")]
    NoPauseInExam,
    #[error("both pauses are used up")]
    NoPauseLeft,
    #[error("the interview has no such round")]
    NoSuchRound,
    #[error("the turn of this round has not come")]
    NotItsTurn,
    #[error("this round is answered")]
    Answered,
    #[error("the time of this round is up")]
    Cut,
    #[error("this round asks no probe now")]
    NoProbe,
    #[error("a question has at most {MOST_PROBES} probes")]
    TooManyProbes,
}

/// What time alone does.
enum Due {
    Limit,
    CutRound(usize),
    CutProbe(usize),
    EndPause,
    Forget,
}

/// An interview as its log tells it, up to a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    terms: Terms,
    state: State,
    rounds: Vec<Round>,
    /// The round whose time it is: open or probing.
    current: Option<usize>,
    /// Left to return to another; its turn comes again after that one.
    left_for_another: Option<usize>,
    pauses: Vec<Pause>,
    created_ms: u64,
    /// Up to where time is accounted for.
    at_ms: u64,
    /// When the last event happened.
    event_ms: u64,
    /// Spent since then; an interview that is forgotten did not take it.
    since_event_ms: u64,
    started_ms: Option<u64>,
    ended_ms: Option<u64>,
    used_ms: u64,
    idle_ms: u64,
}

impl Sitting {
    /// An interview that is ready to begin.
    #[must_use]
    pub fn new(terms: Terms, created_ms: u64) -> Self {
        let rounds = vec![Round::UPCOMING; terms.budgets_ms.len()];
        Self {
            terms,
            state: State::Ready,
            rounds,
            current: None,
            left_for_another: None,
            pauses: Vec::new(),
            created_ms,
            at_ms: created_ms,
            event_ms: created_ms,
            since_event_ms: 0,
            started_ms: None,
            ended_ms: None,
            used_ms: 0,
            idle_ms: 0,
        }
    }

    /// What a log leads to, at the moment of its last event.
    ///
    /// # Errors
    ///
    /// When an event could not happen where it stands: the log is not one that this made.
    pub fn replay(terms: Terms, created_ms: u64, events: &[Logged]) -> Result<Self, Refusal> {
        let mut sitting = Self::new(terms, created_ms);
        for logged in events {
            sitting.apply(logged.at_ms, logged.event)?;
        }
        Ok(sitting)
    }

    /// Lets time pass; none when the moment is past already.
    pub fn advance(&mut self, now_ms: u64) {
        while let Some((at_ms, due)) = self.next_due().filter(|(at_ms, _)| *at_ms <= now_ms) {
            self.pass(at_ms);
            self.make(&due);
        }
        self.pass(now_ms);
    }

    /// Lets time pass and does what a person wants; gives what belongs into the log.
    ///
    /// # Errors
    ///
    /// When it cannot be done in the state that time has led to. Time has passed all the same.
    pub fn apply(&mut self, now_ms: u64, event: Event) -> Result<Logged, Refusal> {
        self.advance(now_ms);
        match event {
            Event::Started => self.start()?,
            Event::Opened { round } => self.open(round)?,
            Event::Answered { round, probes } => self.answer(round, probes)?,
            Event::ProbeAnswered { round } | Event::ProbeSkipped { round } => {
                let at = self.probing(round)?;
                self.end_probe(at);
            }
            Event::Flagged { round } => self.flag(round)?,
            Event::Paused => self.pause()?,
            Event::Resumed => {
                self.ongoing()?;
                if self.state != State::Paused {
                    return Err(Refusal::NotPaused);
                }
                self.resume();
            }
            Event::Finished => {
                self.ongoing()?;
                self.end(End::ByPerson);
            }
            Event::Abandoned => match self.state {
                State::Ready | State::Running | State::Paused => self.end(End::Abandoned),
                _ => return Err(self.over()),
            },
            Event::Graded => self.state = State::SelfGraded(self.to_be_graded()?),
            Event::Closed => self.state = State::Closed(self.to_be_graded()?),
        }
        self.event_ms = self.at_ms;
        self.since_event_ms = 0;
        Ok(Logged { at_ms: self.at_ms, event })
    }

    /// What time does next, and when.
    fn next_due(&self) -> Option<(u64, Due)> {
        let forget = || (self.event_ms.saturating_add(FORGOTTEN_AFTER_MS), Due::Forget);
        match self.state {
            State::Ready => Some(forget()),
            State::Running => {
                let Some(limit_ms) = self.terms.limit_ms else { return Some(forget()) };
                let limit = (self.at_ms.saturating_add(limit_ms.saturating_sub(self.used_ms)), Due::Limit);
                // at the same moment the limit goes first: it cuts what is open, too
                let cut = self.cut_left_ms().map(|(left_ms, due)| (self.at_ms.saturating_add(left_ms), due));
                Some(cut.filter(|(at_ms, _)| *at_ms < limit.0).unwrap_or(limit))
            }
            State::Paused => {
                let start_ms = self.pauses.last().map_or(self.at_ms, |pause| pause.start_ms);
                Some((start_ms.saturating_add(LONGEST_PAUSE_MS), Due::EndPause))
            }
            State::Finished(_) | State::SelfGraded(_) | State::Closed(_) => None,
        }
    }

    /// How long until the current prompt is cut; only an exam with a limit cuts.
    fn cut_left_ms(&self) -> Option<(u64, Due)> {
        if self.terms.mode != Mode::Exam || self.terms.limit_ms.is_none() {
            return None;
        }
        let at = self.current?;
        let round = &self.rounds[at];
        Some(match round.probes_ms.last() {
            Some(spent_ms) if round.state == RoundState::Probing => {
                (cut_after(self.terms.probe_ms).saturating_sub(*spent_ms), Due::CutProbe(at))
            }
            _ => (cut_after(self.terms.budgets_ms[at]).saturating_sub(round.main_ms), Due::CutRound(at)),
        })
    }

    fn make(&mut self, due: &Due) {
        match *due {
            Due::Limit => self.end(End::ByTime),
            Due::CutRound(at) => self.leave(at, RoundState::Cut),
            Due::CutProbe(at) => self.end_probe(at),
            Due::EndPause => self.resume(),
            Due::Forget => {
                self.take_back_since_event();
                self.end(End::Abandoned);
            }
        }
    }

    /// Accounts for the time up to a moment.
    fn pass(&mut self, to_ms: u64) {
        let passed_ms = to_ms.saturating_sub(self.at_ms);
        self.at_ms = self.at_ms.max(to_ms);
        if self.state == State::Running {
            self.used_ms += passed_ms;
            self.since_event_ms += passed_ms;
            *self.spent() += passed_ms;
        }
    }

    /// Where time that passes now is counted.
    fn spent(&mut self) -> &mut u64 {
        let Some(round) = self.current.map(|at| &mut self.rounds[at]) else { return &mut self.idle_ms };
        match (round.state, round.probes_ms.last_mut()) {
            (RoundState::Probing, Some(probe_ms)) => probe_ms,
            _ => &mut round.main_ms,
        }
    }

    /// Nobody was there. Without a limit nothing was cut, so all of it was counted at one place.
    fn take_back_since_event(&mut self) {
        let nobody_ms = std::mem::take(&mut self.since_event_ms);
        self.used_ms = self.used_ms.saturating_sub(nobody_ms);
        let spent = self.spent();
        *spent = spent.saturating_sub(nobody_ms);
    }
}
