//! The beginning of an answer, for lists.

/// Characters of the answer that a list shows at the most.
const LONGEST: usize = 180;

/// The first sentences of a text, up to [`LONGEST`] characters; where they end too early it is cut at a word.
pub fn excerpt(text: &str) -> String {
    let text = text.replace('\n', " ");
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text };
    let cut = &text[..end];
    match cut.rfind(". ") {
        Some(at) if at > end / 2 => cut[..=at].to_owned(),
        _ => format!("{}…", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)),
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_ends_with_a_sentence_unless_that_would_leave_little() {
        let long = "word ".repeat(100);
        assert_eq!(excerpt("Short. And done."), "Short. And done.");
        let first = "A sentence that is long enough to stand for itself, since it goes on for about half of what is shown here.";
        assert_eq!(excerpt(&format!("{first} {long}")), first);
        let cut = excerpt(&format!("Brief. {long}"));
        assert!(cut.starts_with("Brief. word word") && cut.ends_with("word…"), "{cut}");
        assert!(excerpt(&"é".repeat(400)).ends_with('…'));
    }
}
