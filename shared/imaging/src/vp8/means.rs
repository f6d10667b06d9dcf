//! Pixels that are means over squares.

use super::Band;
use super::colour::write;
use crate::jpeg::colour::room;

/// Makes rows of RGB by a whole factor smaller.
///
/// Luma and chroma are averaged first: so chroma needn't be made for every pixel,
/// and fewer of them are converted.
#[derive(Debug)]
pub struct Means {
    factor: usize,
    /// Luma, U and V, added up over rows; chroma has half as many samples.
    sums: [Vec<u16>; 3],
    /// Rows in `sums`.
    rows: usize,
    /// A row of luma, U and V.
    planes: [Vec<u8>; 3],
    row: Vec<u8>,
}

impl Means {
    /// One pixel is made of `factor` (1 to 16) each way; at the right and lower
    /// ends, of what is left.
    #[must_use]
    pub fn new(factor: usize) -> Self {
        let factor = factor.clamp(1, 16);
        Self {
            factor,
            sums: Default::default(),
            rows: 0,
            planes: Default::default(),
            row: Vec::new(),
        }
    }

    /// Takes a band, and hands out the rows that are complete.
    ///
    /// # Errors
    /// What `to` says.
    pub fn push<E>(
        &mut self,
        band: &Band<'_>,
        mut to: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        for row in 0..band.rows {
            let [u, v] = band.chroma(row / 2);
            for (sums, samples) in self.sums.iter_mut().zip([band.luma(row), u, v]) {
                sums.resize(samples.len(), 0);
                for (sum, sample) in sums.iter_mut().zip(samples) {
                    *sum += u16::from(*sample);
                }
            }
            self.rows += 1;
            if self.rows == self.factor || band.is_last && row + 1 == band.rows {
                to(self.row(band.width))?;
            }
        }
        Ok(())
    }

    /// A row of means, of all that was added up.
    fn row(&mut self, width: usize) -> &[u8] {
        let Self { factor, sums, rows, planes, row } = self;
        let columns = width.div_ceil(*factor);
        let weights = [1, 2, 2];
        for ((sums, plane), weight) in sums.iter_mut().zip(planes.iter_mut()).zip(weights) {
            plane.clear();
            plane.extend((0..columns).map(|column| {
                let start = column * *factor;
                let end = (start + *factor).min(width);
                let sum: u32 = (start..end).map(|at| u32::from(sums[at / weight])).sum();
                let count = (end - start) * *rows;
                mean(sum, count)
            }));
            sums.fill(0);
        }
        *rows = 0;
        row.resize(room(columns, 3), 0);
        write([0, 1, 2].map(|plane| &planes[plane][..]), row);
        &row[..columns * 3]
    }
}

/// Rounded to the nearest; at most 255, as the samples are.
fn mean(sum: u32, count: usize) -> u8 {
    let count = u32::try_from(count).unwrap_or(1).max(1);
    u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)
}
