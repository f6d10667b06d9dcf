//! The frame's header (RFC 6386, 9 and 19.2).

use super::bools::Bools;
use super::filter::Levels;
use super::quant::{Factors, Indices};
use super::tables::{Bands, DEFAULTS, UPDATES};
use super::{Error, Unsupported};

/// Bytes before the first partition: the frame's tag, the start code, the size.
const TAG: usize = 10;

/// What a key frame says of itself in its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// In pixels, 1 to 16383.
    pub width: usize,
    /// In pixels, 1 to 16383.
    pub height: usize,
    /// Bytes of the first partition, which are there.
    first: usize,
}

impl Header {
    /// Reads the first ten bytes (RFC 6386, 9.1). How large the picture is to be
    /// shown (the upper two bits of its sides) is left to others.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if it isn't a key frame that is shown, of a version
    /// up to 3; [`Error::Corrupt`] if it is damaged or cut off.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        let tag = bytes.first_chunk::<TAG>().ok_or(Error::Corrupt("the header ends early"))?;
        let [a, b, c, start @ .., _, _, _, _] = *tag;
        let bits = u32::from_le_bytes([a, b, c, 0]);
        if bits & 1 != 0 {
            return Err(Error::Unsupported(Unsupported::InterFrame));
        }
        if bits >> 1 & 7 > 3 {
            return Err(Error::Unsupported(Unsupported::Version));
        }
        if bits >> 4 & 1 == 0 {
            return Err(Error::Unsupported(Unsupported::Hidden));
        }
        if start != [0x9d, 0x01, 0x2a] {
            return Err(Error::Corrupt("no start code"));
        }
        let [width, height] = [[tag[6], tag[7]], [tag[8], tag[9]]]
            .map(|side| usize::from(u16::from_le_bytes(side) & 0x3fff));
        if width == 0 || height == 0 {
            return Err(Error::Corrupt("no pixels"));
        }
        let first = (bits >> 5) as usize;
        if first > bytes.len() - TAG {
            return Err(Error::Corrupt("the first partition ends early"));
        }
        Ok(Self { width, height, first })
    }
}

/// All that comes before the macroblocks.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub header: Header,
    /// The first partition, at the modes of the first macroblock.
    pub modes: Bools<'a>,
    /// Of tokens: 1, 2, 4 or 8.
    pub partitions: Vec<Bools<'a>>,
    /// How likely the parts of a macroblock's segment are, if it says so.
    pub segments: Option<[u8; 3]>,
    /// By segment.
    pub factors: [Factors; 4],
    pub levels: Levels,
    pub probabilities: Box<Bands>,
    /// How likely a macroblock has tokens, if it says whether.
    pub has_tokens: Option<u8>,
}

impl<'a> Frame<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let header = Header::read(bytes)?;
        let (first, rest) = bytes[TAG..].split_at(header.first);
        let mut bools = Bools::new(first);
        // The colour space, and whether samples need to be clamped: they are.
        bools.literal(2);
        let segments = Segments::read(&mut bools);
        let filter = Levels::read(&mut bools);
        let count = 1 << bools.literal(2);
        let indices = Indices::read(&mut bools);
        // Whether other frames are to use the probabilities, too.
        bools.flag();
        let mut probabilities = Box::new(DEFAULTS);
        for (node, update) in
            probabilities.as_flattened_mut().iter_mut().zip(UPDATES.as_flattened())
        {
            if bools.read(*update) {
                *node = bools.literal(8);
            }
        }
        let has_tokens = bools.optional(|bools| bools.literal(8));
        bools.check()?;
        Ok(Self {
            header,
            modes: bools,
            partitions: partitions(rest, count)?,
            segments: segments.tree,
            factors: segments.indices.map(|index| indices.factors(index, segments.is_absolute)),
            levels: filter.with_segments(segments.levels, segments.is_absolute),
            probabilities,
            has_tokens,
        })
    }
}

/// RFC 6386, 9.3.
#[derive(Default)]
struct Segments {
    tree: Option<[u8; 3]>,
    is_absolute: bool,
    /// Added to the frame's, or in their place.
    indices: [i32; 4],
    /// As `indices`.
    levels: [i32; 4],
}

impl Segments {
    fn read(bools: &mut Bools) -> Self {
        let mut segments = Self::default();
        if !bools.flag() {
            return segments;
        }
        // As libwebp has it, should the segments be of no values.
        segments.is_absolute = true;
        let has_tree = bools.flag();
        if bools.flag() {
            segments.is_absolute = bools.flag();
            let mut values =
                |bits| [(); 4].map(|()| bools.optional(|bools| bools.signed(bits)).unwrap_or(0));
            segments.indices = values(7);
            segments.levels = values(6);
        }
        segments.tree = has_tree
            .then(|| [(); 3].map(|()| bools.optional(|bools| bools.literal(8)).unwrap_or(u8::MAX)));
        segments
    }
}

/// The partitions of tokens, behind the sizes of all but the last (RFC 6386,
/// 9.5).
fn partitions(bytes: &[u8], count: usize) -> Result<Vec<Bools<'_>>, Error> {
    let early = Error::Corrupt("a partition ends early");
    let (sizes, mut rest) = bytes.split_at_checked(3 * (count - 1)).ok_or(early)?;
    let mut partitions = Vec::with_capacity(count);
    for [a, b, c] in sizes.as_chunks().0 {
        let size = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
        let (partition, after) = rest.split_at_checked(size).ok_or(early)?;
        partitions.push(Bools::new(partition));
        rest = after;
    }
    partitions.push(Bools::new(rest));
    Ok(partitions)
}
