//! Huffman codes (ITU-T T.81, annex C and F.2.2.3).

use super::Error;
use super::bits::{Bits, extend};

/// Codes up to this length are looked up. 10 bits hold nearly all codes of a
/// photo together with their values; two such tables stay in the L1 cache.
pub(super) const LOOKUP: u32 = 10;

/// A table of codes.
#[derive(Clone, Debug)]
pub(super) struct Table {
    fast: Box<[Entry; 1 << LOOKUP]>,
    /// For each length, the first code that is longer, moved up to 16 bits.
    limits: [u32; 17],
    /// For each length, what a code of it is off its place in `symbols`.
    offsets: [i32; 17],
    symbols: [u8; 256],
}

/// What the next [`LOOKUP`] bits begin with.
///
/// The low byte: bits used, 0 if the code is longer than the look-up. Then the
/// symbol: a run of zeros (high half) and a size (low half). The upper 16 bits:
/// the coefficient, if all its bits are here as well (it is never 0), and then
/// the bits used include it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry(u32);

#[expect(clippy::cast_possible_truncation, reason = "fields cut out of a word")]
impl Entry {
    #[expect(clippy::cast_sign_loss, reason = "cut to 16 bits")]
    const fn new(length: u32, symbol: u8, value: i32) -> Self {
        Self(((value as u32) << 16) | ((symbol as u32) << 8) | length)
    }

    #[inline(always)]
    pub const fn length(self) -> u32 {
        self.0 & 0xFF
    }

    #[inline(always)]
    pub const fn symbol(self) -> u8 {
        (self.0 >> 8) as u8
    }

    #[inline(always)]
    pub const fn run(self) -> usize {
        ((self.0 >> 12) & 15) as usize
    }

    #[inline(always)]
    pub const fn value(self) -> i16 {
        (self.0 >> 16) as i16
    }
}

impl Table {
    /// Builds a table of how many codes there are of each length from 1 to 16,
    /// and the symbols in the order of their codes.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if there are more codes than fit.
    pub fn new(counts: &[u8; 16], listed: &[u8]) -> Result<Self, Error> {
        let mut table = Self {
            fast: Box::new([Entry::default(); 1 << LOOKUP]),
            limits: [0; 17],
            offsets: [0; 17],
            symbols: [0; 256],
        };
        table
            .symbols
            .get_mut(..listed.len())
            .ok_or(Error::Corrupt("more than 256 codes"))?
            .copy_from_slice(listed);
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, count) in (1_u32..).zip(counts) {
            let first = code;
            let offset = i32::try_from(place).unwrap_or(0) - i32::try_from(code).unwrap_or(0);
            for symbol in listed.iter().skip(place).take(usize::from(*count)) {
                if length <= LOOKUP && code < 1 << length {
                    table.fill(code, length, *symbol);
                }
                code += 1;
            }
            if code != first + u32::from(*count) || code > 1 << length {
                return Err(Error::Corrupt("codes don't fit their lengths"));
            }
            place += usize::from(*count);
            table.offsets[length as usize] = offset;
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Ok(table)
    }

    #[expect(clippy::cast_possible_wrap, reason = "at most 10 bits")]
    fn fill(&mut self, code: u32, length: u32, symbol: u8) {
        let rest = LOOKUP - length;
        let size = u32::from(symbol & 15);
        let first = (code << rest) as usize;
        for (after, entry) in (0_u32..).zip(&mut self.fast[first..first + (1 << rest)]) {
            *entry = if (1..=rest).contains(&size) {
                let value = extend((after >> (rest - size)) as i32, size);
                Entry::new(length + size, symbol, value)
            } else {
                Entry::new(length, symbol, 0)
            };
        }
    }

    /// What the next bits begin with; needs [`Bits::need`] before, uses nothing.
    #[inline(always)]
    pub fn look(&self, bits: &Bits) -> Entry {
        self.fast[(bits.peek(LOOKUP) & ((1 << LOOKUP) - 1)) as usize]
    }

    /// The symbol of an entry without value, whose code is used up.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if no code begins with these bits.
    #[inline(always)]
    pub fn finish(&self, bits: &mut Bits, entry: Entry) -> Result<u8, Error> {
        if entry.length() == 0 {
            let (length, symbol) =
                self.long(bits.peek(16)).ok_or(Error::Corrupt("bits that are no code"))?;
            bits.skip(length);
            return Ok(symbol);
        }
        bits.skip(entry.length());
        Ok(entry.symbol())
    }

