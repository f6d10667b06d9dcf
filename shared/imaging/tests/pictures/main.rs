//! What becomes of an upload: the fixtures, and what Pillow sees in them, are
//! made by `fixtures.py`; what comes out is decoded by the `image` crate.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what can't go on fails the test")]

mod bombs;
mod broken;
mod colours;
mod corpus;
mod kinds;
mod metadata;
mod png;
mod refused;
mod sizes;

use std::path::PathBuf;

use image::{Rgba, RgbaImage};
use imaging::{Picture, Pictures, process};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect(name)
}

/// All fixtures with such an extension, by name.
fn fixtures(extension: &str) -> Vec<String> {
    let entries = folder().read_dir().expect("fixtures");
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(extension)).collect();
    names.sort();
    names
}

fn pictures(name: &str) -> Pictures {
    process(&fixture(name)).unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
}

fn decoded(picture: &Picture) -> RgbaImage {
    image::load_from_memory(&picture.bytes).expect("a picture").into_rgba8()
}

fn large(name: &str) -> RgbaImage {
    decoded(&pictures(name).large)
}

/// What Pillow sees in a fixture; see `fixtures.py`.
fn expected(name: &str) -> RgbaImage {
    let path = folder().join("expected").join(name.replace('.', "_") + ".png");
    image::open(path).expect(name).into_rgba8()
}

/// The means of squares of four by four, colours multiplied by alpha.
fn means(image: &RgbaImage) -> RgbaImage {
    RgbaImage::from_fn(image.width() / 4, image.height() / 4, |column, row| {
        let mut sums = [0; 4];
        for (x, y) in (0..16).map(|at| (column * 4 + at % 4, row * 4 + at / 4)) {
            let Rgba([red, green, blue, alpha]) = *image.get_pixel(x, y);
            let [red, green, blue] =
                [red, green, blue].map(|c| u32::from(c) * u32::from(alpha) / 255);
            let samples = [red, green, blue, u32::from(alpha)];
            sums.iter_mut().zip(samples).for_each(|(sum, sample)| *sum += sample);
        }
        Rgba(sums.map(|sum| u8::try_from((sum + 8) / 16).unwrap()))
    })
}

/// How far two pictures of the same size are apart, of 255: on the average, and
/// at most.
fn apart(one: &RgbaImage, other: &RgbaImage) -> (f64, u8) {
    assert_eq!(one.dimensions(), other.dimensions());
    let samples = one.as_raw().iter().zip(other.as_raw()).map(|(a, b)| a.abs_diff(*b));
    let sum: u64 = samples.clone().map(u64::from).sum();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let mean = sum as f64 / one.as_raw().len() as f64;
    (mean, samples.max().unwrap_or(0))
}

/// Asserts that a fixture's picture is what Pillow sees.
fn assert_looks_right(name: &str) {
    let (mean, most) = apart(&means(&large(name)), &expected(name));
    assert!(mean < 1.6 && most < 24, "{name} is {mean:.2} apart, {most} at most");
}
