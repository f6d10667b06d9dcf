//! Frames cut off, with bits flipped, or made up.

use super::*;

/// All ways, which agree on whether there is a picture.
fn try_all(bytes: &[u8]) -> Result<(), Error> {
    let planes = planes(bytes);
    let [pixels, means] = [pixels(bytes), means(bytes, 3)];
    if let Ok(header) = Header::read(bytes)
        && let (Ok(pixels), Ok(means)) = (&pixels, &means)
    {
        assert_eq!(pixels.len(), header.width * header.height * 3);
        assert_eq!(means.len(), header.width.div_ceil(3) * header.height.div_ceil(3) * 3);
    }
    assert_eq!(planes.as_ref().err(), pixels.as_ref().err());
    assert_eq!(planes.as_ref().err(), means.as_ref().err());
    planes.map(drop)
}

#[test]
fn a_frame_cut_off_anywhere_is_refused() {
    for (webp, _) in FIXTURES {
        let frame = frame(webp);
        // An encoder fills up its last bytes with zeros, and with one more.
        let spare = 4;
        for end in 0..frame.len() - spare {
            assert!(try_all(&frame[..end]).is_err(), "{end} of {}", frame.len());
        }
    }
}

#[test]
fn frames_that_are_no_pictures_are_refused() {
    let refusal = |at: usize, flip: u8| {
        let mut frame = frame(FIXTURES[0].0).to_vec();
        frame[at] ^= flip;
        Header::read(&frame).err()
    };
    assert_eq!(refusal(0, 0), None);
    assert_eq!(refusal(0, 1), Some(Error::Unsupported(Unsupported::InterFrame)));
    assert_eq!(refusal(0, 8), Some(Error::Unsupported(Unsupported::Version)));
    assert_eq!(refusal(0, 16), Some(Error::Unsupported(Unsupported::Hidden)));
    assert_eq!(refusal(3, 1), Some(Error::Corrupt("no start code")));
    assert_eq!(refusal(2, 0xff), Some(Error::Corrupt("the first partition ends early")));
    assert_eq!(refusal(6, 61), Some(Error::Corrupt("no pixels")));
}

#[test]
fn a_huge_picture_of_no_data_is_given_up_at_once() {
    let mut frame = frame(FIXTURES[0].0).to_vec();
    frame[6..10].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let mut decoder = Decoder::new(&frame).unwrap();
    assert_eq!(decoder.next_band().err(), Some(Error::Corrupt("data ends early")));
    assert_eq!(decoder.next_band().err(), Some(Error::Corrupt("data ends early")), "and stays so");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn flipped_bits_never_panic(
        fixture in 0..FIXTURES.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u32..8), 1..6),
    ) {
        let mut frame = frame(FIXTURES[fixture].0).to_vec();
        for (at, bit) in flips {
            // Not of the size: large ones take long.
            let at = at.index(frame.len() - 4);
            frame[if at < 6 { at } else { at + 4 }] ^= 1_u8 << bit;
        }
        let _ = try_all(&frame);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..900), width in 1_u16..80, height in 1_u16..80) {
        let _ = try_all(&bytes);
        // Most of them die in the header: so give them a good one, with a first
        // partition of a third.
        let first = u32::try_from(bytes.len() / 3).unwrap();
        let [a, b, c, _] = (first << 5 | 16).to_le_bytes();
        let [[w, x], [h, y]] = [width, height].map(u16::to_le_bytes);
        let frame = [&[a, b, c, 0x9d, 0x01, 0x2a, w, x, h, y], &bytes[..]].concat();
        let _ = try_all(&frame);
    }
}
