//! Files cut off, and files with bits flipped.

use std::time::{Duration, Instant};

use imaging::{Refusal, process};

use crate::{decoded, fixture};

const FILES: [&str; 12] = [
    "baseline_420.jpg",
    "progressive.jpg",
    "ycck.jpg",
    "rgba.png",
    "palette.png",
    "interlaced.png",
    "p3.png",
    "lossy.webp",
    "lossless_alpha.webp",
    "lossy_alpha.webp",
    "animated.webp",
    "interlaced.gif",
];

/// What may be missing at the end of a file whose picture is whole, in bytes: a
/// JPEG's end of image, and the bits that fill up its last byte; a GIF's
/// trailer.
fn spare(name: &str) -> usize {
    match name.rsplit_once('.') {
        Some((_, "jpg")) => 3,
        Some((_, "gif")) => 4,
        _ => 0,
    }
}

#[test]
fn a_file_that_ends_early_is_refused() {
    for name in FILES {
        let whole = fixture(name);
        process(&whole).expect(name);
        let ends = whole.len() - spare(name);
        let step = (ends / 150).max(1);
        for end in (12..ends).step_by(step).chain(ends.saturating_sub(20)..ends) {
            let refused = process(&whole[..end]);
            assert!(matches!(refused, Err(Refusal::Invalid(_))), "{name} to {end}: {refused:?}");
        }
    }
}

#[test]
fn a_file_with_bits_flipped_is_refused_or_a_picture() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % below as u64).unwrap()
    };
    let mut refused = 0;
    let mut slowest = Duration::ZERO;
    for name in FILES {
        let whole = fixture(name);
        for _ in 0..100 {
            let mut flipped = whole.clone();
            for _ in 0..=next(3) {
                flipped[next(whole.len())] ^= 1 << next(8);
            }
            let start = Instant::now();
            match process(&flipped) {
                Ok(pictures) => drop(decoded(&pictures.small)),
                Err(_) => refused += 1,
            }
            slowest = slowest.max(start.elapsed());
        }
    }
    assert!(refused > 100, "{refused} of 1200 refused");
    assert!(slowest < Duration::from_secs(5), "one took {slowest:?}");
}
