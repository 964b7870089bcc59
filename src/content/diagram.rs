//! Diagrams in entries: a small notation in, one inline SVG out.
//!
//! This module owns the notation (a strict subset of Mermaid's flowcharts), the
//! sizes of boxes and labels, and the shape of the SVG. It does not own colours
//! or type (`static/css/60-diagram.css` does, through the `dg-*` classes), the
//! `<figure>` around the picture, or finding the fenced blocks in an entry.
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

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel, RankDir, WorkControl, WorkError};
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use thiserror::Error;

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

/// Ceiling on the layout engine's own count of work units. The largest diagram
/// that the other limits allow stays well below it.
const WORK_BUDGET: usize = 50_000_000;

const NODE_FONT: f64 = 14.0;
const EDGE_FONT: f64 = 12.0;
const GROUP_FONT: f64 = 11.0;
/// How much wider the semibold face of group titles is.
const BOLD: f64 = 1.12;
const LINE_HEIGHT: f64 = 1.35;
const WRAP_AT: usize = 22;
const GROUP_PADDING: f64 = 14.0;
const GROUP_TITLE_HEIGHT: f64 = 36.0;
const MARGIN: f64 = 6.0;
/// How far a decision's tips stand out at its sides.
const DECISION_TIP: f64 = 14.0;
/// How far a cylinder's ends bulge.
const CYLINDER_RIM: f64 = 5.0;

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

// ---------------------------------------------------------------- the model

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

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: f64,
    y: f64,
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

// --------------------------------------------------------------- the parser

/// Edge operators, longest first so that no operator hides a longer one.
const OPERATORS: [(&str, Stroke, bool, bool); 9] = [
    ("<-.->", Stroke::Dashed, true, true),
    ("<-->", Stroke::Solid, true, true),
    ("<==>", Stroke::Accent, true, true),
    ("-.->", Stroke::Dashed, false, true),
    ("-->", Stroke::Solid, false, true),
    ("==>", Stroke::Accent, false, true),
    ("-.-", Stroke::Dashed, false, false),
    ("---", Stroke::Solid, false, false),
    ("===", Stroke::Accent, false, false),
];

/// Shapes by their brackets, the two-character ones first.
const BRACKETS: [(&str, &str, Shape); 4] = [
    ("([", "])", Shape::Pill),
    ("[(", ")]", Shape::Cylinder),
    ("[", "]", Shape::Rect),
    ("{", "}", Shape::Decision),
];

struct Parser {
    diagram: Diagram,
    ids: HashMap<String, usize>,
    open: Vec<usize>,
    line: usize,
}

impl Parser {
    fn parse(source: &str) -> Result<Diagram> {
        if source.len() > MAX_SOURCE {
            return Err(DiagramError::new(
                None,
                format!("the source is {} bytes long", source.len()),
                format!("stay within {MAX_SOURCE} bytes"),
            ));
        }
        let mut statements = source
            .lines()
            .enumerate()
            .map(|(index, text)| (index + 1, text.trim()))
            .filter(|(_, text)| !text.is_empty() && !text.starts_with("%%"));

        let (line, header) = statements
            .next()
            .ok_or_else(|| DiagramError::new(1, "the diagram is empty", "start with flowchart TB"))?;
        let mut parser = Self {
            diagram: Diagram {
                direction: parse_header(line, header)?,
                nodes: Vec::new(),
                edges: Vec::new(),
                groups: Vec::new(),
            },
            ids: HashMap::new(),
            open: Vec::new(),
            line,
        };
        for (line, text) in statements {
            parser.line = line;
            parser.statement(text)?;
        }
        parser.finish()
    }

    fn error(&self, message: impl Into<String>, hint: impl Into<String>) -> DiagramError {
        DiagramError::new(self.line, message, hint)
    }

    fn statement(&mut self, text: &str) -> Result<()> {
        if let Some(bad) = text.chars().find(|&c| c != '\t' && !is_printable(c)) {
            return Err(self.error(format!("control character {bad:?}"), "remove it"));
        }
        let keyword = text.split_whitespace().next().unwrap_or_default();
        match keyword {
            "subgraph" => self.open_group(text[keyword.len()..].trim()),
            "end" if text == keyword => self
                .open
                .pop()
                .map(drop)
                .ok_or_else(|| self.error("end without a subgraph", "remove it or open a subgraph first")),
            "style" | "classDef" | "class" | "linkStyle" | "click" | "direction" => Err(self.error(
                format!("{keyword} is not part of the notation"),
                "use :::accent or :::muted after a node and ==> for the emphasised edge",
            )),
            _ => self.chain(text),
        }
    }

