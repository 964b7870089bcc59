//! The notation: source text in, a checked [`Diagram`] out, or an error with its line.
//!
//! Owns what may be written and every message about it. Nothing has a place yet
//! when it is done; the info line of the block is [`super::DiagramInfo`]'s.

use std::collections::HashMap;

use dugong::RankDir;

use super::geometry::Point;
use super::sizes::wrap;
use super::{
    Diagram, DiagramError, Edge, Group, MAX_DEPTH, MAX_EDGE_LABEL, MAX_EDGES, MAX_GROUPS, MAX_LABEL,
    MAX_NODES, MAX_SOURCE, Node, Result, Shape, Stroke, Tone, is_ident, is_ident_char, is_printable,
};

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

pub(super) struct Parser {
    diagram: Diagram,
    ids: HashMap<String, usize>,
    open: Vec<usize>,
    line: usize,
}

impl Parser {
    pub(super) fn parse(source: &str) -> Result<Diagram> {
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
