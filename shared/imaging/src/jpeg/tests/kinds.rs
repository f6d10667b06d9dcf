//! Every kind of picture.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use super::*;

#[test]
fn pixels_are_those_of_libjpeg() {
    for (name, file, pixels) in FIXTURES {
        let image = decode(file, Scale::Full).unwrap();
        let (mean, most) = difference(&image.data, &pixels[..image.data.len()]);
        assert!(mean < 0.06 && most <= 2, "{name}: {mean}, {most}");
    }
}

#[test]
fn scaled_pixels_are_close_to_those_of_libjpeg() {
    for (name, file, mut pixels) in FIXTURES {
        // libjpeg-turbo takes means of pixels where we leave out frequencies, and
        // doesn't interpolate colour at 1/8.
        let colour = if name.starts_with("42") { (5.1, 12) } else { (0.0, 0) };
        for (scale, limit) in SCALES.into_iter().zip([(0.06, 2), (0.7, 4), (1.7, 5), colour]) {
            let image = decode(file, scale).unwrap();
            assert_eq!((image.width, image.height), Header::read(file).unwrap().scaled(scale));
            let (now, later) = pixels.split_at(image.data.len());
            let (mean, most) = difference(&image.data, now);
            assert!(mean <= limit.0 && most <= limit.1, "{name} {scale:?}: {mean}, {most}");
            pixels = later;
        }
        assert!(pixels.is_empty());
    }
}

/// A picture of soft waves: what is interpolated otherwise still looks the same.
fn waves(width: u16, height: u16, channels: u16) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (f64::from(x), f64::from(y))));
    places
        .flat_map(|(x, y)| {
            (0..channels).map(move |channel| {
                let phase = f64::from(channel) * 2.0;
                let wave = 127.5 + 60.0 * (x / 9.0 + phase).sin() + 60.0 * (y / 13.0 - phase).cos();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let wave = wave as u8;
                wave
            })
        })
        .collect()
}

fn encoded(
    pixels: &[u8],
    (width, height): (u16, u16),
    colour: ColorType,
    set: impl Fn(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 95);
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    set(&mut encoder);
    encoder.encode(pixels, width, height, colour).unwrap();
    file
}

#[test]
fn every_sampling_is_decoded_whether_or_not_its_components_come_together() {
    use SamplingFactor::{F_1_1, F_1_2, F_1_4, F_2_1, F_2_2, F_2_4, F_4_1, F_4_2};
    let size = (75, 53);
    let pixels = waves(size.0, size.1, 3);
    for sampling in [F_1_1, F_2_1, F_1_2, F_2_2, F_4_1, F_4_2, F_1_4, F_2_4] {
        let [together, apart, progressive] =
            [(false, false), (true, false), (false, true)].map(|(optimised, progressive)| {
                // With tables of its own, this encoder writes a scan for each component.
                encoded(&pixels, size, ColorType::Rgb, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_optimized_huffman_tables(optimised);
                    encoder.set_progressive(progressive);
                    if !optimised {
                        encoder.set_restart_interval(7);
                    }
                })
            });
        let scans = |file: &[u8]| file.windows(2).filter(|pair| *pair == [0xFF, 0xDA]).count();
        assert_eq!(scans(&apart), 3);
        for scale in SCALES {
            let image = decode(&together, scale).unwrap();
            assert_eq!(decode(&apart, scale).unwrap(), image, "{sampling:?} {scale:?}");
            assert_eq!(decode(&progressive, scale).unwrap(), image, "{sampling:?} {scale:?}");
        }
        let found = decode(&together, Scale::Full).unwrap();
        let reference = jpeg_decoder::Decoder::new(&together[..]).decode().unwrap();
        let (mean, most) = difference(&found.data, &reference);
        // This one repeats samples where they are four times too few.
        assert!(mean < 8.0 && most < 40, "{sampling:?}: {mean}, {most}");
        let (mean, most) = difference(&found.data, &pixels);
        assert!(mean < 2.5 && most < 40, "{sampling:?}: {mean}, {most} off the original");
    }
}

#[test]
fn a_scaled_picture_is_the_picture_scaled() {
    let size = (128, 96);
    let pixels = waves(size.0, size.1, 3);
    let file = encoded(&pixels, size, ColorType::Rgb, |encoder| {
        encoder.set_sampling_factor(SamplingFactor::F_2_2);
    });
    for (scale, by, limit) in
        [(Scale::Half, 2, 1.6), (Scale::Quarter, 4, 2.0), (Scale::Eighth, 8, 3.0)]
    {
        let image = decode(&file, scale).unwrap();
        let mut means = Vec::new();
        for (y, x) in (0..image.height).flat_map(|y| (0..image.width).map(move |x| (y, x))) {
            for channel in 0..3 {
                let square =
                    (0..by).flat_map(|dy| (0..by).map(move |dx| (y * by + dy, x * by + dx)));
                let sum: usize =
                    square.map(|(y, x)| usize::from(pixels[(y * 128 + x) * 3 + channel])).sum();
                means.push(u8::try_from(sum / by / by).unwrap());
            }
        }
        let (mean, _) = difference(&image.data, &means);
        assert!(mean < limit, "{scale:?}: {mean}");
    }
}

#[test]
fn ink_comes_out_as_it_was_put_in() {
    let size = (40, 30);
    let pixels = waves(size.0, size.1, 4);
    for colour in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        for progressive in [false, true] {
            let file = encoded(&pixels, size, colour, |encoder| {
                encoder.set_progressive(progressive);
                encoder.set_sampling_factor(SamplingFactor::F_1_1);
            });
            let header = Header::read(&file).unwrap();
            assert!(header.inverted && matches!(header.colour, Colour::Cmyk | Colour::Ycck));
            let image = decode(&file, Scale::Full).unwrap();
            let (mean, most) = difference(&image.data, &pixels);
            assert!(image.channels == 4 && mean < 1.5 && most < 12, "{colour:?}: {mean}, {most}");
        }
    }
}

