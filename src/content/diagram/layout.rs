//! Where everything goes: boxes placed by [`dugong`], room for group titles, edges joined to outlines.
//!
//! Sizes come from `sizes`; the frame around the whole picture is `svg`'s.

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel, RankDir, WorkControl, WorkError};

use super::geometry::{Bounds, Point, distance};
use super::sizes::{CYLINDER_RIM, DECISION_TIP, GROUP_PADDING, GROUP_TITLE_HEIGHT, title_width};
use super::{Diagram, DiagramError, Node, Result, Shape};

/// Ceiling on the layout engine's own count of work units. The largest diagram
/// that the other limits allow stays well below it.
const WORK_BUDGET: usize = 50_000_000;

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

impl Diagram {
    pub(super) fn lay_out(&mut self) -> Result<()> {
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
    pub(super) fn make_room(&mut self) {
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
    pub(super) fn content_box(&self, index: usize) -> Bounds {
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
    pub(super) fn finish_edges(&mut self) {
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
