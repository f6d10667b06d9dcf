//! Bands of samples, one after another.

use super::edges::{self, Place};
use super::header::{Frame, Header};
use super::modes::{Luma, Macroblock, Modes};
use super::predict::{self, CHROMA, LUMA, STRIDE};
use super::tokens::{Around, Blocks, Found, Tokens};
use super::transform::{add, add_first};
use super::{Band, Error};

/// Rows of luma that are handed out late: the edge below smooths the last three.
/// Of chroma, half of them.
const LATE: usize = 8;

/// Decodes a picture from top to bottom, a row of macroblocks at a time.
#[derive(Debug)]
pub struct Decoder<'a> {
    frame: Frame<'a>,
    tokens: Tokens,
    modes: Modes,
    /// Macroblocks in a row, and rows of them.
    size: [usize; 2],
    /// Rows of macroblocks decoded so far.
    rows: usize,
    /// Which blocks above have coefficients, by column.
    around: Vec<Around>,
    /// The lowest samples above, before edges are smoothed, by column.
    above: Vec<Above>,
    square: Square,
    blocks: Box<Blocks>,
    /// `LATE` rows, and the 16 of a macroblock.
    luma: Vec<u8>,
    /// Half as many rows of U, and behind each, of V.
    chroma: Vec<u8>,
    failed: Option<Error>,
}

/// Samples below which a macroblock is predicted.
#[derive(Clone, Copy, Debug)]
struct Above {
    luma: [u8; 16],
    chroma: [[u8; 8]; 2],
}

/// A macroblock at work.
#[derive(Debug)]
struct Square {
    luma: predict::Luma,
    chroma: predict::Chroma,
}

