//! From coefficients to differences (RFC 6386, 14.3 and 14.4).

/// The first coefficients of 16 blocks of luma, out of the block that holds them:
/// an inverse Walsh-Hadamard transform.
pub(super) fn unfold(block: &[i16; 16]) -> [i16; 16] {
    let mut rows = [0; 16];
    for n in 0..4 {
        let [a, b, c, d] = [0, 4, 8, 12].map(|row| i32::from(block[row + n]));
        let [outer, inner] = [a + d, b + c];
        let [far, near] = [a - d, b - c];
        rows[n] = outer + inner;
        rows[4 + n] = far + near;
        rows[8 + n] = outer - inner;
        rows[12 + n] = far - near;
    }
    let mut out = [0; 16];
    for (row, out) in rows.as_chunks::<4>().0.iter().zip(out.as_chunks_mut::<4>().0) {
        let [a, b, c, d] = *row;
        let [outer, inner] = [a + d + 3, b + c];
        let [far, near] = [a - d + 3, b - c];
        *out = [outer + inner, far + near, outer - inner, far - near].map(|sum| low(sum >> 3));
    }
    out
}

/// Adds what a block holds to the 4 × 4 samples from `at` on.
#[inline(always)]
pub(super) fn add(block: &[i16; 16], samples: &mut [u8], stride: usize) {
    // sqrt(2) cos(pi / 8), less one, and sqrt(2) sin(pi / 8), times 2^16. What no encoder writes
    // may be too large for a product; what comes of it doesn't matter, but that something does.
    let wide = |value: i32| value + (value.wrapping_mul(20_091) >> 16);
    let narrow = |value: i32| value.wrapping_mul(35_468) >> 16;
    let turn = |[a, b, c, d]: [i32; 4]| {
        let [even, odd] = [a + c, a - c];
        let [inner, outer] = [narrow(b) - wide(d), wide(b) + narrow(d)];
        [even + outer, odd + inner, odd - inner, even - outer]
    };
    let mut columns = [[0; 4]; 4];
    for (n, column) in columns.iter_mut().enumerate() {
        *column = turn([0, 4, 8, 12].map(|row| i32::from(block[row + n])));
    }
    for (n, row) in samples.chunks_mut(stride).take(4).enumerate() {
        let [a, b, c, d] = columns.map(|column| column[n]);
        let sums = turn([a + 4, b, c, d]);
        let Some(row) = row.first_chunk_mut::<4>() else { return };
        for (sample, sum) in row.iter_mut().zip(sums) {
            *sample = clamped(i32::from(*sample) + (sum >> 3));
        }
    }
}

/// As [`add`], of a block that holds nothing but its first coefficient.
#[inline(always)]
pub(super) fn add_first(first: i16, samples: &mut [u8], stride: usize) {
    let sum = (i32::from(first) + 4) >> 3;
    for row in samples.chunks_mut(stride).take(4) {
        let Some(row) = row.first_chunk_mut::<4>() else { return };
        for sample in row {
            *sample = clamped(i32::from(*sample) + sum);
        }
    }
}

#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
pub(super) fn clamped(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[expect(clippy::cast_possible_truncation, reason = "no encoder's are of more than 16 bits")]
fn low(value: i32) -> i16 {
    value as i16
}
