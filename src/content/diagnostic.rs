//! What is wrong with a content file: where, what, and what to do about it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::{Deserialize, Serialize};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Severity {
    /// The file is left out of the site until it is mended.
    Error,
    /// The file is used; somebody should look at it.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One problem in one content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// The file as a person would name it, from where they are.
    pub file: String,
    /// The bytes of the file that the problem is about.
    pub span: Range<usize>,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
    pub hint: Option<String>,
}

impl Diagnostic {
    /// The diagnostic as a compiler prints it, with the line of the file that it is about.
    #[must_use]
    pub fn render(&self, source: &str) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let snippet = Snippet::source(source)
            .path(self.file.as_str())
            .annotation(AnnotationKind::Primary.span(self.span.clone()));
        let mut report = vec![level.primary_title(self.message.as_str()).element(snippet)];
        if let Some(hint) = &self.hint {
            report.push(Group::with_title(Level::HELP.secondary_title(hint.as_str())));
        }
        Renderer::plain().render(&report)
    }
}

/// The short form, one line: `file:line:column: error: what is wrong (hint)`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, file, line, column, message, hint, .. } = self;
        write!(f, "{file}:{line}:{column}: {severity}: {message}")?;
        match hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Collects the problems of one file.
#[derive(Debug)]
pub struct Reporter<'a> {
    file: &'a str,
    source: &'a str,
    found: Vec<Diagnostic>,
}

impl<'a> Reporter<'a> {
    #[must_use]
    pub fn new(file: &'a str, source: &'a str) -> Self {
        Self { file, source, found: Vec::new() }
    }

    pub fn error(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.report(Severity::Error, span, message, hint);
    }

    pub fn warning(&mut self, span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.report(Severity::Warning, span, message, hint);
    }

    pub fn report(
        &mut self,
        severity: Severity,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let hint = hint.into();
        let span = clamp(self.source, span);
        let before = &self.source[..span.start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.found.push(Diagnostic {
            severity,
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span,
            message: message.into(),
            hint: Some(hint).filter(|hint| !hint.is_empty()),
        });
    }

    /// The bytes of a line of the file, counted from 1; the last line when there are fewer.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Range<usize> {
        let mut start = 0;
        for text in self.source.split_inclusive('\n').take(line.saturating_sub(1)) {
            start += text.len();
        }
        let length = self.source[start.min(self.source.len())..].lines().next().map_or(0, str::len);
        start..start + length
    }

    /// The line that a byte of the file is on, counted from 1.
    #[must_use]
    pub fn line_of(&self, at: usize) -> usize {
        self.source[..self.source.floor_char_boundary(at)].matches('\n').count() + 1
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The problems in the order of the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|problem| (problem.span.start, problem.severity));
        self.found
    }
}

/// Positions come from several parsers; none of them may take a report out of the file or into the middle of a character.
fn clamp(source: &str, span: Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start);
    let end = source.ceil_char_boundary(span.end.max(start));
    // a block ends with its line; the report is about the words
    start..start + source[start..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_line_column_and_what_to_do() {
        let source = "---\ntitle: Ü x\nlevel: expert\n";
        let mut reporter = Reporter::new("content/questions/a/b.md", source);
        let at = source.find("expert").unwrap();
        reporter.error(at..at + 6, "unknown level `expert`", "use beginner, intermediate or advanced");
        let problem = reporter.finish().remove(0);
        assert_eq!(
            problem.to_string(),
            "content/questions/a/b.md:3:8: error: unknown level `expert` (use beginner, intermediate or advanced)"
        );
        insta::assert_snapshot!(problem.render(source), @"
        error: unknown level `expert`
         --> content/questions/a/b.md:3:8
          |
        3 | level: expert
          |        ^^^^^^
          |
        help: use beginner, intermediate or advanced
        ");
    }

    #[test]
    fn positions_outside_the_file_or_inside_a_character_are_drawn_to_the_nearest_place() {
        let mut reporter = Reporter::new("x", "é");
        reporter.error(1..99, "m", "");
        let problem = reporter.finish().remove(0);
        assert_eq!((problem.span.clone(), problem.line, problem.column), (0..2, 1, 1));
        assert!(problem.hint.is_none());
    }
}
