//! GIF (89a): the first frame on its logical screen, which is transparent where
//! the frame isn't, as browsers show it.

use std::borrow::Cow;
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Frame, MemoryLimit};

use super::{Decoded, check_size};
use crate::orient::Orientation;
use crate::raster::Layout;
use crate::shrink::Shrinker;
use crate::{MAX_PIXELS, Refusal};

const HEADER: Refusal = Refusal::Invalid("GIF: header");
const DATA: Refusal = Refusal::Invalid("GIF: data");

pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    let limit = NonZeroU64::new(MAX_PIXELS).map_or(MemoryLimit::Unlimited, MemoryLimit::Bytes);
    options.set_memory_limit(limit);
    let mut decoder = options.read_info(bytes).map_err(|_| HEADER)?;
    let [width, height] = [decoder.width(), decoder.height()].map(u32::from);
    let frame = decoder.next_frame_info().map_err(|_| HEADER)?.ok_or(HEADER)?;
    let (width, height) = screen(frame, width, height);
    check_size(width, height)?;
    let mut frame = frame.clone();
    let mut indices = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut indices).map_err(|_| DATA)?;
    frame.buffer = Cow::Owned(indices);
    let palette = palette(decoder.palette().map_err(|_| DATA)?, frame.transparent);
    let mut shrinker = Shrinker::new([width, height], 1, Layout::Rgba);
    let mut row = vec![[0; 4]; width as usize];
    let [left, top, across] = [frame.left, frame.top, frame.width].map(usize::from);
    for _ in 0..top {
        shrinker.push(row.as_flattened())?;
    }
    for indices in frame.buffer.chunks(across.max(1)) {
        for (pixel, index) in row[left..].iter_mut().zip(indices) {
            *pixel = palette[usize::from(*index)];
        }
        shrinker.push(row.as_flattened())?;
    }
    row.fill([0; 4]);
    for _ in top + usize::from(frame.height)..height as usize {
        shrinker.push(row.as_flattened())?;
    }
    Ok(Decoded {
        shrunk: shrinker.finish()?,
        orientation: Orientation::Upright,
        profile: decoder.icc_profile().map(<[u8]>::to_vec),
        is_drawn: true,
    })
}

/// The logical screen, large enough for the frame: as browsers do, not as those
/// who wrote the file said.
fn screen(frame: &Frame<'_>, width: u32, height: u32) -> (u32, u32) {
    let right = u32::from(frame.left) + u32::from(frame.width);
    let bottom = u32::from(frame.top) + u32::from(frame.height);
    (width.max(right), height.max(bottom))
}

/// A colour for each index; what isn't in the table is transparent.
fn palette(table: &[u8], transparent: Option<u8>) -> [[u8; 4]; 256] {
    let mut palette = [[0; 4]; 256];
    for (colour, [red, green, blue]) in palette.iter_mut().zip(table.as_chunks().0) {
        *colour = [*red, *green, *blue, u8::MAX];
    }
    if let Some(index) = transparent {
        palette[usize::from(index)] = [0; 4];
    }
    palette
}