    /// The next symbol alone; needs [`Bits::need`] before.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if no code begins with these bits.
    #[inline(always)]
    pub fn symbol(&self, bits: &mut Bits) -> Result<u8, Error> {
        let entry = self.look(bits);
        if entry.value() == 0 {
            return self.finish(bits, entry);
        }
        bits.skip(entry.length() - u32::from(entry.symbol() & 15));
        Ok(entry.symbol())
    }

    /// The length and symbol of a code longer than the look-up, of 16 bits.
    #[cold]
    #[inline(never)]
    #[expect(clippy::cast_possible_wrap, reason = "at most 16 bits")]
    #[expect(clippy::cast_sign_loss, reason = "masked to the length of `symbols`")]
    fn long(&self, next: u32) -> Option<(u32, u8)> {
        let length = (LOOKUP + 1..=16).find(|length| next < self.limits[*length as usize])?;
        let place = self.offsets[length as usize] + (next >> (16 - length)) as i32;
        Some((length, self.symbols[(place & 255) as usize]))
    }

    /// The symbol, after its length, that the upper of `n` bits are the code of;
    /// `None` if it is longer than the look-up.
    #[expect(clippy::cast_possible_truncation, reason = "lengths")]
    pub fn short(&self, next: u32, n: u32) -> Option<(u8, u8)> {
        let entry = self.fast[((next >> (n - LOOKUP)) & ((1 << LOOKUP) - 1)) as usize];
        let size = if entry.value() == 0 { 0 } else { entry.symbol() & 15 };
        (entry.length() > 0).then(|| (entry.length() as u8 - size, entry.symbol()))
    }

    /// The next difference of DC coefficients (T.81, F.2.2.1); needs
    /// [`Bits::need`] before.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if there is none.
    #[inline(always)]
    pub fn difference(&self, bits: &mut Bits) -> Result<i32, Error> {
        let entry = self.look(bits);
        if entry.value() != 0 && entry.symbol() < 16 {
            bits.skip(entry.length());
            return Ok(i32::from(entry.value()));
        }
        match self.symbol(bits)? {
            0 => Ok(0),
            size @ 1..16 => Ok(bits.signed(u32::from(size))),
            _ => Err(Error::Corrupt("a DC difference of more than 15 bits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T.81, table K.3: luminance DC.
    const COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
    const SYMBOLS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    #[test]
    fn a_difference_is_read_whether_or_not_its_bits_fit_the_look_up() {
        let table = Table::new(&COUNTS, &SYMBOLS).unwrap();
        // 010 0 | 00 | 1111 1111 0 1000 0000 000 | 011 10, from the table.
        let data = [0b0100_0011, 0b1111_1101, 0b0000_0000, 0b0001_1100, 0, 0, 0, 0, 0];
        let mut bits = Bits::new(&data, 0);
        let read = [(); 4].map(|()| {
            bits.need();
            table.difference(&mut bits).unwrap()
        });
        assert_eq!(read, [-1, 0, 1024, 2]);
    }

    #[test]
    fn codes_longer_than_the_look_up_are_found() {
        let mut counts = [1; 16];
        counts[15] = 2;
        let symbols: Vec<u8> = (0..17).map(|n| n << 4).collect();
        let table = Table::new(&counts, &symbols[..]).unwrap();
        // Fifteen ones and a zero: the first code of 16 bits. (0xFF is stuffed.)
        let data = [0xFF, 0, 0xFE, 0b1111_1111, 0, 0b1110_0000, 0, 0, 0, 0];
        let mut bits = Bits::new(&data, 0);
        bits.need();
        assert_eq!(table.symbol(&mut bits), Ok(15 << 4));
        assert_eq!(table.symbol(&mut bits), Ok(11 << 4));
    }

    #[test]
    fn more_codes_than_a_length_can_hold_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Table::new(&counts, &[1, 2, 3]).is_err());
        counts[0] = 2;
        assert!(Table::new(&counts, &[1, 2]).is_ok());
        assert!(Table::new(&counts, &[1]).is_err());
    }
}
