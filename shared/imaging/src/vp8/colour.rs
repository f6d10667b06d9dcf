//! From BT.601's limited range to RGB (RFC 6386, 9.2), rounded as libwebp does.

use crate::jpeg::colour::{LANES, Lanes, lanes, three};

/// Writes a row of RGB, made of a sample of each for every pixel. It takes
/// [`room`](crate::jpeg::colour::room); what is behind the row is left
/// undefined.
pub(super) fn write([y, u, v]: [&[u8]; 3], out: &mut [u8]) {
    three(y.len(), out, |at| rgb(lanes(y, at), lanes(u, at), lanes(v, at)));
}

/// In 16 bits, for which vectors have cheap products; the lower six are a
/// fraction. Nothing but what is less than 0 leaves them.
#[inline(always)]
fn rgb(y: Lanes, u: Lanes, v: Lanes) -> [Lanes; 3] {
    // A 256th of the product.
    let times = |sample: u8, factor: u16| {
        ((u32::from(u16::from(sample) << 8) * u32::from(factor)) >> 16) as u16
    };
    let sample = |value: u16| (value >> 6).min(255) as u8;
    let mut out = [[0; LANES]; 3];
    for n in 0..LANES {
        let luma = times(y[n], 19_077);
        let red = (luma + times(v[n], 26_149)).saturating_sub(14_234);
        let green = (luma + 8_708).saturating_sub(times(u[n], 6_419) + times(v[n], 13_320));
        let blue = (luma + times(u[n], 33_050)).saturating_sub(17_685);
        (out[0][n], out[1][n], out[2][n]) = (sample(red), sample(green), sample(blue));
    }
    out
}
