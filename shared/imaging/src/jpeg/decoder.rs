//! Bands of pixels, one after another.

use super::coefficients::Coefficients;
use super::colour::{room, write};
use super::frame::{Layout, Plan};
use super::header::{Colour, Start};
use super::sequential::Sequential;
use super::upsample::{Plane, Upsampler};
use super::{Error, Scale};

/// Huffman and quantisation tables and other small things, in bytes at most.
const TABLES: usize = 192 << 10;

/// Decodes a picture from top to bottom.
#[derive(Debug)]
pub struct Decoder<'a> {
    layout: Layout,
    colour: Colour,
    inverted: bool,
    source: Source<'a>,
    planes: Vec<Plane>,
    upsamplers: Vec<Upsampler>,
    /// Rows of MCUs decoded so far.
    rows: usize,
    /// Rows of pixels handed out so far.
    done: usize,
    band: Vec<u8>,
    /// Bytes of the band that are pixels.
    filled: usize,
}

#[derive(Debug)]
enum Source<'a> {
    Sequential(Sequential<'a>),
    Coefficients(Coefficients),
    Failed(Error),
}

impl<'a> Decoder<'a> {
    /// Reads the header and, if the picture comes in several scans, all of them:
    /// most of the work on progressive pictures is done here.
    ///
    /// # Errors
    /// As [`Header::read`](super::Header::read), and [`Error::Corrupt`] if scans
    /// are damaged, cut off, or many more than any encoder makes.
    pub fn new(bytes: &'a [u8], scale: Scale) -> Result<Self, Error> {
        let start = Start::read(bytes, |_, _| {})?;
        let layout = Layout::new(&start.frame, scale);
        let (colour, inverted) = (start.colour, start.inverted);
        let source = if start.frame.waits(&start.scan) {
            Source::Coefficients(Coefficients::read(start, &layout)?)
        } else {
            Source::Sequential(Sequential::new(&start, &layout)?)
        };
        let upsampler = |plan: &Plan| Upsampler::new(plan, &layout);
        Ok(Self {
            planes: layout.components.iter().map(Plane::new).collect(),
            upsamplers: layout.components.iter().map(upsampler).collect(),
            band: vec![0; band(&layout, colour)],
            filled: 0,
            rows: 0,
            done: 0,
            layout,
            colour,
            inverted,
            source,
        })
    }

    /// In pixels, at the scale chosen.
    #[must_use]
    pub fn width(&self) -> usize {
        self.layout.width
    }

    /// In pixels, at the scale chosen.
    #[must_use]
    pub fn height(&self) -> usize {
        self.layout.height
    }

    /// 1 (grey), 3 (RGB) or 4 (CMYK, 255 = full ink).
    #[must_use]
    pub fn channels(&self) -> usize {
        self.colour.channels()
    }

    /// The next rows: one or more whole ones of `width · channels` bytes, about
    /// as many as a row of MCUs has; `None` when all `height` were handed out.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the data is damaged or ends early. What was handed
    /// out before is good; nothing more comes.
    pub fn next_band(&mut self) -> Result<Option<&[u8]>, Error> {
        self.filled = 0;
        while self.filled == 0 && self.done < self.layout.height {
            match &mut self.source {
                Source::Sequential(source) => {
                    if let Err(error) = source.row(self.rows, &mut self.planes) {
                        self.source = Source::Failed(error);
                        return Err(error);
                    }
                }
                Source::Coefficients(source) => source.row(self.rows, &mut self.planes),
                Source::Failed(error) => return Err(*error),
            }
            self.rows += 1;
            self.convert();
        }
        Ok(Some(&self.band[..self.filled]).filter(|band| !band.is_empty()))
    }

    /// Makes pixels of all samples that are there.
    fn convert(&mut self) {
        let Layout { width, height, ref components, .. } = self.layout;
        while self.done < height {
            let there = |(upsampler, plan): (&Upsampler, &Plan)| {
                upsampler.needs(self.done) <= self.rows * plan.v * plan.size
            };
            if !self.upsamplers.iter().zip(components).all(there) {
                return;
            }
            let mut rows: [&[u8]; 4] = [&[]; 4];
            let sources = self.upsamplers.iter_mut().zip(&self.planes);
            for (row, (upsampler, plane)) in rows.iter_mut().zip(sources) {
                *row = upsampler.row(plane, self.done, width);
            }
            let out = &mut self.band[self.filled..];
            write(self.colour, self.inverted, &rows[..components.len()], out);
            self.filled += width * self.colour.channels();
            self.done += 1;
        }
    }

    /// Bytes allocated at most, but for coefficients.
    pub(super) fn memory(layout: &Layout, colour: Colour) -> usize {
        let part = |plan: &Plan| Plane::memory(plan) + Upsampler::memory(plan, layout);
        let parts: usize = layout.components.iter().map(part).sum();
        TABLES + parts + band(layout, colour)
    }
}

/// Bytes of a band: a row of MCUs, what was held back of the one before, and
/// what a row is rounded up to while it is written.
fn band(layout: &Layout, colour: Colour) -> usize {
    2 * layout.band() * layout.width * colour.channels() + room(layout.width, colour.channels())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::frame::{Component, Frame};
    use super::*;

    proptest! {
        #[test]
        fn no_more_is_allocated_than_announced(
            (width, height) in (1_usize..3000, 1_usize..300),
            factors in prop::collection::vec((1_usize..=4, 1_usize..=4), 1..=4),
            scale in 0_usize..4,
        ) {
            let colours = [Colour::Gray, Colour::Gray, Colour::YCbCr, Colour::Cmyk];
            let colour = colours[factors.len() - 1];
            let component = |&(h, v): &(usize, usize)| Component { id: 0, h, v, table: 0 };
            let components = factors.iter().map(component).collect();
            let frame = Frame { progressive: false, width, height, components };
            let layout = Layout::new(&frame, Scale::ALL[scale]);
            let parts = layout.components.iter().map(|plan| {
                let upsampler = Upsampler::new(plan, &layout);
                prop_assert!(upsampler.allocated() <= Upsampler::memory(plan, &layout));
                Ok(Plane::memory(plan) + upsampler.allocated())
            });
            let parts: usize = parts.sum::<Result<_, TestCaseError>>()?;
            prop_assert!(parts + band(&layout, colour) < Decoder::memory(&layout, colour));
        }
    }
}
