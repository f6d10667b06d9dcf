//! Booleans out of a partition (RFC 6386, 7).

use super::Error;

/// By range less one: by how many bits it is shifted until it has eight, and what
/// it is then, less one. All reads wait for it, and a look-up is the shortest way.
#[expect(clippy::cast_possible_truncation, reason = "at most 7")]
const NARROWED: [(u8, u8); 256] = {
    let mut table = [(0, 0); 256];
    let mut range = 0_u8;
    while range < 255 {
        let shift = (range + 1).leading_zeros();
        table[range as usize] = (shift as u8, ((range + 1) << shift) - 1);
        range += 1;
    }
    table
};

/// Reads from the top of a 64-bit window.
///
/// Behind the end of the data come zeros without end, so that nothing in the hot
/// loops needs to ask; [`Bools::check`] tells afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bools<'a> {
    data: &'a [u8],
    at: usize,
    /// The value that is compared with splits, at the top. Below the valid bits
    /// may already stand some of the byte at `at`.
    window: u64,
    /// Valid bits in the window, padding included.
    count: u32,
    /// Zeros made up so far, from the end of the window upwards.
    padding: u32,
    /// Less one: 127 to 254.
    range: u32,
}

impl<'a> Bools<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, window: 0, count: 0, padding: 0, range: 254 }
    }

    /// The same in another place, by its parts: what is so taken LLVM keeps in
    /// registers.
    #[inline(always)]
    pub fn local(&self) -> Self {
        let Self { data, at, window, count, padding, range } = *self;
        Self { data, at, window, count, padding, range }
    }

    /// A boolean that is false with a probability of `probability` / 256.
    #[inline(always)]
    pub fn read(&mut self, probability: u8) -> bool {
        if self.count < 8 {
            self.refill();
        }
        let split = (self.range * u32::from(probability)) >> 8;
        let place = u64::from(split + 1) << 56;
        // Both ways are written out, so that they stay branches: the next read
        // begins with what was predicted, rather than wait for this one.
        if self.window >= place {
            self.window -= place;
            self.narrow(self.range - split - 1);
            true
        } else {
            self.narrow(split);
            false
        }
    }

    /// Shifts until the range has eight bits.
    #[inline(always)]
    fn narrow(&mut self, range: u32) {
        let (shift, range) = NARROWED[(range & 0xff) as usize];
        self.range = u32::from(range);
        self.window <<= shift & 7;
        self.count -= u32::from(shift);
    }

    /// Turns a value over, if a boolean as likely as not says so: without a branch,
    /// since none could be predicted.
    #[inline(always)]
    pub fn turned(&mut self, value: i32) -> i32 {
        if self.count < 8 {
            self.refill();
        }
        let split = self.range >> 1;
        let place = u64::from(split + 1) << 56;
        let is_set = self.window >= place;
        self.window -= if is_set { place } else { 0 };
        self.narrow(if is_set { self.range - split - 1 } else { split });
        let mask = -i32::from(is_set);
        (value ^ mask) - mask
    }

    #[inline(always)]
    fn refill(&mut self) {
        if let Some(next) = self.data.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            self.window |= u64::from_be_bytes(*next) >> self.count;
            self.at += ((63 - self.count) >> 3) as usize;
            self.count |= 0x38;
        } else {
            *self = self.refilled_slowly();
        }
    }

    /// By value: a reference would keep the window out of registers.
    #[cold]
    #[inline(never)]
    fn refilled_slowly(mut self) -> Self {
        while self.count <= 56 {
            if let Some(byte) = self.data.get(self.at) {
                self.at += 1;
                // The bits below the valid ones may be there already.
                self.window |= u64::from(*byte) << (56 - self.count);
            } else {
                self.padding = self.padding.saturating_add(8);
            }
            self.count += 8;
        }
        self
    }

    /// A boolean as likely as not.
    pub fn flag(&mut self) -> bool {
        self.read(128)
    }

    /// A number of `bits` (up to 8).
    pub fn literal(&mut self, bits: u32) -> u8 {
        (0..bits).fold(0, |value, _| value << 1 | u8::from(self.flag()))
    }

    /// A number of `bits` (up to 7), and its sign.
    pub fn signed(&mut self, bits: u32) -> i32 {
        let value = i32::from(self.literal(bits));
        if self.flag() { -value } else { value }
    }

    /// What comes behind a flag, if it is set.
    pub fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| read(self))
    }

    /// Whether everything read so far was there.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if made-up bits were used.
    pub fn check(&self) -> Result<(), Error> {
        if self.padding > self.count { Err(Error::Corrupt("data ends early")) } else { Ok(()) }
    }
}
