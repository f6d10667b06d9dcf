//! Components to colours (JFIF 1.02; Adobe TN 5116).

use super::header::Colour;

/// Pixels converted at once. LLVM makes vectors of loops of this length; shorter
/// ones it unrolls and then takes apart.
pub(crate) const LANES: usize = 64;

pub(crate) type Lanes = [u8; LANES];

/// Writes a row of pixels, made of the components' rows, which have a sample for
/// every pixel. It takes [`room`]; what is behind the row is left undefined.
pub(super) fn write(colour: Colour, inverted: bool, rows: &[&[u8]], out: &mut [u8]) {
    match (colour, rows) {
        (Colour::Gray, [gray]) => out[..gray.len()].copy_from_slice(gray),
        (Colour::YCbCr, [y, cb, cr]) => {
            three(y.len(), out, |at| rgb(lanes(y, at), lanes(cb, at), lanes(cr, at)));
        }
        (Colour::Rgb, [r, g, b]) => {
            three(r.len(), out, |at| [lanes(r, at), lanes(g, at), lanes(b, at)]);
        }
        (Colour::Cmyk, [c, m, y, k]) => {
            let flip = if inverted { [0xFF; 4] } else { [0; 4] };
            four(c.len(), flip, out, |at| [lanes(c, at), lanes(m, at), lanes(y, at), lanes(k, at)]);
        }
        (Colour::Ycck, [luma, cb, cr, key]) => {
            // The complement of RGB is CMY. Stored by Adobe, that again stands
            // for its complement, and so does K.
            let flip = if inverted { [0, 0, 0, 0xFF] } else { [0xFF, 0xFF, 0xFF, 0] };
            four(luma.len(), flip, out, |at| {
                let [r, g, b] = rgb(lanes(luma, at), lanes(cb, at), lanes(cr, at));
                [r, g, b, lanes(key, at)]
            });
        }
        // A frame's components and its colour are counted together.
        _ => {}
    }
}

/// The samples of the pixels from `at` on; 0 beyond the end.
#[inline(always)]
pub(crate) fn lanes(row: &[u8], at: usize) -> Lanes {
    let rest = row.get(at..).unwrap_or_default();
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut samples = [0; LANES];
        samples[..rest.len()].copy_from_slice(rest);
        samples
    })
}

/// Bytes that a row takes while it is written: whole groups of pixels, so that
/// no loop needs an end of its own, and what the last word has too much.
pub(crate) const fn room(width: usize, channels: usize) -> usize {
    width.next_multiple_of(LANES) * channels + 2
}

/// Writes pixels of three bytes: two of them at a time as a word of eight bytes,
/// of which the next one covers what is too much.
#[inline(always)]
pub(crate) fn three(width: usize, out: &mut [u8], of: impl Fn(usize) -> [Lanes; 3]) {
    for at in (0..width).step_by(LANES) {
        let [a, b, c] = of(at);
        let mut words = [0; LANES];
        for n in 0..LANES {
            words[n] = u32::from(a[n]) | u32::from(b[n]) << 8 | u32::from(c[n]) << 16;
        }
        let group = &mut out[at * 3..][..LANES * 3 + 2];
        for (n, pair) in words.chunks_exact(2).enumerate() {
            let pair = u64::from(pair[0]) | u64::from(pair[1]) << 24;
            group[6 * n..][..8].copy_from_slice(&pair.to_le_bytes());
        }
    }
}

/// Writes pixels of four bytes, with the bits of `flip` turned over.
#[inline(always)]
fn four(width: usize, flip: [u8; 4], out: &mut [u8], of: impl Fn(usize) -> [Lanes; 4]) {
    let groups = out.chunks_exact_mut(LANES * 4);
    for (group, at) in groups.zip((0..width).step_by(LANES)) {
        let channels = of(at);
        for (n, pixel) in group.chunks_exact_mut(4).enumerate() {
            for ((byte, channel), flip) in pixel.iter_mut().zip(&channels).zip(flip) {
                *byte = channel[n] ^ flip;
            }
        }
    }
}

