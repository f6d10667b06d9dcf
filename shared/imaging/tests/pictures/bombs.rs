//! Small files that would be large.

use std::time::{Duration, Instant};

use imaging::{MAX_PIXELS, Refusal, process};

use crate::fixture;
use crate::png::{chunk, png, zeros};

/// A refusal that took next to no time.
fn refused(bytes: &[u8]) -> Refusal {
    let start = Instant::now();
    let refusal = process(bytes).expect_err("a bomb");
    assert!(start.elapsed() < Duration::from_millis(300), "took {:?}", start.elapsed());
    refusal
}

#[test]
fn too_many_pixels_are_refused_by_the_header() {
    let bomb = png(50_000, 50_000, [8, 6, 0], &[]);
    assert!(bomb.len() < 65);
    assert_eq!(refused(&bomb), Refusal::TooLarge { width: 50_000, height: 50_000 });

    let mut jpeg = fixture("baseline_420.jpg");
    let at = jpeg.windows(2).position(|window| window == [0xff, 0xc0]).expect("a frame") + 5;
    jpeg[at..at + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(refused(&jpeg), Refusal::TooLarge { width: 65_535, height: 65_535 });

    let mut gif = fixture("plain.gif");
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(refused(&gif), Refusal::TooLarge { width: 65_535, height: 65_535 });

    let mut webp = fixture("lossless.webp");
    webp[21..25].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    assert_eq!(refused(&webp), Refusal::TooLarge { width: 16_384, height: 16_384 });

    let mut webp = fixture("lossy.webp");
    webp[26..30].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(refused(&webp), Refusal::TooLarge { width: 16_383, height: 16_383 });
}

#[test]
fn the_limit_is_50_megapixels_and_not_one_more() {
    let limit = u32::try_from(MAX_PIXELS).unwrap();
    assert!(matches!(refused(&png(limit, 1, [1, 0, 0], &[])), Refusal::Invalid(_)));
    let over = png(limit + 1, 1, [1, 0, 0], &[]);
    assert_eq!(refused(&over), Refusal::TooLarge { width: limit + 1, height: 1 });
    assert!(matches!(refused(&png(0, 5, [8, 0, 0], &[])), Refusal::Invalid(_)));
}

#[test]
fn a_frame_that_is_larger_than_its_canvas_is_refused() {
    // A frame of a GIF's that no screen says.
    let mut gif = fixture("plain.gif");
    let at = gif.windows(5).position(|window| window == [0x2c, 0, 0, 0, 0]).expect("a frame");
    gif[at + 5..at + 9].copy_from_slice(&[0xff; 4]);
    assert!(matches!(refused(&gif), Refusal::TooLarge { .. }));

    // A canvas of a WebP's that its bitstream outgrows.
    for name in ["lossy_alpha.webp", "animated_alpha.webp"] {
        let mut webp = fixture(name);
        let at = webp.windows(4).position(|window| window == b"VP8 ").expect("a bitstream") + 14;
        webp[at..at + 4].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
        assert_eq!(refused(&webp), Refusal::TooLarge { width: 16_383, height: 16_383 }, "{name}");
    }
    // And one that has more than its bitstream.
    let mut webp = fixture("lossy_alpha.webp");
    webp[24..30].copy_from_slice(&[0xff; 6]);
    assert!(matches!(refused(&webp), Refusal::TooLarge { .. }));
}

#[test]
fn what_unpacks_to_more_than_it_needs_costs_nothing() {
    let pixel = chunk(*b"IDAT", &zeros(4));
    let bomb = zeros(1 << 30);
    let bombs = [
        chunk(*b"iCCP", &[b"bomb\0\0", &bomb[..]].concat()),
        chunk(*b"zTXt", &[b"bomb\0\0", &bomb[..]].concat()),
        chunk(*b"iTXt", &[b"bomb\0\x01\0\0\0", &bomb[..]].concat()),
    ];
    for chunk in bombs {
        let file = png(1, 1, [8, 2, 0], &[chunk, pixel.clone()]);
        let start = Instant::now();
        process(&file).expect("a picture with a bomb in its metadata");
        assert!(start.elapsed() < Duration::from_millis(300), "took {:?}", start.elapsed());
    }
    // More data than there are pixels.
    let start = Instant::now();
    let _ = process(&png(1, 1, [8, 2, 0], &[chunk(*b"IDAT", &bomb)]));
    assert!(start.elapsed() < Duration::from_secs(2), "took {:?}", start.elapsed());
}

#[test]
fn a_gif_of_ten_thousand_frames_costs_what_one_costs() {
    let one = fixture("plain.gif");
    let header = 13 + 3 * 64;
    let frame = &one[header..one.len() - 1];
    let many = [&one[..header], &frame.repeat(10_000), b";"].concat();
    let time = |bytes: &[u8]| {
        let time = |_| {
            let start = Instant::now();
            process(bytes).expect("a GIF");
            start.elapsed()
        };
        (0..5).map(time).min().unwrap()
    };
    assert_eq!(process(&one), process(&many));
    let [one, many] = [time(&one), time(&many)];
    assert!(many < one * 3 + Duration::from_millis(5), "{many:?} for many, {one:?} for one");
}
