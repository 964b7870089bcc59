//! Durations as clocks show them and as people say them.

use crate::interview::session::{Colour, PromptClock, Sitting};

/// `12:34`, or `1:02:03` from an hour on. A second that has begun counts.
pub fn clock(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `12 minutes 34 seconds`, for screen readers and prose.
pub fn spoken(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    let part = |number: u64, unit: &str| {
        (number > 0).then(|| format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
    };
    let parts =
        [part(seconds / 3600, "hour"), part(seconds / 60 % 60, "minute"), part(seconds % 60, "second")];
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if said.is_empty() { "no time".to_owned() } else { said }
}

/// The clocks of the prompt that is asked.
pub struct Clocks {
    /// Of the whole; `None` without a limit.
    pub left: Option<Left>,
    pub used: String,
    pub budget: String,
    pub used_ms: u64,
    pub budget_ms: u64,
    pub colour: &'static str,
    /// When the prompt is cut, in an exam.
    pub cut_in_ms: Option<u64>,
}

/// What is left of an interview.
pub struct Left {
    pub ms: u64,
    pub clock: String,
    pub spoken: String,
}

impl Clocks {
    pub fn new(sitting: &Sitting) -> Option<Self> {
        let PromptClock { budget_ms, used_ms, colour, cut_in_ms } = sitting.prompt_clock()?;
        Some(Self {
            left: Left::new(sitting),
            used: clock(used_ms),
            budget: clock(budget_ms),
            used_ms,
            budget_ms,
            colour: match colour {
                Colour::Normal => "normal",
                Colour::Amber => "amber",
                Colour::Red => "red",
            },
            cut_in_ms,
        })
    }
}

impl Left {
    pub fn new(sitting: &Sitting) -> Option<Self> {
        let ms = sitting.left_ms()?;
        Some(Self { ms, clock: clock(ms), spoken: spoken(ms) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_to_the_second() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(1), "0:01");
        assert_eq!(clock(754_000), "12:34");
        assert_eq!(clock(3_723_000), "1:02:03");
        assert_eq!(spoken(0), "no time");
        assert_eq!(spoken(61_000), "1 minute 1 second");
        assert_eq!(spoken(7_200_000), "2 hours");
    }
}
