//! The embedded fonts: Noto, cut to what initials need (see `fonts/README.md`).
//!
//! Nothing is read before a letter is looked up; then the one font that has it is
//! inflated (1.5 ms for the largest, Tibetan; most take 0.2 ms) and kept for as long as the process lives.

use std::sync::OnceLock;

use rustybuzz::Face;

include!("../fonts/index.rs");

static BUNDLE: &[u8] = include_bytes!("../fonts/noto.bin");

/// The font that has a letter, as far as one has: a range may have gaps.
pub fn with(letter: char) -> Option<&'static Face<'static>> {
    let letter = u32::from(letter);
    let after = LETTERS.partition_point(|(first, ..)| *first <= letter);
    let (_, last, font) = LETTERS.get(after.checked_sub(1)?)?;
    if letter <= *last { open(*font) } else { None }
}

fn open(font: usize) -> Option<&'static Face<'static>> {
    static FILES: [OnceLock<Vec<u8>>; FONTS.len()] = [const { OnceLock::new() }; FONTS.len()];
    // Boxed, or the binary would hold three kilobytes for each.
    static FACES: [OnceLock<Option<Box<Face<'static>>>>; FONTS.len()] =
        [const { OnceLock::new() }; FONTS.len()];
    let (start, length, size) = FONTS[font];
    FACES[font]
        .get_or_init(|| {
            let file = FILES[font].get_or_init(|| {
                let deflated = &BUNDLE[start..start + length];
                miniz_oxide::inflate::decompress_to_vec_with_limit(deflated, size)
                    .unwrap_or_default()
            });
            Face::from_slice(file, 0).map(Box::new)
        })
        .as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_of_the_bundle_opens() {
        for font in 0..FONTS.len() {
            assert!(open(font).is_some(), "{font}");
        }
    }

    #[test]
    fn letters_are_in_order_so_that_they_are_found() {
        assert!(LETTERS.is_sorted_by(|(_, last, _), (first, ..)| last < first));
        assert!(LETTERS.iter().all(|(first, last, font)| first <= last && *font < FONTS.len()));
    }
}