    fn open_group(&mut self, text: &str) -> Result<()> {
        let (id, rest) = self.ident(text)?;
        let hint = "write subgraph id [Title]";
        let (title, rest) = match rest.trim_start().strip_prefix('[') {
            Some(inner) => self.label(inner, "]")?,
            None => return Err(self.error("the subgraph has no title", hint)),
        };
        if !rest.trim().is_empty() {
            return Err(self.error(format!("unexpected {:?} after the title", rest.trim()), hint));
        }
        if self.ids.contains_key(id) || self.diagram.groups.iter().any(|group| group.id == id) {
            return Err(self.error(format!("{id} is already taken"), "give each group an id of its own"));
        }
        if self.diagram.groups.len() == MAX_GROUPS || self.open.len() == MAX_DEPTH {
            return Err(self.error(
                "too many groups",
                format!("use at most {MAX_GROUPS} groups, nested at most {MAX_DEPTH} deep"),
            ));
        }
        self.check_length(&title, MAX_LABEL)?;
        self.diagram.groups.push(Group {
            id: id.to_owned(),
            title,
            parent: self.open.last().copied(),
            line: self.line,
            left: 0.0,
            top: 0.0,
            right: 0.0,
            bottom: 0.0,
        });
        self.open.push(self.diagram.groups.len() - 1);
        Ok(())
    }

    /// A node, or nodes joined by edges: `a[A] --> b -->|label| c`.
    fn chain(&mut self, text: &str) -> Result<()> {
        let (mut from, mut rest) = self.node(text)?;
        while !rest.is_empty() {
            let (operator, stroke, tail_arrow, head_arrow) =
                OPERATORS.into_iter().find(|(operator, ..)| rest.starts_with(operator)).ok_or_else(|| {
                    self.error(
                        format!("expected an edge, found {rest:?}"),
                        "edges are --> -.-> ==> <--> and ---, with |label| after them",
                    )
                })?;
            rest = rest[operator.len()..].trim_start();
            let mut label = None;
            if let Some(inner) = rest.strip_prefix('|') {
                let (text, after) = self.label(inner, "|")?;
                self.check_length(&text, MAX_EDGE_LABEL)?;
                label = Some(text);
                rest = after.trim_start();
            }
            if rest.is_empty() {
                return Err(self.error("the edge leads nowhere", "name a node after it"));
            }
            let (to, after) = self.node(rest)?;
            rest = after;
            if from == to {
                return Err(self.error("the edge joins a node to itself", "leave it out or add a node"));
            }
            if self.diagram.edges.len() == MAX_EDGES {
                return Err(self.error("too many edges", format!("use at most {MAX_EDGES}")));
            }
            self.diagram.edges.push(Edge {
                from,
                to,
                stroke,
                tail_arrow,
                head_arrow,
                label,
                label_at: Point { x: 0.0, y: 0.0 },
                points: Vec::new(),
            });
            from = to;
        }
        Ok(())
    }

