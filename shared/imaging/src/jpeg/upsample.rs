//! Samples of components that have fewer of them than there are pixels.

use super::frame::{Layout, Plan};

/// The rows of a component that are still needed: those of two rows of MCUs,
/// since a pixel may lie between a sample of the one and of the other.
#[derive(Debug)]
pub(super) struct Plane {
    samples: Vec<u8>,
    /// Samples from one row to the next.
    pub stride: usize,
    /// Rows of samples per row of blocks, and rows of blocks.
    size: usize,
    blocks: usize,
}

impl Plane {
    pub fn new(plan: &Plan) -> Self {
        let (stride, blocks) = (plan.stride * plan.size, 2 * plan.v);
        let samples = vec![0; Self::memory(plan)];
        Self { samples, stride, size: plan.size, blocks }
    }

    /// Bytes.
    pub fn memory(plan: &Plan) -> usize {
        plan.stride * plan.size * 2 * plan.v * plan.size
    }

    /// Where a row of blocks, counted from the top of the picture, is decoded to.
    #[inline(always)]
    pub fn block_row(&mut self, row: usize) -> &mut [u8] {
        let length = self.size * self.stride;
        &mut self.samples[row % self.blocks * length..][..length]
    }

    fn row(&self, row: usize, width: usize) -> &[u8] {
        &self.samples[row % (self.blocks * self.size) * self.stride..][..width]
    }
}

/// Makes a sample for every pixel of a component.
#[derive(Debug)]
pub(super) struct Upsampler {
    plan: Plan,
    way: Way,
    /// A row between two rows of samples, with one more at either end.
    line: Vec<u16>,
    out: Vec<u8>,
}

#[derive(Debug)]
enum Way {
    /// A sample for every pixel as it is.
    None,
    /// One or two pixels per sample and axis: weights of 3/4 and 1/4, rounded
    /// up and down by turns as libjpeg does ("fancy").
    Double { x: bool, y: bool },
    /// For each pixel the samples beside it and the weight of the second in
    /// 1/256: any other ratio.
    Linear(Vec<(u16, u16, u16)>),
}

impl Upsampler {
    pub fn new(plan: &Plan, layout: &Layout) -> Self {
        let (x, y) = (plan.x, plan.y);
        let simple = |ratio: super::frame::Ratio| ratio.is(1) || ratio.is(2);
        let way = if x.is(1) && y.is(1) {
            Way::None
        } else if simple(x) && simple(y) {
            Way::Double { x: x.is(2), y: y.is(2) }
        } else {
            let narrow = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
            let columns = (0..layout.width).map(|column| {
                let (one, other, weight) = x.between(column, plan.width);
                (narrow(one), narrow(other), narrow(weight as usize))
            });
            Way::Linear(columns.collect())
        };
        let needed = !matches!(way, Way::None);
        let line = vec![0; if needed { plan.width + 2 } else { 0 }];
        let out = vec![0; if needed { layout.width.max(2 * plan.width) } else { 0 }];
        Self { plan: plan.clone(), way, line, out }
    }

    /// Bytes at most.
    pub fn memory(plan: &Plan, layout: &Layout) -> usize {
        2 * (plan.width + 2) + layout.width.max(2 * plan.width) + 6 * layout.width
    }

    #[cfg(test)]
    pub fn allocated(&self) -> usize {
        let columns = if let Way::Linear(columns) = &self.way { columns.capacity() } else { 0 };
        6 * columns + 2 * self.line.capacity() + self.out.capacity()
    }

    /// Rows of samples that must be there for a row of pixels.
    pub fn needs(&self, y: usize) -> usize {
        self.plan.y.between(y, self.plan.height).1 + 1
    }

    /// A row of pixels' samples.
    pub fn row<'a>(&'a mut self, plane: &'a Plane, y: usize, width: usize) -> &'a [u8] {
        let (above, below, part) = self.plan.y.between(y, self.plan.height);
        let samples = self.plan.width;
        let (above, below) = (plane.row(above, samples), plane.row(below, samples));
        match &self.way {
            Way::None => return &above[..width],
            Way::Double { x, y: vertical } => {
                let line = &mut self.line[1..=samples];
                if *vertical {
                    let upper = part > 128;
                    let (near, far) = if upper { (below, above) } else { (above, below) };
                    for (line, (near, far)) in line.iter_mut().zip(near.iter().zip(far)) {
                        *line = 3 * u16::from(*near) + u16::from(*far);
                    }
                    if !*x {
                        let round = if upper { 1 } else { 2 };
                        narrow(line, &mut self.out, |value| (value + round) >> 2);
                        return &self.out[..width];
                    }
                } else {
                    line.iter_mut().zip(above).for_each(|(line, near)| *line = u16::from(*near));
                }
                self.line[0] = self.line[1];
                self.line[samples + 1] = self.line[samples];
                if *vertical {
                    double::<4, 8, 7>(&self.line, &mut self.out);
                } else {
                    double::<2, 1, 2>(&self.line, &mut self.out);
                }
            }
            Way::Linear(columns) => {
                for (line, (above, below)) in self.line.iter_mut().zip(above.iter().zip(below)) {
                    let sum = u32::from(*above) * (256 - part) + u32::from(*below) * part;
                    *line = u16::try_from(sum).unwrap_or(u16::MAX);
                }
                for (out, (one, other, weight)) in self.out.iter_mut().zip(columns) {
                    let [one, other] =
                        [one, other].map(|place| u32::from(self.line[usize::from(*place)]));
                    let weight = u32::from(*weight);
                    let sum = one * (256 - weight) + other * weight + (1 << 15);
                    *out = u8::try_from(sum >> 16).unwrap_or(u8::MAX);
                }
            }
        }
        &self.out[..width]
    }
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a weighted mean of samples")]
fn narrow(line: &[u16], out: &mut [u8], of: impl Fn(u16) -> u16) {
    for (out, value) in out.iter_mut().zip(line) {
        *out = of(*value) as u8;
    }
}

/// Two pixels for each sample of a line with one more at either end; sums are
/// brought down by `SHIFT` and rounded by `LEFT` and `RIGHT`.
#[inline(always)]
fn double<const SHIFT: u32, const LEFT: u16, const RIGHT: u16>(line: &[u16], out: &mut [u8]) {
    for (pair, three) in out.chunks_exact_mut(2).zip(line.windows(3)) {
        let near = 3 * three[1];
        let left = (near + three[0] + LEFT) >> SHIFT;
        let right = (near + three[2] + RIGHT) >> SHIFT;
        pair.copy_from_slice(&(left | right << 8).to_le_bytes());
    }
}
