//! Whatever the bytes are, there are three whole pictures of the right sizes, or
//! a refusal.

#![no_main]

use imaging::{LARGE, MAX_PIXELS, MEDIUM, Picture, Refusal, SMALL, process, sniff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match process(bytes) {
        Ok(pictures) => {
            let large = &pictures.large;
            assert!((1..=LARGE).contains(&large.width) && (1..=LARGE).contains(&large.height));
            check(large);
            for (picture, side) in [(&pictures.medium, MEDIUM), (&pictures.small, SMALL)] {
                assert_eq!([picture.width, picture.height], [side, side]);
                check(picture);
            }
        }
        Err(Refusal::Unsupported) => assert_eq!(sniff(bytes), None),
        Err(Refusal::TooLarge { width, height }) => {
            assert!(u64::from(width) * u64::from(height) > MAX_PIXELS || width > 1_000_000);
        }
        Err(Refusal::Invalid(why)) => assert!(!why.is_empty()),
    }
});

/// Another decoder finds in it what it says.
fn check(picture: &Picture) {
    let decoded = image::load_from_memory(&picture.bytes).expect("a picture");
    assert_eq!([decoded.width(), decoded.height()], [picture.width, picture.height]);
}
