//! JPEG, shrunk while it is decoded.

use super::{Decoded, check_size};
use crate::jpeg::{Decoder, Error, Header, Scale};
use crate::raster::Layout;
use crate::shrink::Shrinker;
use crate::{LARGE, Refusal, exif};

/// The decoder leaves 3/2 of the size wanted at least.
const MARGIN: [u32; 2] = [3, 2];

pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let header = Header::read(bytes).map_err(refusal)?;
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let declared = [side(header.width), side(header.height)];
    check_size(declared[0], declared[1])?;
    let (scale, reduction) = scale(declared);
    let layout = match header.colour.channels() {
        1 => Layout::Grey,
        3 => Layout::Rgb,
        _ => Layout::Cmyk,
    };
    let mut decoder = Decoder::new(bytes, scale).map_err(refusal)?;
    let mut shrinker = Shrinker::new(declared, reduction, layout);
    let row = decoder.width() * layout.channels();
    while let Some(band) = decoder.next_band().map_err(refusal)? {
        for row in band.chunks(row) {
            shrinker.push(row)?;
        }
    }
    Ok(Decoded {
        shrunk: shrinker.finish()?,
        orientation: header.exif.map(exif::orientation).unwrap_or_default(),
        profile: header.icc,
        is_drawn: false,
    })
}

/// The smallest scale that leaves enough, and how many pixels become one of it,
/// each way.
fn scale(declared: [u32; 2]) -> (Scale, u32) {
    let long = declared[0].max(declared[1]);
    let scales = [(Scale::Eighth, 8), (Scale::Quarter, 4), (Scale::Half, 2)];
    let enough = |(_, reduction): &(Scale, u32)| long / reduction * MARGIN[1] >= LARGE * MARGIN[0];
    scales.into_iter().find(enough).unwrap_or((Scale::Full, 1))
}

fn refusal(error: Error) -> Refusal {
    Refusal::Invalid(match error {
        Error::NotJpeg => "JPEG: no start",
        Error::Unsupported(_) => "JPEG: of a kind that no camera writes",
        Error::Corrupt(what) => what,
    })
}