/// JFIF's conversion in 16 bits, for which vectors have cheap products: of the
/// factors 1.402, 0.71414 and 1.772, whole numbers are added apart, and what is
/// left is multiplied as the upper half of a product by 2^16.
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped")]
fn rgb(y: Lanes, cb: Lanes, cr: Lanes) -> [Lanes; 3] {
    let high = |a: i16, b: i16| ((i32::from(a) * i32::from(b)) >> 16) as i16;
    let sample = |value: i16| value.clamp(0, 255) as u8;
    let mut out = [[0; LANES]; 3];
    for n in 0..LANES {
        let [y, cb, cr] = [y[n], cb[n], cr[n]].map(i16::from);
        let (cb, cr) = (cb - 128, cr - 128);
        // Bits are kept for rounding: one, and six where two products are added.
        let red = y + cr + ((high(2 * cr, 26_345) + 1) >> 1);
        let green = y - cr + ((high(64 * cr, 18_734) + high(64 * cb, -22_554) + 32) >> 6);
        let blue = y + 2 * cb + ((high(2 * cb, -14_942) + 1) >> 1);
        (out[0][n], out[1][n], out[2][n]) = (sample(red), sample(green), sample(blue));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(colour: Colour, inverted: bool, rows: &[&[u8]]) -> Vec<u8> {
        let mut out = vec![9; room(rows[0].len(), colour.channels())];
        write(colour, inverted, rows, &mut out);
        out.truncate(rows[0].len() * colour.channels());
        out
    }

    #[test]
    fn every_colour_is_the_definition_rounded() {
        for (cb, cr) in (0..=255_u8).flat_map(|cb| (0..=255_u8).map(move |cr| (cb, cr))) {
            for y in [0, 1, 60, 128, 200, 255] {
                let [blue, red] = [cb, cr].map(|value| f64::from(value) - 128.0);
                let luma = f64::from(y);
                let due = [
                    luma + 1.402 * red,
                    luma - 0.344_136 * blue - 0.714_136 * red,
                    luma + 1.772 * blue,
                ];
                let found = rgb([y; LANES], [cb; LANES], [cr; LANES]);
                for (found, due) in found.into_iter().zip(due) {
                    let off = f64::from(found[LANES - 1]) - due.clamp(0.0, 255.0);
                    assert!(off.abs() < 0.52, "{off} at {y}, {cb}, {cr}");
                }
            }
        }
    }

    #[test]
    fn pixels_stand_side_by_side_at_every_width() {
        for width in 1..50_u8 {
            let rows: [Vec<u8>; 4] =
                [0, 50, 100, 150].map(|first| (first..first + width).collect());
            let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
            let interleaved = |rows: &[&[u8]]| -> Vec<u8> {
                let columns = 0..usize::from(width);
                columns.flat_map(|x| rows.iter().map(move |row| row[x])).collect()
            };
            assert_eq!(converted(Colour::Rgb, false, &rows[..3]), interleaved(&rows[..3]));
            assert_eq!(converted(Colour::Cmyk, false, &rows), interleaved(&rows));
        }
    }

    #[test]
    fn ink_is_255_whichever_way_it_is_stored() {
        let black_ink: [&[u8]; 4] = [&[0], &[0], &[0], &[255]];
        let inverted: [&[u8]; 4] = [&[255], &[255], &[255], &[0]];
        assert_eq!(converted(Colour::Cmyk, false, &black_ink), [0, 0, 0, 255]);
        assert_eq!(converted(Colour::Cmyk, true, &inverted), [0, 0, 0, 255]);
        // A white RGB is no ink; stored inverted, it is all of it.
        let white: [&[u8]; 4] = [&[255], &[128], &[128], &[255]];
        assert_eq!(converted(Colour::Ycck, false, &white), [0, 0, 0, 255]);
        assert_eq!(converted(Colour::Ycck, true, &white), [255, 255, 255, 0]);
    }
}
