//! Pictures as those see them who ask for them.

#![expect(clippy::unwrap_used, reason = "a test that can't unwrap fails")]

use std::collections::HashSet;

use avatars::{Avatar, DESIGN, initials};
use proptest::prelude::*;

const IDS: [[u8; 16]; 3] = [[0; 16], [0xFF; 16], *b"0123456789abcdef"];

/// Whoever signs up n-th within one millisecond.
fn id(n: u128) -> [u8; 16] {
    (0x019A_A34E_5B12_7000_8000_0000_0000_0000 + n).to_be_bytes()
}

/// FNV-1a: short enough to be written down below.
fn fingerprint(bytes: &[u8]) -> u64 {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, fold)
}

/// Width, height and RGB pixels of a PNG file.
fn decoded(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width, info.height, pixels)
}

#[test]
fn a_picture_changes_only_with_the_version_of_the_design() {
    // Enough people that each figure and each ground is among them.
    let fingerprints = [None, Some("Ada Lovelace"), Some("王小明")].map(|name| {
        let all: String = (0..50).map(|n| Avatar { seed: &id(n), name }.svg(256)).collect();
        fingerprint(all.as_bytes())
    });
    assert_eq!(DESIGN, 1, "new fingerprints come with a new version, and the other way around");
    assert_eq!(fingerprints, FINGERPRINTS);
}

const FINGERPRINTS: [u64; 3] =
    [0xE7CA_1488_9B5D_171A, 0xF64F_40B9_E8B7_E941, 0x49E2_766B_9ED3_A981];

#[test]
fn a_picture_depends_on_the_initials_and_on_nothing_else_of_a_name() {
    let of = |name| Avatar { seed: &IDS[2], name: Some(name) }.svg(64);
    assert_eq!(of("Ada Lovelace"), of("ANNE (she/her) lister 🙂"));
    assert_ne!(of("Ada Lovelace"), of("Ada Byron"));
    let nameless = Avatar { seed: &IDS[2], name: None };
    for name in ["", "🙂", "\u{202E}", "𓀀"] {
        assert_eq!(of(name), nameless.svg(64), "{name:?}");
        assert_eq!(Avatar { seed: &IDS[2], name: Some(name) }.png(64), nameless.png(64));
    }
}

#[test]
fn a_png_is_a_square_of_the_size_asked_for_and_shows_letters_in_its_middle() {
    for seed in &IDS {
        for size in [64, 256, 1024] {
            // A stem goes through the middle.
            let avatar = Avatar { seed, name: Some("I") };
            let (width, height, pixels) = decoded(&avatar.png(size));
            assert_eq!((width, height), (size, size));
            let middle = (pixels.len() / 2 + size as usize / 2 * 3) / 3 * 3;
            let contrast = |n: usize| pixels[middle + n].abs_diff(pixels[n]);
            assert!((0..3).any(|n| contrast(n) > 60), "{size}");
        }
    }
}

#[test]
fn sizes_beyond_the_bounds_become_the_nearest() {
    let avatar = Avatar { seed: &IDS[1], name: None };
    for (asked, drawn) in [(0, 16), (1, 16), (5000, 1024), (u32::MAX, 1024)] {
        assert_eq!(decoded(&avatar.png(asked)).0, drawn);
        assert_eq!(avatar.svg(asked), avatar.svg(drawn));
    }
}

#[test]
fn files_are_small() {
    for n in 0..200 {
        for name in [None, Some("नेहा क्षत्रिय"), Some("龍 鬱")] {
            let seed = id(n);
            let avatar = Avatar { seed: &seed, name };
            assert!(avatar.svg(256).len() < 4096, "{n} {name:?}");
            assert!(avatar.png(64).len() < 8 * 1024, "{n} {name:?}");
            assert!(avatar.png(256).len() < 40 * 1024, "{n} {name:?}");
        }
    }
}

#[test]
fn people_of_one_millisecond_look_different() {
    let named: HashSet<String> =
        (0..1000).map(|n| Avatar { seed: &id(n), name: Some("Ada") }.svg(64)).collect();
    let nameless: HashSet<String> =
        (0..1000).map(|n| Avatar { seed: &id(n), name: None }.svg(64)).collect();
    assert!(named.len() >= 999, "{}", named.len());
    assert!(nameless.len() >= 999, "{}", nameless.len());
}

#[test]
fn initials_take_letters_of_every_script_for_what_they_are() {
    for (name, expected) in [("ada lovelace", "AL"), ("김민수", "김"), ("क्षत्रिय", "क्ष")]
    {
        assert_eq!(initials(name).as_deref(), Some(expected));
    }
}

/// What a document may hold, element by element.
const EXPECTED: [(&str, &[&str]); 5] = [
    ("svg", &["width", "height", "viewBox"]),
    ("linearGradient", &["id", "gradientUnits", "x1", "y1", "x2", "y2"]),
    ("stop", &["stop-color", "offset"]),
    ("rect", &["width", "height", "fill"]),
    ("path", &["fill", "d"]),
];

fn check(svg: &str) -> Result<(), TestCaseError> {
    let document = roxmltree::Document::parse(svg);
    prop_assert!(document.is_ok(), "{svg}");
    let document = document.unwrap();
    for node in document.root().descendants().skip(1) {
        prop_assert!(node.is_element(), "text or a comment in {svg}");
        let name = node.tag_name().name();
        prop_assert_eq!(node.tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
        let attributes = EXPECTED.iter().find(|(element, _)| *element == name);
        prop_assert!(attributes.is_some(), "{name}");
        for attribute in node.attributes() {
            let is_expected = attributes.unwrap().1.contains(&attribute.name());
            prop_assert!(is_expected && attribute.namespace().is_none(), "{attribute:?}");
            let is_plain = |c: char| c.is_ascii_alphanumeric() || " -.#()".contains(c);
            prop_assert!(attribute.value().chars().all(is_plain), "{attribute:?}");
            let outside =
                attribute.value().strip_prefix("url(").is_some_and(|to| !to.starts_with('#'));
            prop_assert!(!outside, "{attribute:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_the_name_is_the_document_is_well_formed_and_holds_shapes_only(
        seed in any::<[u8; 16]>(),
        name in prop_oneof![
            any::<String>(),
            // Letters, with what marks, joiners, controls and markup do to them.
            "[<>&\"'A-Za-zéक-ह्ािೆกเ王김مא\u{300}-\u{36F}\u{200B}-\u{200F}\u{202A}-\u{202E}\u{0}-\u{1F} ]{0,60}",
            "\\p{L}\\p{M}{0,300} \\p{L}\\p{M}{0,5}",
        ],
    ) {
        let avatar = Avatar { seed: &seed, name: Some(&name) };
        let svg = avatar.svg(64);
        check(&svg)?;
        prop_assert!(svg.len() < 16 * 1024, "{} bytes for {name:?}", svg.len());
        prop_assert_eq!(&svg, &avatar.svg(64));
        prop_assert_eq!(decoded(&avatar.png(16)).0, 16);
    }
}

#[test]
fn names_that_are_markup_leave_nothing_of_it_in_the_document() {
    for name in
        ["<script>alert(1)</script>", "\"/><a href=\"//x\">", "&lt;", "]]>", "url(http://x)"]
    {
        let svg = Avatar { seed: &IDS[0], name: Some(name) }.svg(64);
        check(&svg).unwrap();
        assert!(!svg.contains(name) && !svg.contains("script") && !svg.contains("href"));
    }
}
