//! Coefficients of pictures that come in several scans (ITU-T T.81, G and A.2).

use super::Error;
use super::bits::Bits;
use super::frame::{Frame, Layout, Plan};
use super::header::Start;
use super::idct::{Block, inverse};
use super::progressive;
use super::segments::{EOI, SOS, Scan, Tables, ZIGZAG};
use super::sequential::{Coder, Restarts, kept, steps};
use super::upsample::Plane;

/// How often each block may be visited, all scans taken together. Encoders make
/// about 10 scans; a file of a thousand that say next to nothing would keep a
/// decoder busy for minutes (the attack known from libjpeg).
const MAX_VISITS: usize = 64;

/// All coefficients of a picture that count at its scale.
#[derive(Debug)]
pub(super) struct Coefficients {
    parts: Vec<Part>,
}

/// Those of a component.
#[derive(Debug)]
pub(super) struct Part {
    pub plan: Plan,
    /// Coefficients kept per block: the first ones, in the order of the file.
    pub kept: usize,
    pub values: Vec<i16>,
    /// For each block, which coefficients aren't 0, kept or not: bits that refine
    /// them must be told from others.
    pub known: Vec<u64>,
    steps: Option<Block>,
    /// For each coefficient, how many low bits are missing; 255 = all.
    missing: [u8; 64],
}

impl Coefficients {
    /// Bytes.
    pub fn memory(layout: &Layout) -> usize {
        let part = |plan: &Plan| plan.stride * plan.v * layout.rows * (2 * kept(plan.size) + 8);
        layout.components.iter().map(part).sum()
    }

    /// Reads all scans.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if one is damaged, if there are too many, or if the
    /// data ends before the picture is complete.
    pub fn read(start: Start, layout: &Layout) -> Result<Self, Error> {
        let Start { frame, mut tables, mut scan, mut segments, .. } = start;
        let mut all = Self::empty(layout);
        let mut visits = 0;
        loop {
            visits += scan.components.iter().map(|c| all.parts[c.index].known.len()).sum::<usize>();
            if visits > MAX_VISITS * layout.blocks() {
                return Err(Error::Corrupt("too many scans"));
            }
            let mut bits = Bits::new(segments.data, segments.at);
            all.scan(&scan, &frame, &tables, layout, &mut bits)?;
            segments.at = bits.position();
            if !frame.progressive && all.begun() {
                return Ok(all);
            }
            scan = loop {
                let Some(segment) = segments.next()? else {
                    let complete = all.parts.iter().all(|part| part.missing == [0; 64]);
                    return if complete { Ok(all) } else { Err(Error::Corrupt("data ends early")) };
                };
                match segment.marker {
                    EOI if all.begun() => return Ok(all),
                    EOI => return Err(Error::Corrupt("a component is missing")),
                    SOS => break Scan::read(segment.payload, &frame)?,
                    _ => tables.define(segment)?,
                }
            };
        }
    }

    fn empty(layout: &Layout) -> Self {
        let part = |plan: &Plan| {
            let blocks = plan.stride * plan.v * layout.rows;
            Part {
                plan: plan.clone(),
                kept: kept(plan.size),
                values: vec![0; blocks * kept(plan.size)],
                known: vec![0; blocks],
                steps: None,
                missing: [255; 64],
            }
        };
        Self { parts: layout.components.iter().map(part).collect() }
    }

    /// Whether there is something of every component.
    fn begun(&self) -> bool {
        self.parts.iter().all(|part| part.missing[0] != 255)
    }