impl<'a> Decoder<'a> {
    /// Reads the header. Allocates some 40 bytes for a pixel of the width.
    ///
    /// # Errors
    /// As [`Header::read`], and [`Error::Corrupt`] if partitions aren't whole.
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let frame = Frame::read(bytes)?;
        let Header { width, height, .. } = frame.header;
        let size = [width.div_ceil(16), height.div_ceil(16)];
        let columns = size[0];
        Ok(Self {
            tokens: Tokens::new(&frame.probabilities),
            frame,
            modes: Modes::new(columns),
            size,
            rows: 0,
            around: vec![[0; 9]; columns],
            above: vec![Above { luma: [127; 16], chroma: [[127; 8]; 2] }; columns],
            square: Square { luma: [0; _], chroma: [0; _] },
            blocks: Box::new([[0; 16]; 24]),
            luma: vec![0; columns * 16 * (LATE + 16)],
            chroma: vec![0; columns * 16 * (LATE + 16) / 2],
            failed: None,
        })
    }

    /// In pixels.
    #[must_use]
    pub fn width(&self) -> usize {
        self.frame.header.width
    }

    /// In pixels.
    #[must_use]
    pub fn height(&self) -> usize {
        self.frame.header.height
    }

    /// The next rows; `None` when all were handed out.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the data ends early. What was handed out before is
    /// good; nothing more comes.
    pub fn next_band(&mut self) -> Result<Option<Band<'_>>, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let row = self.rows;
        if row == self.size[1] {
            return Ok(None);
        }
        let stride = self.size[0] * 16;
        // What was late goes before what comes.
        self.luma.copy_within(16 * stride.., 0);
        self.chroma.copy_within(8 * stride.., 0);
        if let Err(error) = self.row(row) {
            self.failed = Some(error);
            return Err(error);
        }
        self.rows += 1;
        let Header { width, height, .. } = self.frame.header;
        let start = if row == 0 { LATE } else { 0 };
        let end = if self.rows == self.size[1] { height - row * 16 + LATE } else { 16 };
        Ok(Some(Band {
            rows: end - start,
            width,
            stride,
            luma: &self.luma[start * stride..end * stride],
            chroma: &self.chroma[start / 2 * stride..end.div_ceil(2) * stride],
            is_last: self.rows == self.size[1],
        }))
    }

    /// Bytes that were allocated for rows.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        let columns = size_of_val(&self.around[..]) + size_of_val(&self.above[..]);
        self.luma.len() + self.chroma.len() + columns + self.modes.memory()
    }

    /// Decodes a row of macroblocks.
    fn row(&mut self, row: usize) -> Result<(), Error> {
        self.modes.start_row();
        let mut left = [0; 9];
        let partition = row % self.frame.partitions.len();
        for column in 0..self.size[0] {
            let macroblock = self.modes.read(&mut self.frame, column);
            let above = &mut self.around[column];
            let found = if macroblock.has_tokens {
                let bools = &mut self.frame.partitions[partition];
                let factors = &self.frame.factors[macroblock.segment];
                let around = [above, &mut left];
                self.tokens.read(bools, &macroblock, factors, around, &mut self.blocks)
            } else {
                for around in [above, &mut left] {
                    let second = around[8];
                    *around = [0; 9];
                    if let Luma::Subblocks(_) = macroblock.luma {
                        around[8] = second;
                    }
                }
                Found { blocks: 0, full: 0 }
            };
            self.surround(row, column);
            self.predict(&macroblock, found, row > 0, column > 0);
            self.keep(column);
            self.smooth(&macroblock, found, row, column);
        }
        self.frame.modes.check()?;
        self.frame.partitions[partition].check()
    }

    /// Puts around the square what it is predicted from (RFC 6386, 12.2, 12.3).
    fn surround(&mut self, row: usize, column: usize) {
        let Square { luma, chroma } = &mut self.square;
        let corner = if row == 0 { 127 } else { 129 };
        if column == 0 {
            luma.chunks_mut(STRIDE).for_each(|row| row[LUMA - 1] = 129);
            luma[LUMA - 1] = corner;
            for at in CHROMA {
                chroma.chunks_mut(STRIDE).for_each(|row| row[at - 1] = 129);
                chroma[at - 1] = corner;
            }
        } else {
            luma.chunks_mut(STRIDE).for_each(|row| row[LUMA - 1] = row[LUMA + 15]);
            for at in CHROMA {
                chroma.chunks_mut(STRIDE).for_each(|row| row[at - 1] = row[at + 7]);
            }
        }
        let Above { luma: above, chroma: chromas } = self.above[column];
        luma[LUMA..LUMA + 16].copy_from_slice(&above);
        for (at, above) in CHROMA.into_iter().zip(chromas) {
            chroma[at..at + 8].copy_from_slice(&above);
        }
        let mut right = [above[15]; 4];
        if let Some(next) = self.above.get(column + 1) {
            right.copy_from_slice(&next.luma[..4]);
        }
        // Of all subblocks on the right, not only of the first.
        for row in [0, 4, 8, 12] {
            luma[row * STRIDE + LUMA + 16..][..4].copy_from_slice(&right);
        }
    }

    /// Predicts a macroblock and adds what was found to it.
    fn predict(&mut self, macroblock: &Macroblock, found: Found, has_above: bool, has_left: bool) {
        let Square { luma, chroma } = &mut self.square;
        let there = [has_above, has_left];
        let blocks = &mut *self.blocks;
        let mut add = |n: usize, samples: &mut [u8]| {
            if found.blocks >> n & 1 != 0 {
                let block = &mut blocks[n];
                if found.full >> n & 1 != 0 {
                    add(block, samples, STRIDE);
                } else {
                    add_first(block[0], samples, STRIDE);
                }
                *block = [0; 16];
            }
        };
        let place = |n: usize| (1 + n / 4 * 4) * STRIDE + LUMA + n % 4 * 4;
        match &macroblock.luma {
            Luma::Whole(mode) => {
                predict::whole::<16>(luma, LUMA, *mode, there);
                (0..16).for_each(|n| add(n, &mut luma[place(n)..]));
            }
            Luma::Subblocks(modes) => {
                for (n, mode) in modes.iter().enumerate() {
                    predict::subblock(luma, place(n), *mode);
                    add(n, &mut luma[place(n)..]);
                }
            }
        }
        for (plane, at) in CHROMA.into_iter().enumerate() {
            predict::whole::<8>(chroma, at, macroblock.chroma, there);
            for n in 0..4 {
                let place = (1 + n / 2 * 4) * STRIDE + at + n % 2 * 4;
                add(16 + plane * 4 + n, &mut chroma[place..]);
            }
        }
    }

    /// Copies the square to where rows are made of it, and for the row below.
    fn keep(&mut self, column: usize) {
        let stride = self.size[0] * 16;
        let Square { luma, chroma } = &self.square;
        let rows = self.luma[LATE * stride..].chunks_exact_mut(stride);
        for (row, samples) in rows.zip(luma.as_chunks::<STRIDE>().0.iter().skip(1)) {
            row[column * 16..][..16].copy_from_slice(&samples[LUMA..LUMA + 16]);
        }
        let rows = self.chroma[LATE / 2 * stride..].chunks_exact_mut(stride);
        for (row, samples) in rows.zip(chroma.as_chunks::<STRIDE>().0.iter().skip(1)) {
            let (u, v) = row.split_at_mut(stride / 2);
            for (row, at) in [u, v].into_iter().zip(CHROMA) {
                row[column * 8..][..8].copy_from_slice(&samples[at..at + 8]);
            }
        }
        let above = &mut self.above[column];
        above.luma.copy_from_slice(&luma[16 * STRIDE + LUMA..][..16]);
        for (above, at) in above.chroma.iter_mut().zip(CHROMA) {
            above.copy_from_slice(&chroma[8 * STRIDE + at..][..8]);
        }
    }

    /// Smooths the edges of the macroblock, and those to what is on its left and
    /// above.
    fn smooth(&mut self, macroblock: &Macroblock, found: Found, row: usize, column: usize) {
        let levels = &self.frame.levels;
        let of_subblocks = matches!(macroblock.luma, Luma::Subblocks(_));
        let Some(strength) = levels.strength(macroblock.segment, of_subblocks) else { return };
        let stride = self.size[0] * 16;
        let place = Place {
            at: LATE * stride + column * 16,
            stride,
            has_left: column > 0,
            has_above: row > 0,
            has_inner: of_subblocks || found.blocks != 0,
        };
        if levels.is_simple {
            edges::luma_simply(&mut self.luma, place, strength);
        } else {
            edges::luma(&mut self.luma, place, strength);
            let place = Place { at: LATE / 2 * stride + column * 8, ..place };
            edges::chroma(&mut self.chroma, stride / 2, place, strength);
        }
    }
}
