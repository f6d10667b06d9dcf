//! Pictures against libwebp and `image-webp`, and bytes that are no pictures.

mod damage;

use std::convert::Infallible;
use std::io::Cursor;

use proptest::prelude::*;

use super::*;

/// A fixture and the planes that libwebp makes of it (`fixtures/make.py`).
macro_rules! fixture {
    ($name:literal) => {
        (
            include_bytes!(concat!("fixtures/", $name, ".webp")).as_slice(),
            include_bytes!(concat!("fixtures/", $name, ".raw")).as_slice(),
        )
    };
}

const FIXTURES: [(&[u8], &[u8]); 7] = [
    fixture!("normal"),
    fixture!("simple"),
    fixture!("sharp"),
    fixture!("partitions"),
    fixture!("unfiltered"),
    fixture!("coarse"),
    fixture!("pixel"),
];

/// The frame of a WebP that has no other chunk.
fn frame(webp: &[u8]) -> &[u8] {
    let size = u32::from_le_bytes(*webp[16..].first_chunk().unwrap()) as usize;
    &webp[20..20 + size]
}

/// A WebP that has no other chunk.
fn webp(frame: &[u8]) -> Vec<u8> {
    let size = u32::try_from(frame.len()).unwrap();
    let padding = &[0][..frame.len() % 2];
    let whole = size.next_multiple_of(2) + 12;
    let [whole, size] = [whole, size].map(u32::to_le_bytes);
    [b"RIFF", &whole[..], b"WEBPVP8 ", &size, frame, padding].concat()
}

/// All samples: luma, U and V.
fn planes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(bytes)?;
    let mut planes = [Vec::new(), Vec::new(), Vec::new()];
    while let Some(band) = decoder.next_band()? {
        (0..band.rows).for_each(|row| planes[0].extend(band.luma(row)));
        for row in 0..band.rows.div_ceil(2) {
            let [u, v] = band.chroma(row);
            planes[1].extend(u);
            planes[2].extend(v);
        }
    }
    Ok(planes.concat())
}

fn pixels(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(bytes)?;
    let mut made = Pixels::default();
    let mut pixels = Vec::new();
    while let Some(band) = decoder.next_band()? {
        let Ok(()) = made.push(&band, |row| {
            pixels.extend_from_slice(row);
            Ok::<_, Infallible>(())
        });
    }
    Ok(pixels)
}

fn means(bytes: &[u8], factor: usize) -> Result<Vec<u8>, Error> {
    let mut decoder = Decoder::new(bytes)?;
    let mut made = Means::new(factor);
    let mut pixels = Vec::new();
    while let Some(band) = decoder.next_band()? {
        let Ok(()) = made.push(&band, |row| {
            pixels.extend_from_slice(row);
            Ok::<_, Infallible>(())
        });
    }
    Ok(pixels)
}

/// What `image-webp` makes of a frame.
fn others(frame: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(webp(frame))).ok()?;
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    Some(pixels)
}

#[test]
fn every_sample_is_as_libwebp_has_it() {
    for (webp, raw) in FIXTURES {
        assert_eq!(planes(frame(webp)).unwrap(), raw);
    }
}

#[test]
fn every_pixel_is_as_others_have_it() {
    for (webp, _) in FIXTURES {
        assert_eq!(pixels(frame(webp)).ok(), others(frame(webp)));
    }
}

#[test]
fn means_are_those_of_luma_and_chroma() {
    for (webp, _) in FIXTURES {
        let frame = frame(webp);
        let Header { width, height, .. } = Header::read(frame).unwrap();
        let half = width.div_ceil(2);
        let samples = planes(frame).unwrap();
        let (luma, chroma) = samples.split_at(width * height);
        let (u, v) = chroma.split_at(half * height.div_ceil(2));
        for factor in 2..9 {
            let found = means(frame, factor).unwrap();
            let columns = width.div_ceil(factor);
            assert_eq!(found.len(), columns * height.div_ceil(factor) * 3);
            for (cell, found) in found.as_chunks::<3>().0.iter().enumerate() {
                let [x, y] = [cell % columns, cell / columns].map(|cell| cell * factor);
                let square: Vec<_> = (y..height.min(y + factor))
                    .flat_map(|y| (x..width.min(x + factor)).map(move |x| (x, y)))
                    .collect();
                let mean = |sample: &dyn Fn(usize, usize) -> u8| {
                    let sum: u32 = square.iter().map(|(x, y)| u32::from(sample(*x, *y))).sum();
                    f64::from(sum) / f64::from(u32::try_from(square.len()).unwrap())
                };
                let y = mean(&|x, y| luma[y * width + x]) - 16.0;
                let [u, v] = [u, v].map(|plane| mean(&|x, y| plane[y / 2 * half + x / 2]) - 128.0);
                let y = 1.164_384 * y;
                let due = [y + 1.596_027 * v, y - 0.391_762 * u - 0.812_968 * v, y + 2.017_232 * u];
                for (due, found) in due.into_iter().zip(found) {
                    let apart = (due.clamp(0.0, 255.0) - f64::from(*found)).abs();
                    assert!(apart < 2.8, "{width} × {height} by {factor}: {apart} at {cell}");
                }
            }
        }
    }
}

#[test]
fn memory_grows_with_the_width_alone() {
    let (webp, _) = FIXTURES[0];
    let mut high = frame(webp).to_vec();
    high[8..10].copy_from_slice(&0x3fff_u16.to_le_bytes());
    let decoder = Decoder::new(&high).unwrap();
    let before = Decoder::new(frame(webp)).unwrap();
    assert_eq!(decoder.height(), 0x3fff);
    assert_eq!(decoder.memory(), before.memory());
}
