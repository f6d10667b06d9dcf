//! Inverse DCTs of 8 × 8, 4 × 4, 2 × 2 and 1 × 1 (ITU-T T.81, A.3.3).
//!
//! The smaller ones take the lowest frequencies of a block of 8 × 8 and return
//! the block as it would be, had the picture been sampled that coarsely. All are
//! separable; a factor of √2 per axis makes the first cosine 1, and what remains
//! of T.81's factors is 1/8, whatever the size.
//!
//! Each pass works on all rows or columns side by side, in 16 bits with products
//! of 32: so LLVM makes vector instructions of it on every target. Sums of
//! inputs are avoided, because products of more than 16 bits are slow.

/// Bits behind the point of the cosines.
const POINT: u32 = 13;

/// Bits behind the point that the first pass leaves to the second.
const KEPT: u32 = 2;

/// `√2 · cos(k · π / 16)` for k from 0 to 7.
const C: [i32; 8] = [8192, 11363, 10703, 9633, 8192, 6437, 4433, 2260];

/// A block's coefficients, or its quantisation steps, column by column.
pub(super) type Block = [i16; 64];

/// Turns coefficients into samples: `size` rows of `size` samples, `stride`
/// apart in `out`. `last` is the last coefficient that isn't 0, in the order of
/// the file.
#[inline(always)]
pub(super) fn inverse(
    size: usize,
    block: &Block,
    steps: &Block,
    last: usize,
    out: &mut [u8],
    stride: usize,
) {
    match (size, last) {
        (_, 0) | (1, _) => flat(size, block[0].wrapping_mul(steps[0]), out, stride),
        (2, _) => two(block, steps, out, stride),
        (4, _) => four::<4>([block, &[0; 64]], steps, out, stride),
        // The first ten coefficients lie in the corner of 4 × 4.
        (_, ..10) => eight::<4>(block, steps, out, stride),
        _ => eight::<8>(block, steps, out, stride),
    }
}

