//! Factors of coefficients (RFC 6386, 9.6 and 14.1).

use super::bools::Bools;

/// What coefficients are multiplied by: the first of a block, and the others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Factors {
    pub luma: [i32; 2],
    /// Of the block of first luma coefficients.
    pub second: [i32; 2],
    pub chroma: [i32; 2],
}

/// Indices into the tables, as the frame's header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Indices {
    base: i32,
    luma_first: i32,
    second_first: i32,
    second: i32,
    chroma_first: i32,
    chroma: i32,
}

impl Indices {
    pub fn read(bools: &mut Bools) -> Self {
        let base = i32::from(bools.literal(7));
        let mut delta = || bools.optional(|bools| bools.signed(4)).unwrap_or(0);
        Self {
            base,
            luma_first: delta(),
            second_first: delta(),
            second: delta(),
            chroma_first: delta(),
            chroma: delta(),
        }
    }

    /// Of a segment, whose index is added to the frame's or replaces it.
    pub fn factors(&self, segment: i32, is_absolute: bool) -> Factors {
        let base = if is_absolute { segment } else { self.base + segment };
        let first = |delta| at(&DC, base + delta);
        let other = |delta| at(&AC, base + delta);
        Factors {
            luma: [first(self.luma_first), other(0)],
            second: [first(self.second_first) * 2, (other(self.second) * 155 / 100).max(8)],
            chroma: [first(self.chroma_first).min(132), other(self.chroma)],
        }
    }
}

/// Indices beyond the ends count as the ends.
fn at(table: &[i16; 128], index: i32) -> i32 {
    let index = usize::try_from(index).unwrap_or(0).min(table.len() - 1);
    i32::from(table[index])
}

/// RFC 6386, 14.1.
const DC: [i16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23,
    23, 24, 25, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43, 44,
    45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67,
    68, 69, 70, 71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 91,
    93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118, 122, 124, 126, 128, 130,
    132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
];

/// RFC 6386, 14.1.
const AC: [i16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
    53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94,
    96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140,
    143, 146, 149, 152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205,
    209, 213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
];