    /// One node, labelled (`id[Label]:::accent`) or by its bare id.
    fn node<'t>(&mut self, text: &'t str) -> Result<(usize, &'t str)> {
        let (id, mut rest) = self.ident(text)?;
        if self.diagram.groups.iter().any(|group| group.id == id) {
            return Err(
                self.error(format!("{id} is a group"), "edges join nodes: name a node inside the group")
            );
        }
        let index = if let Some(&index) = self.ids.get(id) {
            index
        } else {
            if self.diagram.nodes.len() == MAX_NODES {
                return Err(self.error("too many nodes", format!("use at most {MAX_NODES}")));
            }
            self.diagram.nodes.push(Node {
                id: id.to_owned(),
                label: Vec::new(),
                shape: Shape::Rect,
                tone: Tone::Plain,
                group: None,
                line: self.line,
                centre: Point { x: 0.0, y: 0.0 },
                width: 0.0,
                height: 0.0,
            });
            let index = self.diagram.nodes.len() - 1;
            self.ids.insert(id.to_owned(), index);
            index
        };
        let bracket = BRACKETS.into_iter().find(|(open, ..)| rest.starts_with(open));
        if let Some((open, close, shape)) = bracket {
            let (label, after) = self.label(&rest[open.len()..], close)?;
            self.check_length(&label, MAX_LABEL)?;
            rest = after;
            if !self.diagram.nodes[index].label.is_empty() {
                return Err(self.error(
                    format!("{id} has a label already"),
                    "label a node once and write its bare id elsewhere",
                ));
            }
            let group = self.open.last().copied();
            let node = &mut self.diagram.nodes[index];
            node.label = wrap(&label);
            node.shape = shape;
            node.group = group;
            node.measure();
        }
        if let Some(after) = rest.strip_prefix(":::") {
            let (class, after) = self.ident(after)?;
            self.diagram.nodes[index].tone = match class {
                "accent" => Tone::Accent,
                "muted" => Tone::Muted,
                _ => return Err(self.error(format!("unknown class {class:?}"), "use :::accent or :::muted")),
            };
            rest = after;
        }
        Ok((index, rest.trim_start()))
    }

    /// An id; `-` belongs to it only between other id characters, so that
    /// `a-->b` reads as an edge.
    fn ident<'t>(&self, text: &'t str) -> Result<(&'t str, &'t str)> {
        let mut end = text.find(|c| !is_ident_char(c)).unwrap_or(text.len());
        if let Some(dashes) = text[..end].find("--") {
            end = dashes;
        }
        let id = text[..end].trim_end_matches('-');
        if is_ident(id) {
            Ok((id, &text[id.len()..]))
        } else {
            Err(self.error(
                format!("expected an id, found {text:?}"),
                "an id is a letter, then letters, digits, - or _",
            ))
        }
    }

    /// The text up to `close`, which a quoted label may contain.
    fn label<'t>(&self, text: &'t str, close: &str) -> Result<(String, &'t str)> {
        let unclosed =
            || self.error(format!("a label is not closed with {close}"), "close it on the same line");
        let (label, rest) = if let Some(quoted) = text.trim_start().strip_prefix('"') {
            let (label, rest) = quoted.split_once('"').ok_or_else(unclosed)?;
            (label, rest.trim_start().strip_prefix(close).ok_or_else(unclosed)?)
        } else {
            let (label, rest) = text.split_once(close).ok_or_else(unclosed)?;
            if let Some(bad) = label.chars().find(|c| "[](){}|\"".contains(*c)) {
                return Err(self.error(
                    format!("{bad} inside a label"),
                    "put the label in double quotes: id[\"Label (more)\"]",
                ));
            }
            (label, rest)
        };
        if label.replace("<br>", " ").trim().is_empty() {
            return Err(self.error("a label is empty", "write what the reader should see"));
        }
        Ok((label.trim().to_owned(), rest))
    }

    fn check_length(&self, label: &str, longest: usize) -> Result<()> {
        let length = label.chars().count();
        if length <= longest {
            return Ok(());
        }
        Err(self.error(format!("a label is {length} characters long"), format!("use at most {longest}")))
    }

    fn finish(self) -> Result<Diagram> {
        let diagram = self.diagram;
        if let Some(&group) = self.open.last() {
            let group = &diagram.groups[group];
            return Err(DiagramError::new(
                group.line,
                format!("subgraph {} is not closed", group.id),
                "add end on a line of its own",
            ));
        }
        if let Some(node) = diagram.nodes.iter().find(|node| node.label.is_empty()) {
            return Err(DiagramError::new(
                node.line,
                format!("{} has no label anywhere", node.id),
                format!("check the spelling or add a line {}[Label]", node.id),
            ));
        }
        if diagram.nodes.is_empty() {
            return Err(DiagramError::new(
                1,
                "the diagram has no nodes",
                "add a line such as fn[Lambda function]",
            ));
        }
        for (index, group) in diagram.groups.iter().enumerate() {
            let used = diagram.nodes.iter().any(|node| node.group == Some(index))
                || diagram.groups.iter().any(|child| child.parent == Some(index));
            if !used {
                return Err(DiagramError::new(
                    group.line,
                    format!("subgraph {} is empty", group.id),
                    "a node belongs to the group in which it is labelled",
                ));
            }
        }
        Ok(diagram)
    }
}

fn parse_header(line: usize, header: &str) -> Result<RankDir> {
    let mut words = header.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some("flowchart"), Some("TB" | "TD"), None) => Ok(RankDir::TB),
        (Some("flowchart"), Some("BT"), None) => Ok(RankDir::BT),
        (Some("flowchart"), Some("LR"), None) => Ok(RankDir::LR),
        _ => Err(DiagramError::new(
            line,
            format!("the diagram starts with {header:?}"),
            "start with flowchart TB, flowchart BT or flowchart LR",
        )),
    }
}

