//! How large the parts of a picture are: type sizes, paddings, and boxes that fit their words.
//!
//! Text is estimated, as the page's font is not known here. Where things go is for
//! `layout`, how they look for `svg` and the style sheet.

use super::{Edge, Node, Shape};

pub(super) const NODE_FONT: f64 = 14.0;
pub(super) const EDGE_FONT: f64 = 12.0;
const GROUP_FONT: f64 = 11.0;
/// How much wider the semibold face of group titles is.
const BOLD: f64 = 1.12;
pub(super) const LINE_HEIGHT: f64 = 1.35;
const WRAP_AT: usize = 22;
pub(super) const GROUP_PADDING: f64 = 14.0;
pub(super) const GROUP_TITLE_HEIGHT: f64 = 36.0;
/// How far a decision's tips stand out at its sides.
pub(super) const DECISION_TIP: f64 = 14.0;
/// How far a cylinder's ends bulge.
pub(super) const CYLINDER_RIM: f64 = 5.0;

impl Node {
    #[allow(clippy::cast_precision_loss)] // a handful of lines
    pub(super) fn measure(&mut self) {
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

impl Edge {
    pub(super) fn label_size(&self) -> (f64, f64) {
        self.label.as_deref().map_or((0.0, 0.0), |label| {
            ((text_width(label, EDGE_FONT) + 10.0).ceil(), (EDGE_FONT * 1.5).ceil())
        })
    }
}

/// Breaks a label at `<br>` and, between words, after about [`WRAP_AT`] characters.
pub(super) fn wrap(label: &str) -> Vec<String> {
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
pub(super) fn title_width(title: &str) -> f64 {
    #[allow(clippy::cast_precision_loss)] // at most MAX_LABEL characters
    let spacing = title.chars().count() as f64 * 0.06 * GROUP_FONT;
    text_width(&title.to_uppercase(), GROUP_FONT) * BOLD + spacing
}
