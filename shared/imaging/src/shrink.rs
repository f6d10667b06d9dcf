//! Averaging rows down as they arrive.
//!
//! A mean over squares of pixels (a box filter) by a whole factor costs an
//! addition a sample, needs no more than a row in memory, and leaves twice the
//! size that is wanted at least: what it folds back then lies above what the
//! filter after it lets through.

use fast_image_resize::images::Image;
use fast_image_resize::{MulDiv, PixelType};

use crate::raster::{Layout, Raster};
use crate::{LARGE, Refusal};

/// How many times the size wanted is kept, at least.
const MARGIN: u32 = 2;

/// Rows that are added up before squares are, which takes 16 bits a sample:
/// above that, a row may be so long that its sums would be too much.
const SUMMED: u32 = 64;

/// How many pixels of a picture of this size, each way, become one.
pub fn factor(size: [u32; 2]) -> u32 {
    (size[0].max(size[1]) / (LARGE * MARGIN)).max(1)
}

/// Takes the rows of a picture.
pub struct Shrinker {
    declared: [u32; 2],
    reduction: u32,
    width: u32,
    height: u32,
    layout: Layout,
    /// Pixels of a row, and rows, that become one.
    factor: u32,
    /// Rows taken.
    taken: u32,
    is_opaque: bool,
    /// A row, its colours multiplied by alpha.
    multiplied: Vec<u8>,
    /// Sums over the rows since the last means; empty if rows are added to
    /// `cells` at once.
    sums: Vec<u16>,
    /// Sums over squares.
    cells: Vec<u32>,
    /// Rows since the last means.
    rows: u32,
    data: Vec<u8>,
}

/// A picture by a whole factor smaller than it was declared; colours are
/// multiplied by alpha.
pub struct Shrunk {
    pub raster: Raster,
    /// Of the picture in pixels of `raster`: the last column and row may hold
    /// less than the others.
    pub size: [f64; 2],
    /// Of the picture as declared.
    pub declared: [u32; 2],
}

impl Shrinker {
    /// For a picture declared to be so wide and high, which is within
    /// [`crate::MAX_PIXELS`], and of which the decoder leaves one pixel of
    /// `reduction` each way, rounded up.
    pub fn new(declared: [u32; 2], reduction: u32, layout: Layout) -> Self {
        let [width, height] = declared.map(|side| side.div_ceil(reduction));
        let factor = factor([width, height]);
        let [columns, rows] = [width.div_ceil(factor), height.div_ceil(factor)];
        let channels = layout.channels();
        let [row, cells] = [width, columns].map(|pixels| pixels as usize * channels);
        let is_summed = (2..=SUMMED).contains(&factor);
        Self {
            declared,
            reduction,
            width,
            height,
            layout,
            factor,
            taken: 0,
            is_opaque: true,
            multiplied: Vec::new(),
            sums: vec![0; if is_summed { row } else { 0 }],
            cells: vec![0; if factor > 1 { cells } else { 0 }],
            rows: 0,
            data: Vec::with_capacity(cells * rows as usize),
        }
    }

    /// Takes the next row; those beyond the last are left out.
    pub fn push(&mut self, row: &[u8]) -> Result<(), Refusal> {
        if row.len() != self.width as usize * self.layout.channels() {
            return Err(Refusal::Invalid("a row of another length"));
        }
        if self.taken == self.height {
            return Ok(());
        }
        self.taken += 1;
        if !self.layout.has_alpha() || is_opaque(row, self.layout) {
            self.add(row);
            return Ok(());
        }
        self.is_opaque = false;
        let mut multiplied = std::mem::take(&mut self.multiplied);
        multiplied.clear();
        multiplied.extend_from_slice(row);
        multiply(&mut multiplied, self.width, self.layout)?;
        self.add(&multiplied);
        self.multiplied = multiplied;
        Ok(())
    }