/// As [`inverse`] of two blocks, of which the second is right of the first.
#[inline(always)]
pub(super) fn inverse_two(
    size: usize,
    blocks: &[Block; 2],
    steps: &Block,
    last: [usize; 2],
    out: &mut [u8],
    stride: usize,
) {
    if size == 4 && last != [0, 0] {
        return four::<8>([&blocks[0], &blocks[1]], steps, out, stride);
    }
    inverse(size, &blocks[0], steps, last[0], out, stride);
    inverse(size, &blocks[1], steps, last[1], &mut out[size..], stride);
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn sample(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[inline(always)]
fn flat(size: usize, dc: i16, out: &mut [u8], stride: usize) {
    let value = sample(((i32::from(dc) + 4) >> 3) + 128);
    match size {
        8 => (0..8).for_each(|y| out[y * stride..][..8].fill(value)),
        4 => (0..4).for_each(|y| out[y * stride..][..4].fill(value)),
        2 => (0..2).for_each(|y| out[y * stride..][..2].fill(value)),
        _ => out[0] = value,
    }
}

#[inline(always)]
fn two(block: &Block, steps: &Block, out: &mut [u8], stride: usize) {
    let [a, b, c, d] = [0, 8, 1, 9].map(|n| i32::from(block[n].wrapping_mul(steps[n])));
    let (left, right) = (a + b + 4 + 1024, a - b + 4 + 1024);
    out[..2].copy_from_slice(&[sample((left + c + d) >> 3), sample((right + c - d) >> 3)]);
    out[stride..][..2]
        .copy_from_slice(&[sample((left - c - d) >> 3), sample((right - c + d) >> 3)]);
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn cut(value: i32) -> i16 {
    value.clamp(-0x8000, 0x7FFF) as i16
}

/// A 4-point transform of one lane.
#[inline(always)]
fn four_points<const SHIFT: u32>(x: [i16; 4]) -> [i32; 4] {
    let [x0, x1, x2, x3] = x.map(i32::from);
    let round = 1 << (SHIFT - 1);
    let (even, odd) = (((x0 + x2) << POINT) + round, ((x0 - x2) << POINT) + round);
    let (outer, inner) = (x1 * C[2] + x3 * C[6], x1 * C[6] - x3 * C[2]);
    [even + outer, odd + inner, odd - inner, even - outer].map(|value| value >> SHIFT)
}

/// Two blocks, side by side.
#[inline(always)]
fn four<const WIDTH: usize>(blocks: [&Block; 2], steps: &Block, out: &mut [u8], stride: usize) {
    let mut x = [[0; 8]; 4];
    let mut step = [[0; 8]; 4];
    for u in 0..4 {
        x[u][..4].copy_from_slice(&blocks[0][u * 8..][..4]);
        x[u][4..].copy_from_slice(&blocks[1][u * 8..][..4]);
        step[u][..4].copy_from_slice(&steps[u * 8..][..4]);
        step[u][4..].copy_from_slice(&steps[u * 8..][..4]);
    }
    let mut rows = [[0; 8]; 4];
    for n in 0..8 {
        let x = std::array::from_fn(|u| x[u][n].wrapping_mul(step[u][n]));
        let values = four_points::<{ POINT - KEPT }>(x);
        (0..4).for_each(|x| rows[x][n] = cut(values[x]));
    }
    let mut turned = [[0; 8]; 4];
    for (v, turned) in turned.iter_mut().enumerate() {
        *turned = std::array::from_fn(|n| rows[n % 4][v + n / 4 * 4]);
    }
    let mut samples = [[0; 8]; 4];
    for n in 0..8 {
        let values = four_points::<{ POINT + KEPT + 3 }>(std::array::from_fn(|v| turned[v][n]));
        (0..4).for_each(|y| samples[y][n] = sample(i32::from(cut(values[y])) + 128));
    }
    for (y, samples) in samples.iter().enumerate() {
        out[y * stride..][..WIDTH].copy_from_slice(&samples[..WIDTH]);
    }
}

/// One 8-point pass over 8 lanes; inputs from `USED` on are 0.
#[inline(always)]
fn eight_points<const SHIFT: u32, const USED: usize>(x: &[[i16; 8]; 8]) -> [[i16; 8]; 8] {
    let mut out = [[0; 8]; 8];
    for n in 0..8 {
        let x = |k: usize| if k < USED { i32::from(x[k][n]) } else { 0 };
        let round = 1 << (SHIFT - 1);
        let (sum, difference) =
            (((x(0) + x(4)) << POINT) + round, ((x(0) - x(4)) << POINT) + round);
        let (outer, inner) = (x(2) * C[2] + x(6) * C[6], x(2) * C[6] - x(6) * C[2]);
        let even = [sum + outer, difference + inner, difference - inner, sum - outer];
        let odd = [
            x(1) * C[1] + x(3) * C[3] + x(5) * C[5] + x(7) * C[7],
            x(1) * C[3] - x(3) * C[7] - x(5) * C[1] - x(7) * C[5],
            x(1) * C[5] - x(3) * C[1] + x(5) * C[7] + x(7) * C[3],
            x(1) * C[7] - x(3) * C[5] + x(5) * C[3] - x(7) * C[1],
        ];
        for k in 0..4 {
            out[k][n] = cut((even[k] + odd[k]) >> SHIFT);
            out[7 - k][n] = cut((even[k] - odd[k]) >> SHIFT);
        }
    }
    out
}

#[inline(always)]
fn eight<const USED: usize>(block: &Block, steps: &Block, out: &mut [u8], stride: usize) {
    let mut x = [[0; 8]; 8];
    for (u, x) in x.iter_mut().enumerate().take(USED) {
        for (v, x) in x.iter_mut().enumerate() {
            *x = block[u * 8 + v].wrapping_mul(steps[u * 8 + v]);
        }
    }
    let rows = eight_points::<{ POINT - KEPT }, USED>(&x);
    let turned: [[i16; 8]; 8] = std::array::from_fn(|v| std::array::from_fn(|x| rows[x][v]));
    for (y, samples) in eight_points::<{ POINT + KEPT + 3 }, USED>(&turned).iter().enumerate() {
        let samples = samples.map(|value| sample(i32::from(value) + 128));
        out[y * stride..][..8].copy_from_slice(&samples);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_1_SQRT_2, PI};

    use proptest::prelude::*;

    use super::*;

    /// The definition (T.81, A.3.3), for a block of `size` × `size`.
    fn defined(size: u32, block: &Block, x: u32, y: u32) -> f64 {
        let wave = |k: u32, at: u32| {
            let scale = if k == 0 { FRAC_1_SQRT_2 } else { 1.0 };
            scale * (f64::from((2 * at + 1) * k) * PI / f64::from(2 * size)).cos()
        };
        let places = (0..size).flat_map(|u| (0..size).map(move |v| (u, v)));
        let sum: f64 = places
            .map(|(u, v)| f64::from(block[(u * 8 + v) as usize]) * wave(u, x) * wave(v, y))
            .sum();
        (sum / 4.0 + 128.0).clamp(0.0, 255.0)
    }

    fn check(block: &Block, last: usize) {
        for size in [1, 2, 4, 8] {
            let mut out = [7; 80];
            inverse(size as usize, block, &[1; 64], last, &mut out, 10);
            for (x, y) in (0..size).flat_map(|x| (0..size).map(move |y| (x, y))) {
                let found = f64::from(out[(y * 10 + x) as usize]);
                let due = defined(size, block, x, y);
                assert!((found - due).abs() <= 1.0, "{size}: {found} for {due} at {x}, {y}");
            }
            assert!((size..10).all(|x| out[x as usize] == 7), "wrote beside the block");
        }
    }

    proptest! {
        #[test]
        fn every_size_is_within_one_of_the_definition(
            values in prop::collection::vec(-1000_i16..1000, 64),
            used in 1_usize..=64,
        ) {
            let mut block = [0; 64];
            for (k, value) in values.iter().enumerate().take(used) {
                // Less of the high frequencies, as in pictures.
                let place = super::super::segments::ZIGZAG[k];
                block[usize::from(place)] = value / (1 + i16::try_from(k).unwrap() / 3);
            }
            check(&block, used - 1);
        }

        #[test]
        fn no_coefficients_are_too_large(values in prop::collection::vec(any::<i16>(), 128)) {
            let (block, steps) = values.split_at(64);
            let (block, steps) = (block.try_into().unwrap(), steps.try_into().unwrap());
            for (size, last) in [(1, 63), (2, 63), (4, 63), (8, 63), (8, 9), (8, 0)] {
                inverse(size, block, steps, last, &mut [0; 64], 8);
            }
        }
    }

    #[test]
    fn a_flat_block_is_flat_at_every_size() {
        let mut block = [0; 64];
        block[0] = -1024;
        check(&block, 0);
        check(&block, 63);
    }
}
