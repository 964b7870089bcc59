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
        self.highlighter.highlight(grammar, code).ok()
    }
}
