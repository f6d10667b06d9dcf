//! The one thing that is read of EXIF: which way is up (EXIF 3.0, 4.6.5.1.6; the
//! container is TIFF 6.0, section 2).

use crate::orient::Orientation;

/// What the JPEG and some WebP writers put before the TIFF header.
const PREFIX: &[u8] = b"Exif\0\0";

/// Tag of the orientation.
const ORIENTATION: u16 = 0x0112;
/// Type of a 16-bit number.
const SHORT: u16 = 3;
/// Bytes of an entry of a directory.
const ENTRY: usize = 12;

/// The orientation that EXIF data says; upright when it says none, or can't be
/// read.
pub fn orientation(exif: &[u8]) -> Orientation {
    let tiff = exif.strip_prefix(PREFIX).unwrap_or(exif);
    tag(tiff).and_then(Orientation::from_tag).unwrap_or_default()
}

fn tag(tiff: &[u8]) -> Option<u16> {
    let order = match tiff.get(..4)? {
        b"II*\0" => Order::Little,
        b"MM\0*" => Order::Big,
        _ => return None,
    };
    let directory = tiff.get(order.long(tiff.get(4..)?)?..)?;
    let count = usize::from(order.short(directory)?);
    let entries = directory[2..].chunks_exact(ENTRY).take(count);
    let mut found = entries.filter(|entry| order.short(entry) == Some(ORIENTATION));
    let entry = found.next()?;
    (order.short(&entry[2..])? == SHORT).then(|| order.short(&entry[8..])).flatten()
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn short(self, bytes: &[u8]) -> Option<u16> {
        let bytes = *bytes.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    fn long(self, bytes: &[u8]) -> Option<usize> {
        let bytes = *bytes.first_chunk()?;
        let long = match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        };
        usize::try_from(long).ok()
    }
}
