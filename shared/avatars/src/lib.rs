//! Pictures of those who have uploaded none: no AWS, no HTTP, no clock.
//!
//! What is drawn depends on the id and on the initials, on nothing else: the
//! same person looks the same everywhere, and two who signed up in the same
//! millisecond don't look alike. Somebody with a name gets their initials on a
//! ground of their own; somebody without one a figure of their own.
//!
//! [`scene`] holds what is drawn, once, in colours without transparency;
//! [`svg`] and [`raster`] write it down. A new figure goes into [`figures`].
//! Whatever changes a picture raises [`DESIGN`].

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "sizes and coordinates are small, and numbers of choices are meant to be cut"
)]

mod figures;
mod fonts;
mod geometry;
mod ground;
mod initials;
mod letters;
mod palette;
mod raster;
mod scene;
mod seed;
mod svg;

pub use initials::initials;

/// The version of the design. What the picture depends on, for an `ETag`: this,
/// the id, the [`initials`], the format and the size.
pub const DESIGN: u32 = 1;

/// Sizes that are drawn, in pixels; others become the nearest of them.
pub const SIZES: std::ops::RangeInclusive<u32> = 16..=1024;

/// Somebody's picture.
#[derive(Clone, Copy, Debug)]
pub struct Avatar<'a> {
    /// Their id: any 16 bytes, such as a UUID's.
    pub seed: &'a [u8; 16],
    /// What they are called; untrusted, of any length and in any script.
    pub name: Option<&'a str>,
}

impl Avatar<'_> {
    /// An SVG document, `size` pixels wide and high: paths and gradients only,
    /// no text, no script, no style, no reference to elsewhere.
    #[must_use]
    pub fn svg(&self, size: u32) -> String {
        svg::write(&self.scene(), size.clamp(*SIZES.start(), *SIZES.end()))
    }

    /// A PNG file, `size` pixels wide and high, opaque, sRGB.
    #[must_use]
    pub fn png(&self, size: u32) -> Vec<u8> {
        raster::png(&self.scene(), size.clamp(*SIZES.start(), *SIZES.end()))
    }

    fn scene(&self) -> scene::Scene {
        let mut choices = seed::Choices::of(self.seed);
        // First, so that somebody keeps their colours when they take a name.
        let palette = choices.one_of(&palette::ALL);
        let Some(letters) = self.name.and_then(letters::of) else {
            return figures::draw(&mut choices, palette);
        };
        let mut scene = ground::shaped(&mut choices, palette);
        scene.add(letters, palette.ink);
        scene
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn initials_are_readable_on_every_pixel_of_ten_thousand_grounds() {
        for n in 0..10_000_u128 {
            let id = (0x019A_A34E_5B12_7000_8000_0000_0000_0000 + n).to_be_bytes();
            let avatar = Avatar { seed: &id, name: Some("A") };
            let mut scene = avatar.scene();
            let (_, ink) = scene.areas.pop().expect("the letter, above all else");
            // Each colour once, since most pixels share a few.
            let pixels = raster::pixels(&scene, 32);
            let colours: HashSet<_> = pixels.as_chunks::<3>().0.iter().collect();
            for colour in colours {
                let contrast = palette::Colour(*colour).contrast(ink);
                assert!(contrast >= 4.5, "{contrast} of {colour:?} for {n}");
            }
        }
    }
}
