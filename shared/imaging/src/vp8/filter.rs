//! How strongly edges are smoothed (RFC 6386, 9.3, 9.6 and 15).

use super::bools::Bools;

/// What the frame's header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels {
    /// Luma alone is smoothed, by a filter of four samples.
    pub is_simple: bool,
    level: i32,
    sharpness: u8,
    /// Added for key frames, and more for macroblocks of subblocks.
    deltas: [i32; 2],
    /// By segment, if there are any.
    segments: [i32; 4],
}

/// How a macroblock's edges are smoothed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Strength {
    /// Steps across a macroblock's edge that are let stand.
    pub outer: u8,
    /// As `outer`, across a subblock's.
    pub inner: u8,
    /// Steps beside an edge up to which it is smoothed.
    pub interior: u8,
    /// Steps beside an edge above which it is smoothed less far.
    pub variance: u8,
}

impl Levels {
    /// RFC 6386, 9.6.
    pub fn read(bools: &mut Bools) -> Self {
        let is_simple = bools.flag();
        let level = i32::from(bools.literal(6));
        let sharpness = bools.literal(3);
        let mut deltas = [0; 2];
        if bools.flag() && bools.flag() {
            // By the frame that is referred to, of which a key frame's is the
            // first; and by mode, of which subblocks' is the first.
            for delta in &mut deltas {
                for n in 0..4 {
                    let value = bools.optional(|bools| bools.signed(6)).unwrap_or(0);
                    *delta = if n == 0 { value } else { *delta };
                }
            }
        }
        Self { is_simple, level, sharpness, deltas, segments: [level; 4] }
    }

    /// With those of segments, which are added or replace it.
    pub fn with_segments(self, segments: [i32; 4], is_absolute: bool) -> Self {
        let base = if is_absolute { 0 } else { self.level };
        Self { segments: segments.map(|level| base + level), ..self }
    }

    /// Of macroblocks of a segment; `None` if nothing is smoothed.
    pub fn strength(&self, segment: usize, of_subblocks: bool) -> Option<Strength> {
        // A frame's level of 0 holds for all segments.
        if self.level == 0 {
            return None;
        }
        let delta = self.deltas[0] + if of_subblocks { self.deltas[1] } else { 0 };
        let level = u8::try_from((self.segments[segment] + delta).clamp(0, 63)).unwrap_or(0);
        if level == 0 {
            return None;
        }
        let interior = match self.sharpness {
            0 => level,
            sharpness => (level >> if sharpness > 4 { 2 } else { 1 }).min(9 - sharpness),
        };
        let interior = interior.max(1);
        Some(Strength {
            outer: (level + 2) * 2 + interior,
            inner: level * 2 + interior,
            interior,
            variance: u8::from(level >= 15) + u8::from(level >= 40),
        })
    }
}