/// Breaks a label at `<br>` and, between words, after about [`WRAP_AT`] characters.
fn wrap(label: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for part in label.split("<br>") {
        let mut line = String::new();
        for word in part.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WRAP_AT {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            lines.push(line);
        }
    }
    lines
}

/// A generous width for `text` in a sans-serif face: the page's font is not known
/// here, and a box that is a little wide looks better than one that is too small.
fn text_width(text: &str, font_size: f64) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.30,
            'f' | 'r' | 't' | ' ' | '(' | ')' | '[' | ']' | '/' | '-' => 0.38,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
            'A'..='Z' | '&' | '+' | '=' | '<' | '>' => 0.70,
            '\0'..='\u{024F}' => 0.58,
            _ => 1.0,
        })
        .sum();
    ems * font_size
}

/// Width of a group title, which the style sheet sets in spaced capitals.
fn title_width(title: &str) -> f64 {
    #[allow(clippy::cast_precision_loss)] // at most MAX_LABEL characters
    let spacing = title.chars().count() as f64 * 0.06 * GROUP_FONT;
    text_width(&title.to_uppercase(), GROUP_FONT) * BOLD + spacing
}

// --------------------------------------------------------------- the layout

/// Stops the layout engine when it has used up its budget.
struct Budget(usize);