#[test]
fn colours_are_told_by_markers_and_names() {
    let told = |file: &[u8]| Header::read(file).unwrap().colour;
    let plain = file("444");
    assert_eq!(told(&plain), Colour::YCbCr);
    assert_eq!(told(&file("gray")), Colour::Gray);
    // Without its JFIF marker, names and Adobe decide.
    let mut named = plain.clone();
    named[payload(&plain, 0xE0)] = b'X';
    assert_eq!(told(&named), Colour::YCbCr);
    let adobe = |transform| {
        *b"Adobe\0\x64\0\0\0\0?"
            .map(|byte| if byte == b'?' { transform } else { byte })
            .as_slice()
            .first_chunk::<12>()
            .unwrap()
    };
    assert_eq!(told(&with_segments(&named, &[(0xEE, &adobe(0))])), Colour::Rgb);
    assert_eq!(told(&with_segments(&named, &[(0xEE, &adobe(1))])), Colour::YCbCr);
    assert_eq!(told(&with_segments(&plain, &[(0xEE, &adobe(0))])), Colour::YCbCr);
    let frame = payload(&named, 0xC0);
    let scan = payload(&named, 0xDA);
    for (n, name) in b"RGB".iter().enumerate() {
        named[frame + 6 + 3 * n] = *name;
        named[scan + 1 + 2 * n] = *name;
    }
    assert_eq!(told(&named), Colour::Rgb);
    assert_eq!(decode(&named, Scale::Eighth).unwrap().channels, 3);
}

#[test]
fn exif_and_a_profile_in_chunks_are_found() {
    let chunk = |number: u8, count: u8, content: &[u8]| {
        [b"ICC_PROFILE\0".as_slice(), &[number, count], content].concat()
    };
    let profile = |chunks: &[Vec<u8>]| {
        let segments: Vec<_> = chunks.iter().map(|chunk| (0xE2, &chunk[..])).collect();
        let file = with_segments(&file("420"), &segments);
        Header::read(&file).unwrap().icc
    };
    let [one, two] = [chunk(1, 2, b"pro"), chunk(2, 2, b"file")];
    assert_eq!(profile(&[one.clone(), two.clone()]).as_deref(), Some(b"profile".as_slice()));
    assert_eq!(profile(&[two.clone(), one.clone()]).as_deref(), Some(b"profile".as_slice()));
    for broken in
        [vec![one.clone()], vec![one.clone(), one.clone()], vec![chunk(0, 1, b"x")], vec![]]
    {
        assert_eq!(profile(&broken), None);
    }
    let large = vec![chunk(1, 65, &vec![0; 65_000]); 65];
    assert_eq!(profile(&large), None);
    let many: Vec<_> = (1..=255).map(|n| chunk(n, 255, &vec![n; 20_000])).collect();
    assert_eq!(profile(&many), None, "more than 4 MiB");
    let many: Vec<_> = (1..=255).map(|n| chunk(n, 255, &[n])).collect();
    assert_eq!(profile(&many).map(|profile| profile.len()), Some(255));

    let file = with_segments(&file("420"), &[(0xE1, b"http://ns\0"), (0xE1, b"Exif\0\0MM\0*")]);
    assert_eq!(Header::read(&file).unwrap().exif, Some(b"MM\0*".as_slice()));
}

#[test]
fn bands_are_whole_rows_and_make_up_the_picture() {
    for (name, file, _) in FIXTURES {
        for scale in SCALES {
            let mut decoder = Decoder::new(file, scale).unwrap();
            let row = decoder.width() * decoder.channels();
            let mut data = Vec::new();
            while let Some(band) = decoder.next_band().unwrap() {
                assert!(!band.is_empty() && band.len().is_multiple_of(row), "{name} {scale:?}");
                data.extend_from_slice(band);
            }
            assert_eq!(decoder.next_band(), Ok(None));
            assert_eq!(data, decode(file, scale).unwrap().data);
        }
    }
}

#[test]
fn the_smallest_scale_that_is_large_enough_is_chosen() {
    let file = file("420");
    let header = Header::read(&file).unwrap();
    let chosen = [(8, 6), (9, 6), (16, 12), (31, 22), (32, 1), (61, 43), (900, 1)]
        .map(|(width, height)| header.scale_for(width, height));
    assert_eq!(chosen, [3, 2, 1, 1, 0, 0, 0].map(|n| SCALES[n]));
}

#[test]
fn extended_frames_and_wide_quantisation_tables_mean_the_same() {
    let plain = file("444");
    let mut wide = Vec::new();
    let mut rest = &plain[..];
    while let Some(at) = rest.windows(2).position(|pair| pair == [0xFF, 0xDB]) {
        // One table of 64 bytes to a segment, as libjpeg writes them.
        let (before, table) = rest.split_at(at);
        assert_eq!(table[2..4], [0, 67]);
        wide.extend(before);
        wide.extend([0xFF, 0xDB, 0, 131, 0x10 | table[4]]);
        wide.extend(table[5..69].iter().flat_map(|step| [0, *step]));
        rest = &table[69..];
    }
    wide.extend(rest);
    assert_eq!(wide.len(), plain.len() + 2 * 64);
    let frame = payload(&wide, 0xC0) - 3;
    wide[frame] = 0xC1;
    assert_eq!(decode(&wide, Scale::Full), decode(&plain, Scale::Full));
}
