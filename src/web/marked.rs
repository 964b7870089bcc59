//! What a person typed, with the words marked that counted.

use std::ops::Range;

use super::shell::Html;

/// The text, escaped, with the ranges in `<mark>`. They are byte ranges of the text on character boundaries, in any
/// order; those that touch or overlap are one mark.
#[must_use]
pub fn marked(text: &str, counted: &[Range<usize>]) -> Html {
    let mut ranges = counted.to_vec();
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, range| {
        let together = next.start <= range.end;
        if together {
            range.end = range.end.max(next.end);
        }
        together
    });
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\n', "<br>")
    };
    let (mut html, mut at) = (String::new(), 0);
    for range in ranges {
        html += &escape(&text[at..range.start]);
        html += &format!("<mark>{}</mark>", escape(&text[range.clone()]));
        at = range.end;
    }
    html += &escape(&text[at..]);
    Html(html)
}

/// What stands for a term where people read it: the first of its alternatives.
#[must_use]
pub fn first_alternative(term: &str) -> &str {
    term.trim_start_matches('!').split('|').next().unwrap_or(term).trim().trim_end_matches('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counted_is_marked_and_everything_is_escaped() {
        let html = marked("a <b> throttles & routes", &[18..24, 6..15, 18..20]);
        assert_eq!(html.to_string(), "a &lt;b&gt; <mark>throttles</mark> &amp; <mark>routes</mark>");
    }
}
