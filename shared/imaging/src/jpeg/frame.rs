//! The frame and its geometry at a scale (ITU-T T.81, A.1, A.2 and B.2.2).

use super::segments::{Scan, Segment};
use super::{Error, Scale, Unsupported};

/// What a start-of-frame segment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub progressive: bool,
    /// In pixels, 1 to 65,535.
    pub width: usize,
    pub height: usize,
    /// 1, 3 or 4.
    pub components: Vec<Component>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub id: u8,
    /// Samples relative to the other components, 1 to 4 per axis.
    pub h: usize,
    pub v: usize,
    /// Number of its quantisation table.
    pub table: u8,
}

impl Frame {
    /// Reads the segment if it is a start of frame.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another process than the Huffman-coded ones of
    /// 8 bits, [`Error::Corrupt`] if it makes no sense.
    pub fn read(segment: Segment) -> Result<Option<Self>, Error> {
        const SHORT: Error = Error::Corrupt("a frame header is cut off");
        match segment.marker {
            0xC0..=0xC2 => {}
            0xC3 | 0xF7 => return Err(Error::Unsupported(Unsupported::Lossless)),
            0xC5..=0xC7 | 0xDE => return Err(Error::Unsupported(Unsupported::Hierarchical)),
            0xC8..=0xCB | 0xCD..=0xCF => return Err(Error::Unsupported(Unsupported::Arithmetic)),
            _ => return Ok(None),
        }
        let &[precision, h1, h0, w1, w0, count, ref rest @ ..] = segment.payload else {
            return Err(SHORT);
        };
        if precision != 8 {
            return Err(Error::Unsupported(Unsupported::Precision));
        }
        let height = usize::from(u16::from_be_bytes([h1, h0]));
        let width = usize::from(u16::from_be_bytes([w1, w0]));
        if height == 0 {
            return Err(Error::Unsupported(Unsupported::LateHeight));
        }
        if width == 0 {
            return Err(Error::Corrupt("a width of 0"));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Error::Unsupported(Unsupported::Components));
        }
        let listed = rest.get(..3 * usize::from(count)).ok_or(SHORT)?;
        let mut components: Vec<Component> = Vec::with_capacity(4);
        for listed in listed.chunks_exact(3) {
            let (h, v) = (usize::from(listed[1] >> 4), usize::from(listed[1] & 15));
            if !(1..=4).contains(&h) || !(1..=4).contains(&v) {
                return Err(Error::Corrupt("a sampling factor that isn't 1 to 4"));
            }
            if components.iter().any(|component| component.id == listed[0]) {
                return Err(Error::Corrupt("two components of the same name"));
            }
            // A single component isn't interleaved, so its factors mean nothing.
            let (h, v) = if count == 1 { (1, 1) } else { (h, v) };
            components.push(Component { id: listed[0], h, v, table: listed[2] });
        }
        let progressive = segment.marker == 0xC2;
        Ok(Some(Self { progressive, width, height, components }))
    }

    /// Whether the picture is complete only after more than one scan.
    pub fn waits(&self, first: &Scan) -> bool {
        self.progressive || first.components.len() < self.components.len()
    }
}

/// A frame at a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Of the decoded picture, in pixels.
    pub width: usize,
    pub height: usize,
    /// MCUs per row, and rows of them.
    pub columns: usize,
    pub rows: usize,
    pub components: Vec<Plan>,
}

/// A component at a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Blocks per MCU and axis.
    pub h: usize,
    pub v: usize,
    /// Samples per axis that a block is decoded to: 1, 2, 4 or 8.
    pub size: usize,
    /// Blocks that hold a part of the picture, for scans of this component alone.
    pub blocks: (usize, usize),
    /// Blocks per row, with those that fill up the last MCU.
    pub stride: usize,
    /// Samples that belong to the picture.
    pub width: usize,
    pub height: usize,
    pub x: Ratio,
    pub y: Ratio,
}

/// Pixels per sample: 1/1 where nothing is to be interpolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    pub pixels: usize,
    pub samples: usize,
}

impl Ratio {
    fn new(pixels: usize, samples: usize) -> Self {
        let common =
            (1..=samples).rev().find(|n| pixels.is_multiple_of(*n) && samples.is_multiple_of(*n));
        let common = common.unwrap_or(1);
        Self { pixels: pixels / common, samples: samples / common }
    }

    pub fn is(self, pixels: usize) -> bool {
        self == Self { pixels, samples: 1 }
    }

    /// The samples on either side of a pixel's centre, of `count` in all, and
    /// how far it is from the first to the second, in 1/256.
    pub fn between(self, pixel: usize, count: usize) -> (usize, usize, u32) {
        // (pixel + 1/2) · samples / pixels − 1/2, over a common denominator.
        let Some(at) = ((2 * pixel + 1) * self.samples).checked_sub(self.pixels) else {
            return (0, 0, 0);
        };
        let whole = 2 * self.pixels;
        let part = (at % whole * 256 + self.pixels) / whole;
        let (first, last) = (at / whole, count - 1);
        (first.min(last), (first + 1).min(last), u32::try_from(part).unwrap_or(0))
    }
}

impl Layout {
    pub fn new(frame: &Frame, scale: Scale) -> Self {
        let most = |of: fn(&Component) -> usize| frame.components.iter().map(of).max().unwrap_or(1);
        let (h_most, v_most) = (most(|component| component.h), most(|component| component.v));
        let columns = frame.width.div_ceil(8 * h_most);
        let rows = frame.height.div_ceil(8 * v_most);
        let plan = |component: &Component| {
            let (h, v) = (component.h, component.v);
            // Fewer samples than others? Then more of each block are kept, as
            // long as that leaves a whole number of samples per pixel.
            let mut size = scale.size();
            let fits = |size: usize| {
                (h_most * scale.size()).is_multiple_of(h * size)
                    && (v_most * scale.size()).is_multiple_of(v * size)
            };
            while size < 8 && fits(2 * size) {
                size *= 2;
            }
            Plan {
                h,
                v,
                size,
                blocks: (
                    (frame.width * h).div_ceil(8 * h_most),
                    (frame.height * v).div_ceil(8 * v_most),
                ),
                stride: columns * h,
                width: (frame.width * h * size).div_ceil(8 * h_most),
                height: (frame.height * v * size).div_ceil(8 * v_most),
                x: Ratio::new(h_most * scale.size(), h * size),
                y: Ratio::new(v_most * scale.size(), v * size),
            }
        };
        Self {
            width: (frame.width * scale.size()).div_ceil(8),
            height: (frame.height * scale.size()).div_ceil(8),
            columns,
            rows,
            components: frame.components.iter().map(plan).collect(),
        }
    }

    /// Blocks of the whole picture.
    pub fn blocks(&self) -> usize {
        self.components.iter().map(|plan| plan.stride * plan.v * self.rows).sum()
    }

    /// Rows of pixels per row of MCUs.
    pub fn band(&self) -> usize {
        self.components
            .iter()
            .map(|plan| plan.v * plan.size * plan.y.pixels / plan.y.samples)
            .max()
            .unwrap_or(1)
    }
}
