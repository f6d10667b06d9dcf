//! Sizes, and how good what is made smaller looks.

use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbaImage};
use imaging::process;

use crate::png::{chunk, png, zeros};
use crate::{apart, decoded, fixture, pictures};

fn encoded(width: u32, height: u32) -> Vec<u8> {
    let image = RgbaImage::from_fn(width, height, |x, y| {
        image::Rgba(
            [x % 256, y % 256, (x + y) % 256, 255].map(|sample| u8::try_from(sample).unwrap()),
        )
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    let format = image::ImageFormat::Png;
    DynamicImage::ImageRgba8(image).into_rgb8().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn pictures_are_fitted_and_thumbnails_are_squares() {
    let sizes = [
        ((1, 1), (1, 1)),
        ((64, 64), (64, 64)),
        ((1024, 1024), (1024, 1024)),
        ((1025, 1024), (1024, 1023)),
        ((1, 1025), (1, 1024)),
        ((2048, 1000), (1024, 500)),
        ((300, 3000), (102, 1024)),
        ((4097, 3), (1024, 1)),
        ((9001, 2), (1024, 1)),
    ];
    for ((width, height), fitted) in sizes {
        let pictures = process(&encoded(width, height)).expect("a picture");
        let all = [&pictures.large, &pictures.medium, &pictures.small];
        let found = all.map(|picture| decoded(picture).dimensions());
        assert_eq!(found, [fitted, (256, 256), (64, 64)], "of {width} × {height}");
        assert_eq!(found, all.map(|picture| (picture.width, picture.height)));
    }
}

#[test]
fn the_narrowest_pictures_of_50_megapixels_are_a_pixel_wide() {
    for (width, height) in [(1, 50_000_000), (50_000_000, 1)] {
        let row = u64::from(width) + 1;
        let data = chunk(*b"IDAT", &zeros(row * u64::from(height)));
        let pictures = process(&png(width, height, [8, 0, 0], &[data])).expect("a picture");
        let large = [pictures.large.width, pictures.large.height];
        assert_eq!(large, if width == 1 { [1, 1024] } else { [1024, 1] });
    }
}

#[test]
fn what_is_made_smaller_looks_as_if_resized_at_once() {
    for name in [
        "broad.jpg",
        "broad_progressive.jpg",
        "broad.webp",
        "broad_rows.png",
        "broad_interlaced.png",
    ] {
        let whole = image::load_from_memory(&fixture(name)).expect(name).into_rgba8();
        let pictures = pictures(name);
        let large = decoded(&pictures.large);
        let once = imageops::resize(&whole, large.width(), large.height(), FilterType::Lanczos3);
        let (mean, _) = apart(&large, &once);
        assert!(mean < 2.0, "{name} is {mean:.2} apart");
        let side = whole.height();
        let left = (whole.width() - side) / 2;
        let square = imageops::crop_imm(&whole, left, 0, side, side).to_image();
        for picture in [&pictures.medium, &pictures.small] {
            let once =
                imageops::resize(&square, picture.width, picture.height, FilterType::Lanczos3);
            let (mean, _) = apart(&decoded(picture), &once);
            assert!(mean < 6.0, "{name}, {picture:?} is {mean:.2} apart");
        }
    }
}

#[test]
fn rows_and_interlaced_ones_are_averaged_alike() {
    assert_eq!(pictures("broad_rows.png"), pictures("broad_interlaced.png"));
}
