//! What the log of an interview holds: what people did, each with its moment.

use super::terms::RoundNumber;

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    Started,
    /// A flagged question is asked again; in practice mode also one whose turn has not come. The one that was open is
    /// flagged, and its turn comes again afterwards.
    Opened {
        round: RoundNumber,
    },
    /// The answer to the question is handed in and locked; that many probes follow.
    Answered {
        round: RoundNumber,
        probes: u8,
    },
    ProbeAnswered {
        round: RoundNumber,
    },
    ProbeSkipped {
        round: RoundNumber,
    },
    /// The question is left open and the next one asked.
    Flagged {
        round: RoundNumber,
    },
    Paused,
    Resumed,
    Finished,
    Abandoned,
    /// The person has graded every question that was asked.
    Graded,
    Closed,
}

/// An event with the moment that counts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Logged {
    /// Milliseconds since 1970, UTC.
    pub at_ms: u64,
    pub event: Event,
}

/// No event is written like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no event of an interview, or not with these values")]
pub struct UnknownEvent(String);

impl Event {
    /// As it is stored: its kind, its round, and how many probes follow.
    #[must_use]
    pub fn columns(self) -> (&'static str, Option<RoundNumber>, Option<u8>) {
        match self {
            Self::Started => ("started", None, None),
            Self::Opened { round } => ("opened", Some(round), None),
            Self::Answered { round, probes } => ("answered", Some(round), Some(probes)),
            Self::ProbeAnswered { round } => ("probe-answered", Some(round), None),
            Self::ProbeSkipped { round } => ("probe-skipped", Some(round), None),
            Self::Flagged { round } => ("flagged", Some(round), None),
            Self::Paused => ("paused", None, None),
            Self::Resumed => ("resumed", None, None),
            Self::Finished => ("finished", None, None),
            Self::Abandoned => ("abandoned", None, None),
            Self::Graded => ("graded", None, None),
            Self::Closed => ("closed", None, None),
        }
    }

    /// The event that is stored like this.
    ///
    /// # Errors
    ///
    /// When none is.
    pub fn from_columns(
        kind: &str,
        round: Option<RoundNumber>,
        probes: Option<u8>,
    ) -> Result<Self, UnknownEvent> {
        Ok(match (kind, round, probes) {
            ("started", None, None) => Self::Started,
            ("opened", Some(round), None) => Self::Opened { round },
            ("answered", Some(round), Some(probes)) => Self::Answered { round, probes },
            ("probe-answered", Some(round), None) => Self::ProbeAnswered { round },
            ("probe-skipped", Some(round), None) => Self::ProbeSkipped { round },
            ("flagged", Some(round), None) => Self::Flagged { round },
            ("paused", None, None) => Self::Paused,
            ("resumed", None, None) => Self::Resumed,
            ("finished", None, None) => Self::Finished,
            ("abandoned", None, None) => Self::Abandoned,
            ("graded", None, None) => Self::Graded,
            ("closed", None, None) => Self::Closed,
            _ => return Err(UnknownEvent(kind.to_owned())),
        })
    }
}
