//! Several Huffman codes of AC coefficients at once.
//!
//! Half of the codes of a photo have six bits or less, those of their values
//! included. Since where a code begins is known only when the one before is
//! read, every look-up that is saved saves its whole latency.

use super::Error;
use super::bits::{Bits, extend};
use super::huffman::Table;
use super::idct::Block;
use super::segments::ZIGZAG;

/// What of a block may stand in [`Pair::passed`].
const ENDS: u8 = 128;

/// Up to two coefficients, with the zeros before them, or one and the end of the
/// block, in [`Pairs::LOOKUP`] bits.
#[derive(Clone, Debug)]
pub(super) struct Pairs(Box<[Pair; 1 << Pairs::LOOKUP]>);

#[derive(Clone, Copy, Debug, Default)]
#[repr(align(8))]
struct Pair {
    /// Bits used; 0 if not even one code with its bits is there.
    length: u8,
    /// Coefficients passed, the end of the block counting as one; and [`ENDS`]
    /// if it was.
    passed: u8,
    /// Where the values belong, from the first coefficient passed. Without a
    /// second value, it is the first; without any, it is 0.
    places: [u8; 2],
    values: [i16; 2],
}

impl Pairs {
    const LOOKUP: u32 = 11;

    pub fn new(table: &Table) -> Self {
        let mut pairs = Box::new([Pair::default(); 1 << Self::LOOKUP]);
        for (next, pair) in (0_u32..).zip(pairs.iter_mut()) {
            for n in 0..2 {
                let Some(code) = Code::read(table, next, pair.length, Self::LOOKUP) else { break };
                if code.value == 0 && code.passed == 16 && n == 1 {
                    break;
                }
                pair.length += code.length;
                if code.ends {
                    pair.passed += 1 | ENDS;
                    break;
                }
                pair.passed += code.passed;
                if code.value == 0 {
                    break;
                }
                pair.places[n..].fill(pair.passed - 1);
                pair.values[n..].fill(code.value);
            }
        }
        Self(pairs)
    }

    /// Reads the AC coefficients of a block, up to the one before `kept` and
    /// maybe some more. Returns how many of the block were read, or 64 and more
    /// if that was all, and the last that isn't 0.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if bits are no code or lead out of the block.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "15 bits")]
    pub fn read(
        &self,
        table: &Table,
        bits: &mut Bits,
        kept: usize,
        block: &mut Block,
    ) -> Result<(usize, usize), Error> {
        let mut k = 1;
        'block: while k < kept {
            bits.refill();
            // 56 bits are two look-ups and one code of any length.
            for _ in 0..3 {
                let pair = self.0[(bits.peek(Self::LOOKUP) & ((1 << Self::LOOKUP) - 1)) as usize];
                let after = k + usize::from(pair.passed);
                // Beyond the end, the second code may be the next block's.
                if pair.length == 0 || after & 127 > 64 {
                    let symbol = table.symbol(bits)?;
                    let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                    if size == 0 && run < 15 {
                        return Ok((64, k - 1));
                    }
                    k += run;
                    if size > 0 {
                        block[place(k)] = bits.signed(size) as i16;
                    }
                    k += 1;
                    continue 'block;
                }
                bits.skip(u32::from(pair.length));
                block[place(k + usize::from(pair.places[0]))] = pair.values[0];
                block[place(k + usize::from(pair.places[1]))] = pair.values[1];
                k = after;
                if k >= kept {
                    break 'block;
                }
            }
        }
        match k {
            0..=64 => Ok((k, k - 1)),
            // The end itself was counted.
            128.. => Ok((64, (k & 127) - 2)),
            _ => Err(BEYOND),
        }
    }
}

pub(super) const BEYOND: Error = Error::Corrupt("a block of more than 64 coefficients");

#[inline(always)]
fn place(k: usize) -> usize {
    usize::from(ZIGZAG[k & 127] & 63)
}

/// A code and the bits that belong to it.
struct Code {
    length: u8,
    passed: u8,
    /// 0 for a run of 16 zeros, and at the end.
    value: i16,
    ends: bool,
}

impl Code {
    /// The code after the first `used` of `n` bits; `None` if it isn't complete.
    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "few bits")]
    fn read(table: &Table, next: u32, used: u8, n: u32) -> Option<Self> {
        let next = (next << used) & ((1 << n) - 1);
        let (length, symbol) = table.short(next, n)?;
        let (run, size) = (symbol >> 4, symbol & 15);
        let whole = u32::from(length + size);
        if whole + u32::from(used) > n {
            return None;
        }
        let bits = (next >> (n - whole)) & ((1 << size) - 1);
        let value = if size == 0 { 0 } else { extend(bits as i32, size.into()) as i16 };
        Some(Self { length: length + size, passed: run + 1, value, ends: size == 0 && run < 15 })
    }
}

/// Codes of AC coefficients that nobody wants to know: as many at once as there
/// are in [`Skips::LOOKUP`] bits.
#[derive(Clone, Debug)]
pub(super) struct Skips(Box<[Skip; 1 << Skips::LOOKUP]>);

#[derive(Clone, Copy, Debug, Default)]
struct Skip {
    /// Bits used; 0 if not even one code with its bits is there.
    length: u8,
    /// Coefficients passed; the end of the block counts as one.
    passed: u8,
    ends: bool,
}

impl Skips {
    const LOOKUP: u32 = 11;

    pub fn new(table: &Table) -> Self {
        let mut skips = Box::new([Skip::default(); 1 << Self::LOOKUP]);
        for (next, skip) in (0_u32..).zip(skips.iter_mut()) {
            while !skip.ends
                && let Some(code) = Code::read(table, next, skip.length, Self::LOOKUP)
            {
                skip.length += code.length;
                skip.passed += if code.ends { 1 } else { code.passed };
                skip.ends = code.ends;
            }
        }
        Self(skips)
    }

    /// Passes what is left of a block from coefficient `k` on. Returns where it
    /// ended: 64 at most, unless it is damaged.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if bits are no code.
    #[inline(always)]
    pub fn pass(&self, table: &Table, bits: &mut Bits, mut k: usize) -> Result<usize, Error> {
        while k < 64 {
            bits.need();
            let skip = self.0[(bits.peek(Self::LOOKUP) & ((1 << Self::LOOKUP) - 1)) as usize];
            let after = k + usize::from(skip.passed);
            // Otherwise the last of these codes may be the next block's.
            if skip.length != 0 && after <= 64 {
                bits.skip(u32::from(skip.length));
                if skip.ends {
                    break;
                }
                k = after;
                continue;
            }
            let symbol = table.symbol(bits)?;
            let (run, size) = (symbol >> 4, symbol & 15);
            if size == 0 && run < 15 {
                break;
            }
            bits.skip(u32::from(size));
            k += usize::from(run) + 1;
        }
        Ok(k)
    }
}
