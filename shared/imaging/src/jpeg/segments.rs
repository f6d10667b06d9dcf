//! Markers and what stands in their segments (ITU-T T.81, annex B).

use super::Error;
use super::bits::next_marker;
use super::frame::Frame;
use super::huffman::Table;

pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const SOS: u8 = 0xDA;
const DQT: u8 = 0xDB;
const DHT: u8 = 0xC4;
const DRI: u8 = 0xDD;

/// Where the coefficients of a block stand in a matrix, column by column, in the
/// order of the file (T.81, figure A.6). Columns, because the inverse DCT begins
/// with rows and wants the same place of all rows side by side. Runs that lead
/// past the end of a block, which only damaged data has, end at the last one.
pub(super) const ZIGZAG: [u8; 128] = {
    let mut order = [63; 128];
    let (mut row, mut column, mut k) = (0_u8, 0_u8, 0);
    while k < 64 {
        order[k] = column * 8 + row;
        let up = (row + column).is_multiple_of(2);
        match (up, row, column) {
            (true, _, 7) | (false, 0..7, 0) => row += 1,
            (true, 0, _) | (false, 7, _) => column += 1,
            (true, ..) => (row, column) = (row - 1, column + 1),
            (false, ..) => (row, column) = (row + 1, column - 1),
        }
        k += 1;
    }
    order
};

/// A marker and the bytes after its length; without a length, none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub marker: u8,
    pub payload: &'a [u8],
}

/// The segments of a file, one after another.
#[derive(Clone, Debug)]
pub(super) struct Segments<'a> {
    pub data: &'a [u8],
    /// Behind the segment last handed out.
    pub at: usize,
}

impl<'a> Segments<'a> {
    /// # Errors
    /// [`Error::NotJpeg`] without a start of image.
    pub fn new(data: &'a [u8]) -> Result<Self, Error> {
        if data.starts_with(&[0xFF, SOI]) { Ok(Self { data, at: 2 }) } else { Err(Error::NotJpeg) }
    }

    /// The next segment; `None` at the end of the data.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it is cut off.
    pub fn next(&mut self) -> Result<Option<Segment<'a>>, Error> {
        let Some((at, marker)) = next_marker(self.data, self.at) else {
            self.at = self.data.len();
            return Ok(None);
        };
        self.at = at;
        if matches!(marker, 0x01 | 0xD0..=EOI) {
            return Ok(Some(Segment { marker, payload: &[] }));
        }
        let rest = &self.data[at..];
        let (length, _) = rest.split_first_chunk().ok_or(Error::Corrupt("a segment is cut off"))?;
        let length = usize::from(u16::from_be_bytes(*length));
        let payload = rest.get(2..length).ok_or(Error::Corrupt("a segment is cut off"))?;
        self.at += length;
        Ok(Some(Segment { marker, payload }))
    }
}

/// What the scans to come are to be read with.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    /// Column by column, as [`ZIGZAG`].
    pub quantisation: [Option<Box<[u16; 64]>>; 4],
    pub dc: [Option<Table>; 4],
    pub ac: [Option<Table>; 4],
    /// MCUs between restart markers; 0 = no such markers.
    pub restart: u16,
}

