//! A decoder of VP8's key frames, which are what lossy WebP is made of (RFC
//! 6386), row by row.
//!
//! It keeps a row of macroblocks (16 × 16 pixels), eight rows of the one before,
//! and what is predicted from: memory grows with the width alone.
//!
//! The way of a picture: `header` reads what holds for all of the frame, `bools`
//! undoes the entropy coding, `modes` and `tokens` read macroblocks, `predict`
//! and `transform` make samples of them, `edges` smooths those as `filter` says.
//! [`Decoder`] does so a row of macroblocks at a time, and hands out bands of
//! luma and chroma; [`Pixels`] makes RGB of them, [`Means`] less of it. All but
//! the latter two is exact: the format leaves no choice.

#![expect(clippy::inline_always, reason = "as in `jpeg`: loops of few instructions")]

mod bools;
mod colour;
mod decoder;
mod edges;
mod filter;
mod header;
mod means;
mod mode_tables;
mod modes;
mod pixels;
mod predict;
mod quant;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod transform;

pub use decoder::Decoder;
pub use header::Header;
pub use means::Means;
pub use pixels::Pixels;

/// Why a picture can't be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// A frame that no WebP holds.
    Unsupported(Unsupported),
    /// Cut off or damaged; the text says what was wrong, for a log.
    Corrupt(&'static str),
}

/// What a frame of a film may be, and a picture can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// It depends on others.
    InterFrame,
    /// It isn't shown.
    Hidden,
    /// A version that isn't defined: above 3.
    Version,
}

/// Rows of samples; of chroma, one for two by two pixels.
#[derive(Clone, Copy, Debug)]
pub struct Band<'a> {
    /// Of luma; an even number but at the picture's lower end.
    pub rows: usize,
    /// In pixels.
    pub width: usize,
    /// Samples from one row to the next.
    pub stride: usize,
    /// `rows` of `stride`, of which the first `width` are the picture's.
    pub luma: &'a [u8],
    /// Half as many rows, rounded up: of U, and from half of `stride` on of V.
    pub chroma: &'a [u8],
    /// No other comes.
    pub is_last: bool,
}

impl Band<'_> {
    /// A row of luma.
    fn luma(&self, row: usize) -> &[u8] {
        &self.luma[row * self.stride..][..self.width]
    }

    /// A row of U and one of V.
    fn chroma(&self, row: usize) -> [&[u8]; 2] {
        let (u, v) = self.chroma[row * self.stride..][..self.stride].split_at(self.stride / 2);
        let half = self.width.div_ceil(2);
        [&u[..half], &v[..half]]
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsupported(what) => write!(f, "unsupported VP8: {what:?}"),
            Self::Corrupt(what) => write!(f, "corrupt VP8: {what}"),
        }
    }
}

impl std::error::Error for Error {}
