//! What a file says about itself before its first scan.

use super::coefficients::Coefficients;
use super::decoder::Decoder;
use super::frame::{Frame, Layout};
use super::segments::{EOI, SOS, Scan, Segments, Tables};
use super::{Error, Scale};

/// More is no profile of a photo: printers' profiles have up to 2 MiB.
const MAX_PROFILE: usize = 4 << 20;

/// How components make colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// One component; decoded to 1 channel.
    Gray,
    /// Full range, as JFIF; decoded to RGB.
    YCbCr,
    Rgb,
    /// Decoded to CMYK with 255 = full ink, however the file has it.
    Cmyk,
    /// `YCbCr` of the complement of CMY, and K; decoded to CMYK.
    Ycck,
}

impl Colour {
    /// Channels of the decoded picture.
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::YCbCr | Self::Rgb => 3,
            Self::Cmyk | Self::Ycck => 4,
        }
    }
}

/// A picture, before it is decoded.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    /// In pixels, as stored: EXIF may ask to turn it.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// 1, 3 or 4.
    pub components: usize,
    pub colour: Colour,
    /// Whether ink is stored as its complement, as Adobe does: only said, for
    /// what is decoded never is.
    pub inverted: bool,
    pub progressive: bool,
    /// The TIFF structure behind `Exif\0\0` of the first such APP1 (EXIF 2.3,
    /// 4.7.2).
    pub exif: Option<&'a [u8]>,
    /// Put together from its chunks (ICC.1:2022, B.4); `None` also if one is
    /// missing, given twice or at odds with another, or beyond 4 MiB in all.
    pub icc: Option<Vec<u8>>,
    frame: Frame,
    /// Whether coefficients must wait for later scans.
    waits: bool,
}

impl<'a> Header<'a> {
    /// Reads up to the first scan and decodes nothing.
    ///
    /// # Errors
    /// [`Error::NotJpeg`] if it isn't one, [`Error::Unsupported`] for what this
    /// decoder leaves alone, [`Error::Corrupt`] if the header is cut off or
    /// makes no sense.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut icc = Profile::default();
        let mut exif = None;
        let start = Start::read(bytes, |marker, payload| match marker {
            0xE1 => exif = exif.or(payload.strip_prefix(b"Exif\0\0")),
            0xE2 => icc.add(payload),
            _ => {}
        })?;
        Ok(Self {
            width: start.frame.width,
            height: start.frame.height,
            components: start.frame.components.len(),
            colour: start.colour,
            inverted: start.inverted,
            progressive: start.frame.progressive,
            exif,
            icc: icc.finish(),
            waits: start.frame.waits(&start.scan),
            frame: start.frame,
        })
    }

    /// Width and height at a scale, in pixels: rounded up, as libjpeg.
    #[must_use]
    pub fn scaled(&self, scale: Scale) -> (usize, usize) {
        let scaled = |length: usize| (length * scale.size()).div_ceil(8);
        (scaled(self.width), scaled(self.height))
    }

    /// The smallest scale that leaves at least this many pixels on both axes;
    /// [`Scale::Full`] if the picture is smaller.
    #[must_use]
    pub fn scale_for(&self, width: usize, height: usize) -> Scale {
        let fits = |scale: &Scale| {
            let scaled = self.scaled(*scale);
            scaled.0 >= width && scaled.1 >= height
        };
        Scale::ALL.into_iter().find(fits).unwrap_or(Scale::Full)
    }

    /// Bytes that a [`Decoder`] allocates at most. With one scan: two rows of
    /// MCUs, as samples and as pixels, so by width only. With several, as
    /// progressive ones, also 8 bytes for each block and 2 for each coefficient
    /// that counts: of 64, 25 where a block becomes 4 × 4, 5 for 2 × 2 and 1.
    /// [`decode`](super::decode) adds the picture.
    #[must_use]
    pub fn memory(&self, scale: Scale) -> usize {
        let layout = Layout::new(&self.frame, scale);
        let waiting = if self.waits { Coefficients::memory(&layout) } else { 0 };
        waiting + Decoder::memory(&layout, self.colour)
    }
}

