//! Hills under a sun or a moon.

use crate::geometry::{Outline, Piece};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::upright(palette);
    let [strong, middle, accent] = palette.figure;
    let [near, beyond] = palette.shade;
    let sun = (choices.between(0.3, 0.7), choices.between(0.28, 0.44));
    let radius = choices.between(0.1, 0.15);
    scene.add(Outline::disc(sun, radius * 1.75), near);
    scene.add(Outline::disc(sun, radius), accent);
    let back = middle.towards(palette.ground[1], 0.35);
    // Not the strongest: where that is almost white, the picture would end at the hill.
    let front = middle.towards(strong, 0.45);
    for (y, colour) in [(0.56, back), (0.68, beyond), (0.82, front)] {
        scene.add(hill(choices, y), colour);
    }
    scene
}

/// All below a line with one rise and one dip.
fn hill(choices: &mut Choices, y: f32) -> Outline {
    let mut height = || y + choices.between(-0.07, 0.07);
    let [left, right] = [height(), height()];
    let rise = choices.between(0.14, 0.28);
    let rise = if choices.below(2) == 0 { rise } else { -rise };
    Outline(vec![
        Piece::Move((0.0, left)),
        Piece::Cubic((0.36, left - rise), (0.64, right + rise), (1.0, right)),
        Piece::Line((1.0, 1.0)),
        Piece::Line((0.0, 1.0)),
        Piece::Close,
    ])
}
