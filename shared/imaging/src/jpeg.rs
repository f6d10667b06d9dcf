//! A JPEG decoder that shrinks while it decodes (ITU-T T.81, JFIF, Adobe's APP14).
//!
//! A photo of 12 megapixels is shown at 1024 pixels or less. A block of 8 × 8
//! samples can be turned back into 4 × 4, 2 × 2 or 1 × 1 samples at once, by an
//! inverse DCT of that size: that is cheaper than a full one, leaves a quarter
//! or less to convert and to resample, and no higher frequency is folded in.
//!
//! The way of a picture: `segments` walks the markers, `frame` works out the
//! geometry at a scale, `bits` and `huffman` read the entropy-coded data,
//! `sequential` and `progressive` turn it into coefficients, `idct` those into
//! samples, `upsample` and `colour` samples into pixels. [`Decoder`] does so one
//! row of MCUs (minimum coded units) at a time; only pictures that come in
//! several scans wait in `coefficients` until they are complete.
//!
//! ```
//! # fn show(bytes: &[u8]) -> Result<(), imaging::jpeg::Error> {
//! use imaging::jpeg::{Decoder, Header, Scale};
//!
//! let header = Header::read(bytes)?;
//! let scale = header.scale_for(1024, 1024);
//! if header.memory(scale) < 64 << 20 {
//!     let mut decoder = Decoder::new(bytes, scale)?;
//!     let row = decoder.width() * decoder.channels();
//!     while let Some(band) = decoder.next_band()? {
//!         for pixels in band.chunks_exact(row) { /* feed the resampler */ }
//!     }
//! }
//! # Ok(())
//! # }
//! ```

#![expect(clippy::inline_always, reason = "a baseline photo takes 8 % longer without")]

mod bits;
mod coefficients;
pub(crate) mod colour;
mod decoder;
mod frame;
mod header;
mod huffman;
mod idct;
mod lookahead;
mod progressive;
mod segments;
mod sequential;
#[cfg(test)]
mod tests;
mod upsample;

pub use decoder::Decoder;
pub use header::{Colour, Header};

/// Why a picture can't be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The bytes don't begin with a start of image (T.81, B.2.1).
    NotJpeg,
    /// A JPEG that this decoder leaves alone.
    Unsupported(Unsupported),
    /// Cut off or damaged; the text says what was wrong, for a log.
    Corrupt(&'static str),
}

/// What this decoder leaves alone: nobody's camera or browser writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// Arithmetic coding (SOF9 and up).
    Arithmetic,
    /// The lossless process (SOF3).
    Lossless,
    /// Hierarchical pictures (SOF5 to SOF7, DHP).
    Hierarchical,
    /// Samples of other than 8 bits.
    Precision,
    /// Other than 1, 3 or 4 components.
    Components,
    /// A height of 0, to be given by a DNL segment after the first scan.
    LateHeight,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotJpeg => f.write_str("not a JPEG"),
            Self::Unsupported(what) => write!(f, "unsupported JPEG: {what:?}"),
            Self::Corrupt(what) => write!(f, "corrupt JPEG: {what}"),
        }
    }
}

impl std::error::Error for Error {}

/// How much smaller than stored a picture is decoded, per axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Full,
    Half,
    Quarter,
    Eighth,
}

impl Scale {
    /// From the smallest picture to the largest.
    pub const ALL: [Self; 4] = [Self::Eighth, Self::Quarter, Self::Half, Self::Full];

    /// Samples that remain of the 8 of a block's side.
    const fn size(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }
}

/// A decoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// 1 (grey), 3 (RGB) or 4 (CMYK, 255 = full ink).
    pub channels: usize,
    /// Row by row from the top, interleaved, without padding.
    pub data: Vec<u8>,
}

/// Decodes a whole picture.
///
/// Allocates [`Header::memory`] and the picture itself. Where rows can be used
/// one after another, [`Decoder`] spares the latter.
///
/// # Errors
/// As [`Decoder::new`] and [`Decoder::next_band`].
pub fn decode(bytes: &[u8], scale: Scale) -> Result<Image, Error> {
    let mut decoder = Decoder::new(bytes, scale)?;
    let (width, height, channels) = (decoder.width(), decoder.height(), decoder.channels());
    // Grows as rows come, not at once by what the header claims.
    let mut data = Vec::new();
    while let Some(band) = decoder.next_band()? {
        if data.is_empty() && band.len() < width * height * channels {
            data.reserve_exact(width * height * channels);
        }
        data.extend_from_slice(band);
    }
    Ok(Image { width, height, channels, data })
}
