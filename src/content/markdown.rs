//! Markdown to HTML: callouts, tables, footnotes, coloured code, diagrams, headings with anchors, marked external links.
//!
//! The HTML has no inline style, no script and nothing from outside; what Markdown allows and the site does not
//! (raw HTML, images, links with other schemes) is a problem at its place in the file. Which part of a file is
//! which section is for [`super::sections`].

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeWithOffset, html,
};
use pulldown_cmark_escape::escape_html;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::diagnostic::Reporter;
use super::diagram::{self, DiagramInfo, DiagramMeta};
use super::highlight::CodeColours;

/// A piece of Markdown with its place in the file.
pub type Spot<'a> = (Event<'a>, Range<usize>);

/// A heading inside a section, for the page's table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading<'d> {
    /// 3 to 6.
    pub level: u8,
    /// The anchor, unique on the page.
    #[serde(borrow)]
    pub id: Cow<'d, str>,
    #[serde(borrow)]
    pub title: Cow<'d, str>,
}

/// Rendered Markdown, with its words for search and coverage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    pub html: String,
    /// The words without markup and code blocks; a paragraph, item or cell a line.
    pub text: String,
    pub headings: Vec<Heading<'static>>,
}

impl Prose {
    #[must_use]
    pub fn words(&self) -> usize {
        self.text.split_whitespace().count()
    }
}

/// Parses the body of a file. Every event carries its bytes in the whole file: `offset` is where the body begins.
pub fn parse(body: &str, offset: usize) -> Vec<Spot<'_>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    TextMergeWithOffset::new(Parser::new_ext(body, options).into_offset_iter())
        .map(|(event, range)| (event, range.start + offset..range.end + offset))
        .collect()
}

/// Anchors that the page itself uses.
const RESERVED_IDS: [&str; 18] = [
    "answer",
    "explanation",
    "hands-on",
    "mistakes",
    "follow-ups",
    "quiz",
    "facts",
    "sources",
    "related",
    "key-points",
    "labs",
    "main",
    "on-this-page",
    "header-search",
    "toast",
    "help",
    "help-title",
    "help-keys",
];

/// How the anchors begin that steps, key points and the like get, and the icons of the page.
const RESERVED_BEGINNINGS: [&str; 7] =
    ["step-", "key-point-", "follow-up-", "quiz-", "diagram-", "fn-", "i-"];

/// Renders the parts of one file; keeps anchors unique across them.
pub struct MarkdownRenderer<'c> {
    colours: &'c mut CodeColours,
    used_ids: BTreeSet<String>,
    diagrams: usize,
    tables: usize,
    /// The title of the heading above, for the labels of tables.
    last_heading: String,
    /// The ids of questions that the text links to, with the place of the link.
    pub question_links: Vec<(String, Range<usize>)>,
    /// The anchors of this page that the text links to.
    anchor_links: Vec<(String, Range<usize>)>,
}

impl<'c> MarkdownRenderer<'c> {
    #[must_use]
    pub fn new(colours: &'c mut CodeColours) -> Self {
        let used_ids = RESERVED_IDS.into_iter().map(str::to_owned).collect();
        Self {
            colours,
            used_ids,
            diagrams: 0,
            tables: 0,
            last_heading: String::new(),
            question_links: Vec::new(),
            anchor_links: Vec::new(),
        }
    }

