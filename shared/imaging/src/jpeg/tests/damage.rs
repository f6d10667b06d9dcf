//! What isn't supported, and what is damaged.

use proptest::prelude::*;

use super::*;

/// Decodes at all scales, to see that nothing panics and all is as announced.
fn try_all(file: &[u8]) {
    let Ok(header) = Header::read(file) else {
        assert!(Decoder::new(file, Scale::Eighth).is_err());
        return;
    };
    for scale in SCALES {
        if header.memory(scale) > 8 << 20 {
            continue;
        }
        if let Ok(image) = decode(file, scale) {
            assert_eq!((image.width, image.height), header.scaled(scale));
            assert_eq!(image.channels, header.colour.channels());
            assert_eq!(image.data.len(), image.width * image.height * image.channels);
        }
    }
}

#[test]
fn what_is_not_supported_is_said() {
    use Unsupported::{Arithmetic, Components, Hierarchical, LateHeight, Lossless, Precision};
    let plain = file("444");
    let frame = payload(&plain, 0xC0);
    let refused = |at: usize, byte: u8| {
        let mut file = plain.clone();
        file[at] = byte;
        Header::read(&file).unwrap_err()
    };
    for (marker, what) in
        [(0xC3, Lossless), (0xC5, Hierarchical), (0xC9, Arithmetic), (0xCA, Arithmetic)]
    {
        assert_eq!(refused(frame - 3, marker), Error::Unsupported(what));
    }
    assert_eq!(refused(frame, 12), Error::Unsupported(Precision));
    assert_eq!(refused(frame + 5, 2), Error::Unsupported(Components));
    let mut late = plain.clone();
    late[frame + 1..frame + 3].fill(0);
    assert_eq!(Header::read(&late).unwrap_err(), Error::Unsupported(LateHeight));
    assert_eq!(Header::read(b"GIF89a").unwrap_err(), Error::NotJpeg);
    assert!(matches!(refused(frame + 7, 0x51), Error::Corrupt(_)));
}

#[test]
fn a_file_cut_off_anywhere_is_corrupt() {
    for (name, file, _) in FIXTURES {
        for scale in SCALES {
            let whole = decode(file, scale).unwrap();
            // The last bytes of data may be padding, and of the last marker no
            // decoder needs to know.
            let certain = file.len() - 4;
            let step = if scale == Scale::Full { 1 } else { 17 };
            for length in (2..certain).step_by(step) {
                let found = decode(&file[..length], scale);
                assert!(matches!(found, Err(Error::Corrupt(_))), "{name} {scale:?} of {length}");
            }
            for length in certain..file.len() {
                let found = decode(&file[..length], scale);
                assert!(found.is_err() || found.as_ref() == Ok(&whole), "{name} of {length}");
            }
        }
        let (all_but_end, whole) = (&file[..file.len() - 2], decode(file, Scale::Full).unwrap());
        assert_eq!(decode(all_but_end, Scale::Full).as_ref(), Ok(&whole), "{name}");
        let garbage = [file, b"\xFF\xD8 and more"].concat();
        assert_eq!(decode(&garbage, Scale::Full).as_ref(), Ok(&whole), "{name}");
    }
}

#[test]
fn after_an_error_nothing_more_comes() {
    let file = file("420");
    let mut decoder = Decoder::new(&file[..file.len() - 150], Scale::Full).unwrap();
    let error = loop {
        match decoder.next_band() {
            Ok(band) => assert!(band.is_some()),
            Err(error) => break error,
        }
    };
    assert_eq!(decoder.next_band(), Err(error));
}

#[test]
fn fill_bytes_and_unknown_segments_are_passed() {
    let plain = file("420-progressive");
    let whole = decode(&plain, Scale::Half).unwrap();
    let commented = with_segments(&plain, &[(0xFE, b"hello"), (0xEC, b"Ducky")]);
    assert_eq!(decode(&commented, Scale::Half).as_ref(), Ok(&whole));
    let (start, rest) = commented.split_at(2);
    let filled: Vec<u8> = rest
        .windows(2)
        .flat_map(|pair| {
            let is_marker = pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF);
            std::iter::repeat_n(pair[0], if is_marker { 3 } else { 1 })
        })
        .collect();
    let filled = [start, &filled, &[0xD9]].concat();
    assert!(filled.len() > commented.len());
    assert_eq!(decode(&filled, Scale::Half).as_ref(), Ok(&whole));
}

#[test]
fn thousands_of_scans_are_refused() {
    let plain = file("420-progressive");
    // One more bit of the DC coefficients: any bits will do.
    let mut markers = plain.windows(2).enumerate().filter(|(_, pair)| *pair == [0xFF, 0xDA]);
    let refines = |at: usize| plain[at + 11..at + 14] == [0, 0, 0x10];
    let (at, _) = markers.find(|(at, _)| refines(*at)).unwrap();
    let (after, _) = markers.next().unwrap();
    let (rest, last) = (&plain[..at], &plain[at..after]);
    let repeated = [rest, &last.repeat(20), &[0xFF, 0xD9]].concat();
    assert!(decode(&repeated, Scale::Full).is_ok(), "the limit is far from what encoders do");
    let repeated = [rest, &last.repeat(200), &[0xFF, 0xD9]].concat();
    assert_eq!(decode(&repeated, Scale::Full), Err(Error::Corrupt("too many scans")));
}

#[test]
fn a_huge_picture_of_no_data_is_given_up_at_once() {
    let mut file = file("420");
    let frame = payload(&file, 0xC0);
    file[frame + 1..frame + 5].fill(0xFF);
    let header = Header::read(&file).unwrap();
    assert!(header.memory(Scale::Full) < 16 << 20, "one scan needs memory by width alone");
    assert!(matches!(decode(&file, Scale::Full), Err(Error::Corrupt(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn flipped_bits_never_panic(
        fixture in 0..FIXTURES.len(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0_u32..8), 1..6),
    ) {
        let mut file = FIXTURES[fixture].1.to_vec();
        for (at, bit) in flips {
            let at = at.index(file.len());
            file[at] ^= 1_u8 << bit;
        }
        try_all(&file);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), fixture in 0..FIXTURES.len()) {
        try_all(&bytes);
        try_all(&[&[0xFF, 0xD8], &bytes[..]].concat());
        // Most of them die in the header: so give them a good one.
        let good = FIXTURES[fixture].1;
        let scan = payload(good, 0xDA) + 10;
        try_all(&[&good[..scan], &bytes].concat());
    }
}
