//! How macroblocks are predicted (RFC 6386, 8, 10 and 11).

use super::bools::Bools;
use super::header::Frame;
use super::mode_tables::SUBBLOCKS;

/// Of a macroblock's luma, or of its chroma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Dc,
    Vertical,
    Horizontal,
    TrueMotion,
}

/// Of a subblock of 4 × 4 samples, in the order of `SUBBLOCKS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subblock {
    Dc,
    TrueMotion,
    Vertical,
    Horizontal,
    LeftDown,
    RightDown,
    VerticalRight,
    VerticalLeft,
    HorizontalDown,
    HorizontalUp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Luma {
    Whole(Mode),
    /// Row by row.
    Subblocks([Subblock; 16]),
}

/// What the first partition says of a macroblock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Macroblock {
    pub segment: usize,
    pub has_tokens: bool,
    pub luma: Luma,
    pub chroma: Mode,
}

/// The modes around the next macroblock, which those of its subblocks depend on.
#[derive(Debug)]
pub(super) struct Modes {
    /// Of the lowest subblocks above, four a macroblock.
    above: Vec<[Subblock; 4]>,
    left: [Subblock; 4],
}

impl Modes {
    /// For a row of so many macroblocks.
    pub fn new(columns: usize) -> Self {
        Self { above: vec![[Subblock::Dc; 4]; columns], left: [Subblock::Dc; 4] }
    }

    #[cfg(test)]
    pub fn memory(&self) -> usize {
        size_of_val(&self.above[..])
    }

    /// At the start of a row.
    pub fn start_row(&mut self) {
        self.left = [Subblock::Dc; 4];
    }

    /// Of the macroblock in this column.
    pub fn read(&mut self, frame: &mut Frame, column: usize) -> Macroblock {
        let (segments, has_tokens) = (frame.segments, frame.has_tokens);
        let bools = &mut frame.modes;
        let segment = segments.map_or(0, |[top, low, high]| {
            if bools.read(top) {
                2 + usize::from(bools.read(high))
            } else {
                usize::from(bools.read(low))
            }
        });
        let has_tokens = has_tokens.is_none_or(|probability| !bools.read(probability));
        let luma = if bools.read(145) {
            let mode = whole(bools);
            let subblock = match mode {
                Mode::Dc => Subblock::Dc,
                Mode::Vertical => Subblock::Vertical,
                Mode::Horizontal => Subblock::Horizontal,
                Mode::TrueMotion => Subblock::TrueMotion,
            };
            self.above[column] = [subblock; 4];
            self.left = [subblock; 4];
            Luma::Whole(mode)
        } else {
            Luma::Subblocks(self.subblocks(bools, column))
        };
        Macroblock { segment, has_tokens, luma, chroma: chroma(bools) }
    }

    fn subblocks(&mut self, bools: &mut Bools, column: usize) -> [Subblock; 16] {
        let mut modes = [Subblock::Dc; 16];
        let mut reader = bools.local();
        let mut above = self.above[column];
        for (row, left) in modes.as_chunks_mut::<4>().0.iter_mut().zip(&mut self.left) {
            for (mode, above) in row.iter_mut().zip(&mut above) {
                *mode = subblock(&mut reader, &SUBBLOCKS[*above as usize * 10 + *left as usize]);
                (*above, *left) = (*mode, *mode);
            }
        }
        self.above[column] = above;
        *bools = reader;
        modes
    }
}

fn whole(bools: &mut Bools) -> Mode {
    if bools.read(156) {
        if bools.read(128) { Mode::TrueMotion } else { Mode::Horizontal }
    } else if bools.read(163) {
        Mode::Vertical
    } else {
        Mode::Dc
    }
}

fn chroma(bools: &mut Bools) -> Mode {
    if !bools.read(142) {
        Mode::Dc
    } else if !bools.read(114) {
        Mode::Vertical
    } else if bools.read(183) {
        Mode::TrueMotion
    } else {
        Mode::Horizontal
    }
}

/// RFC 6386, 8.1: the tree, from its root.
#[inline(always)]
fn subblock(bools: &mut Bools, nodes: &[u8; 9]) -> Subblock {
    if !bools.read(nodes[0]) {
        Subblock::Dc
    } else if !bools.read(nodes[1]) {
        Subblock::TrueMotion
    } else if !bools.read(nodes[2]) {
        Subblock::Vertical
    } else if !bools.read(nodes[3]) {
        if !bools.read(nodes[4]) {
            Subblock::Horizontal
        } else if bools.read(nodes[5]) {
            Subblock::VerticalRight
        } else {
            Subblock::RightDown
        }
    } else if !bools.read(nodes[6]) {
        Subblock::LeftDown
    } else if !bools.read(nodes[7]) {
        Subblock::VerticalLeft
    } else if bools.read(nodes[8]) {
        Subblock::HorizontalUp
    } else {
        Subblock::HorizontalDown
    }
}
