//! Circles within each other, all to one side, as from a stone in water.

use crate::geometry::{CENTRE, Outline, turned};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::plain(choices, palette);
    let [strong, middle, accent] = palette.figure;
    let turns = choices.between(0.0, 1.0);
    let count = 4 + choices.below(2);
    let drift = choices.between(0.12, 0.24);
    for n in 0..=count {
        let far = n as f32 / count as f32;
        let radius = 0.43 - 0.34 * far;
        let at = turned((0.5, 0.5 - drift * far), CENTRE, turns);
        let colour = match n {
            n if n == count => accent,
            _ if far < 0.5 => palette.shade[0].towards(middle, far * 2.0),
            _ => middle.towards(strong, far * 2.0 - 1.0),
        };
        scene.add(Outline::disc(at, radius), colour);
    }
    scene
}
