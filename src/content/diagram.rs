//! Diagrams in entries: a small notation in, one inline SVG out.
//!
//! This module owns the notation (a strict subset of Mermaid's flowcharts), the
//! sizes of boxes and labels, and the shape of the SVG. It does not own colours
//! or type (`static/css/60-diagram.css` does, through the `dg-*` classes), the
//! `<figure>` around the picture, or finding the fenced blocks in an entry.
//!
//! This file holds what callers see, the limits and the model that the parts
//! share: `notation` reads the source into it, `sizes` measures its boxes, `layout`
//! places them and `svg` writes them; `geometry` is what they reckon with.
//!
//! Placing nodes and edges is left to [`dugong`], a port of Dagre, the layout
//! engine behind Mermaid. Drawing the same two pictures with the alternatives
//! settled it. `mermaid-rs-renderer` (34 crates, 206 s to build on two cores)
//! overlapped nested groups and lost their titles, reads the machine's fonts and
//! writes a font cache into `$HOME`. `merman` (125 crates, 255 s, 12 MB of binary)
//! is good but heavy for a layout that comes from `dugong`. `layout-rs` ignores
//! clusters, `pikchr` compiles C and makes authors place every box, and `svgbob`
//! (93 crates, 138 s) only traces ASCII art. `dugong` adds two crates and under
//! 1 MB, lays out nested groups, takes a work budget, reports failures as values
//! and always gives the same picture. It measures no text and parses nothing, so
//! both are done here, with line numbers.

mod geometry;
mod layout;
mod notation;
mod sizes;
mod svg;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dugong::RankDir;
use thiserror::Error;

use geometry::Point;
use notation::Parser;

/// The word that starts the info line of a diagram's fenced block.
pub const LANGUAGE: &str = "diagram";

/// Longest accepted source, in bytes.
pub const MAX_SOURCE: usize = 8_000;
/// Most nodes in one diagram.
pub const MAX_NODES: usize = 40;
/// Most edges in one diagram.
pub const MAX_EDGES: usize = 60;
/// Most groups in one diagram.
pub const MAX_GROUPS: usize = 12;
/// Deepest nesting of groups.
pub const MAX_DEPTH: usize = 4;
/// Longest node label or group title, in characters.
pub const MAX_LABEL: usize = 60;
/// Longest edge label, in characters.
pub const MAX_EDGE_LABEL: usize = 32;
/// Longest title, in characters.
pub const MAX_TITLE: usize = 100;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 600;

/// What a picture is called and how it is told apart from others on its page.
#[derive(Debug, Clone, Copy)]
pub struct DiagramMeta<'a> {
    /// Short name; becomes the SVG's `<title>`.
    pub title: &'a str,
    /// The picture in words; becomes the SVG's `<desc>`.
    pub description: &'a str,
    /// Prefix of every id in the SVG, unique on the page: an ASCII letter, then
    /// letters, digits, `-` or `_`.
    pub id_prefix: &'a str,
}

/// Why a diagram could not be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{message} ({hint})", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct DiagramError {
    /// What is wrong.
    pub message: String,
    /// Line inside the block, counted from 1; `None` when no single line is to blame.
    pub line: Option<usize>,
    /// What to write instead.
    pub hint: String,
}

impl DiagramError {
    fn new(line: impl Into<Option<usize>>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), line: line.into(), hint: hint.into() }
    }
}

impl From<io::Error> for DiagramError {
    fn from(error: io::Error) -> Self {
        Self::new(None, format!("the picture could not be written: {error}"), "simplify the diagram")
    }
}

type Result<T> = std::result::Result<T, DiagramError>;

/// Title and description from the info line of a fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiagramInfo {
    /// The value of `title="…"`.
    pub title: String,
    /// The value of `description="…"`.
    pub description: String,
}