    fn add(&mut self, row: &[u8]) {
        if self.factor == 1 {
            self.data.extend_from_slice(row);
            return;
        }
        self.rows += 1;
        let is_last = self.taken == self.height || self.rows == self.factor;
        if self.sums.is_empty() {
            self.add_squares(row);
        } else {
            for (sum, sample) in self.sums.iter_mut().zip(row) {
                *sum += u16::from(*sample);
            }
            if is_last {
                let sums = std::mem::take(&mut self.sums);
                self.add_squares(&sums);
                self.sums = sums;
                self.sums.fill(0);
            }
        }
        if is_last {
            self.add_means();
        }
    }

    fn add_squares<Sample: Copy + Into<u32>>(&mut self, samples: &[Sample]) {
        let factor = self.factor as usize;
        match self.layout.channels() {
            1 => add_squares::<_, 1>(samples, &mut self.cells, factor),
            2 => add_squares::<_, 2>(samples, &mut self.cells, factor),
            3 => add_squares::<_, 3>(samples, &mut self.cells, factor),
            _ => add_squares::<_, 4>(samples, &mut self.cells, factor),
        }
    }

    fn add_means(&mut self) {
        let channels = self.layout.channels();
        let inner = (self.width / self.factor) as usize * channels;
        let (inner, last) = self.cells.split_at(inner);
        for (cells, columns) in [(inner, self.factor), (last, self.width % self.factor)] {
            let count = columns * self.rows;
            self.data.extend(cells.iter().map(|sum| mean(*sum, count)));
        }
        self.cells.fill(0);
        self.rows = 0;
    }

    /// The picture, of which all rows must have been taken.
    pub fn finish(self) -> Result<Shrunk, Refusal> {
        let Self { declared, reduction, width, height, layout, .. } = self;
        let Self { factor, taken, is_opaque, data, .. } = self;
        if taken != height {
            return Err(Refusal::Invalid("rows are missing"));
        }
        let [columns, rows] = [width.div_ceil(factor), height.div_ceil(factor)];
        let raster = Raster { width: columns, height: rows, layout, data };
        Ok(Shrunk {
            raster: if is_opaque { raster.without_alpha() } else { raster },
            size: declared.map(|side| f64::from(side) / f64::from(reduction * factor)),
            declared,
        })
    }
}

/// Adds up each `factor` pixels of a row.
fn add_squares<Sample: Copy + Into<u32>, const CHANNELS: usize>(
    samples: &[Sample],
    cells: &mut [u32],
    factor: usize,
) {
    let (cells, _) = cells.as_chunks_mut::<CHANNELS>();
    for (cell, pixels) in cells.iter_mut().zip(samples.chunks(factor * CHANNELS)) {
        for pixel in pixels.as_chunks::<CHANNELS>().0 {
            for (sum, sample) in cell.iter_mut().zip(pixel) {
                *sum += (*sample).into();
            }
        }
    }
}

/// Rounded to the nearest; at most 255, as the samples are.
fn mean(sum: u32, count: u32) -> u8 {
    let count = count.max(1);
    u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)
}

fn is_opaque(row: &[u8], layout: Layout) -> bool {
    let alpha = match layout {
        Layout::GreyAlpha => {
            row.as_chunks::<2>().0.iter().fold(u8::MAX, |all, pixel| all & pixel[1])
        }
        Layout::Rgba => row.as_chunks::<4>().0.iter().fold(u8::MAX, |all, pixel| all & pixel[3]),
        Layout::Grey | Layout::Rgb | Layout::Cmyk => u8::MAX,
    };
    alpha == u8::MAX
}

/// Multiplies the colours of a row by its alpha, so that what can't be seen
/// doesn't bleed into what can.
fn multiply(row: &mut [u8], width: u32, layout: Layout) -> Result<(), Refusal> {
    let pixel = if layout == Layout::GreyAlpha { PixelType::U8x2 } else { PixelType::U8x4 };
    let failed = Refusal::Invalid("alpha can't be multiplied");
    let mut image = Image::from_slice_u8(width, 1, row, pixel).map_err(|_| failed)?;
    MulDiv::new().multiply_alpha_inplace(&mut image).map_err(|_| failed)
}
