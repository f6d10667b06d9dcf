//! Pictures as files: JPEG, or WebP without loss for those with alpha. Why, see
//! ADR 13.

use image_webp::WebPEncoder;
use jpeg_encoder::{ChromaSubsamplingMethod, Encoder, SamplingFactor};

use crate::raster::{Layout, Raster};
use crate::{MediaType, Picture, Refusal};

/// Of JPEG, on the scale that all encoders share (Independent JPEG Group).
const QUALITY: u8 = 85;

const FAILED: Refusal = Refusal::Invalid("it can't be encoded");

/// A file of a picture that [`crate::colour`] has converted.
pub fn encode(raster: &Raster, is_drawn: bool) -> Result<Picture, Refusal> {
    let Raster { width, height, layout, data: _ } = *raster;
    let (media_type, bytes) = match layout {
        Layout::Grey => (MediaType::Jpeg, jpeg(raster, jpeg_encoder::ColorType::Luma, false)?),
        Layout::Rgb => (MediaType::Jpeg, jpeg(raster, jpeg_encoder::ColorType::Rgb, is_drawn)?),
        Layout::GreyAlpha => (MediaType::WebP, webp(raster, image_webp::ColorType::La8)?),
        Layout::Rgba => (MediaType::WebP, webp(raster, image_webp::ColorType::Rgba8)?),
        Layout::Cmyk => return Err(FAILED),
    };
    Ok(Picture { bytes, media_type, width, height })
}

fn jpeg(
    raster: &Raster,
    colour: jpeg_encoder::ColorType,
    is_drawn: bool,
) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    // Halved colours smear the edges of text and logos, and photos don't show it.
    let sampling = if is_drawn { SamplingFactor::F_1_1 } else { SamplingFactor::F_2_2 };
    encoder.set_sampling_factor(sampling);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let [width, height] = [raster.width, raster.height].map(u16::try_from);
    let (Ok(width), Ok(height)) = (width, height) else { return Err(FAILED) };
    encoder.encode(&raster.data, width, height, colour).map_err(|_| FAILED)?;
    Ok(bytes)
}

fn webp(raster: &Raster, colour: image_webp::ColorType) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let encoder = WebPEncoder::new(&mut bytes);
    encoder.encode(&raster.data, raster.width, raster.height, colour).map_err(|_| FAILED)?;
    Ok(bytes)
}