impl Tables {
    /// Takes in a segment that defines tables; leaves any other.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if it makes no sense.
    pub fn define(&mut self, segment: Segment) -> Result<(), Error> {
        match segment.marker {
            DQT => self.quantisation(segment.payload),
            DHT => self.huffman(segment.payload),
            DRI => {
                let (interval, _) =
                    segment.payload.split_first_chunk().ok_or(Error::Corrupt("an empty DRI"))?;
                self.restart = u16::from_be_bytes(*interval);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// T.81, B.2.4.1.
    fn quantisation(&mut self, mut payload: &[u8]) -> Result<(), Error> {
        const SHORT: Error = Error::Corrupt("a quantisation table is cut off");
        while let Some((head, rest)) = payload.split_first() {
            let slot = self
                .quantisation
                .get_mut(usize::from(head & 15))
                .ok_or(Error::Corrupt("a quantisation table beyond the fourth"))?;
            let wide = 1 + usize::from(head >> 4);
            if wide > 2 {
                return Err(Error::Corrupt("a quantisation table of unknown precision"));
            }
            let (values, rest) = rest.split_at_checked(64 * wide).ok_or(SHORT)?;
            let table = slot.insert(Box::new([0; 64]));
            for (value, place) in values.chunks_exact(wide).zip(ZIGZAG) {
                table[usize::from(place)] =
                    value.iter().fold(0, |value, byte| value << 8 | u16::from(*byte));
            }
            payload = rest;
        }
        Ok(())
    }

    /// T.81, B.2.4.2.
    fn huffman(&mut self, mut payload: &[u8]) -> Result<(), Error> {
        const SHORT: Error = Error::Corrupt("a Huffman table is cut off");
        while let Some((head, rest)) = payload.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(SHORT)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(SHORT)?;
            let class = match head >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(Error::Corrupt("a Huffman table of unknown class")),
            };
            *class
                .get_mut(usize::from(head & 15))
                .ok_or(Error::Corrupt("a Huffman table beyond the fourth"))? =
                Some(Table::new(counts, symbols)?);
            payload = rest;
        }
        Ok(())
    }

    /// # Errors
    /// [`Error::Corrupt`] if there is no such table.
    pub fn quantisation_of(&self, index: u8) -> Result<&[u16; 64], Error> {
        let table = self.quantisation.get(usize::from(index)).and_then(Option::as_deref);
        table.ok_or(Error::Corrupt("no quantisation table"))
    }

    /// # Errors
    /// [`Error::Corrupt`] if there is no such table.
    pub fn dc_of(&self, index: u8) -> Result<&Table, Error> {
        let table = self.dc.get(usize::from(index)).and_then(Option::as_ref);
        table.ok_or(Error::Corrupt("no Huffman table for DC"))
    }

    /// # Errors
    /// [`Error::Corrupt`] if there is no such table.
    pub fn ac_of(&self, index: u8) -> Result<&Table, Error> {
        let table = self.ac.get(usize::from(index)).and_then(Option::as_ref);
        table.ok_or(Error::Corrupt("no Huffman table for AC"))
    }
}

/// A scan's header (T.81, B.2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scan {
    pub components: Vec<ScanComponent>,
    /// First and last coefficient, in the order of the file.
    pub band: (u8, u8),
    /// How many low bits were missing before and are missing after.
    pub high: u8,
    pub low: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScanComponent {
    /// Place in the frame.
    pub index: usize,
    /// Number of its Huffman tables.
    pub dc: u8,
    pub ac: u8,
}

impl Scan {
    /// # Errors
    /// [`Error::Corrupt`] if it makes no sense in this frame.
    pub fn read(payload: &[u8], frame: &Frame) -> Result<Self, Error> {
        const SHORT: Error = Error::Corrupt("a scan header is cut off");
        let (count, rest) = payload.split_first().ok_or(SHORT)?;
        let (listed, rest) = rest.split_at_checked(2 * usize::from(*count)).ok_or(SHORT)?;
        let &[first, last, approximation, ..] = rest else { return Err(SHORT) };
        let mut components: Vec<ScanComponent> = Vec::with_capacity(4);
        for pair in listed.chunks_exact(2) {
            let index = frame.components.iter().position(|component| component.id == pair[0]);
            let index = index.ok_or(Error::Corrupt("a scan of an unknown component"))?;
            if components.iter().any(|component| component.index >= index) {
                return Err(Error::Corrupt("a scan's components are out of order"));
            }
            components.push(ScanComponent { index, dc: pair[1] >> 4, ac: pair[1] & 15 });
        }
        let blocks = components.iter().map(|component| {
            let component = &frame.components[component.index];
            component.h * component.v
        });
        if components.is_empty() || components.len() > 1 && blocks.sum::<usize>() > 10 {
            return Err(Error::Corrupt("a scan of too few or too many blocks"));
        }
        let (high, low) = (approximation >> 4, approximation & 15);
        if !frame.progressive {
            // T.81 asks for these values; what else stands here means nothing.
            return Ok(Self { components, band: (0, 63), high: 0, low: 0 });
        }
        let band = match (first, last) {
            (0, 0) => true,
            (1..=63, _) => (first..=63).contains(&last) && components.len() == 1,
            _ => false,
        };
        if !band || low > 13 || high != 0 && high != low + 1 {
            return Err(Error::Corrupt("a scan of an impossible band"));
        }
        Ok(Self { components, band: (first, last), high, low })
    }
}
