//! PNG files by hand, as no encoder writes them.

use flate2::{Compress, Compression, FlushCompress};

/// The checksum of a chunk's name and data (PNG, annex D).
pub fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

pub fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes()[..], &named, &checksum(&named).to_be_bytes()].concat()
}

/// A file of a header and these chunks.
pub fn png(
    width: u32,
    height: u32,
    [bits, colour, interlace]: [u8; 3],
    chunks: &[Vec<u8>],
) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&sides[..], &[bits, colour, 0, 0, interlace]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(*b"IHDR", &header));
    file.extend(chunks.concat());
    file.extend(chunk(*b"IEND", &[]));
    file
}

/// A zlib stream of so many zeros (RFC 1950, RFC 1951), about a thousandth of
/// that long.
pub fn zeros(count: u64) -> Vec<u8> {
    const PART: u64 = 1 << 20;
    // A full flush ends at a byte and forgets what came before: parts repeat.
    let part = deflated(PART, FlushCompress::Full).repeat(usize::try_from(count / PART).unwrap());
    let rest = deflated(count % PART, FlushCompress::Finish);
    let adler = u32::try_from(count % 65_521).unwrap() << 16 | 1;
    [&[0x78, 0x01], &part[..], &rest, &adler.to_be_bytes()].concat()
}

fn deflated(zeros: u64, flush: FlushCompress) -> Vec<u8> {
    let mut deflated = Vec::with_capacity(1 << 16);
    let zeros = vec![0; usize::try_from(zeros).unwrap()];
    Compress::new(Compression::best(), false).compress_vec(&zeros, &mut deflated, flush).unwrap();
    deflated
}
