//! The picture as text: a placed [`Diagram`] in, one `<svg>` element out.
//!
//! Owns the elements, their `dg-*` classes and the frame. Colours and type are the
//! style sheet's; nothing moves here, except all together into the frame.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

use super::geometry::{Bounds, Point, distance, towards};
use super::sizes::{CYLINDER_RIM, DECISION_TIP, EDGE_FONT, GROUP_PADDING, LINE_HEIGHT, NODE_FONT};
use super::{Diagram, DiagramMeta, Edge, Group, Node, Result, Shape, Stroke, Tone};

const MARGIN: f64 = 6.0;

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
    pub(super) fn write(mut self, meta: &DiagramMeta<'_>) -> Result<String> {
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