    fn scan(
        &mut self,
        scan: &Scan,
        frame: &Frame,
        tables: &Tables,
        layout: &Layout,
        bits: &mut Bits,
    ) -> Result<(), Error> {
        let (first, last) = scan.band;
        for component in &scan.components {
            let part = &mut self.parts[component.index];
            // The steps at a component's first scan are its own (T.81, B.2.4.1).
            if part.steps.is_none() {
                let table = frame.components[component.index].table;
                part.steps = Some(steps(tables.quantisation_of(table)?));
            }
            if !frame.progressive && part.missing[0] != 255 {
                return Err(Error::Corrupt("a component comes twice"));
            }
            if first > 0 && part.kept == 1 {
                // What follows refines nothing but what isn't shown.
                return Ok(());
            }
            part.missing[usize::from(first)..=usize::from(last)].fill(scan.low);
        }
        if frame.progressive {
            return progressive::scan(&mut self.parts, scan, tables, layout, bits);
        }
        let mut block = [0; 64];
        let coders = scan
            .components
            .iter()
            .map(|component| Coder::new(tables, component, self.parts[component.index].plan.size));
        let mut coders = coders.collect::<Result<Vec<_>, Error>>()?;
        each(&mut self.parts, scan, tables.restart, layout, bits, |bits, part, n, at, fresh| {
            if fresh {
                for coder in &mut coders {
                    coder.before = 0;
                }
            }
            coders[n].read(bits, &mut block)?;
            for (k, value) in part.values[at * part.kept..][..part.kept].iter_mut().enumerate() {
                *value = block[usize::from(ZIGZAG[k])];
                part.known[at] |= u64::from(*value != 0) << k;
            }
            block = [0; 64];
            Ok(())
        })
    }

    /// Decodes a row of MCUs into the planes of the components.
    pub fn row(&self, row: usize, planes: &mut [Plane]) {
        let mut block = [0; 64];
        for (part, plane) in self.parts.iter().zip(planes) {
            let Some(steps) = &part.steps else { continue };
            let Plan { v, size, stride, .. } = part.plan;
            let width = plane.stride;
            for y in row * v..(row + 1) * v {
                let line = plane.block_row(y);
                for x in 0..stride {
                    let at = y * stride + x;
                    let values = &part.values[at * part.kept..][..part.kept];
                    let mut known = part.known[at] & (u64::MAX >> (64 - part.kept)) & !1;
                    let last = 63 - (known | 1).leading_zeros() as usize;
                    block[0] = values[0];
                    while known != 0 {
                        let k = known.trailing_zeros() as usize;
                        block[usize::from(ZIGZAG[k])] = values[k];
                        known &= known - 1;
                    }
                    inverse(size, &block, steps, last, &mut line[x * size..], width);
                    block = [0; 64];
                }
            }
        }
    }
}

/// Goes through the blocks of a scan in its order (T.81, A.2): gives its
/// component, that component's place in the scan, its number, and whether a
/// restart came right before its MCU.
///
/// # Errors
/// Those of `block`, and [`Error::Corrupt`] if the data ends early.
#[inline]
pub(super) fn each<'a>(
    parts: &mut [Part],
    scan: &Scan,
    restart: u16,
    layout: &Layout,
    bits: &mut Bits<'a>,
    mut block: impl FnMut(&mut Bits<'a>, &mut Part, usize, usize, bool) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut restarts = Restarts::new(restart);
    if let [component] = scan.components[..] {
        let part = &mut parts[component.index];
        let (columns, rows) = part.plan.blocks;
        for y in 0..rows {
            for x in 0..columns {
                let fresh = restarts.pass(bits)?;
                block(bits, part, 0, y * part.plan.stride + x, fresh)?;
            }
            bits.check()?;
        }
        return Ok(());
    }
    for row in 0..layout.rows {
        for column in 0..layout.columns {
            let mut fresh = restarts.pass(bits)?;
            for (n, component) in scan.components.iter().enumerate() {
                let part = &mut parts[component.index];
                let Plan { h, v, stride, .. } = part.plan;
                for (y, x) in (0..v).flat_map(|y| (0..h).map(move |x| (y, x))) {
                    let at = (row * v + y) * stride + column * h + x;
                    block(bits, part, n, at, std::mem::take(&mut fresh))?;
                }
            }
        }
        bits.check()?;
    }
    Ok(())
}
