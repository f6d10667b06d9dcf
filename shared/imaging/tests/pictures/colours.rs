//! Colour profiles. That their colours come out right is with the other kinds.

use image::RgbaImage;
use imaging::process;

use crate::{apart, expected, fixture, means};

/// A fixture as it would be without its profile.
fn unconverted(name: &str) -> RgbaImage {
    image::load_from_memory(&fixture(name)).expect(name).into_rgba8()
}

#[test]
fn a_profile_makes_a_difference_in_each_format() {
    for name in ["p3.jpg", "p3.png", "p3.webp", "adobe.jpg", "grey_profile.jpg", "grey_profile.png"]
    {
        let (mean, _) = apart(&means(&unconverted(name)), &expected(name));
        assert!(mean > 4.0, "{name} would pass without its profile: {mean:.2} apart");
        crate::assert_looks_right(name);
    }
}

#[test]
fn a_press_has_other_colours_than_the_naive_formula() {
    let (mean, _) = apart(&expected("cmyk.jpg"), &expected("cmyk_profile.jpg"));
    assert!(mean > 10.0, "the profile of the press does nothing: {mean:.2} apart");
    crate::assert_looks_right("cmyk_profile.jpg");
}

#[test]
fn a_broken_profile_counts_as_none_wherever_it_breaks() {
    let png = fixture("p3.png");
    let jpeg = fixture("p3.jpg");
    let at =
        jpeg.windows(12).position(|window| window == b"ICC_PROFILE\0").expect("a profile") + 14;
    let mut changed = 0;
    let whole = process(&jpeg).unwrap();
    for offset in (0..400).step_by(7) {
        let mut jpeg = jpeg.clone();
        jpeg[at + offset] ^= 0xff;
        let pictures = process(&jpeg).unwrap_or_else(|refusal| panic!("at {offset}: {refusal}"));
        changed += usize::from(pictures != whole);
    }
    assert!(changed > 5, "no profile was broken");
    // The compressed one of a PNG, with its checksum put right.
    let at = png.windows(4).position(|window| window == b"iCCP").expect("a profile");
    let length = u32::from_be_bytes(png[at - 4..at].try_into().unwrap()) as usize;
    for offset in (0..length).step_by(11) {
        let mut png = png.clone();
        png[at + 4 + offset] ^= 0xff;
        let checksum = crate::png::checksum(&png[at..at + 4 + length]);
        png[at + 4 + length..at + 8 + length].copy_from_slice(&checksum.to_be_bytes());
        process(&png).unwrap_or_else(|refusal| panic!("at {offset}: {refusal}"));
    }
}
