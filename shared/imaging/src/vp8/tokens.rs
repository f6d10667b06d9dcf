//! Coefficients out of tokens (RFC 6386, 13).

use super::bools::Bools;
use super::modes::{Luma, Macroblock};
use super::quant::Factors;
use super::tables::{Bands, Nodes};
use super::transform::unfold;

/// Of a macroblock: 16 of luma, 4 of U, 4 of V, each of 16 coefficients row by
/// row, multiplied by their factors.
pub(super) type Blocks = [[i16; 16]; 24];

/// Where coefficients stand in a block (13).
const ZIGZAG: [u8; 16] = [0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15];

/// Bands of coefficients (13.3); one more, which is looked up and never read.
const BANDS: [u8; 17] = [0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7];

/// Extra bits of tokens from 11 on: what they are added to, and how likely a
/// zero is (13.2).
const EXTRA: [(u16, &[u8]); 4] = [
    (11, &[173, 148, 140]),
    (19, &[176, 155, 140, 135]),
    (35, &[180, 157, 141, 134, 130]),
    (67, &[254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129]),
];

/// Probabilities by place of the coefficient, and what came before.
type Places = [[Nodes; 3]; 17];

/// Which blocks beside the next macroblock have coefficients: of luma 4, U 2, V
/// 2, and the second one of luma.
pub(super) type Around = [u8; 9];

/// Reads macroblocks.
#[derive(Debug)]
pub(super) struct Tokens {
    /// By kind of block: luma without its first coefficients, those, chroma, and
    /// luma with all of them.
    places: Box<[Places; 4]>,
}

/// What was read of a macroblock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Blocks, a bit each from the lowest, that aren't all zeros.
    pub blocks: u32,
    /// Blocks of which more than the first coefficient isn't zero.
    pub full: u32,
}

impl Tokens {
    pub fn new(bands: &Bands) -> Self {
        let mut places = Box::new([[[[0; 11]; 3]; 17]; 4]);
        for (kind, places) in places.iter_mut().enumerate() {
            for (place, band) in places.iter_mut().zip(BANDS) {
                let first = (kind * 8 + usize::from(band)) * 3;
                *place = [bands[first], bands[first + 1], bands[first + 2]];
            }
        }
        Self { places }
    }

    /// Reads a macroblock's tokens into blocks that are all zeros.
    pub fn read(
        &self,
        bools: &mut Bools,
        macroblock: &Macroblock,
        factors: &Factors,
        [above, left]: [&mut Around; 2],
        blocks: &mut Blocks,
    ) -> Found {
        let [rest, second, chroma, whole] = &*self.places;
        let mut found = Found { blocks: 0, full: 0 };
        let (luma, first) = if let Luma::Whole(_) = macroblock.luma {
            let mut block = [0; 16];
            let before = usize::from(above[8] + left[8]);
            let end = read_block(bools, second, before, 0, factors.second, &mut block);
            above[8] = u8::from(end > 0);
            left[8] = above[8];
            if end > 0 {
                for (block, value) in blocks.iter_mut().zip(unfold(&block)) {
                    block[0] = value;
                }
            }
            (rest, 1)
        } else {
            (whole, 0)
        };
        let mut read = |n: usize, places, factors, first, above: &mut u8, left: &mut u8| {
            let before = usize::from(*above + *left);
            let block = &mut blocks[n];
            let end = read_block(bools, places, before, first, factors, block);
            *above = u8::from(end > first);
            *left = *above;
            found.blocks |= u32::from(end > first || block[0] != 0) << n;
            found.full |= u32::from(end > 1) << n;
        };
        for n in 0..16 {
            read(n, luma, factors.luma, first, &mut above[n % 4], &mut left[n / 4]);
        }
        for n in 0..8 {
            let [column, row] = [n % 2, n / 2 % 2].map(|at| 4 + n / 4 * 2 + at);
            read(16 + n, chroma, factors.chroma, 0, &mut above[column], &mut left[row]);
        }
        found
    }
}

/// Reads a block from its `first` coefficient on; gives the place behind the
/// last token that isn't the end of the block.
#[inline(never)]
fn read_block(
    bools: &mut Bools,
    places: &Places,
    before: usize,
    first: usize,
    factors: [i32; 2],
    block: &mut [i16; 16],
) -> usize {
    let mut local = bools.local();
    let end = read_tokens(&mut local, places, before, first, factors, block);
    *bools = local;
    end
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "no encoder's are of more than 16 bits")]
fn read_tokens(
    bools: &mut Bools,
    places: &Places,
    before: usize,
    first: usize,
    factors: [i32; 2],
    block: &mut [i16; 16],
) -> usize {
    let mut at = first;
    let mut nodes = &places[at][before.min(2)];
    while bools.read(nodes[0]) {
        while !bools.read(nodes[1]) {
            at += 1;
            if at == 16 {
                return 16;
            }
            nodes = &places[at][0];
        }
        let (value, before) = if bools.read(nodes[2]) { (large(bools, nodes), 2) } else { (1, 1) };
        let value = bools.turned(value);
        let factor = factors[usize::from(at > 0)];
        block[usize::from(ZIGZAG[at & 15]) & 15] = (value * factor) as i16;
        at += 1;
        if at == 16 {
            return 16;
        }
        nodes = &places[at][before];
    }
    at
}

/// A value of 2 or more.
#[inline(always)]
fn large(bools: &mut Bools, nodes: &Nodes) -> i32 {
    if !bools.read(nodes[3]) {
        if !bools.read(nodes[4]) {
            return 2;
        }
        return 3 + i32::from(bools.read(nodes[5]));
    }
    if !bools.read(nodes[6]) {
        if !bools.read(nodes[7]) {
            return 5 + i32::from(bools.read(159));
        }
        let high = i32::from(bools.read(165));
        return 7 + 2 * high + i32::from(bools.read(145));
    }
    let high = bools.read(nodes[8]);
    let low = bools.read(nodes[if high { 10 } else { 9 }]);
    let (base, extra) = EXTRA[usize::from(high) * 2 + usize::from(low)];
    let bits = extra.iter().fold(0, |bits, p| bits << 1 | i32::from(bools.read(*p)));
    i32::from(base) + bits
}
