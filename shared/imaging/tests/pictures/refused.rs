//! What isn't one of the four formats.

use imaging::{Kind, Refusal, process, sniff};

use crate::fixture;

#[test]
fn what_begins_as_none_of_the_four_is_refused() {
    let jpeg = fixture("grey.jpg");
    let tail = |begin: &[u8]| [begin, &jpeg].concat();
    let files = [
        (b"".to_vec(), "nothing"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), "HTML"),
        (tail(b"<html><!--"), "HTML with a JPEG in it"),
        (tail(b"%PDF-1.7\n"), "PDF with a JPEG in it"),
        (tail(b"\n"), "a line before a JPEG"),
        (tail(b"PK\x03\x04"), "ZIP with a JPEG in it"),
        (tail(b"BM"), "BMP"),
        (tail(b"II*\0"), "TIFF"),
        (tail(b"\0\0\0\x1cftypavif"), "AVIF"),
        (tail(b"RIFF\0\0\0\0WAVE"), "WAVE"),
        (tail(b"GIF88a"), "a GIF of no version"),
        (b"\x89PNG\r\n".to_vec(), "the beginning of a PNG's first bytes"),
        (b"RIFF\0\0\0\0WEB".to_vec(), "the beginning of a WebP's first bytes"),
        (b"\xff\xd8".to_vec(), "the beginning of a JPEG's first bytes"),
    ];
    for (bytes, what) in files {
        assert_eq!(process(&bytes), Err(Refusal::Unsupported), "{what}");
    }
}

#[test]
fn a_format_is_known_by_its_first_bytes() {
    let kinds = [
        ("grey.jpg", Kind::Jpeg),
        ("grey.png", Kind::Png),
        ("lossy.webp", Kind::WebP),
        ("plain.gif", Kind::Gif),
    ];
    for (name, kind) in kinds {
        assert_eq!(sniff(&fixture(name)[..12]), Some(kind));
    }
}

#[test]
fn first_bytes_alone_are_no_picture() {
    let beginnings: [&[u8]; 4] =
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x04\0\0\0WEBP"];
    for begin in beginnings {
        for after in ["", "<script>alert(1)</script>", "\0\0\0\0\0\0\0\0\0\0\0\0"] {
            let refused = process(&[begin, after.as_bytes()].concat());
            assert!(matches!(refused, Err(Refusal::Invalid(_))), "{begin:?} {after}: {refused:?}");
        }
    }
}
