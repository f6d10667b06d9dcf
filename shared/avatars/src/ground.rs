//! What letters and figures stand on.

use super::geometry::{CENTRE, Outline, Piece, turned};
use super::palette::Palette;
use super::scene::Scene;
use super::seed::Choices;

/// A plain ground, from one corner or side to the other.
pub fn plain(choices: &mut Choices, palette: &Palette) -> Scene {
    let turns = choices.below(8) as f32 / 8.0;
    gradient(palette, turns)
}

/// One whose light end is above.
pub fn upright(palette: &Palette) -> Scene {
    gradient(palette, 0.0)
}

fn gradient(palette: &Palette, turns: f32) -> Scene {
    let [from, to] = palette.ground;
    let end = |y| turned((0.5, y), CENTRE, turns);
    Scene::new([(end(-0.05), from), (end(1.05), to)])
}

/// One with a large shape of almost its colour, so that letters stand out and
/// people with the same colours don't look alike.
pub fn shaped(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = plain(choices, palette);
    let [near, beyond] = palette.shade;
    let turns = choices.between(0.0, 1.0);
    let size = choices.between(0.0, 1.0);
    let other = choices.between(-0.12, 0.12);
    let at = |x, y| turned((x, y), CENTRE, turns);
    match choices.below(6) {
        0 => scene.add(Outline::disc(at(0.5, 0.0), 0.36 + 0.2 * size), near),
        1 => {
            scene.add(Outline::disc(at(0.5, 0.98), 0.34 + 0.14 * size), beyond);
            scene.add(Outline::disc(at(0.5 + other, 0.04), 0.24 + 0.12 * size), near);
        }
        2 => scene.add(Outline::ring(at(0.5, 0.08), 0.42 + 0.16 * size, 0.16), near),
        3 => {
            let leaf = |y, width| Outline::leaf((-0.3, y), (1.3, y), width);
            scene.add(leaf(0.62, 0.9 + 0.2 * size).turned(CENTRE, turns), beyond);
            scene.add(leaf(0.2, 0.34).turned(CENTRE, turns), near);
        }
        4 => {
            let top = 0.55 + 0.1 * size;
            scene.add(wave(top, other).turned(CENTRE, turns), near);
            scene.add(wave(top + 0.24, -other).turned(CENTRE, turns), beyond);
        }
        _ => {
            let petal = Outline::leaf((0.5, 0.5), (0.5, -0.16), 0.3 + 0.2 * size);
            let times = 3 + choices.below(4) as u8;
            scene.add(petal.turned(CENTRE, turns).around(CENTRE, times), near);
        }
    }
    scene
}

/// All below a line that swings up and down once.
fn wave(y: f32, swing: f32) -> Outline {
    let swing = if swing < 0.0 { swing - 0.14 } else { swing + 0.14 };
    Outline(vec![
        Piece::Move((-0.3, y)),
        Piece::Cubic((0.25, y - swing * 1.6), (0.75, y + swing * 1.6), (1.3, y)),
        Piece::Line((1.3, 1.5)),
        Piece::Line((-0.3, 1.5)),
        Piece::Close,
    ])
}
