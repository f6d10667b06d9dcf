//! Planets on their ways around a star.

use crate::geometry::{CENTRE, Outline, turned};
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::plain(choices, palette);
    let [strong, middle, accent] = palette.figure;
    let way = palette.ground[0].towards(middle, 0.45);
    for radius in [0.39, 0.25] {
        scene.add(Outline::ring(CENTRE, radius, 0.034), way);
    }
    scene.add(Outline::disc(CENTRE, choices.between(0.09, 0.135)), accent);
    let start = choices.between(0.0, 1.0);
    // Apart, so that they don't hide each other.
    let apart = choices.between(0.2, 0.8);
    let planets = [
        (0.39, start, choices.between(0.06, 0.085), strong),
        (0.25, start + apart, choices.between(0.045, 0.065), middle),
        (0.39, start + choices.between(0.3, 0.7), choices.between(0.03, 0.045), accent),
    ];
    for (radius, turns, size, colour) in planets {
        let at = turned((CENTRE.0, CENTRE.1 - radius), CENTRE, turns);
        scene.add(Outline::disc(at, size), colour);
    }
    scene
}
