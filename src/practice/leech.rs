//! Leeches: questions that are forgotten again and again, and take time that other questions would repay.

/// Lapses from which a question is a leech; Anki's default threshold, too:
/// <https://docs.ankiweb.net/leeches.html>.
pub const LEECH_LAPSES: u32 = 8;

/// Whether a question was forgotten so often that its explanation or its lab helps more than one more review.
#[must_use]
pub fn is_leech(lapses: u32) -> bool {
    lapses >= LEECH_LAPSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eighth_lapse_makes_a_leech() {
        assert!(!is_leech(0));
        assert!(!is_leech(7));
        assert!(is_leech(8));
        assert!(is_leech(30));
    }
}
