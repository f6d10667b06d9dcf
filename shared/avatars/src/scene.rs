//! What is drawn, before it is written down in a format.

use super::geometry::{Outline, Point, on_grid};
use super::palette::Colour;

/// A ground and what stands on it, all opaque, so that what is seen is known here.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Goes from one point's colour to another's, straight through sRGB.
    pub ground: [(Point, Colour); 2],
    /// The lowest first.
    pub areas: Vec<(Outline, Colour)>,
}

impl Scene {
    /// A ground alone; here and below, in a picture that is 1 wide and high.
    pub fn new(ground: [(Point, Colour); 2]) -> Self {
        let ground = ground.map(|(at, colour)| (on_grid(at), colour));
        Self { ground, areas: Vec::new() }
    }

    /// An area above all others.
    pub fn add(&mut self, outline: Outline, colour: Colour) {
        self.areas.push((outline.on_grid(), colour));
    }
}
