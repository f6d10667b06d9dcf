//! Bits out of entropy-coded segments (ITU-T T.81, F.2.2.5).

use super::Error;

/// Reads from the top of a 64-bit window.
///
/// Behind the end of the data, or behind a marker, come zeros without end, so
/// that nothing in the hot loops needs to ask; [`Bits::check`] tells afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// The next bits, first at the top. Below the valid ones may already stand
    /// some of the byte at `at`.
    window: u64,
    /// Valid bits in the window, padding included.
    count: u64,
    /// Zeros made up so far, from the end of the window upwards.
    padding: u64,
}

impl<'a> Bits<'a> {
    /// Starts at a position in the file: that of the first byte after a header.
    pub fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, window: 0, count: 0, padding: 0 }
    }

    /// Where the next marker is to be looked for.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Makes sure of 32 bits: a code (16) and what comes with it (15).
    #[inline(always)]
    pub fn need(&mut self) {
        if self.count < 32 {
            self.refill();
        }
    }

    /// Makes sure of 56 bits.
    #[inline(always)]
    pub fn refill(&mut self) {
        if let Some(next) = self.data.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_be_bytes(*next);
            // A byte of 0xFF carries into its top bit when 1 is added: no such
            // byte, then nothing is stuffed here and all bytes are data.
            let full = word & !word.wrapping_add(0x0101_0101_0101_0101) & 0x8080_8080_8080_8080;
            if full == 0 {
                self.window |= word >> self.count;
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= 0x38;
                return;
            }
        }
        *self = self.refilled_slowly();
    }

    /// By value, here and wherever a call isn't inlined: a reference would keep
    /// the window out of registers.
    #[cold]
    #[inline(never)]
    fn refilled_slowly(mut self) -> Self {
        while self.count <= 56 {
            let byte = match self.data.get(self.at) {
                Some(0xFF) => {
                    let after = self.data[self.at..].iter().position(|byte| *byte != 0xFF);
                    match after.map(|n| (n, self.data[self.at + n])) {
                        Some((n, 0)) => {
                            self.at += n + 1;
                            Some(0xFF)
                        }
                        // A marker, or nothing but fill bytes.
                        _ => None,
                    }
                }
                Some(byte) => {
                    self.at += 1;
                    Some(*byte)
                }
                None => None,
            };
            match byte {
                Some(byte) => self.window |= u64::from(byte) << (56 - self.count),
                None => self.padding = self.padding.saturating_add(8),
            }
            self.count += 8;
        }
        self
    }

    /// The next `n` (1 to 32) bits, left where they are.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "n is at most 32")]
    pub fn peek(&self, n: u32) -> u32 {
        (self.window >> (64 - n)) as u32
    }

    #[inline(always)]
    pub fn skip(&mut self, n: u32) {
        self.window <<= n;
        self.count -= u64::from(n);
    }

    /// `n` bits (0 to 16) as a number; needs [`Bits::need`] before.
    #[inline(always)]
    pub fn take(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        let value = self.peek(n);
        self.skip(n);
        value
    }

    /// A coefficient of `size` bits, 1 to 15 (T.81, F.2.2.1: EXTEND); needs
    /// [`Bits::need`] before.
    #[inline(always)]
    #[expect(clippy::cast_possible_wrap, reason = "at most 15 bits")]
    pub fn signed(&mut self, size: u32) -> i32 {
        let value = self.peek(size) as i32;
        self.skip(size);
        extend(value, size)
    }

    /// One bit, whatever is left.
    #[inline(always)]
    pub fn bit(&mut self) -> bool {
        self.need();
        let bit = self.peek(1) == 1;
        self.skip(1);
        bit
    }

    /// Whether everything read so far was there.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if made-up bits were used.
    pub fn check(&self) -> Result<(), Error> {
        if self.padding > self.count { Err(Error::Corrupt("data ends early")) } else { Ok(()) }
    }

    /// Behind the restart marker of this number (T.81, F.2.2.4).
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it doesn't come next.
    #[cold]
    pub fn restarted(self, number: u8) -> Result<Self, Error> {
        self.check()?;
        let (at, marker) = next_marker(self.data, self.at)
            .ok_or(Error::Corrupt("data ends before a restart marker"))?;
        if marker != 0xD0 | (number & 7) {
            return Err(Error::Corrupt("another marker where a restart was due"));
        }
        Ok(Self::new(self.data, at))
    }
}

/// The number that `value` of `size` bits stands for: the upper half of the
/// values is positive, the lower half negative.
#[inline(always)]
pub(super) const fn extend(value: i32, size: u32) -> i32 {
    let half = 1 << (size - 1);
    if value < half { value - 2 * half + 1 } else { value }
}

/// The next marker at or after a position, as the position behind it and its
/// code. Anything else is skipped: stuffed data, fill bytes, garbage.
pub(super) fn next_marker(data: &[u8], mut at: usize) -> Option<(usize, u8)> {
    loop {
        at += data.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += data[at..].iter().position(|byte| *byte != 0xFF)?;
        if data[at] != 0 {
            return Some((at + 1, data[at]));
        }
    }
}
