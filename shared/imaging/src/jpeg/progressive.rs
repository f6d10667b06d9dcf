//! Progressive scans (ITU-T T.81, G.1.2 and G.2).

use super::Error;
use super::bits::Bits;
use super::coefficients::{Part, each};
use super::frame::Layout;
use super::huffman::Table;
use super::lookahead::BEYOND;
use super::segments::{Scan, Tables};

/// Reads a scan into the coefficients.
///
/// # Errors
/// [`Error::Corrupt`] if it is damaged or ends early.
pub(super) fn scan(
    parts: &mut [Part],
    scan: &Scan,
    tables: &Tables,
    layout: &Layout,
    bits: &mut Bits,
) -> Result<(), Error> {
    let low = u32::from(scan.low);
    let restart = tables.restart;
    match (scan.band, scan.high) {
        ((0, _), 0) => {
            let coders = scan.components.iter().map(|component| tables.dc_of(component.dc));
            let coders = coders.collect::<Result<Vec<_>, Error>>()?;
            let mut before = [0; 4];
            each(parts, scan, restart, layout, bits, |bits, part, n, at, fresh| {
                if fresh {
                    before = [0; 4];
                }
                bits.need();
                before[n] = coders[n].difference(bits)?.wrapping_add(before[n]);
                part.values[at * part.kept] = cut(before[n] << low);
                Ok(())
            })
        }
        ((0, _), _) => each(parts, scan, restart, layout, bits, |bits, part, _, at, _| {
            part.values[at * part.kept] |= i16::from(bits.bit()) << low;
            Ok(())
        }),
        ((first, last), high) => {
            let codes = tables.ac_of(scan.components[0].ac)?;
            let mut band = Band { codes, first: first.into(), last: last.into(), low, idle: 0 };
            each(parts, scan, restart, layout, bits, |bits, part, _, at, fresh| {
                if fresh {
                    band.idle = 0;
                }
                // A copy of its own may live in registers.
                let mut own = *bits;
                let values = &mut part.values[at * part.kept..][..part.kept];
                let known = &mut part.known[at];
                let done = if high == 0 {
                    band.begin(&mut own, values, known)
                } else {
                    band.refine(&mut own, values, known)
                };
                *bits = own;
                done
            })
        }
    }
}

/// Damaged data alone has more than 16 bits.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "wrapping is meant")]
fn cut(value: i32) -> i16 {
    value as i16
}

/// A scan of AC coefficients.
struct Band<'a> {
    codes: &'a Table,
    first: usize,
    last: usize,
    low: u32,
    /// Blocks still to come without new coefficients (EOBRUN).
    idle: u32,
}

impl Band<'_> {
    /// The first bits of coefficients (T.81, G.1.2.2).
    #[inline]
    fn begin(&mut self, bits: &mut Bits, values: &mut [i16], known: &mut u64) -> Result<(), Error> {
        if self.idle > 0 {
            self.idle -= 1;
            return Ok(());
        }
        let mut k = self.first;
        while k <= self.last {
            bits.need();
            let entry = self.codes.look(bits);
            let value = if entry.value() != 0 {
                bits.skip(entry.length());
                k += entry.run();
                i32::from(entry.value())
            } else {
                let symbol = self.codes.finish(bits, entry)?;
                let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
                if size == 0 && run < 15 {
                    self.idle = ending(bits, symbol) - 1;
                    return Ok(());
                }
                k += run;
                if size == 0 {
                    k += 1;
                    continue;
                }
                bits.signed(size)
            };
            if let Some(slot) = values.get_mut(k) {
                *slot = cut(value << self.low);
            }
            *known |= 1_u64.checked_shl(u32::try_from(k).unwrap_or(64)).ok_or(BEYOND)?;
            k += 1;
        }
        if k > self.last + 1 { Err(BEYOND) } else { Ok(()) }
    }

    /// One more bit of known coefficients, and new ones (T.81, G.1.2.3).
    #[inline]
    fn refine(
        &mut self,
        bits: &mut Bits,
        values: &mut [i16],
        known: &mut u64,
    ) -> Result<(), Error> {
        let mut k = self.first;
        while self.idle == 0 && k <= self.last {
            bits.need();
            let symbol = self.codes.symbol(bits)?;
            let run = symbol >> 4;
            let value = match symbol & 15 {
                0 if run < 15 => {
                    self.idle = ending(bits, symbol);
                    break;
                }
                0 => 0,
                // Without a branch, for nobody can foretell it.
                1 => (2 * i32::from(bits.take(1) == 1) - 1) << self.low,
                _ => return Err(Error::Corrupt("a new coefficient of more than one bit")),
            };
            // The run counts coefficients that stay 0; those known are refined on
            // the way and don't count.
            let mut zeros = !*known & self.from(k);
            for _ in 0..run {
                zeros &= zeros.wrapping_sub(1);
            }
            let after = if zeros == 0 { self.last + 1 } else { zeros.trailing_zeros() as usize };
            self.correct(bits, values, *known & self.from(k) & !self.from(after));
            k = after;
            if value != 0 {
                if k > self.last {
                    return Err(BEYOND);
                }
                if let Some(slot) = values.get_mut(k) {
                    *slot = cut(value);
                }
                *known |= 1 << k;
            }
            k += 1;
        }
        if self.idle > 0 {
            self.idle -= 1;
            self.correct(bits, values, *known & self.from(k));
        }
        Ok(())
    }

    /// The band from coefficient `k` on.
    #[inline]
    fn from(&self, k: usize) -> u64 {
        if k > self.last { 0 } else { (u64::MAX << k) & (u64::MAX >> (63 - self.last)) }
    }

    /// Reads a bit for each of these coefficients and adds it to the value, away
    /// from 0.
    #[inline]
    fn correct(&self, bits: &mut Bits, values: &mut [i16], mut which: u64) {
        while which != 0 {
            bits.need();
            let count = which.count_ones().min(32);
            let mut read = bits.peek(count) << (32 - count);
            bits.skip(count);
            for _ in 0..count {
                if let Some(value) = values.get_mut(which.trailing_zeros() as usize) {
                    // Without a branch, for nobody can foretell it. In a whole
                    // file, the bit was 0 before.
                    let grows = i16::from(read >> 31 == 1) & !(*value >> self.low) & 1;
                    *value = value.wrapping_add(((*value >> 15 | 1) * grows) << self.low);
                }
                read <<= 1;
                which &= which - 1;
            }
        }
    }
}

/// How many blocks end here, this one included (T.81, G.1.2.2: `EOBn`).
#[inline]
fn ending(bits: &mut Bits, symbol: u8) -> u32 {
    let length = u32::from(symbol >> 4);
    (1 << length) + bits.take(length)
}
