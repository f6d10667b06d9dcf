//! Pixels, with chroma between samples by distance.

use super::Band;
use super::colour::write;
use crate::jpeg::colour::room;

/// Makes rows of RGB.
///
/// A sample of chroma lies in the middle of four pixels: each pixel takes 9/16 of
/// the next one, 3/16 of two, and 1/16 of the one across, as libwebp does.
#[derive(Debug, Default)]
pub struct Pixels {
    /// The last row of luma, if it waits for chroma from below.
    luma: Vec<u8>,
    /// The last rows of chroma.
    chroma: [Vec<u8>; 2],
    /// Four times the chroma of a row, with one more on either side.
    sums: Vec<u16>,
    /// Chroma for every pixel.
    wide: [Vec<u8>; 2],
    row: Vec<u8>,
}

impl Pixels {
    /// Takes a band, and hands out rows as far as they can be made.
    ///
    /// # Errors
    /// What `to` says.
    pub fn push<E>(
        &mut self,
        band: &Band<'_>,
        mut to: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for row in 0..band.rows.div_ceil(2) {
            let chroma = band.chroma(row);
            let [u, v] = std::mem::take(&mut self.chroma);
            let last = if u.is_empty() { chroma } else { [&u[..], &v[..]] };
            let luma = std::mem::take(&mut self.luma);
            if !luma.is_empty() {
                to(self.row(&luma, last, chroma))?;
            }
            to(self.row(band.luma(row * 2), chroma, last))?;
            self.luma =
                replaced(luma, if row * 2 + 1 < band.rows { band.luma(row * 2 + 1) } else { &[] });
            self.chroma = [replaced(u, chroma[0]), replaced(v, chroma[1])];
        }
        if band.is_last && !self.luma.is_empty() {
            let luma = std::mem::take(&mut self.luma);
            let [u, v] = std::mem::take(&mut self.chroma);
            to(self.row(&luma, [&u, &v], [&u, &v]))?;
        }
        Ok(())
    }

    /// A row of pixels, of which chroma is near or far.
    fn row(&mut self, luma: &[u8], near: [&[u8]; 2], far: [&[u8]; 2]) -> &[u8] {
        for (wide, (near, far)) in self.wide.iter_mut().zip(near.into_iter().zip(far)) {
            let half = near.len();
            self.sums.resize(half + 2, 0);
            for (sum, (near, far)) in self.sums[1..].iter_mut().zip(near.iter().zip(far)) {
                *sum = 3 * u16::from(*near) + u16::from(*far);
            }
            self.sums[0] = self.sums[1];
            self.sums[half + 1] = self.sums[half];
            wide.resize(half * 2, 0);
            widen(&self.sums, wide);
        }
        let width = luma.len();
        self.row.resize(room(width, 3), 0);
        let [u, v] = &self.wide;
        write([luma, &u[..width], &v[..width]], &mut self.row);
        &self.row[..width * 3]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
fn widen(sums: &[u16], wide: &mut [u8]) {
    let [left, middle, right] = [0, 1, 2].map(|from| &sums[from..]);
    let sums = left.iter().zip(middle).zip(right);
    for (pair, ((left, middle), right)) in wide.as_chunks_mut::<2>().0.iter_mut().zip(sums) {
        let near = 3 * middle + 8;
        *pair = [((near + left) >> 4) as u8, ((near + right) >> 4) as u8];
    }
}

/// The same room with other samples.
fn replaced(mut room: Vec<u8>, samples: &[u8]) -> Vec<u8> {
    room.clear();
    room.extend_from_slice(samples);
    room
}
