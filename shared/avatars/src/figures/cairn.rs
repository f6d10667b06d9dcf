//! Stones on one another, before a low sun.

use crate::geometry::Outline;
use crate::ground;
use crate::palette::Palette;
use crate::scene::Scene;
use crate::seed::Choices;

pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    let mut scene = ground::upright(palette);
    let [strong, middle, accent] = palette.figure;
    let [near, beyond] = palette.shade;
    let sun = (choices.between(0.32, 0.68), choices.between(0.4, 0.52));
    scene.add(Outline::disc(sun, choices.between(0.27, 0.33)), near);
    scene.add(Outline::ellipse((0.5, 1.06), (0.8, 0.3)), beyond);
    let colours = [strong, middle, accent];
    let first = choices.below(3) as usize;
    let count = 3 + choices.below(2) as usize;
    let mut below = 0.815;
    let mut half = choices.between(0.23, 0.28);
    for n in 0..count {
        let height = choices.between(0.075, 0.095) * if count == 3 { 1.15 } else { 1.0 };
        let at = (0.5 + choices.between(-0.035, 0.035), below - height);
        let tilt = choices.between(-0.018, 0.018);
        let stone = Outline::ellipse(at, (half, height)).turned(at, tilt);
        scene.add(stone, colours[(first + n) % 3]);
        below -= height * 1.93;
        half *= choices.between(0.64, 0.78);
    }
    scene
}