/// Everything before the first scan's data that decoding needs.
pub(super) struct Start<'a> {
    pub frame: Frame,
    pub colour: Colour,
    pub inverted: bool,
    pub tables: Tables,
    pub scan: Scan,
    /// Stands at the scan's data.
    pub segments: Segments<'a>,
}

impl<'a> Start<'a> {
    /// Reads up to the first scan and shows every segment on the way.
    ///
    /// # Errors
    /// As [`Header::read`].
    pub fn read(bytes: &'a [u8], mut see: impl FnMut(u8, &'a [u8])) -> Result<Self, Error> {
        let mut segments = Segments::new(bytes)?;
        let mut tables = Tables::default();
        let (mut jfif, mut adobe) = (false, None);
        let mut frame: Option<Frame> = None;
        while let Some(segment) = segments.next()? {
            match segment.marker {
                EOI => break,
                SOS => {
                    let frame = frame.ok_or(Error::Corrupt("a scan before the frame"))?;
                    let scan = Scan::read(segment.payload, &frame)?;
                    let colour = colour(&frame, jfif, adobe);
                    let inverted = adobe.is_some() && colour.channels() == 4;
                    return Ok(Self { frame, colour, inverted, tables, scan, segments });
                }
                0xE0 => jfif |= segment.payload.starts_with(b"JFIF\0"),
                // Adobe, version, two words of flags, transform (Adobe TN 5116).
                0xEE if segment.payload.starts_with(b"Adobe") => {
                    adobe = segment.payload.get(11).copied().or(adobe);
                }
                _ => match Frame::read(segment)? {
                    Some(_) if frame.is_some() => return Err(Error::Corrupt("two frames")),
                    Some(read) => frame = Some(read),
                    None => tables.define(segment)?,
                },
            }
            see(segment.marker, segment.payload);
        }
        Err(Error::Corrupt("no scan"))
    }
}

/// Decides as libjpeg does: JFIF is always `YCbCr`, Adobe says what it is, and
/// without either the components' names give a hint.
fn colour(frame: &Frame, jfif: bool, adobe: Option<u8>) -> Colour {
    let mut names = frame.components.iter().map(|component| component.id);
    match (frame.components.len(), jfif, adobe) {
        (1, ..) => Colour::Gray,
        (3, false, Some(0)) => Colour::Rgb,
        (3, false, None) if names.by_ref().eq(*b"RGB") => Colour::Rgb,
        (3, ..) => Colour::YCbCr,
        (_, _, None | Some(0)) => Colour::Cmyk,
        _ => Colour::Ycck,
    }
}

/// An ICC profile in the making.
#[derive(Default)]
struct Profile<'a> {
    /// Number, count and content.
    chunks: Vec<(u8, u8, &'a [u8])>,
}

impl<'a> Profile<'a> {
    fn add(&mut self, payload: &'a [u8]) {
        if let Some([number, count, content @ ..]) = payload.strip_prefix(b"ICC_PROFILE\0")
            && self.chunks.len() <= 255
        {
            self.chunks.push((*number, *count, content));
        }
    }

    fn finish(mut self) -> Option<Vec<u8>> {
        self.chunks.sort_unstable_by_key(|(number, ..)| *number);
        let count = self.chunks.len();
        let whole = (1..)
            .zip(&self.chunks)
            .all(|(due, (number, of, _))| usize::from(*number) == due && usize::from(*of) == count);
        let length = self.chunks.iter().map(|(.., content)| content.len()).sum::<usize>();
        if !whole || !(1..=MAX_PROFILE).contains(&length) {
            return None;
        }
        Some(self.chunks.iter().flat_map(|(.., content)| *content).copied().collect())
    }
}
