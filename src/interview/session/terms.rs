//! What an interview agrees on before it begins, and what follows for a single prompt.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::content::Mode;

/// A round's place in the paper, counted from 1 as people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct RoundNumber(pub u16);

impl RoundNumber {
    /// Counted from 0; none for a number that no round has.
    #[must_use]
    pub fn index(self) -> Option<usize> {
        usize::from(self.0).checked_sub(1)
    }

    /// # Panics
    ///
    /// Never: a paper has far fewer rounds.
    #[must_use]
    pub fn of_index(index: usize) -> Self {
        Self(u16::try_from(index + 1).expect("a paper has few rounds"))
    }
}

impl fmt::Display for RoundNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is agreed on before the start and does not change. Durations are milliseconds with the pace applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    pub mode: Mode,
    /// For the whole; none for an interview without time, in which budgets are only for orientation.
    pub limit_ms: Option<u64>,
    /// Of each question, without its probes; as many as there are rounds.
    pub budgets_ms: Vec<u64>,
    /// Of each probe.
    pub probe_ms: u64,
}

impl Terms {
    /// How a prompt stands that took so long; never anything but normal without a limit.
    #[must_use]
    pub fn colour(&self, used_ms: u64, budget_ms: u64) -> Colour {
        match self.limit_ms {
            Some(_) if used_ms >= cut_after(budget_ms) => Colour::Red,
            Some(_) if used_ms >= budget_ms => Colour::Amber,
            _ => Colour::Normal,
        }
    }
}

/// A prompt turns red, and an exam cuts it, at 150 % of its budget.
pub(super) fn cut_after(budget_ms: u64) -> u64 {
    budget_ms.saturating_add(budget_ms / 2)
}

/// Below its budget, from 100 % on, from 150 % on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colour {
    Normal,
    Amber,
    Red,
}

/// How the prompt stands that is asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptClock {
    pub budget_ms: u64,
    pub used_ms: u64,
    pub colour: Colour,
    /// How long until it is cut; none where nothing is.
    pub cut_in_ms: Option<u64>,
}

/// How much time somebody takes: an accommodation that the report names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
pub enum Pace {
    #[default]
    #[serde(rename = "1")]
    #[sqlx(rename = "1")]
    Standard,
    #[serde(rename = "1.25")]
    #[sqlx(rename = "1.25")]
    QuarterMore,
    #[serde(rename = "1.5")]
    #[sqlx(rename = "1.5")]
    HalfMore,
    #[serde(rename = "2")]
    #[sqlx(rename = "2")]
    Double,
    #[serde(rename = "untimed")]
    #[sqlx(rename = "untimed")]
    Untimed,
}

/// No pace has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown pace `{0}`; known are: 1, 1.25, 1.5, 2, untimed")]
pub struct UnknownPace(String);

impl Pace {
    pub const ALL: [Self; 5] =
        [Self::Standard, Self::QuarterMore, Self::HalfMore, Self::Double, Self::Untimed];

    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Standard => "1",
            Self::QuarterMore => "1.25",
            Self::HalfMore => "1.5",
            Self::Double => "2",
            Self::Untimed => "untimed",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Standard => "1× (standard time)",
            Self::QuarterMore => "1.25× time",
            Self::HalfMore => "1.5× time",
            Self::Double => "2× time",
            Self::Untimed => "No time limit",
        }
    }

    /// What a duration becomes; for an interview without time it stays, for orientation.
    #[must_use]
    pub fn stretch(self, ms: u64) -> u64 {
        match self {
            Self::Standard | Self::Untimed => ms,
            Self::QuarterMore => ms + ms / 4,
            Self::HalfMore => ms + ms / 2,
            Self::Double => ms * 2,
        }
    }
}

impl FromStr for Pace {
    type Err = UnknownPace;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|pace| pace.slug() == text).ok_or_else(|| UnknownPace(text.to_owned()))
    }
}
