//! Four tiles, each the next one turned by a quarter.

use crate::geometry::{CENTRE, Outline, Piece, Point};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::plain(choices, palette);
    let [strong, middle, accent] = palette.figure;
    let kind = choices.below(5);
    let colours = match choices.below(3) {
        0 => [strong, middle, strong, middle],
        1 => [middle, strong, palette.shade[1], strong],
        _ => [strong, middle, accent, middle],
    };
    let tilt = choices.below(8) as f32 / 8.0;
    let reach = choices.between(0.31, 0.35);
    for (n, colour) in colours.into_iter().enumerate() {
        let turns = tilt + n as f32 / 4.0;
        scene.add(tile(kind, reach).turned(CENTRE, turns), colour);
    }
    // Leaves meet in a point, and discs leave room.
    if matches!(kind, 0 | 3) {
        scene.add(Outline::disc(CENTRE, choices.between(0.07, 0.1)), accent);
    }
    scene
}

/// In the quarter that lies above and right of the middle.
fn tile(kind: u32, reach: f32) -> Outline {
    // The circle that pages crop to just holds the corners of the largest.
    let (low, mid, high) = (0.5 - reach, 0.5, 0.5 + reach);
    match kind {
        0 => lens((mid, mid), (high, low)),
        1 => pie((mid, low), (mid, mid), (high, low)),
        2 => pie((high, mid), (mid, mid), (high, low)),
        3 => Outline::disc((0.69, 0.31), reach - 0.16),
        _ => pie((mid, mid), (high, mid), (mid, low)),
    }
}

/// Between two quarters of circles, from corner to corner.
fn lens((x, y): Point, (to_x, to_y): Point) -> Outline {
    let k = 0.552_285;
    let (dx, dy) = ((to_x - x) * k, (to_y - y) * k);
    Outline(vec![
        Piece::Move((x, y)),
        Piece::Cubic((x, y + dy), (to_x - dx, to_y), (to_x, to_y)),
        Piece::Cubic((to_x, to_y - dy), (x + dx, y), (x, y)),
        Piece::Close,
    ])
}

/// A quarter of a disc about a corner, from one end of its arc to the other.
fn pie(corner: Point, from: Point, to: Point) -> Outline {
    let k = 0.552_285;
    let handle = |end: Point, other: Point| {
        (end.0 + (other.0 - corner.0) * k, end.1 + (other.1 - corner.1) * k)
    };
    Outline(vec![
        Piece::Move(corner),
        Piece::Line(from),
        Piece::Cubic(handle(from, to), handle(to, from), to),
        Piece::Close,
    ])
}
