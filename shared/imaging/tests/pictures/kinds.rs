//! Every kind of file, against what libjpeg, libpng, libwebp, Pillow and Little
//! CMS see in it.

use image::Rgba;

use crate::{assert_looks_right, fixtures, large, pictures};

/// Without those that other tests are about.
fn small(extension: &str) -> Vec<String> {
    let mut names = fixtures(extension);
    names.retain(|name| !name.starts_with("broad") && !name.starts_with("largest"));
    names
}

#[test]
fn every_jpeg_looks_as_others_see_it() {
    let names = small(".jpg");
    assert!(names.len() >= 20, "fixtures are missing: {names:?}");
    for name in names {
        assert_looks_right(&name);
    }
}

#[test]
fn every_png_looks_as_others_see_it() {
    let names = small(".png");
    assert!(names.len() >= 20, "fixtures are missing: {names:?}");
    for name in names {
        assert_looks_right(&name);
    }
}

#[test]
fn every_webp_looks_as_others_see_it() {
    let names = small(".webp");
    assert!(names.len() >= 10, "fixtures are missing: {names:?}");
    for name in names {
        assert_looks_right(&name);
    }
}

#[test]
fn every_gif_looks_as_others_see_it() {
    let names = small(".gif");
    assert!(names.len() >= 6, "fixtures are missing: {names:?}");
    for name in names {
        assert_looks_right(&name);
    }
}

#[test]
fn each_orientation_is_turned_upright() {
    for tag in 1..=8 {
        let name = format!("turned_{tag}.jpg");
        let size = large(&name).dimensions();
        assert_eq!(size, if tag < 5 { (96, 64) } else { (64, 96) }, "{name}");
        assert_looks_right(&name);
    }
    for name in ["turned_6.png", "turned_8.webp"] {
        assert_eq!(large(name).dimensions(), (64, 96), "{name}");
    }
}

#[test]
fn transparency_is_kept_in_all_sizes() {
    for name in ["rgba.png", "lossy_alpha.webp", "palette_trns.png", "transparent.gif"] {
        let pictures = pictures(name);
        for picture in [&pictures.large, &pictures.medium, &pictures.small] {
            let alphas: Vec<_> = crate::decoded(picture).pixels().map(|Rgba(p)| p[3]).collect();
            assert!(alphas.contains(&0) && alphas.contains(&255), "{name}: {picture:?}");
        }
    }
}

#[test]
fn a_picture_whose_alpha_hides_nothing_has_none() {
    let types =
        ["opaque_rgba.png", "rgb.png", "rgba.png"].map(|name| pictures(name).large.media_type);
    assert_eq!(types[0], types[1]);
    assert_ne!(types[0], types[2]);
}

#[test]
fn what_is_outside_of_a_gifs_frame_is_transparent() {
    let screen = large("offset.gif");
    assert_eq!(screen.dimensions(), (120, 100));
    assert_eq!(screen.get_pixel(5, 50).0[3], 0);
    assert_eq!(screen.get_pixel(110, 90).0[3], 0);
    assert_eq!(screen.get_pixel(60, 50).0[3], 255);
}