impl WorkControl for Budget {
    fn charge(&mut self, units: usize) -> std::result::Result<(), WorkError> {
        self.0 = self.0.checked_sub(units).ok_or(WorkError::Interrupted)?;
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Axis {
    X,
    Y,
}

impl Node {
    #[allow(clippy::cast_precision_loss)] // a handful of lines
    fn measure(&mut self) {
        let text = self.label.iter().map(|line| text_width(line, NODE_FONT)).fold(0.0, f64::max);
        let (pad_x, pad_y) = match self.shape {
            Shape::Rect => (14.0, 10.0),
            Shape::Pill => (18.0, 10.0),
            Shape::Cylinder => (14.0, 14.0),
            Shape::Decision => (26.0, 12.0),
        };
        self.width = (text + 2.0 * pad_x).max(72.0).ceil();
        self.height = (self.label.len() as f64 * NODE_FONT * LINE_HEIGHT + 2.0 * pad_y).ceil();
    }
}

impl Diagram {
    fn lay_out(&mut self) -> Result<()> {
        let mut graph: Graph<NodeLabel, EdgeLabel, GraphLabel> =
            Graph::new(GraphOptions { directed: true, multigraph: true, compound: true });
        // Dagre divides `ranksep` by (2 × depth + 1) for the borders of groups.
        let across = matches!(self.direction, RankDir::LR | RankDir::RL);
        graph.set_graph(GraphLabel {
            rankdir: self.direction,
            nodesep: if across { 26.0 } else { 32.0 },
            ranksep: if across { 56.0 } else { 48.0 },
            edgesep: 22.0,
            ..GraphLabel::default()
        });
        for (index, group) in self.groups.iter().enumerate() {
            graph.set_node(group_key(index), NodeLabel::default());
            if let Some(parent) = group.parent {
                graph.set_parent(group_key(index), group_key(parent));
            }
        }
        for (index, node) in self.nodes.iter().enumerate() {
            graph.set_node(
                node_key(index),
                NodeLabel { width: node.width, height: node.height, ..NodeLabel::default() },
            );
            if let Some(group) = node.group {
                graph.set_parent(node_key(index), group_key(group));
            }
        }
        for (index, edge) in self.edges.iter().enumerate() {
            let (width, height) = edge.label_size();
            graph.set_edge_named(
                node_key(edge.from),
                node_key(edge.to),
                Some(index.to_string()),
                Some(EdgeLabel { width, height, weight: 1.0, ..EdgeLabel::default() }),
            );
        }

        dugong::layout_controlled(&mut graph, &mut Budget(WORK_BUDGET)).map_err(|error| {
            DiagramError::new(
                None,
                format!("the diagram can't be laid out: {error}"),
                "use fewer nodes and edges or split the picture in two",
            )
        })?;

        let unplaced =
            || DiagramError::new(None, "a part of the diagram was not placed", "split the picture in two");
        for (index, group) in self.groups.iter_mut().enumerate() {
            let placed = graph.node(&group_key(index)).ok_or_else(unplaced)?;
            let (x, y) = placed.x.zip(placed.y).ok_or_else(unplaced)?;
            group.left = x - placed.width / 2.0;
            group.right = x + placed.width / 2.0;
            group.top = y - placed.height / 2.0;
            group.bottom = y + placed.height / 2.0;
        }
        for (index, node) in self.nodes.iter_mut().enumerate() {
            let placed = graph.node(&node_key(index)).ok_or_else(unplaced)?;
            let (x, y) = placed.x.zip(placed.y).ok_or_else(unplaced)?;
            node.centre = Point { x, y };
        }
        for (index, edge) in self.edges.iter_mut().enumerate() {
            let name = index.to_string();
            let placed =
                graph.edge(&node_key(edge.from), &node_key(edge.to), Some(&name)).ok_or_else(unplaced)?;
            edge.points = placed.points.iter().map(|p| Point { x: p.x, y: p.y }).collect();
            if edge.points.len() < 2 {
                return Err(unplaced());
            }
            let middle = edge.points[edge.points.len() / 2];
            edge.label_at = Point { x: placed.x.unwrap_or(middle.x), y: placed.y.unwrap_or(middle.y) };
        }
        Ok(())
    }

    /// Dagre keeps no room for the titles of groups and little for their padding.
    /// Every lack is made up by pulling the whole picture apart at one line, which
    /// can neither reorder anything nor make two things overlap.
    fn make_room(&mut self) {
        for index in 0..self.groups.len() {
            let inside = self.content_box(index);
            let group = &self.groups[index];
            let (top, left) = (group.top, group.left);
            self.pull_apart(Axis::Y, top + 0.1, GROUP_TITLE_HEIGHT - (inside.top - top));
            self.pull_apart(Axis::X, left + 0.1, GROUP_PADDING - (inside.left - left));

            let inside = self.content_box(index);
            let group = &self.groups[index];
            let (bottom, right) = (group.bottom, group.right);
            self.pull_apart(Axis::Y, bottom - 0.1, GROUP_PADDING - (bottom - inside.bottom));
            self.pull_apart(Axis::X, right - 0.1, GROUP_PADDING - (right - inside.right));
        }
        for index in (0..self.groups.len()).rev() {
            let group = &self.groups[index];
            let lack = title_width(&group.title) + 2.0 * GROUP_PADDING - (group.right - group.left);
            let left = group.left;
            self.pull_apart(Axis::X, left + 0.1, lack / 2.0);
            let right = self.groups[index].right;
            self.pull_apart(Axis::X, right - 0.1, lack / 2.0);
        }
    }

    /// The box around everything directly inside a group.
    fn content_box(&self, index: usize) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for node in self.nodes.iter().filter(|node| node.group == Some(index)) {
            bounds.include(node.centre, node.width, node.height);
        }
        for group in self.groups.iter().filter(|group| group.parent == Some(index)) {
            bounds.include(Point { x: group.left, y: group.top }, 0.0, 0.0);
            bounds.include(Point { x: group.right, y: group.bottom }, 0.0, 0.0);
        }
        bounds
    }

    /// Moves everything beyond `at` by `amount`; nothing happens for amounts ≤ 0.
    fn pull_apart(&mut self, axis: Axis, at: f64, amount: f64) {
        if amount <= 0.0 {
            return;
        }
        let shift = |value: &mut f64| {
            if *value > at {
                *value += amount;
            }
        };
        let move_point = |point: &mut Point| match axis {
            Axis::X => shift(&mut point.x),
            Axis::Y => shift(&mut point.y),
        };
        for node in &mut self.nodes {
            move_point(&mut node.centre);
        }
        for edge in &mut self.edges {
            move_point(&mut edge.label_at);
            edge.points.iter_mut().for_each(move_point);
        }
        for group in &mut self.groups {
            match axis {
                Axis::X => [&mut group.left, &mut group.right].map(shift),
                Axis::Y => [&mut group.top, &mut group.bottom].map(shift),
            };
        }
    }

    /// Joins edges to their nodes' sides and removes needless bends.
    fn finish_edges(&mut self) {
        let across = matches!(self.direction, RankDir::LR | RankDir::RL);
        for edge in &mut self.edges {
            let last = edge.points.len() - 1;
            let (second, second_last) = (edge.points[1], edge.points[last - 1]);
            let (from, to) = (&self.nodes[edge.from], &self.nodes[edge.to]);
            edge.points[0] = from.port_towards(if last == 1 { to.centre } else { second }, across);
            edge.points[last] = to.port_towards(if last == 1 { from.centre } else { second_last }, across);
            edge.points = simplify(&edge.points);
        }
    }
}

impl Node {
    /// Where an edge that comes from or goes to `point` touches the node's outline.
    fn port_towards(&self, point: Point, across: bool) -> Point {
        let Point { x, y } = self.centre;
        let (half_width, half_height) = (self.width / 2.0, self.height / 2.0);
        if across {
            let reach = half_height * 0.5;
            let off = (point.y - y).clamp(-reach, reach);
            let inset = match self.shape {
                Shape::Rect | Shape::Cylinder => 0.0,
                Shape::Pill => half_height - half_height.mul_add(half_height, -off * off).sqrt(),
                Shape::Decision => DECISION_TIP * off.abs() / half_height,
            };
            Point { x: x + (half_width - inset).copysign(point.x - x), y: y + off }
        } else {
            let reach = half_width * if self.shape == Shape::Rect { 0.75 } else { 0.5 };
            let off = (point.x - x).clamp(-reach, reach);
            let inset = match self.shape {
                Shape::Cylinder => CYLINDER_RIM * (1.0 - (1.0 - (off / half_width).powi(2)).sqrt()),
                Shape::Rect | Shape::Pill | Shape::Decision => 0.0,
            };
            Point { x: x + off, y: y + (half_height - inset).copysign(point.y - y) }
        }
    }
}

impl Edge {
    fn label_size(&self) -> (f64, f64) {
        self.label.as_deref().map_or((0.0, 0.0), |label| {
            ((text_width(label, EDGE_FONT) + 10.0).ceil(), (EDGE_FONT * 1.5).ceil())
        })
    }
}

fn node_key(index: usize) -> String {
    format!("n{index}")
}

fn group_key(index: usize) -> String {
    format!("g{index}")
}

/// Drops points that lie on the straight line between their neighbours.
fn simplify(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for (index, &point) in points.iter().enumerate() {
        if let (Some(&before), Some(&after)) = (kept.last(), points.get(index + 1)) {
            let length = distance(before, after).max(0.01);
            let off_line = ((after.x - before.x) * (point.y - before.y)
                - (after.y - before.y) * (point.x - before.x))
                .abs()
                / length;
            if off_line < 1.5 {
                continue;
            }
        }
        kept.push(point);
    }
    kept
}

fn distance(a: Point, b: Point) -> f64 {
    (b.x - a.x).hypot(b.y - a.y)
}

/// The point `by` away from `from` on the way to `to`.
fn towards(from: Point, to: Point, by: f64) -> Point {
    let part = by / distance(from, to).max(0.01);
    Point { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Bounds {
    const EMPTY: Self =
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    fn include(&mut self, centre: Point, width: f64, height: f64) {
        self.left = self.left.min(centre.x - width / 2.0);
        self.right = self.right.max(centre.x + width / 2.0);
        self.top = self.top.min(centre.y - height / 2.0);
        self.bottom = self.bottom.max(centre.y + height / 2.0);
    }
}

// ---------------------------------------------------------------- the output

/// Writes elements; the XML crate does all escaping.
struct Svg(Writer<Vec<u8>>);

impl Svg {
    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        Ok(self.0.write_event(Event::Start(start))?)
    }

    fn close(&mut self, name: &str) -> Result<()> {
        Ok(self.0.write_event(Event::End(BytesEnd::new(name)))?)
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        Ok(self.0.write_event(Event::Empty(start))?)
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<()> {
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(text)))?;
        self.close(name)
    }

    fn rect(&mut self, class: &str, centre: Point, width: f64, height: f64, radius: f64) -> Result<()> {
        self.empty(
            "rect",
            &[
                ("class", class),
                ("x", &number(centre.x - width / 2.0)),
                ("y", &number(centre.y - height / 2.0)),
                ("width", &number(width)),
                ("height", &number(height)),
                ("rx", &number(radius)),
            ],
        )
    }

    /// Visible text with its baseline at `at`.
    fn words(&mut self, class: &str, at: Point, anchor: &str, text: &str) -> Result<()> {
        let (x, y) = (number(at.x), number(at.y));
        let attributes = [
            ("class", class),
            ("x", &*x),
            ("y", &*y),
            ("text-anchor", anchor),
            ("fill", "currentColor"),
            ("stroke", "none"),
        ];
        self.text("text", &attributes, text)
    }

    fn path(&mut self, class: &str, data: &str) -> Result<()> {
        self.empty("path", &[("class", class), ("d", data)])
    }
}

/// A coordinate with at most one decimal.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn pair(point: Point) -> String {
    format!("{} {}", number(point.x), number(point.y))
}

