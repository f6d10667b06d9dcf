//! Samples out of those around them (RFC 6386, 12).

use super::modes::{Mode, Subblock};

/// Samples from one row of a square to the next.
///
/// A square holds a macroblock's samples and what they are predicted from: the
/// row above is the first, and before each row stands the sample on its left.
pub(super) const STRIDE: usize = 32;
/// 17 rows; behind the first of them four samples more.
pub(super) type Luma = [u8; STRIDE * 17];
/// 9 rows of U and V.
pub(super) type Chroma = [u8; STRIDE * 9];
/// Where a macroblock's samples begin in a row.
pub(super) const LUMA: usize = 8;
/// As [`LUMA`], of U and V.
pub(super) const CHROMA: [usize; 2] = [8, 24];

/// Predicts `SIDE` × `SIDE` samples, which begin at `at` in each row. At the
/// picture's edges, what isn't there is left out of means.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped, or a mean")]
pub(super) fn whole<const SIDE: usize>(
    square: &mut [u8],
    at: usize,
    mode: Mode,
    [has_above, has_left]: [bool; 2],
) {
    let (first, rows) = square.split_at_mut(STRIDE);
    let rows = rows.as_chunks_mut::<STRIDE>().0;
    let mut above = [0; SIDE];
    above.copy_from_slice(&first[at..at + SIDE]);
    match mode {
        Mode::Dc => {
            let mut sum = 0;
            if has_above {
                sum += above.iter().map(|sample| u32::from(*sample)).sum::<u32>();
            }
            if has_left {
                sum += rows.iter().take(SIDE).map(|row| u32::from(row[at - 1])).sum::<u32>();
            }
            let count = SIDE as u32 * (u32::from(has_above) + u32::from(has_left));
            let mean = (sum + count / 2).checked_div(count).unwrap_or(128);
            rows.iter_mut().take(SIDE).for_each(|row| row[at..at + SIDE].fill(mean as u8));
        }
        Mode::Vertical => {
            rows.iter_mut().take(SIDE).for_each(|row| row[at..at + SIDE].copy_from_slice(&above));
        }
        Mode::Horizontal => {
            for row in rows.iter_mut().take(SIDE) {
                let left = row[at - 1];
                row[at..at + SIDE].fill(left);
            }
        }
        Mode::TrueMotion => {
            let corner = i16::from(first[at - 1]);
            for row in rows.iter_mut().take(SIDE) {
                let rise = i16::from(row[at - 1]) - corner;
                for (sample, above) in row[at..at + SIDE].iter_mut().zip(&above) {
                    *sample = (i16::from(*above) + rise).clamp(0, 255) as u8;
                }
            }
        }
    }
}

/// Predicts 4 × 4 samples of luma, the first of which stands at `at` (12.3).
#[inline(always)]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped, or a mean")]
#[expect(clippy::many_single_char_names, reason = "as the edge is commonly named")]
pub(super) fn subblock(square: &mut Luma, at: usize, mode: Subblock) {
    let mut above = [0_u8; 8];
    above.copy_from_slice(&square[at - STRIDE..][..8]);
    // Above, from the left; the corner; on the left, from the top.
    let [a, b, c, d, e, f, g, h] = above;
    let p = square[at - STRIDE - 1];
    let [i, j, k, l] = [0, 1, 2, 3].map(|row| square[at + row * STRIDE - 1]);
    let two = |a: u8, b: u8| ((u16::from(a) + u16::from(b) + 1) >> 1) as u8;
    let three =
        |a: u8, b: u8, c: u8| ((u16::from(a) + 2 * u16::from(b) + u16::from(c) + 2) >> 2) as u8;
    let rows = match mode {
        Subblock::Dc => {
            let sum: u16 = [a, b, c, d, i, j, k, l].into_iter().map(u16::from).sum();
            [[((sum + 4) >> 3) as u8; 4]; 4]
        }
        Subblock::TrueMotion => [i, j, k, l].map(|left| {
            let rise = i16::from(left) - i16::from(p);
            [a, b, c, d].map(|above| (i16::from(above) + rise).clamp(0, 255) as u8)
        }),
        Subblock::Vertical => [[three(p, a, b), three(a, b, c), three(b, c, d), three(c, d, e)]; 4],
        Subblock::Horizontal => {
            [three(p, i, j), three(i, j, k), three(j, k, l), three(k, l, l)].map(|left| [left; 4])
        }
        Subblock::LeftDown => {
            let [s, t, u] = [three(a, b, c), three(b, c, d), three(c, d, e)];
            let [v, w, x] = [three(d, e, f), three(e, f, g), three(f, g, h)];
            [[s, t, u, v], [t, u, v, w], [u, v, w, x], [v, w, x, three(g, h, h)]]
        }
        Subblock::RightDown => {
            let [s, t, u] = [three(l, k, j), three(k, j, i), three(j, i, p)];
            let [v, w, x] = [three(i, p, a), three(p, a, b), three(a, b, c)];
            [[v, w, x, three(b, c, d)], [u, v, w, x], [t, u, v, w], [s, t, u, v]]
        }
        Subblock::VerticalRight => {
            let [s, t, u] = [three(i, p, a), three(p, a, b), three(a, b, c)];
            let [v, w, x] = [two(p, a), two(a, b), two(b, c)];
            [
                [v, w, x, two(c, d)],
                [s, t, u, three(b, c, d)],
                [three(j, i, p), v, w, x],
                [three(k, j, i), s, t, u],
            ]
        }
        Subblock::VerticalLeft => {
            let [s, t, u] = [two(b, c), two(c, d), two(d, e)];
            let [v, w, x] = [three(b, c, d), three(c, d, e), three(d, e, f)];
            [
                [two(a, b), s, t, u],
                [three(a, b, c), v, w, x],
                [s, t, u, three(e, f, g)],
                [v, w, x, three(f, g, h)],
            ]
        }
        Subblock::HorizontalDown => {
            let [s, t, u] = [two(p, i), three(i, p, a), two(i, j)];
            let [v, w, x] = [three(j, i, p), two(j, k), three(k, j, i)];
            [
                [s, t, three(p, a, b), three(a, b, c)],
                [u, v, s, t],
                [w, x, u, v],
                [two(k, l), three(l, k, j), w, x],
            ]
        }
        Subblock::HorizontalUp => {
            let [s, t] = [two(j, k), three(j, k, l)];
            let [u, v] = [two(k, l), three(k, l, l)];
            [[two(i, j), three(i, j, k), s, t], [s, t, u, v], [u, v, l, l], [l; 4]]
        }
    };
    for (row, samples) in rows.iter().enumerate() {
        square[at + row * STRIDE..][..4].copy_from_slice(samples);
    }
}
