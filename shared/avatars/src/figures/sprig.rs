//! A twig with leaves, and a berry.

use crate::geometry::{CENTRE, Outline};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::plain(choices, palette);
    let [strong, middle, accent] = palette.figure;
    let turns = choices.between(-0.07, 0.07);
    let pairs = 2 + choices.below(2) as u8;
    let spread = choices.between(0.2, 0.24);
    let rise = choices.between(0.1, 0.17);
    let broad = choices.between(0.13, 0.17);
    scene.add(Outline::disc(CENTRE, 0.42), palette.shade[choices.below(2) as usize]);
    let mut add = |outline: Outline, colour| scene.add(outline.turned(CENTRE, turns), colour);
    add(Outline::leaf((0.5, 0.88), (0.5, 0.2), 0.03), middle);
    for n in 0..pairs {
        let y = 0.74 - 0.42 / f32::from(pairs) * f32::from(n);
        let length = spread * (1.0 - 0.1 * f32::from(n));
        let leaf = |side: f32| Outline::leaf((0.5, y), (0.5 + side * length, y - rise), broad);
        add(leaf(-1.0), strong);
        add(leaf(1.0), middle);
    }
    add(Outline::leaf((0.5, 0.36), (0.5, 0.12), broad), strong);
    let side = if choices.below(2) == 0 { -1.0 } else { 1.0 };
    add(Outline::disc((0.5 + side * 0.13, 0.24), 0.045), accent);
    scene
}