impl Diagram {
    fn write(mut self, meta: &DiagramMeta<'_>) -> Result<String> {
        let (width, height) = self.move_to_origin();
        let title_id = format!("{}-title", meta.id_prefix);
        let description_id = format!("{}-desc", meta.id_prefix);
        let (width, height) = (number(width), number(height));

        let mut svg = Svg(Writer::new(Vec::new()));
        svg.open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("class", "dg"),
                ("role", "img"),
                ("aria-labelledby", &title_id),
                ("aria-describedby", &description_id),
                ("viewBox", &format!("0 0 {width} {height}")),
                ("width", &width),
                ("height", &height),
                // Without the style sheet, as in a reader view, it is a line drawing.
                ("fill", "none"),
                ("stroke", "currentColor"),
            ],
        )?;
        svg.text("title", &[("id", &title_id)], meta.title)?;
        svg.text("desc", &[("id", &description_id)], meta.description)?;
        for group in &self.groups {
            group.write_box(&mut svg)?;
        }
        for edge in &self.edges {
            edge.write_line(&mut svg)?;
        }
        for node in &self.nodes {
            node.write(&mut svg)?;
        }
        // Words come last so that no line runs through them.
        for group in &self.groups {
            group.write_title(&mut svg)?;
        }
        for edge in &self.edges {
            edge.write_label(&mut svg)?;
        }
        svg.close("svg")?;
        String::from_utf8(svg.0.into_inner()).map_err(|error| io::Error::other(error).into())
    }

    /// Moves the picture into the positive quadrant and gives its size.
    fn move_to_origin(&mut self) -> (f64, f64) {
        let mut bounds = Bounds::EMPTY;
        for group in &self.groups {
            bounds.include(Point { x: group.left, y: group.top }, 0.0, 0.0);
            bounds.include(Point { x: group.right, y: group.bottom }, 0.0, 0.0);
        }
        for node in &self.nodes {
            bounds.include(node.centre, node.width, node.height);
        }
        for edge in &self.edges {
            let (width, height) = edge.label_size();
            bounds.include(edge.label_at, width, height);
            for &point in &edge.points {
                bounds.include(point, 0.0, 0.0);
            }
        }
        let (dx, dy) = (MARGIN - bounds.left, MARGIN - bounds.top);
        let shift = |point: &mut Point| {
            point.x += dx;
            point.y += dy;
        };
        for node in &mut self.nodes {
            shift(&mut node.centre);
        }
        for edge in &mut self.edges {
            shift(&mut edge.label_at);
            edge.points.iter_mut().for_each(shift);
        }
        for group in &mut self.groups {
            group.left += dx;
            group.right += dx;
            group.top += dy;
            group.bottom += dy;
        }
        (
            (bounds.right - bounds.left + 2.0 * MARGIN).ceil(),
            (bounds.bottom - bounds.top + 2.0 * MARGIN).ceil(),
        )
    }
}

