//! Reading the four formats, each in its module: what is declared is checked
//! first, and rows go to a [`Shrinker`](crate::shrink::Shrinker).

mod gif;
mod jpeg;
mod png;
mod webp;

use crate::orient::Orientation;
use crate::shrink::Shrunk;
use crate::{Kind, MAX_PIXELS, Refusal};

/// What a file says.
pub struct Decoded {
    pub shrunk: Shrunk,
    pub orientation: Orientation,
    /// An ICC profile, as it stands there.
    pub profile: Option<Vec<u8>>,
    /// It may be drawn or a screenshot, with edges of pure colours: it comes in
    /// a format without loss.
    pub is_drawn: bool,
}

/// Reads a file of this kind.
pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Decoded, Refusal> {
    match kind {
        Kind::Jpeg => jpeg::decode(bytes),
        Kind::Png => png::decode(bytes),
        Kind::WebP => webp::decode(bytes),
        Kind::Gif => gif::decode(bytes),
    }
}

/// Checks a size before memory is spent on it.
fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Refusal::Invalid("no pixels")),
        1..=MAX_PIXELS => Ok(()),
        _ => Err(Refusal::TooLarge { width, height }),
    }
}
