//! PNG (W3C, third edition); of an animated one, the picture that stands for it.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{Decoded, check_size};
use crate::raster::Layout;
use crate::shrink::{Shrinker, Shrunk};
use crate::{Refusal, exif};

/// Bytes that what isn't pixels may take, unpacked: real profiles take 4 MB at
/// most.
const METADATA: usize = 8 << 20;

/// Bytes that rows may take while they are unpacked. A million pixels in a row
/// always do.
const LONGEST: usize = 256 << 20;

const HEADER: Refusal = Refusal::Invalid("PNG: header");
const DATA: Refusal = Refusal::Invalid("PNG: data");

pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let info = decoder.read_header_info().map_err(|_| HEADER)?;
    let [width, height] = [info.width, info.height];
    check_size(width, height)?;
    let row = info.raw_row_length();
    decoder.set_limits(Limits { bytes: METADATA.saturating_add(row.saturating_mul(2)) });
    let mut reader = decoder.read_info().map_err(|_| HEADER)?;
    if rows_cost(&reader) > LONGEST {
        return Err(Refusal::TooLarge { width, height });
    }
    let layout = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Layout::Grey,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Layout::GreyAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Layout::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Layout::Rgba,
        _ => return Err(HEADER),
    };
    let shrunk = if reader.info().interlaced {
        interlaced(&mut reader, layout)
    } else {
        rows(&mut reader, layout)
    }?;
    // What comes after the pixels: that the file ends as it should, and EXIF.
    reader.finish().map_err(|_| DATA)?;
    let info = reader.info();
    Ok(Decoded {
        shrunk,
        orientation: info.exif_metadata.as_deref().map(exif::orientation).unwrap_or_default(),
        profile: info.icc_profile.as_deref().map(<[u8]>::to_vec),
        is_drawn: true,
    })
}

type Reader<'a> = png::Reader<Cursor<&'a [u8]>>;

/// Bytes that rows take while they are unpacked: `png` grows its buffer to up to
/// fourteen of them, and hands out one as pixels, of which a copy is made to
/// multiply by alpha.
fn rows_cost(reader: &Reader<'_>) -> usize {
    let info = reader.info();
    let kept = info.height.min(4) as usize;
    let packed = info.raw_row_length().saturating_mul(kept * 7 / 2);
    let pixels = reader.output_line_size(info.width).unwrap_or(usize::MAX);
    packed.saturating_add(pixels.saturating_mul(2))
}

fn rows(reader: &mut Reader<'_>, layout: Layout) -> Result<Shrunk, Refusal> {
    let mut shrinker = Shrinker::new([reader.info().width, reader.info().height], 1, layout);
    while let Some(row) = reader.next_row().map_err(|_| DATA)? {
        shrinker.push(row.data())?;
    }
    shrinker.finish()
}

fn interlaced(reader: &mut Reader<'_>, layout: Layout) -> Result<Shrunk, Refusal> {
    let [width, height] = [reader.info().width, reader.info().height];
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(DATA)?];
    reader.next_frame(&mut pixels).map_err(|_| DATA)?;
    let mut shrinker = Shrinker::new([width, height], 1, layout);
    for row in pixels.chunks(width as usize * layout.channels()) {
        shrinker.push(row)?;
    }
    shrinker.finish()
}