impl Group {
    fn write_box(&self, svg: &mut Svg) -> Result<()> {
        let centre =
            Point { x: f64::midpoint(self.left, self.right), y: f64::midpoint(self.top, self.bottom) };
        svg.rect("dg-group", centre, self.right - self.left, self.bottom - self.top, 10.0)
    }

    fn write_title(&self, svg: &mut Svg) -> Result<()> {
        let at = Point { x: self.left + GROUP_PADDING, y: self.top + 20.0 };
        svg.words("dg-group-title", at, "start", &self.title)
    }
}

impl Node {
    fn write(&self, svg: &mut Svg) -> Result<()> {
        svg.open("g", &[("class", self.class())])?;
        let Self { centre, width, height, .. } = *self;
        match self.shape {
            Shape::Rect => svg.rect("dg-shape", centre, width, height, 7.0)?,
            Shape::Pill => svg.rect("dg-shape", centre, width, height, height / 2.0)?,
            Shape::Cylinder => self.write_cylinder(svg)?,
            Shape::Decision => self.write_decision(svg)?,
        }
        #[allow(clippy::cast_precision_loss)] // a handful of lines
        let rows = self.label.len() as f64;
        let leading = NODE_FONT * LINE_HEIGHT;
        // The baseline of centred text lies about a third of its size below the middle.
        let mut y = centre.y - (rows - 1.0) * leading / 2.0 + NODE_FONT * 0.35;
        if self.shape == Shape::Cylinder {
            y += 3.0;
        }
        for line in &self.label {
            svg.words("dg-label", Point { x: centre.x, y }, "middle", line)?;
            y += leading;
        }
        svg.close("g")
    }