impl DiagramInfo {
    /// Reads `diagram title="…" description="…"`.
    ///
    /// Gives `None` when the block is in another language.
    ///
    /// # Errors
    ///
    /// When the line is a diagram's but an attribute is missing, unknown, repeated
    /// or not quoted.
    pub fn parse(info: &str) -> Result<Option<Self>> {
        let info = info.trim();
        let (language, mut rest) = info
            .split_once(char::is_whitespace)
            .map_or((info, ""), |(language, rest)| (language, rest.trim_start()));
        if language != LANGUAGE {
            return Ok(None);
        }
        let hint = "write diagram title=\"…\" description=\"…\"";
        let (mut title, mut description) = (None, None);
        while !rest.is_empty() {
            let malformed =
                || DiagramError::new(None, "the info line can't be read from here: ".to_owned() + rest, hint);
            let (name, after) = rest.split_once("=\"").ok_or_else(malformed)?;
            let (value, after) = after.split_once('"').ok_or_else(malformed)?;
            let slot = match name {
                "title" => &mut title,
                "description" => &mut description,
                _ => {
                    return Err(DiagramError::new(
                        None,
                        format!("unknown attribute {name:?} on the info line"),
                        hint,
                    ));
                }
            };
            if slot.replace(value.trim().to_owned()).is_some() {
                return Err(DiagramError::new(None, format!("{name} is given twice"), hint));
            }
            rest = after.trim_start();
        }
        let missing = |name| DiagramError::new(None, format!("the info line has no {name}"), hint);
        Ok(Some(Self {
            title: title.ok_or_else(|| missing("title"))?,
            description: description.ok_or_else(|| missing("description"))?,
        }))
    }
}

/// Draws `source` as an `<svg>` element to be placed inline in a page.
///
/// The same input always gives the same text.
///
/// # Errors
///
/// When the source is not in the notation, is larger than the limits in this
/// module, or when title, description or id prefix are unusable.
pub fn render(source: &str, meta: &DiagramMeta<'_>) -> Result<String> {
    check_meta(meta)?;
    let mut diagram = Parser::parse(source)?;
    // The layout engine returns errors, but it is a port of a large JavaScript
    // program and still indexes and asserts in places. One odd diagram must not
    // take a whole content sync down, so a panic in there counts as an error.
    catch_unwind(AssertUnwindSafe(|| diagram.lay_out())).unwrap_or_else(|_| {
        Err(DiagramError::new(
            None,
            "the layout engine gave up on this diagram",
            "change the order of the edges or split the picture in two",
        ))
    })?;
    diagram.make_room();
    diagram.finish_edges();
    diagram.write(meta)
}

fn check_meta(meta: &DiagramMeta<'_>) -> Result<()> {
    for (name, text, longest) in
        [("title", meta.title, MAX_TITLE), ("description", meta.description, MAX_DESCRIPTION)]
    {
        if text.trim().is_empty() {
            return Err(DiagramError::new(
                None,
                format!("the {name} is empty"),
                format!("add {name}=\"…\" to the info line"),
            ));
        }
        if text.chars().count() > longest || text.chars().any(|c| !is_printable(c)) {
            return Err(DiagramError::new(
                None,
                format!("the {name} is too long or has control characters"),
                format!("use at most {longest} printable characters"),
            ));
        }
    }
    if !is_ident(meta.id_prefix) {
        return Err(DiagramError::new(
            None,
            format!("{:?} can't start an id", meta.id_prefix),
            "use a letter, then letters, digits, - or _",
        ));
    }
    Ok(())
}

/// Whether XML can hold the character and a reader can see it.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

fn is_ident(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_ident_char)
}

fn is_ident_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Rect,
    Pill,
    Cylinder,
    Decision,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Plain,
    Accent,
    Muted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stroke {
    Solid,
    Dashed,
    Accent,
}

#[derive(Debug)]
struct Node {
    id: String,
    /// Lines of the label; empty until the node is labelled.
    label: Vec<String>,
    shape: Shape,
    tone: Tone,
    group: Option<usize>,
    /// Where the node was first named, for the error about a missing label.
    line: usize,
    centre: Point,
    width: f64,
    height: f64,
}

#[derive(Debug)]
struct Edge {
    from: usize,
    to: usize,
    stroke: Stroke,
    tail_arrow: bool,
    head_arrow: bool,
    label: Option<String>,
    label_at: Point,
    points: Vec<Point>,
}

#[derive(Debug)]
struct Group {
    id: String,
    title: String,
    parent: Option<usize>,
    line: usize,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

#[derive(Debug)]
struct Diagram {
    direction: RankDir,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    groups: Vec<Group>,
}

#[cfg(test)]
mod tests;
