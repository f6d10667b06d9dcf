//! Turning pictures upright.

use crate::raster::Raster;

/// How the rows and columns of a picture lie (EXIF 3.0, 4.6.5.1.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    #[default]
    Upright,
    MirroredHorizontally,
    UpsideDown,
    MirroredVertically,
    /// Rows are columns.
    Transposed,
    /// To be turned by 90° clockwise.
    TurnedLeft,
    /// Rows are columns, from the other corner.
    Transversed,
    /// To be turned by 90° counter-clockwise.
    TurnedRight,
}

impl Orientation {
    pub fn from_tag(tag: u16) -> Option<Self> {
        Some(match tag {
            1 => Self::Upright,
            2 => Self::MirroredHorizontally,
            3 => Self::UpsideDown,
            4 => Self::MirroredVertically,
            5 => Self::Transposed,
            6 => Self::TurnedLeft,
            7 => Self::Transversed,
            8 => Self::TurnedRight,
            _ => return None,
        })
    }
}

/// The picture as it is to be seen.
pub fn upright(raster: Raster, orientation: Orientation) -> Raster {
    if orientation == Orientation::Upright {
        return raster;
    }
    match raster.layout.channels() {
        1 => turned::<1>(&raster, orientation),
        2 => turned::<2>(&raster, orientation),
        3 => turned::<3>(&raster, orientation),
        _ => turned::<4>(&raster, orientation),
    }
}

fn turned<const CHANNELS: usize>(raster: &Raster, orientation: Orientation) -> Raster {
    let (pixels, _) = raster.data.as_chunks::<CHANNELS>();
    let [width, height] = [raster.width as usize, raster.height as usize];
    let row = |y: usize| &pixels[y * width..(y + 1) * width];
    let column = |x: usize| pixels[x..].iter().step_by(width);
    let mut data = Vec::with_capacity(raster.data.len());
    let mut add = |pixel: &[u8; CHANNELS]| data.extend_from_slice(pixel);
    match orientation {
        Orientation::Upright => pixels.iter().for_each(add),
        Orientation::MirroredHorizontally => {
            (0..height).for_each(|y| row(y).iter().rev().for_each(&mut add));
        }
        Orientation::UpsideDown => pixels.iter().rev().for_each(add),
        Orientation::MirroredVertically => {
            (0..height).rev().for_each(|y| row(y).iter().for_each(&mut add));
        }
        Orientation::Transposed => (0..width).for_each(|x| column(x).for_each(&mut add)),
        Orientation::TurnedLeft => (0..width).for_each(|x| column(x).rev().for_each(&mut add)),
        Orientation::Transversed => {
            (0..width).rev().for_each(|x| column(x).rev().for_each(&mut add));
        }
        Orientation::TurnedRight => {
            (0..width).rev().for_each(|x| column(x).for_each(&mut add));
        }
    }
    let is_swapped = matches!(
        orientation,
        Orientation::Transposed
            | Orientation::TurnedLeft
            | Orientation::Transversed
            | Orientation::TurnedRight
    );
    let (width, height) =
        if is_swapped { (raster.height, raster.width) } else { (raster.width, raster.height) };
    Raster { width, height, layout: raster.layout, data }
}