    /// Renders a run of blocks.
    pub fn blocks(&mut self, events: &[Spot<'_>], reporter: &mut Reporter<'_>) -> Prose {
        let mut prose = Prose::default();
        let mut out: Vec<Event<'_>> = Vec::with_capacity(events.len());
        let mut at = 0;
        while let Some((event, span)) = events.get(at) {
            at += 1;
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let length = events[at..]
                        .iter()
                        .take_while(|(event, _)| *event != Event::End(TagEnd::CodeBlock))
                        .count();
                    let code: String =
                        events[at..at + length].iter().map(|(event, _)| text_of(event)).collect();
                    at += length + 1;
                    out.push(Event::Html(self.code_block(kind, &code, span, reporter).into()));
                }
                Event::Start(Tag::Heading { level, id, .. }) => {
                    let length = events[at..]
                        .iter()
                        .take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))))
                        .count();
                    let inside = &events[at..at + length];
                    at += length + 1;
                    out.push(Event::Html(
                        self.heading(*level, id.as_ref(), inside, &mut prose, reporter).into(),
                    ));
                }
                _ => {
                    collect_text(event, &mut prose.text);
                    self.translate(event, span, &mut out, reporter);
                }
            }
        }
        html::push_html(&mut prose.html, out.into_iter());
        prose.html = empty_corner_as_cell(align_by_class(prose.html));
        prose.text = tidy(&prose.text);
        prose
    }

    /// Renders a run of inline events, such as a step's title: no paragraph around it.
    pub fn inline_events(&mut self, events: &[Spot<'_>], reporter: &mut Reporter<'_>) -> (String, String) {
        let (mut rendered, mut text) = (String::new(), String::new());
        let mut out = Vec::with_capacity(events.len());
        for (event, span) in events {
            collect_text(event, &mut text);
            self.translate(event, span, &mut out, reporter);
        }
        html::push_html(&mut rendered, out.into_iter());
        (rendered.trim().to_owned(), tidy(&text))
    }

    /// Renders one line of Markdown from the front matter; `span` is where it stands.
    pub fn inline(&mut self, source: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) -> String {
        let events: Vec<_> = parse(source, 0)
            .into_iter()
            .filter(|(event, _)| {
                !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
            })
            .map(|(event, _)| (event, span.clone()))
            .collect();
        self.inline_events(&events, reporter).0
    }

    fn translate<'a>(
        &mut self,
        event: &Event<'a>,
        span: &Range<usize>,
        out: &mut Vec<Event<'a>>,
        reporter: &mut Reporter<'_>,
    ) {
        match event {
            Event::Text(text) => {
                report_unread_markup(text, span, reporter);
                out.push(event.clone());
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                // Start(HtmlBlock) comes around these; the problem is told once, at the text
                reporter.error(
                    span.clone(),
                    "raw HTML is not allowed in content",
                    "write Markdown; put a tag that readers should see into `backticks`",
                );
            }
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(Tag::Image { .. }) => {
                reporter.error(
                    span.clone(),
                    "images are not supported",
                    "draw it as a ```diagram block: it follows the theme and has a text alternative",
                );
            }
            Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { dest_url, .. }) => {
                out.push(Event::InlineHtml(self.open_link(dest_url, span, reporter).into()));
            }
            Event::End(TagEnd::Link) => out.push(Event::InlineHtml("</a>".into())),
            Event::Start(Tag::Table(_)) => {
                out.push(Event::Html(self.open_table_frame().into()));
                out.push(event.clone());
            }
            Event::End(TagEnd::Table) => {
                out.push(event.clone());
                out.push(Event::Html("</div>\n".into()));
            }
            Event::FootnoteReference(label) => {
                out.push(Event::FootnoteReference(format!("fn-{label}").into()))
            }
            Event::Start(Tag::FootnoteDefinition(label)) => {
                out.push(Event::Start(Tag::FootnoteDefinition(format!("fn-{label}").into())));
            }
            other => out.push(other.clone()),
        }
    }

    /// Reports links to anchors that the page does not have; to be called when everything is rendered.
    pub fn report_dead_anchors(&self, reporter: &mut Reporter<'_>) {
        for (anchor, span) in &self.anchor_links {
            let of_a_part = RESERVED_BEGINNINGS.iter().any(|beginning| anchor.starts_with(beginning));
            if !of_a_part && !self.used_ids.contains(anchor) {
                let hint = "a heading's anchor is its words in lower case, joined by hyphens";
                reporter.error(span.clone(), format!("the page has no anchor `#{anchor}`"), hint);
            }
        }
    }

    /// A frame in which a wide table scrolls; a label of its own tells it from the page's other tables.
    fn open_table_frame(&mut self) -> String {
        self.tables += 1;
        let mut label = format!("Table {}", self.tables);
        if !self.last_heading.is_empty() {
            label.push_str(": ");
            let _ = escape_html(&mut label, &self.last_heading);
        }
        format!("<div class=\"table-frame\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\n")
    }

    fn open_link(&mut self, url: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) -> String {
        let mut href = String::new();
        // writing to a String cannot fail
        let _ = escape_html(&mut href, url);
        if url.starts_with("https://") || url.starts_with("http://") {
            return format!("<a class=\"external\" rel=\"noopener\" href=\"{href}\">");
        }
        if let Some(id) = url.strip_prefix("/questions/") {
            let id = id.split(['#', '?']).next().unwrap_or(id);
            self.question_links.push((id.to_owned(), span.clone()));
        } else if let Some(anchor) = url.strip_prefix('#') {
            self.anchor_links.push((anchor.to_owned(), span.clone()));
        } else if !url.starts_with('/') || url.starts_with("//") || url.contains('\\') {
            reporter.error(
                span.clone(),
                format!("the link `{url}` leads nowhere on this site"),
                "link to https://…, to /questions/{id} or to #an-anchor on the page",
            );
        }
        format!("<a href=\"{href}\">")
    }

    fn heading(
        &mut self,
        level: HeadingLevel,
        id: Option<&CowStr<'_>>,
        inside: &[Spot<'_>],
        prose: &mut Prose,
        reporter: &mut Reporter<'_>,
    ) -> String {
        let (html, title) = self.inline_events(inside, reporter);
        // an id of the author's choice is made a slug as well: it may hold anything, quotes included
        let id = self.unique_id(slugify(id.map_or(title.as_str(), |id| id)));
        let level = level as u8;
        let _ = writeln!(prose.text, "\n{title}");
        self.last_heading.clone_from(&title);
        prose.headings.push(Heading { level, id: id.clone().into(), title: title.into() });
        format!("<h{level} id=\"{id}\"><a class=\"heading-link\" href=\"#{id}\">{html}</a></h{level}>\n")
    }

    /// An anchor that nothing else on the page has.
    fn unique_id(&mut self, wanted: String) -> String {
        let wanted = match wanted {
            wanted if wanted.is_empty() => "section".to_owned(),
            wanted if RESERVED_BEGINNINGS.iter().any(|taken| wanted.starts_with(taken)) => {
                format!("about-{wanted}")
            }
            wanted => wanted,
        };
        let id = std::iter::once(wanted.clone())
            .chain((2..).map(|n| format!("{wanted}-{n}")))
            .find(|id| !self.used_ids.contains(id))
            .unwrap_or(wanted);
        self.used_ids.insert(id.clone());
        id
    }

    fn code_block(
        &mut self,
        kind: &CodeBlockKind<'_>,
        code: &str,
        span: &Range<usize>,
        reporter: &mut Reporter<'_>,
    ) -> String {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.trim(),
            CodeBlockKind::Indented => "",
        };
        let language = info.split_whitespace().next().unwrap_or("");
        match DiagramInfo::parse(info) {
            Ok(Some(info)) => return self.diagram(&info, code, span, reporter),
            Ok(None) => {}
            Err(error) => {
                reporter.error(first_line(span), format!("diagram: {}", error.message), error.hint);
                return String::new();
            }
        }
        let mut shown = String::new();
        let _ = escape_html(&mut shown, language);
        let coloured = self.colours.highlight(language, code).unwrap_or_else(|| {
            let mut plain = String::new();
            let _ = escape_html(&mut plain, code);
            plain
        });
        // focusable, so that a wide line can be scrolled to by keyboard
        format!(
            "<div class=\"code\" data-language=\"{shown}\"><pre tabindex=\"0\"><code>{coloured}</code></pre></div>\n"
        )
    }

    fn diagram(
        &mut self,
        info: &DiagramInfo,
        code: &str,
        span: &Range<usize>,
        reporter: &mut Reporter<'_>,
    ) -> String {
        self.diagrams += 1;
        let id_prefix = format!("diagram-{}", self.diagrams);
        let DiagramInfo { title, description } = info;
        match diagram::render(code, &DiagramMeta { title, description, id_prefix: &id_prefix }) {
            Ok(svg) => {
                let mut caption = String::new();
                let _ = escape_html(&mut caption, title);
                format!(
                    "<figure class=\"diagram\"><div class=\"diagram-frame\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">{svg}</div><figcaption>{caption}</figcaption></figure>\n"
                )
            }
            Err(error) => {
                // the fence itself is the line before the block's first
                let line = reporter.line_of(span.start) + error.line.unwrap_or(0);
                reporter.error(reporter.line_span(line), format!("diagram: {}", error.message), error.hint);
                String::new()
            }
        }
    }
}

