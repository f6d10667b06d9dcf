//! Figures, for those without a name.
//!
//! Each is a file that draws on a ground with what [`Choices`] gives, within
//! the circle that pages crop pictures to where it has a middle, and in shapes
//! that are still told apart at 32 pixels. A new one gets a row in [`ALL`].

mod bloom;
mod cairn;
mod horizon;
mod orbits;
mod ripples;
mod sprig;
mod tiles;

use super::palette::Palette;
use super::scene::Scene;
use super::seed::Choices;

type Figure = fn(&mut Choices, &Palette) -> Scene;

const ALL: [Figure; 7] = [
    bloom::draw,
    cairn::draw,
    horizon::draw,
    orbits::draw,
    ripples::draw,
    sprig::draw,
    tiles::draw,
];

/// Somebody's figure.
pub fn draw(choices: &mut Choices, palette: &Palette) -> Scene {
    choices.one_of(&ALL)(choices, palette)
}
