//! Moments as people say them. Relative ones, which are right in every time zone.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::Timestamp;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// How long ago something was, true to the hour, or how far away it is: "3 days ago", "in 5 hours".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at_s: i64,
    pub now_s: i64,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at_s, now_s } = *self;
        let machine = Timestamp::from_second(at_s).unwrap_or(Timestamp::UNIX_EPOCH);
        write!(f, "<time datetime=\"{machine}\">")?;
        let distance = (now_s - at_s).abs();
        let (number, unit) = match distance {
            ..HOUR => (0, "hour"),
            HOUR..DAY => (distance / HOUR, "hour"),
            _ => (distance / DAY, "day"),
        };
        let plural = if number == 1 { "" } else { "s" };
        match (number, at_s > now_s) {
            (0, false) => f.write_str("in the last hour")?,
            (0, true) => f.write_str("within the hour")?,
            (number, false) => write!(f, "{number} {unit}{plural} ago")?,
            (number, true) => write!(f, "in {number} {unit}{plural}")?,
        }
        f.write_str("</time>")
    }
}

impl HtmlSafe for Moment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_by_its_distance() {
        let now_s = 1_795_348_800;
        let told = |seconds: i64| {
            let text = Moment { at_s: now_s + seconds, now_s }.to_string();
            text.split_once('>').unwrap().1.replace("</time>", "")
        };
        assert_eq!(told(0), "in the last hour");
        assert_eq!(told(-HOUR), "1 hour ago");
        assert_eq!(told(-DAY - HOUR), "1 day ago");
        assert_eq!(told(-90 * DAY), "90 days ago");
        assert_eq!(told(60), "within the hour");
        assert_eq!(told(5 * HOUR + 10), "in 5 hours");
        assert_eq!(told(7 * DAY), "in 7 days");
    }
}