/// Markdown's columns are aligned by `style` attributes, which the Content-Security-Policy refuses. Text cannot look
/// like one: its quotes are escaped.
fn align_by_class(html: String) -> String {
    if !html.contains(" style=\"text-align: ") {
        return html;
    }
    html.replace(" style=\"text-align: left\"", "")
        .replace(" style=\"text-align: center\"", " class=\"align-center\"")
        .replace(" style=\"text-align: right\"", " class=\"align-right\"")
}

/// Markdown makes a heading of the empty corner of a table with headings on two sides; a heading without words is
/// announced as one all the same.
fn empty_corner_as_cell(html: String) -> String {
    if html.contains("<th></th>") { html.replace("<th></th>", "<td></td>") } else { html }
}

fn first_line(span: &Range<usize>) -> Range<usize> {
    span.start..span.start + 3
}

/// What looks like markup but was read as text: the writer meant something that did not happen.
fn report_unread_markup(text: &str, span: &Range<usize>, reporter: &mut Reporter<'_>) {
    let (message, hint) = if text.contains("[^") {
        ("a footnote without its text", "add a line `[^name]: …` below, with the same name")
    } else if text.starts_with("[!") {
        ("an unknown kind of callout", "the kinds are NOTE, TIP, IMPORTANT, WARNING and CAUTION")
    } else if text.starts_with("[ ] ") || text.starts_with("[x] ") {
        ("task lists are not supported", "write plain steps: the site adds what ticks them off")
    } else {
        return;
    };
    reporter.error(span.clone(), message, hint);
}

fn text_of<'a>(event: &'a Event<'_>) -> &'a str {
    match event {
        Event::Text(text) | Event::Code(text) => text,
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    }
}

fn collect_text(event: &Event<'_>, text: &mut String) {
    text.push_str(text_of(event));
    let ends_a_line = matches!(
        event,
        Event::End(
            TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::Heading(_)
        ) | Event::Start(Tag::List(_))
    );
    if ends_a_line {
        text.push('\n');
    }
}

/// One line a block, single spaces, no empty lines.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A heading's anchor: its letters and digits, lower-case, joined by hyphens.
#[must_use]
pub fn slugify(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests;
