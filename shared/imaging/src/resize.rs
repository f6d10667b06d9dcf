//! The sizes that are shown, by Lanczos' filter of three lobes.
//!
//! In sRGB as it is, not in linear light: see ADR 13.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{
    FilterType, MulDiv, PixelTrait, PixelType, ResizeAlg, ResizeOptions, Resizer,
};

use crate::raster::{Layout, Raster};
use crate::shrink::Shrunk;
use crate::{LARGE, Refusal};

const FAILED: Refusal = Refusal::Invalid("it can't be resized");

/// Fits a picture within the square of [`LARGE`], without enlarging it.
pub fn fitted(shrunk: Shrunk) -> Result<Raster, Refusal> {
    let Shrunk { raster, size: [width, height], declared } = shrunk;
    let long = declared[0].max(declared[1]);
    let sides = if long <= LARGE { declared } else { declared.map(|side| scaled(side, long)) };
    let options = options(false).crop(0.0, 0.0, width, height);
    let fitted = if sides == [raster.width, raster.height] {
        raster
    } else {
        resized(&raster, sides, &options)?
    };
    if fitted.layout.has_alpha() { divided(fitted) } else { Ok(fitted) }
}

/// What is left of a side when the long one becomes [`LARGE`]; never nothing.
fn scaled(side: u32, long: u32) -> u32 {
    let [side, long, large] = [side, long, LARGE].map(u64::from);
    let scaled = (side * large + long / 2) / long;
    u32::try_from(scaled).unwrap_or(LARGE).clamp(1, LARGE)
}

/// The square in the centre, shrunk or enlarged to `side` pixels.
pub fn square(raster: &Raster, side: u32) -> Result<Raster, Refusal> {
    let [width, height] = [raster.width, raster.height].map(f64::from);
    let short = width.min(height);
    let [left, top] = [width, height].map(|long| (long - short) / 2.0);
    resized(raster, [side, side], &options(true).crop(left, top, short, short))
}

fn options(use_alpha: bool) -> ResizeOptions {
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(use_alpha)
}

fn resized(
    raster: &Raster,
    [width, height]: [u32; 2],
    options: &ResizeOptions,
) -> Result<Raster, Refusal> {
    let pixel = pixel(raster.layout);
    let from =
        ImageRef::new(raster.width, raster.height, &raster.data, pixel).map_err(|_| FAILED)?;
    let mut to = Image::new(width, height, pixel);
    // By the four types there are: the dispatch over all that the crate knows is compiled here,
    // and takes minutes.
    let done = match raster.layout {
        Layout::Grey => convolve::<U8>(&from, &mut to, options),
        Layout::GreyAlpha => convolve::<U8x2>(&from, &mut to, options),
        Layout::Rgb => convolve::<U8x3>(&from, &mut to, options),
        Layout::Rgba | Layout::Cmyk => convolve::<U8x4>(&from, &mut to, options),
    };
    done.ok_or(FAILED)?;
    Ok(Raster { width, height, layout: raster.layout, data: to.into_vec() })
}

fn convolve<P: PixelTrait>(
    from: &ImageRef<'_>,
    to: &mut Image<'_>,
    options: &ResizeOptions,
) -> Option<()> {
    let (from, mut to) = (from.typed_image::<P>()?, to.typed_image_mut::<P>()?);
    Resizer::new().resize_typed(&from, &mut to, options).ok()
}

/// Colours that were multiplied by alpha, as they were before.
fn divided(raster: Raster) -> Result<Raster, Refusal> {
    let Raster { width, height, layout, data } = raster;
    let mut image = Image::from_vec_u8(width, height, data, pixel(layout)).map_err(|_| FAILED)?;
    let done = match layout {
        Layout::GreyAlpha => divide::<U8x2>(&mut image),
        _ => divide::<U8x4>(&mut image),
    };
    done.ok_or(FAILED)?;
    Ok(Raster { width, height, layout, data: image.into_vec() })
}

fn divide<P: PixelTrait>(image: &mut Image<'_>) -> Option<()> {
    MulDiv::new().divide_alpha_inplace_typed(&mut image.typed_image_mut::<P>()?).ok()
}

fn pixel(layout: Layout) -> PixelType {
    match layout {
        Layout::Grey => PixelType::U8,
        Layout::GreyAlpha => PixelType::U8x2,
        Layout::Rgb => PixelType::U8x3,
        Layout::Rgba | Layout::Cmyk => PixelType::U8x4,
    }
}
