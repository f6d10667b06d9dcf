//! Colours to sRGB.
//!
//! A profile that can't be read, or is of another kind than the pixels, is left
//! out, as browsers do: without one, pictures are sRGB already.

use moxcms::{ColorProfile, DataColorSpace, Layout as Channels, TransformOptions};

use crate::raster::{Layout, Raster};

/// Bytes that a profile may have; the largest in use, of presses, have 4 MB.
const LARGEST: usize = 8 << 20;

/// The picture in sRGB: grey, grey with alpha, RGB, or RGBA.
pub fn to_srgb(raster: Raster, profile: Option<&[u8]>) -> Raster {
    let converted = profile.and_then(|profile| converted(&raster, profile));
    match converted {
        Some(converted) => converted,
        None if raster.layout == Layout::Cmyk => from_inks(&raster),
        None => raster,
    }
}

fn converted(raster: &Raster, profile: &[u8]) -> Option<Raster> {
    let profile =
        (profile.len() <= LARGEST).then(|| ColorProfile::new_from_slice(profile))?.ok()?;
    let (space, from, layout, to) = match raster.layout {
        Layout::Grey => (DataColorSpace::Gray, Channels::Gray, Layout::Rgb, Channels::Rgb),
        Layout::GreyAlpha => {
            (DataColorSpace::Gray, Channels::GrayAlpha, Layout::Rgba, Channels::Rgba)
        }
        Layout::Rgb => (DataColorSpace::Rgb, Channels::Rgb, Layout::Rgb, Channels::Rgb),
        Layout::Rgba => (DataColorSpace::Rgb, Channels::Rgba, Layout::Rgba, Channels::Rgba),
        Layout::Cmyk => (DataColorSpace::Cmyk, Channels::Rgba, Layout::Rgb, Channels::Rgb),
    };
    if profile.color_space != space {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let transform =
        profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
    let mut data = vec![0; raster.width as usize * raster.height as usize * layout.channels()];
    transform.transform(&raster.data, &mut data).ok()?;
    Some(Raster { layout, data, ..*raster })
}

/// Inks of no known press: each takes away its part of the light.
fn from_inks(raster: &Raster) -> Raster {
    let (pixels, _) = raster.data.as_chunks::<4>();
    let light = pixels.iter().flat_map(|[cyan, magenta, yellow, black]| {
        [cyan, magenta, yellow].map(|ink| product(u8::MAX - ink, u8::MAX - black))
    });
    Raster { data: light.collect(), layout: Layout::Rgb, ..*raster }
}

/// Of two parts of 255, rounded.
fn product(one: u8, other: u8) -> u8 {
    let product = (u16::from(one) * u16::from(other) + 127) / 255;
    u8::try_from(product).unwrap_or(u8::MAX)
}
