//! Matches marked by FTS5, as HTML.

use pulldown_cmark_escape::escape_html;

/// What `highlight()` and `snippet()` put before a match: control characters, since content has none.
const OPEN: char = '\u{2}';
/// What they put after it.
const CLOSE: char = '\u{3}';

/// Whether anything is marked.
pub(super) fn has_match(marked: &str) -> bool {
    marked.contains(OPEN)
}

/// The text with its matches in `<mark>`, everything else escaped. Always well-formed, even if the text has
/// control characters of its own.
pub(super) fn to_html(marked: &str) -> String {
    let mut html = String::with_capacity(marked.len() + 32);
    let mut open = false;
    for piece in marked.split_inclusive([OPEN, CLOSE]) {
        let text = piece.trim_end_matches([OPEN, CLOSE]);
        // a `String` takes everything that is written to it
        let _ = escape_html(&mut html, text);
        if piece.ends_with(OPEN) && !open {
            html.push_str("<mark>");
            open = true;
        } else if piece.ends_with(CLOSE) && open {
            html.push_str("</mark>");
            open = false;
        }
    }
    if open {
        html.push_str("</mark>");
    }
    html.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_marked_and_everything_else_is_escaped() {
        assert_eq!(
            to_html("a <b> & \u{2}\"SG\"\u{3}\nrules"),
            "a &lt;b&gt; &amp; <mark>&quot;SG&quot;</mark> rules"
        );
    }

    #[test]
    fn stray_marks_do_no_harm() {
        assert_eq!(to_html("\u{3}a\u{2}b\u{2}c"), "a<mark>bc</mark>");
    }
}
