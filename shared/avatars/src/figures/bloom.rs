//! A flower from above: two rounds of petals about a middle.

use crate::geometry::{CENTRE, Outline, Piece};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::plain(choices, palette);
    let [strong, middle, accent] = palette.figure;
    let [_, beyond] = palette.shade;
    let times = 5 + choices.below(4) as u8;
    let turns = choices.between(0.0, 1.0);
    let is_pointed = choices.below(2) == 1;
    let inner = choices.between(0.2, 0.27);
    // Petals of one round just touch.
    let width = 2.1 / f32::from(times);
    let petals = |length: f32, turns| {
        let petal = if is_pointed { pointed(length, width) } else { round(length, width) };
        petal.turned(CENTRE, turns).around(CENTRE, times)
    };
    let half = 0.5 / f32::from(times);
    scene.add(petals(0.44, turns + half), beyond);
    scene.add(petals(0.4, turns), middle);
    scene.add(petals(inner, turns + half), strong);
    scene.add(Outline::disc(CENTRE, 0.068), accent);
    scene
}

/// Upwards from the middle, broadest near its end.
fn round(length: f32, width: f32) -> Outline {
    let (x, y) = CENTRE;
    let width = length * width;
    Outline(vec![
        Piece::Move((x, y)),
        Piece::Cubic((x + width, y - length * 0.45), (x + width, y - length), (x, y - length)),
        Piece::Cubic((x - width, y - length), (x - width, y - length * 0.45), (x, y)),
        Piece::Close,
    ])
}

fn pointed(length: f32, width: f32) -> Outline {
    let (x, y) = CENTRE;
    Outline::leaf((x, y), (x, y - length), length * width * 1.15)
}
