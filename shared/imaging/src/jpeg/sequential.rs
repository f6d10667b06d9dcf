//! Baseline and extended sequential scans (ITU-T T.81, F.2).

use super::Error;
use super::bits::Bits;
use super::frame::Layout;
use super::header::Start;
use super::huffman::Table;
use super::idct::{Block, inverse, inverse_two};
use super::lookahead::{BEYOND, Pairs, Skips};
use super::segments::{ScanComponent, Tables};
use super::upsample::Plane;

/// Counts MCUs between restart markers (T.81, E.2.4).
#[derive(Clone, Debug)]
pub(super) struct Restarts {
    interval: u16,
    left: u16,
    number: u8,
}

impl Restarts {
    pub fn new(interval: u16) -> Self {
        Self { interval, left: interval, number: 0 }
    }

    /// To be asked before every MCU: whether a marker comes first, which is
    /// stepped over then.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is due and isn't there.
    #[inline(always)]
    pub fn pass(&mut self, bits: &mut Bits) -> Result<bool, Error> {
        if self.interval == 0 {
            return Ok(false);
        }
        let due = self.left == 0;
        if due {
            *bits = bits.restarted(self.number)?;
            self.number = self.number.wrapping_add(1);
            self.left = self.interval;
        }
        self.left -= 1;
        Ok(due)
    }
}

/// A picture of a single scan, decoded as it is read.
#[derive(Debug)]
pub(super) struct Sequential<'a> {
    bits: Bits<'a>,
    restarts: Restarts,
    columns: usize,
    parts: Vec<Part>,
}

/// What a component is decoded with.
#[derive(Debug)]
struct Part {
    h: usize,
    v: usize,
    size: usize,
    coder: Coder,
    steps: Block,
}

impl<'a> Sequential<'a> {
    /// # Errors
    /// [`Error::Corrupt`] if a table is missing.
    pub fn new(start: &Start<'a>, layout: &Layout) -> Result<Self, Error> {
        let parts = start.scan.components.iter().map(|component| {
            let plan = &layout.components[component.index];
            let table = start.frame.components[component.index].table;
            Ok(Part {
                h: plan.h,
                v: plan.v,
                size: plan.size,
                coder: Coder::new(&start.tables, component, plan.size)?,
                steps: steps(start.tables.quantisation_of(table)?),
            })
        });
        Ok(Self {
            bits: Bits::new(start.segments.data, start.segments.at),
            restarts: Restarts::new(start.tables.restart),
            columns: layout.columns,
            parts: parts.collect::<Result<_, Error>>()?,
        })
    }

    /// Decodes a row of MCUs into the planes of the components.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the data is damaged or ends early.
    pub fn row(&mut self, row: usize, planes: &mut [Plane]) -> Result<(), Error> {
        // A copy of its own may live in registers.
        let mut bits = self.bits;
        let mut blocks = [[0; 64]; 2];
        for column in 0..self.columns {
            if self.restarts.pass(&mut bits)? {
                self.parts.iter_mut().for_each(|part| part.coder.before = 0);
            }
            for (part, plane) in self.parts.iter_mut().zip(planes.iter_mut()) {
                let stride = plane.stride;
                for y in 0..part.v {
                    let line = plane.block_row(row * part.v + y);
                    let line = &mut line[column * part.h * part.size..];
                    let mut x = 0;
                    while x < part.h {
                        let out = &mut line[x * part.size..];
                        let first = part.coder.read(&mut bits, &mut blocks[0])?;
                        if x + 1 < part.h {
                            let last = [first, part.coder.read(&mut bits, &mut blocks[1])?];
                            inverse_two(part.size, &blocks, &part.steps, last, out, stride);
                            blocks[1] = [0; 64];
                        } else {
                            inverse(part.size, &blocks[0], &part.steps, first, out, stride);
                        }
                        blocks[0] = [0; 64];
                        x += 2;
                    }
                }
            }
        }
        self.bits = bits;
        self.bits.check()
    }
}

/// Quantisation steps as factors. Those beyond 15 bits wrap, as do products
/// with them: both only occur where samples are out of all bounds.
#[expect(clippy::cast_possible_wrap, reason = "wrapping is meant")]
pub(super) fn steps(table: &[u16; 64]) -> Block {
    table.map(|step| step as i16)
}

/// How many coefficients, in the order of the file, hold the corner of `size` ×
/// `size`.
pub(super) const fn kept(size: usize) -> usize {
    match size {
        1 => 1,
        2 => 5,
        4 => 25,
        _ => 64,
    }
}

/// Reads the blocks of a component.
#[derive(Debug)]
pub(super) struct Coder {
    dc: Table,
    ac: Table,
    pairs: Pairs,
    /// Where coefficients beyond those kept are to be passed.
    skips: Option<Skips>,
    kept: usize,
    /// The DC coefficient of the block before; 0 after a restart.
    pub before: i32,
}

impl Coder {
    /// For blocks decoded to `size` × `size`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if a table is missing.
    pub fn new(tables: &Tables, component: &ScanComponent, size: usize) -> Result<Self, Error> {
        let (dc, ac) = (tables.dc_of(component.dc)?.clone(), tables.ac_of(component.ac)?.clone());
        let skips = (size < 8).then(|| Skips::new(&ac));
        let pairs = Pairs::new(&ac);
        Ok(Self { dc, ac, pairs, skips, kept: kept(size), before: 0 })
    }

    /// Reads a block (T.81, F.2.2), which must be all 0 before. Returns the last
    /// coefficient that isn't 0, in the order of the file, of those that count.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if bits are no code or lead out of the block.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "damaged data wraps")]
    pub fn read(&mut self, bits: &mut Bits, block: &mut Block) -> Result<usize, Error> {
        bits.need();
        self.before = self.before.wrapping_add(self.dc.difference(bits)?);
        block[0] = self.before as i16;
        let (k, last) = self.pairs.read(&self.ac, bits, self.kept, block)?;
        if let Some(skips) = &self.skips
            && skips.pass(&self.ac, bits, k)? > 64
        {
            return Err(BEYOND);
        }
        Ok(last)
    }
}
