//! WebP (RFC 9649); of an animated one, the first frame.
//!
//! Lossy pictures that are opaque come in rows ([`crate::vp8`]); the others are
//! decoded as a whole.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::{Decoded, check_size};
use crate::raster::Layout;
use crate::shrink::{Shrinker, Shrunk, factor};
use crate::vp8::{Decoder, Means, Pixels};
use crate::{Refusal, exif};

const HEADER: Refusal = Refusal::Invalid("WebP: header");
const DATA: Refusal = Refusal::Invalid("WebP: data");

pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let outline = Outline::read(bytes)?;
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| HEADER)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let shrunk = match outline.still {
        Some(frame) if !decoder.has_alpha() && !decoder.is_animated() => {
            rows(frame, [width, height])
        }
        _ => whole(decoder),
    }?;
    Ok(Decoded {
        shrunk,
        orientation: outline.exif.map(exif::orientation).unwrap_or_default(),
        profile: outline.profile.map(<[u8]>::to_vec),
        is_drawn: outline.is_lossless,
    })
}

/// Of what is averaged down anyway, luma and chroma are, before they are turned
/// into colours.
fn rows(frame: &[u8], declared: [u32; 2]) -> Result<Shrunk, Refusal> {
    let mut decoder = Decoder::new(frame).map_err(|_| DATA)?;
    if declared.map(|side| side as usize) != [decoder.width(), decoder.height()] {
        return Err(HEADER);
    }
    let factor = factor(declared);
    let mut shrinker = Shrinker::new(declared, factor, Layout::Rgb);
    let mut means = Means::new(factor as usize);
    let mut pixels = Pixels::default();
    while let Some(band) = decoder.next_band().map_err(|_| DATA)? {
        if factor > 1 {
            means.push(&band, |row| shrinker.push(row))?;
        } else {
            pixels.push(&band, |row| shrinker.push(row))?;
        }
    }
    shrinker.finish()
}

fn whole(mut decoder: WebPDecoder<Cursor<&[u8]>>) -> Result<Shrunk, Refusal> {
    let (width, height) = decoder.dimensions();
    let layout = if decoder.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    let mut pixels = vec![0; decoder.output_buffer_size().ok_or(HEADER)?];
    decoder.read_image(&mut pixels).map_err(|_| DATA)?;
    let mut shrinker = Shrinker::new([width, height], 1, layout);
    for row in pixels.chunks(width as usize * layout.channels()) {
        shrinker.push(row)?;
    }
    shrinker.finish()
}

/// What is in the file, as its chunks say.
#[derive(Default)]
struct Outline<'a> {
    exif: Option<&'a [u8]>,
    profile: Option<&'a [u8]>,
    /// Of the first frame.
    is_lossless: bool,
    /// The bitstream of a lossy picture that isn't animated.
    still: Option<&'a [u8]>,
}

impl<'a> Outline<'a> {
    /// Checks the sizes that bitstreams declare up to the end of the first
    /// frame: a decoder may believe them rather than the canvas.
    fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let size = bytes.get(4..8).and_then(|size| size.first_chunk()).ok_or(HEADER)?;
        let size = u32::from_le_bytes(*size) as usize;
        let riff = bytes.get(8..).and_then(|rest| rest.get(..size));
        let riff = riff.ok_or(Refusal::Invalid("WebP: it ends early"))?;
        let mut outline = Self::default();
        let mut is_first = true;
        for (name, chunk) in chunks(riff.get(4..).ok_or(HEADER)?) {
            match &name {
                b"EXIF" => outline.exif = outline.exif.or(Some(chunk)),
                b"ICCP" => outline.profile = outline.profile.or(Some(chunk)),
                b"VP8X" => {
                    let [width, height] = [4, 7].map(|at| sides(chunk.get(at..)));
                    check_size(width? + 1, height? + 1)?;
                }
                b"ANMF" if is_first => {
                    is_first = false;
                    let frame = chunk.get(16..).ok_or(HEADER)?;
                    for (name, chunk) in chunks(frame) {
                        outline.check_bitstream(name, chunk)?;
                    }
                }
                _ => {
                    outline.check_bitstream(name, chunk)?;
                    if &name == b"VP8 " {
                        outline.still = outline.still.or(Some(chunk));
                    }
                }
            }
        }
        Ok(outline)
    }

    fn check_bitstream(&mut self, name: [u8; 4], chunk: &[u8]) -> Result<(), Refusal> {
        match &name {
            b"VP8 " => {
                // RFC 6386, 9.1: a start code, then 14 bits each.
                let sides = chunk.get(6..10).ok_or(HEADER)?;
                let [a, b, c, d] = *sides.first_chunk().ok_or(HEADER)?;
                let [width, height] = [[a, b], [c, d]].map(u16::from_le_bytes);
                check_size(u32::from(width & 0x3fff), u32::from(height & 0x3fff))
            }
            b"VP8L" => {
                self.is_lossless = true;
                // RFC 9649, 3.4: 14 bits each, less one.
                let packed = chunk.get(1..).and_then(|rest| rest.first_chunk()).ok_or(HEADER)?;
                let packed = u32::from_le_bytes(*packed);
                check_size((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1)
            }
            _ => Ok(()),
        }
    }
}

/// A side less one, of 24 bits.
fn sides(bytes: Option<&[u8]>) -> Result<u32, Refusal> {
    match bytes {
        Some([a, b, c, ..]) => Ok(u32::from_le_bytes([*a, *b, *c, 0])),
        _ => Err(HEADER),
    }
}

/// The chunks of a RIFF list, up to the first that isn't whole.
fn chunks(mut rest: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (size, after) = after.split_first_chunk::<4>()?;
        let size = u32::from_le_bytes(*size) as usize;
        let chunk = after.get(..size)?;
        rest = after.get(size + size % 2..).unwrap_or_default();
        Some((*name, chunk))
    })
}
