//! Pictures against other decoders, and bytes that are no pictures.

mod damage;
mod kinds;

use super::*;

/// A fixture and the pixels that libjpeg makes of it (`fixtures/make.py`).
macro_rules! fixture {
    ($name:literal, $pixels:literal) => {
        (
            $name,
            include_bytes!(concat!("fixtures/", $name, ".jpg")).as_slice(),
            include_bytes!(concat!("fixtures/", $pixels, ".raw")).as_slice(),
        )
    };
}

const FIXTURES: [(&str, &[u8], &[u8]); 10] = [
    fixture!("gray", "gray"),
    fixture!("gray-progressive", "gray"),
    fixture!("444", "444"),
    fixture!("422", "422"),
    fixture!("422-progressive-restarts", "422"),
    fixture!("420", "420"),
    fixture!("420-restarts", "420"),
    fixture!("420-progressive", "420"),
    fixture!("rgb", "rgb"),
    fixture!("cmyk", "cmyk"),
];

/// From the largest picture to the smallest.
const SCALES: [Scale; 4] = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];

fn file(name: &str) -> Vec<u8> {
    FIXTURES.iter().find(|fixture| fixture.0 == name).unwrap().1.to_vec()
}

/// Puts segments right behind the start of image.
fn with_segments(file: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = file[..2].to_vec();
    for (marker, payload) in segments {
        out.extend([0xFF, *marker]);
        out.extend(u16::try_from(payload.len() + 2).unwrap().to_be_bytes());
        out.extend(*payload);
    }
    out.extend(&file[2..]);
    out
}

/// Where a marker's payload begins.
fn payload(file: &[u8], marker: u8) -> usize {
    file.windows(2).position(|pair| pair == [0xFF, marker]).unwrap() + 4
}

/// Mean and largest difference.
fn difference(one: &[u8], other: &[u8]) -> (f64, u8) {
    assert_eq!(one.len(), other.len());
    let differences = one.iter().zip(other).map(|(one, other)| one.abs_diff(*other));
    let sum: u32 = differences.clone().map(u32::from).sum();
    let count = u32::try_from(one.len()).unwrap();
    (f64::from(sum) / f64::from(count), differences.max().unwrap())
}
