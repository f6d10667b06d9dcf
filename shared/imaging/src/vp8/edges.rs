//! Smoothing the edges between blocks (RFC 6386, 15).

use super::filter::Strength;

/// Places along an edge that are smoothed at once: 16 of luma, or 8 of both
/// chromas.
const LANES: usize = 16;

type Lanes = [u8; LANES];

/// Samples on lines across an edge: four before and four behind it.
type Across = [Lanes; 8];

/// Where a macroblock stands, and which of its edges are smoothed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Of its first sample.
    pub at: usize,
    pub stride: usize,
    pub has_left: bool,
    pub has_above: bool,
    /// Between subblocks.
    pub has_inner: bool,
}

/// Smooths a macroblock's luma by the normal filter (15.3).
pub(super) fn luma(samples: &mut [u8], place: Place, strength: Strength) {
    let Place { at, stride, has_left, has_above, has_inner } = place;
    let halves = |at| [at, at + 8 * stride];
    if has_left {
        upright(samples, halves(at), stride, |across| outer(across, strength));
    }
    if has_inner {
        for column in [4, 8, 12] {
            upright(samples, halves(at + column), stride, |across| inner(across, strength));
        }
    }
    let halves = |at| [at, at + 8];
    if has_above {
        level(samples, halves(at), stride, |across| outer(across, strength));
    }
    if has_inner {
        for row in [4, 8, 12] {
            let at = halves(at + row * stride);
            level(samples, at, stride, |across| inner(across, strength));
        }
    }
}

/// Smooths a macroblock's chroma by the normal filter; V's samples stand `apart`
/// from U's.
pub(super) fn chroma(samples: &mut [u8], apart: usize, place: Place, strength: Strength) {
    let Place { at, stride, has_left, has_above, has_inner } = place;
    let both = |at| [at, at + apart];
    if has_left {
        upright(samples, both(at), stride, |across| outer(across, strength));
    }
    if has_inner {
        upright(samples, both(at + 4), stride, |across| inner(across, strength));
    }
    if has_above {
        level(samples, both(at), stride, |across| outer(across, strength));
    }
    if has_inner {
        level(samples, both(at + 4 * stride), stride, |across| inner(across, strength));
    }
}

/// Smooths a macroblock's luma by the simple filter (15.2).
pub(super) fn luma_simply(samples: &mut [u8], place: Place, strength: Strength) {
    let Place { at, stride, has_left, has_above, has_inner } = place;
    let Strength { outer, inner, .. } = strength;
    let halves = |at| [at, at + 8 * stride];
    if has_left {
        upright(samples, halves(at), stride, |across| simple(across, outer));
    }
    if has_inner {
        for column in [4, 8, 12] {
            upright(samples, halves(at + column), stride, |across| simple(across, inner));
        }
    }
    let halves = |at| [at, at + 8];
    if has_above {
        level(samples, halves(at), stride, |across| simple(across, outer));
    }
    if has_inner {
        for row in [4, 8, 12] {
            level(samples, halves(at + row * stride), stride, |across| simple(across, inner));
        }
    }
}

/// Smooths a level edge, below which two runs of eight samples begin.
#[inline(always)]
fn level(samples: &mut [u8], at: [usize; 2], stride: usize, smooth: impl FnOnce(&mut Across)) {
    let mut across = [[0; LANES]; 8];
    for (half, at) in at.into_iter().enumerate() {
        let rows = samples[at - 4 * stride..].chunks(stride);
        for (lanes, row) in across.iter_mut().zip(rows) {
            lanes[half * 8..][..8].copy_from_slice(&row[..8]);
        }
    }
    smooth(&mut across);
    for (half, at) in at.into_iter().enumerate() {
        let rows = samples[at - 4 * stride..].chunks_mut(stride);
        for (lanes, row) in across.iter().zip(rows).skip(1).take(6) {
            row[..8].copy_from_slice(&lanes[half * 8..][..8]);
        }
    }
}

/// Smooths an upright edge, to the right of which two runs of eight rows begin.
#[inline(always)]
fn upright(samples: &mut [u8], at: [usize; 2], stride: usize, smooth: impl FnOnce(&mut Across)) {
    let mut across = [[0; LANES]; 8];
    for (half, at) in at.into_iter().enumerate() {
        let mut rows = [0; 8];
        for (word, row) in rows.iter_mut().zip(samples[at - 4..].chunks(stride)) {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&row[..8]);
            *word = u64::from_le_bytes(bytes);
        }
        for (lanes, word) in across.iter_mut().zip(transposed(rows)) {
            lanes[half * 8..][..8].copy_from_slice(&word.to_le_bytes());
        }
    }
    smooth(&mut across);
    for (half, at) in at.into_iter().enumerate() {
        let columns = across.map(|lanes| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&lanes[half * 8..][..8]);
            u64::from_le_bytes(bytes)
        });
        let rows = samples[at - 4..].chunks_mut(stride);
        for (word, row) in transposed(columns).into_iter().zip(rows) {
            row[..8].copy_from_slice(&word.to_le_bytes());
        }
    }
}

