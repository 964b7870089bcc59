//! Points and boxes in the plane, in pixels, with y growing downwards.
//!
//! Owns the arithmetic that layout and output share; knows nothing of diagrams.

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    (b.x - a.x).hypot(b.y - a.y)
}

/// The point `by` away from `from` on the way to `to`.
pub(super) fn towards(from: Point, to: Point, by: f64) -> Point {
    let part = by / distance(from, to).max(0.01);
    Point { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Bounds {
    pub(super) const EMPTY: Self =
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    pub(super) fn include(&mut self, centre: Point, width: f64, height: f64) {
        self.left = self.left.min(centre.x - width / 2.0);
        self.right = self.right.max(centre.x + width / 2.0);
        self.top = self.top.min(centre.y - height / 2.0);
        self.bottom = self.bottom.max(centre.y + height / 2.0);
    }
}
