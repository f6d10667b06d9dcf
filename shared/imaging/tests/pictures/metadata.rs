//! Nothing of an upload gets through but its pixels.

use imaging::MediaType;

use crate::{fixture, pictures};

/// Marks of metadata: EXIF, XMP, ICC, comments and texts.
const MARKS: [&[u8]; 11] = [
    b"SECRET",
    b"Exif",
    b"EXIF",
    b"GPS",
    b"xmp",
    b"XMP",
    b"ICC_PROFILE",
    b"ICCP",
    b"acsp",
    b"tEXt",
    b"Adobe",
];

fn has(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}

#[test]
fn metadata_is_dropped() {
    for name in ["metadata.jpg", "metadata.png", "metadata.webp", "metadata.gif"] {
        assert!(has(&fixture(name), b"SECRET"), "{name} has none");
        let pictures = pictures(name);
        for picture in [&pictures.large, &pictures.medium, &pictures.small] {
            for mark in MARKS {
                let mark_text = String::from_utf8_lossy(mark);
                assert!(!has(&picture.bytes, mark), "{name}: {mark_text} is in {picture:?}");
            }
        }
    }
}

#[test]
fn a_jpeg_has_no_segments_but_those_that_decode_it() {
    let large = pictures("metadata.jpg").large;
    assert_eq!(large.media_type, MediaType::Jpeg);
    let mut rest = &large.bytes[2..];
    let mut seen = Vec::new();
    while let [0xff, marker, high, low, ..] = *rest {
        seen.push(marker);
        if marker == 0xda {
            break;
        }
        rest = &rest[2 + usize::from(u16::from_be_bytes([high, low]))..];
    }
    // JFIF, tables, frame, scan.
    assert!(seen.contains(&0xda), "{seen:x?}");
    assert!(
        seen.iter().all(|marker| [0xe0, 0xdb, 0xc0, 0xc2, 0xc4, 0xda].contains(marker)),
        "{seen:x?}"
    );
}

#[test]
fn the_same_bytes_give_the_same_pictures() {
    for name in ["broad.jpg", "rgba.png", "lossy_alpha.webp", "transparent.gif"] {
        assert_eq!(pictures(name), pictures(name), "{name}");
    }
}
