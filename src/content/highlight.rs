//! Colours for code, as classes that the style sheet knows; the grammars are tree-sitter's.

use arborium::{Config, Highlighter, HtmlFormat};

/// Colours code blocks. Grammars are loaded at first use and kept, so one of these serves a whole sync.
pub struct CodeColours {
    highlighter: Highlighter,
}

impl CodeColours {
    #[must_use]
    pub fn new() -> Self {
        let config = Config { html_format: HtmlFormat::ClassNames, ..Config::default() };
        Self { highlighter: Highlighter::with_config(config) }
    }

    /// The code as HTML, or `None` for a language without a grammar here: the caller then escapes it as plain text.
    pub fn highlight(&mut self, language: &str, code: &str) -> Option<String> {
        let grammar = match language {
            "bash" | "sh" | "shell" => "bash",
            "hcl" | "terraform" | "tf" => "hcl",
            "javascript" | "js" | "mjs" => "javascript",
            "json" => "json",
            "python" | "py" => "python",
            "yaml" | "yml" => "yaml",
            _ => return None,
        };
        self.highlighter.highlight(grammar, code).ok().map(|html| without_plain_spans(&html))
    }
}

/// Classes that the style sheet shows like everything else: a tenth of a page of commands.
const PLAIN: [&str; 3] = ["embedded", "property", "variable"];

/// Takes the spans out that would look like the text around them.
fn without_plain_spans(html: &str) -> String {
    const OPEN: &str = "<span class=\"";
    const CLOSE: &str = "</span>";
    let mut shorter = String::with_capacity(html.len());
    // for every span that is open whether it was kept
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        shorter.push_str(&rest[..at]);
        rest = &rest[at..];
        let plain = rest
            .strip_prefix(OPEN)
            .and_then(|tag| PLAIN.iter().find_map(|class| tag.strip_prefix(class)?.strip_prefix("\">")));
        if let Some(inside) = plain {
            open.push(false);
            rest = inside;
        } else if let Some(after) = rest.strip_prefix(CLOSE) {
            if open.pop().unwrap_or(true) {
                shorter.push_str(CLOSE);
            }
            rest = after;
        } else {
            if rest.starts_with(OPEN) {
                open.push(true);
            }
            shorter.push('<');
            rest = &rest[1..];
        }
    }
    shorter.push_str(rest);
    shorter
}

#[cfg(test)]
mod tests {
    use super::without_plain_spans;

    #[test]
    fn only_spans_that_the_style_sheet_knows_are_kept() {
        let html = r#"<span class="property">A</span>=<span class="embedded">$(<span class="function">aws</span>)</span> &lt;x"#;
        assert_eq!(without_plain_spans(html), r#"A=$(<span class="function">aws</span>) &lt;x"#);
        assert_eq!(without_plain_spans("plain"), "plain");
    }
}
