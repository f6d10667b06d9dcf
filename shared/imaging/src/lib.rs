//! From the bytes that somebody uploads to the pictures that are shown: no AWS,
//! no HTTP, no clock.
//!
//! JPEG, PNG, WebP and GIF (its first frame), recognised by their first bytes,
//! are decoded row by row where the format lets them be. Rows are averaged down
//! as they arrive ([`shrink`]), what is left is fitted by one good filter
//! ([`resize`]), turned as its EXIF orientation says, converted to sRGB
//! ([`colour`]), and encoded anew ([`encode`]): nothing of the upload but its
//! pixels gets through.
//!
//! The bytes are anybody's. So sizes are checked before memory is spent, all
//! decoders are in Rust, and a picture that ends early is none.
//!
//! To read one more format: a [`Kind`], its first bytes in [`sniff`], and a
//! module in [`decode`].

mod colour;
mod decode;
mod encode;
mod exif;
pub mod jpeg;
mod kind;
mod orient;
mod raster;
mod resize;
mod shrink;
pub mod vp8;

use std::fmt;

pub use kind::{Kind, MediaType, sniff};

/// Pixels that an upload may declare; of a GIF or WebP, both its canvas and its
/// first frame.
pub const MAX_PIXELS: u64 = 50_000_000;

/// The square that [`Pictures::large`] is fitted within, in pixels.
pub const LARGE: u32 = 1024;
/// The sides of [`Pictures::medium`] in pixels.
pub const MEDIUM: u32 = 256;
/// The sides of [`Pictures::small`] in pixels.
pub const SMALL: u32 = 64;

/// What is shown of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// The whole of it, within [`LARGE`] × [`LARGE`]; never enlarged, never
    /// less than a pixel wide or high.
    pub large: Picture,
    /// The square in its centre, always [`MEDIUM`] × [`MEDIUM`]: what is smaller
    /// is enlarged, so that no layout depends on what was uploaded.
    pub medium: Picture,
    /// As `medium`, [`SMALL`] × [`SMALL`].
    pub small: Picture,
}

/// A picture in sRGB, upright, without metadata.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// A whole file.
    pub bytes: Vec<u8>,
    /// What `bytes` are.
    pub media_type: MediaType,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// Why there is no picture in the bytes. Nothing in here is taken from them but
/// the two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None of the four formats.
    Unsupported,
    /// More than [`MAX_PIXELS`] are declared, or some millions of pixels in a
    /// row of a PNG that has many colours.
    TooLarge { width: u32, height: u32 },
    /// One of the four formats, and broken; says where, for logs.
    Invalid(&'static str),
}

/// Makes the pictures of an upload. The same bytes give the same pictures.
///
/// It takes 90 MB at most for what comes in rows (JPEG, PNG that isn't
/// interlaced, lossy WebP without alpha, GIF), 240 MB for other PNG, 350 MB for
/// other WebP and 530 MB for lossy WebP with alpha, on top of `bytes`, whatever is uploaded: `tests/memory.rs`
/// counts.
///
/// # Errors
///
/// [`Refusal`] says what is wrong with the bytes.
pub fn process(bytes: &[u8]) -> Result<Pictures, Refusal> {
    let kind = sniff(bytes).ok_or(Refusal::Unsupported)?;
    let decode::Decoded { shrunk, orientation, profile, is_drawn } = decode::decode(kind, bytes)?;
    let fitted = resize::fitted(shrunk)?;
    let upright = orient::upright(fitted, orientation);
    let large = colour::to_srgb(upright, profile.as_deref());
    let medium = resize::square(&large, MEDIUM)?;
    let small = resize::square(&medium, SMALL)?;
    Ok(Pictures {
        large: encode::encode(&large, is_drawn)?,
        medium: encode::encode(&medium, is_drawn)?,
        small: encode::encode(&small, is_drawn)?,
    })
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, media_type, width, height } = self;
        write!(f, "{media_type} of {width} × {height} in {} bytes", bytes.len())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => f.write_str("neither JPEG, PNG, WebP nor GIF"),
            Self::TooLarge { width, height } => {
                write!(f, "{width} × {height} is more than {MAX_PIXELS} pixels")
            }
            Self::Invalid(what) => write!(f, "a broken picture: {what}"),
        }
    }
}

impl std::error::Error for Refusal {}
