//! Outlines on the grid that pictures are drawn on.

use std::f32::consts::TAU;

/// The picture's width and height in steps of the grid. Points lie on whole
/// steps, so that SVG is short and both formats hold the very same numbers; at
/// the largest size a step is half a pixel.
pub const SIDE: f32 = 2048.0;

/// A point, x to the right and y downwards. In [`Outline`]s that are being made,
/// the picture is 1 wide and high; those of a scene are on the grid.
pub type Point = (f32, f32);

pub const CENTRE: Point = (0.5, 0.5);

/// A piece of an outline, by where it leads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Piece {
    Move(Point),
    Line(Point),
    Quad(Point, Point),
    Cubic(Point, Point, Point),
    Close,
}

/// A filled area: what its contours go around, counted by their direction (the
/// nonzero rule).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline(pub Vec<Piece>);

impl Piece {
    fn map(self, to: impl Fn(Point) -> Point) -> Self {
        match self {
            Self::Move(a) => Self::Move(to(a)),
            Self::Line(a) => Self::Line(to(a)),
            Self::Quad(a, b) => Self::Quad(to(a), to(b)),
            Self::Cubic(a, b, c) => Self::Cubic(to(a), to(b), to(c)),
            Self::Close => Self::Close,
        }
    }
}

impl Outline {
    pub fn disc(centre: Point, radius: f32) -> Self {
        Self::ellipse(centre, (radius, radius))
    }

    pub fn ellipse((x, y): Point, (across, down): Point) -> Self {
        // How far the handles of a quarter's cubic lie from its ends.
        let (h, v) = (across * 0.552_285, down * 0.552_285);
        let (left, right, top, low) = (x - across, x + across, y - down, y + down);
        Self(vec![
            Piece::Move((right, y)),
            Piece::Cubic((right, y + v), (x + h, low), (x, low)),
            Piece::Cubic((x - h, low), (left, y + v), (left, y)),
            Piece::Cubic((left, y - v), (x - h, top), (x, top)),
            Piece::Cubic((x + h, top), (right, y - v), (right, y)),
            Piece::Close,
        ])
    }

    /// Around a point, so wide.
    pub fn ring((x, y): Point, radius: f32, width: f32) -> Self {
        let outer = Self::disc((x, y), radius + width / 2.0);
        // Mirrored, it goes around the other way and takes away.
        let inner = Self::disc((x, y), radius - width / 2.0).map(|(px, py)| (2.0 * x - px, py));
        outer.and(inner)
    }

    /// From one point to another between two curves, so wide in its middle.
    pub fn leaf((x, y): Point, (to_x, to_y): Point, width: f32) -> Self {
        let (dx, dy) = (to_x - x, to_y - y);
        let side = |by: f32| {
            let (x, y) = (x + dx / 2.0, y + dy / 2.0);
            let length = dx.hypot(dy);
            (x - dy / length * width * by, y + dx / length * width * by)
        };
        Self(vec![
            Piece::Move((x, y)),
            Piece::Quad(side(-1.0), (to_x, to_y)),
            Piece::Quad(side(1.0), (x, y)),
            Piece::Close,
        ])
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, Self(other): Self) -> Self {
        self.0.extend(other);
        self
    }

    #[must_use]
    pub fn map(self, to: impl Fn(Point) -> Point) -> Self {
        Self(self.0.into_iter().map(|piece| piece.map(&to)).collect())
    }

    /// The same, turned clockwise around a point by a part of a full turn.
    #[must_use]
    pub fn turned(self, around: Point, turns: f32) -> Self {
        self.map(|at| turned(at, around, turns))
    }

    /// The same so many times around a point.
    #[must_use]
    pub fn around(&self, centre: Point, times: u8) -> Self {
        let turns = (0..times).map(|n| f32::from(n) / f32::from(times));
        let all = turns.map(|turns| self.clone().turned(centre, turns));
        all.reduce(Self::and).unwrap_or_default()
    }

    /// The same on the grid.
    #[must_use]
    pub fn on_grid(self) -> Self {
        self.map(on_grid)
    }

    /// The corners of the box around it, by its points and its curves' middles:
    /// fonts have points at the outermost places of their curves.
    pub fn bounds(&self) -> Option<(Point, Point)> {
        let corners = self.polygons().into_iter().flatten().map(|at| (at, at));
        corners.reduce(|(low, high), (at, _)| {
            ((low.0.min(at.0), low.1.min(at.1)), (high.0.max(at.0), high.1.max(at.1)))
        })
    }

    /// Where it would balance on a needle.
    pub fn centroid(&self) -> Option<Point> {
        let (mut area, mut sum) = (0.0, (0.0, 0.0));
        for polygon in self.polygons() {
            let next = polygon.iter().cycle().skip(1);
            for ((x, y), (to_x, to_y)) in polygon.iter().zip(next) {
                let cross = x * to_y - to_x * y;
                area += cross;
                sum = (sum.0 + (x + to_x) * cross, sum.1 + (y + to_y) * cross);
            }
        }
        (area != 0.0).then(|| (sum.0 / area / 3.0, sum.1 / area / 3.0))
    }

    /// Its contours, with a corner in each curve's middle.
    fn polygons(&self) -> Vec<Vec<Point>> {
        let mut all: Vec<Vec<Point>> = Vec::new();
        for piece in &self.0 {
            let last = all.last().and_then(|polygon| polygon.last()).copied().unwrap_or_default();
            let mix = |points: &[(Point, f32)]| {
                let sum = |part: fn(&Point) -> f32| {
                    points.iter().map(|(point, weight)| part(point) * weight).sum::<f32>()
                };
                (sum(|(x, _)| *x), sum(|(_, y)| *y))
            };
            let corners = match *piece {
                Piece::Move(a) => {
                    all.push(Vec::new());
                    vec![a]
                }
                Piece::Line(a) => vec![a],
                Piece::Quad(a, b) => vec![mix(&[(last, 0.25), (a, 0.5), (b, 0.25)]), b],
                Piece::Cubic(a, b, c) => {
                    vec![mix(&[(last, 0.125), (a, 0.375), (b, 0.375), (c, 0.125)]), c]
                }
                Piece::Close => Vec::new(),
            };
            if let Some(polygon) = all.last_mut() {
                polygon.extend(corners);
            }
        }
        all
    }
}

/// A point turned clockwise around another by a part of a full turn.
pub fn turned((x, y): Point, (around_x, around_y): Point, turns: f32) -> Point {
    let (sin, cos) = (turns * TAU).sin_cos();
    let (x, y) = (x - around_x, y - around_y);
    (around_x + x * cos - y * sin, around_y + x * sin + y * cos)
}

pub fn on_grid((x, y): Point) -> Point {
    ((x * SIDE).round(), (y * SIDE).round())
}