/// Makes columns of rows of eight bytes: swaps quarters, then their quarters,
/// then theirs.
#[inline(always)]
fn transposed(mut rows: [u64; 8]) -> [u64; 8] {
    for (step, mask) in
        [(4, 0xffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff_u64)]
    {
        for n in (0..8).filter(|n| n & step == 0) {
            let swapped = (rows[n] >> (8 * step) ^ rows[n + step]) & mask;
            rows[n + step] ^= swapped;
            rows[n] ^= swapped << (8 * step);
        }
    }
    rows
}

/// As a number around 0.
#[inline(always)]
#[expect(clippy::cast_possible_wrap, reason = "that is what it is for")]
fn signed(sample: u8) -> i8 {
    (sample ^ 0x80) as i8
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "that is what it is for")]
fn unsigned(value: i8) -> u8 {
    value as u8 ^ 0x80
}

/// Whether the step across the edge is small enough to be one that coding made.
#[inline(always)]
fn is_small([p1, p0, q0, q1]: [u8; 4], limit: u8) -> bool {
    let step = p0.abs_diff(q0);
    step.saturating_add(step).saturating_add(p1.abs_diff(q1) >> 1) <= limit
}

/// What the samples beside the edge are moved by, before it is rounded: three
/// times the step, and what is given for the outer step.
#[inline(always)]
fn base(outer: i8, p0: i8, q0: i8) -> i8 {
    let step = q0.saturating_sub(p0);
    outer.saturating_add(step).saturating_add(step).saturating_add(step)
}

fn simple(across: &mut Across, limit: u8) {
    let [_, _, p1, p0, q0, q1, _, _] = across;
    for n in 0..LANES {
        let mask = -i8::from(is_small([p1[n], p0[n], q0[n], q1[n]], limit));
        let [a, b, c, d] = [p1[n], p0[n], q0[n], q1[n]].map(signed);
        let base = base(a.saturating_sub(d), b, c) & mask;
        p0[n] = unsigned(b.saturating_add(base.saturating_add(3) >> 3));
        q0[n] = unsigned(c.saturating_sub(base.saturating_add(4) >> 3));
    }
}

/// Whether a place is smoothed, and whether the samples next to the edge vary so
/// much that no others are; as masks.
#[inline(always)]
fn masks(line: [u8; 8], limit: u8, strength: Strength) -> [i8; 2] {
    let [p3, p2, p1, p0, q0, q1, q2, q3] = line;
    let steps = [(p3, p2), (p2, p1), (q2, q1), (q3, q2)];
    let most = steps.into_iter().fold(0, |most: u8, (a, b)| most.max(a.abs_diff(b)));
    let next = p1.abs_diff(p0).max(q1.abs_diff(q0));
    let is_smoothed = is_small([p1, p0, q0, q1], limit) & (most.max(next) <= strength.interior);
    [-i8::from(is_smoothed), -i8::from(next > strength.variance)]
}

/// Between subblocks: up to two samples on either side are changed.
fn inner(across: &mut Across, strength: Strength) {
    let [p3, p2, p1, p0, q0, q1, q2, q3] = across;
    for n in 0..LANES {
        let line = [p3[n], p2[n], p1[n], p0[n], q0[n], q1[n], q2[n], q3[n]];
        let [mask, varies] = masks(line, strength.inner, strength);
        let [a, b, c, d] = [p1[n], p0[n], q0[n], q1[n]].map(signed);
        let base = base(a.saturating_sub(d) & varies, b, c) & mask;
        let behind = base.saturating_add(4) >> 3;
        let before = base.saturating_add(3) >> 3;
        let further = ((behind + 1) >> 1) & !varies;
        p1[n] = unsigned(a.saturating_add(further));
        p0[n] = unsigned(b.saturating_add(before));
        q0[n] = unsigned(c.saturating_sub(behind));
        q1[n] = unsigned(d.saturating_sub(further));
    }
}

/// Between macroblocks: up to three samples on either side are changed.
#[expect(clippy::many_single_char_names, reason = "in the order of the line")]
#[expect(clippy::cast_possible_truncation, reason = "at most 27 · 128 / 128")]
fn outer(across: &mut Across, strength: Strength) {
    let [p3, p2, p1, p0, q0, q1, q2, q3] = across;
    for n in 0..LANES {
        let line = [p3[n], p2[n], p1[n], p0[n], q0[n], q1[n], q2[n], q3[n]];
        let [mask, varies] = masks(line, strength.outer, strength);
        let [a, b, c, d, e, f] = [p2[n], p1[n], p0[n], q0[n], q1[n], q2[n]].map(signed);
        let base = base(b.saturating_sub(e), c, d) & mask;
        let next = base & varies;
        let (c, d) = (
            c.saturating_add(next.saturating_add(3) >> 3),
            d.saturating_sub(next.saturating_add(4) >> 3),
        );
        let wide = i16::from(base & !varies);
        let [near, middle, far] = [27, 18, 9].map(|part| ((part * wide + 63) >> 7) as i8);
        p2[n] = unsigned(a.saturating_add(far));
        p1[n] = unsigned(b.saturating_add(middle));
        p0[n] = unsigned(c.saturating_add(near));
        q0[n] = unsigned(d.saturating_sub(near));
        q1[n] = unsigned(e.saturating_sub(middle));
        q2[n] = unsigned(f.saturating_sub(far));
    }
}