    fn class(&self) -> &'static str {
        match self.tone {
            Tone::Plain => "dg-node",
            Tone::Accent => "dg-node dg-accent",
            Tone::Muted => "dg-node dg-muted",
        }
    }

    fn write_cylinder(&self, svg: &mut Svg) -> Result<()> {
        let Point { x, y } = self.centre;
        let (half_width, half_height) = (self.width / 2.0, self.height / 2.0);
        let (left, right) = (number(x - half_width), number(x + half_width));
        let top = number(y - half_height + CYLINDER_RIM);
        let bottom = number(y + half_height - CYLINDER_RIM);
        let arc = format!("A{} {CYLINDER_RIM} 0 0", number(half_width));
        let body = format!("M{left} {top}{arc} 1 {right} {top}V{bottom}{arc} 1 {left} {bottom}Z");
        svg.path("dg-shape", &body)?;
        svg.path("dg-rim", &format!("M{left} {top}{arc} 0 {right} {top}"))
    }

    fn write_decision(&self, svg: &mut Svg) -> Result<()> {
        let Point { x, y } = self.centre;
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        let corners = [
            (x - w, y),
            (x - w + DECISION_TIP, y - h),
            (x + w - DECISION_TIP, y - h),
            (x + w, y),
            (x + w - DECISION_TIP, y + h),
            (x - w + DECISION_TIP, y + h),
        ]
        .map(|(x, y)| pair(Point { x, y }));
        svg.path("dg-shape", &format!("M{}Z", corners.join("L")))
    }
}

impl Edge {
    fn write_line(&self, svg: &mut Svg) -> Result<()> {
        let class = match self.stroke {
            Stroke::Solid => "dg-edge",
            Stroke::Dashed => "dg-edge dg-dashed",
            Stroke::Accent => "dg-edge dg-accent",
        };
        let (Some(&first), Some(&last)) = (self.points.first(), self.points.last()) else {
            return Ok(());
        };
        let count = self.points.len();
        svg.open("g", &[("class", class)])?;
        let mut line = self.points.clone();
        let mut heads = Vec::new();
        if self.tail_arrow {
            heads.push(arrow_head(first, self.points[1]));
            line[0] = towards(first, self.points[1], 6.0);
        }
        if self.head_arrow {
            heads.push(arrow_head(last, self.points[count - 2]));
            line[count - 1] = towards(last, self.points[count - 2], 6.0);
        }
        svg.path("dg-line", &rounded(&line))?;
        for head in heads {
            svg.path("dg-arrow", &head)?;
        }
        svg.close("g")
    }

    fn write_label(&self, svg: &mut Svg) -> Result<()> {
        let Some(label) = &self.label else {
            return Ok(());
        };
        let (width, height) = self.label_size();
        svg.empty(
            "rect",
            &[
                ("class", "dg-label-back"),
                ("x", &number(self.label_at.x - width / 2.0)),
                ("y", &number(self.label_at.y - height / 2.0)),
                ("width", &number(width)),
                ("height", &number(height)),
                ("stroke", "none"),
            ],
        )?;
        let baseline = Point { y: self.label_at.y + EDGE_FONT * 0.35, ..self.label_at };
        svg.words("dg-edge-label", baseline, "middle", label)
    }
}

/// A filled triangle with its tip at `tip`, for a line that comes from `from`.
fn arrow_head(tip: Point, from: Point) -> String {
    let base = towards(tip, from, 8.0);
    let (dx, dy) = ((tip.x - base.x) * 0.45, (tip.y - base.y) * 0.45);
    let one = Point { x: base.x - dy, y: base.y + dx };
    let other = Point { x: base.x + dy, y: base.y - dx };
    format!("M{}L{}L{}Z", pair(tip), pair(one), pair(other))
}

/// A path through the points with rounded bends.
fn rounded(points: &[Point]) -> String {
    let [first, inner @ .., last] = points else {
        return String::new();
    };
    let mut steps = vec![format!("M{}", pair(*first))];
    let mut before = *first;
    for (&point, &after) in inner.iter().zip(inner.iter().skip(1).chain([last])) {
        let radius = (distance(before, point).min(distance(point, after)) / 2.0).min(18.0);
        let (enter, leave) = (towards(point, before, radius), towards(point, after, radius));
        steps.push(format!("L{}Q{} {}", pair(enter), pair(point), pair(leave)));
        before = point;
    }
    steps.push(format!("L{}", pair(*last)));
    steps.concat()
}

#[cfg(test)]
mod tests;
