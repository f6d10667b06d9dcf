//! What pictures of 50 megapixels cost in memory, counted by the allocator.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what can't go on fails the test")]
#![expect(unsafe_code, reason = "an allocator can't be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use imaging::{Refusal, process};

#[path = "pictures/png.rs"]
mod png;

use png::{chunk, png, zeros};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
/// One at a time: the allocator is everybody's.
static TURN: Mutex<()> = Mutex::new(());

// SAFETY: all is left to the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `process` makes of a file, and the MB that it has at once on the way.
fn cost(bytes: &[u8]) -> (Result<[u32; 2], Refusal>, usize) {
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let size = process(bytes).map(|pictures| [pictures.large.width, pictures.large.height]);
    (size, (MOST.load(Relaxed) - before) / 1_000_000)
}

/// Asserts that a file is a picture that costs no more.
fn assert_costs(what: &str, bytes: &[u8], bound: usize) {
    let (size, cost) = cost(bytes);
    println!("{what}: {cost} MB");
    let size = size.unwrap_or_else(|refusal| panic!("{what}: {refusal}"));
    assert_eq!(size[0].max(size[1]), 1024, "{what}");
    assert!(cost <= bound, "{what} takes {cost} MB");
}

/// A fixture that is packed once more.
fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let file = std::fs::File::open(folder.join(name.to_owned() + ".gz")).expect(name);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect(name);
    bytes
}

/// A WebP without loss, of nothing but zeros.
fn lossless(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![0; width as usize * height as usize * 3];
    let encoder = image_webp::WebPEncoder::new(&mut bytes);
    encoder.encode(&pixels, width, height, image_webp::ColorType::Rgb8).unwrap();
    bytes
}

/// A WebP of nothing but the picture of one that has alpha.
fn opaque(webp: &[u8]) -> Vec<u8> {
    let at = webp.windows(4).position(|name| name == b"VP8 ").unwrap();
    let size = u32::from_le_bytes(*webp[at + 4..].first_chunk().unwrap()).next_multiple_of(2);
    let chunk = &webp[at..at + 8 + size as usize];
    [b"RIFF", &(size + 12).to_le_bytes()[..], b"WEBP", chunk].concat()
}

/// A PNG of nothing but zeros, of so many bytes a pixel.
fn blank(width: u32, height: u32, kind: [u8; 3], bytes: u64) -> Vec<u8> {
    let row = |width: u64| width * bytes + 1;
    let [wide, high] = [width, height].map(u64::from);
    let size = if kind[2] == 1 {
        let passes = [(8, 8), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2)];
        let starts = [(0, 0), (4, 0), (0, 4), (2, 0), (0, 2), (1, 0), (0, 1)];
        let sizes = passes.iter().zip(starts).map(|((across, down), (left, top))| {
            let columns = wide.saturating_sub(left).div_ceil(*across);
            let rows = high.saturating_sub(top).div_ceil(*down);
            if columns == 0 { 0 } else { row(columns) * rows }
        });
        sizes.sum()
    } else {
        row(wide) * high
    };
    png(width, height, kind, &[chunk(*b"IDAT", &zeros(size))])
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder =
        gif::Encoder::new(&mut bytes, width, height, &[90, 120, 150, 0, 0, 0]).unwrap();
    let pixels = vec![0; usize::from(width) * usize::from(height)];
    let frame = gif::Frame { width, height, buffer: pixels.into(), ..gif::Frame::default() };
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    bytes
}

#[test]
fn what_comes_in_rows_takes_little() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert_costs("a PNG of 16 bits and alpha", &blank(7071, 7071, [16, 6, 0], 8), 90);
    assert_costs("a PNG just below what is halved", &blank(4095, 4095, [8, 6, 0], 4), 90);
    assert_costs("a lossy WebP", &opaque(&fixture("largest.webp")), 40);
    assert_costs("a high PNG", &blank(1, 50_000_000, [16, 6, 0], 8), 90);
}

#[test]
fn what_comes_in_one_row_takes_a_few_of_it() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert_costs("a PNG of a row", &blank(50_000_000, 1, [8, 0, 0], 1), 240);
    assert_costs("a PNG of a few long rows", &blank(5_000_000, 10, [8, 2, 0], 3), 240);
    assert_costs("a PNG of a million pixels in a row", &blank(1_000_000, 50, [16, 6, 0], 8), 240);
    let (refused, cost) = cost(&blank(50_000_000, 1, [16, 6, 0], 8));
    assert_eq!(refused, Err(Refusal::TooLarge { width: 50_000_000, height: 1 }));
    assert!(cost < 20, "{cost} MB for a refusal");
}

#[test]
fn what_doesnt_come_in_rows_takes_what_decoding_needs() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    assert_costs("an interlaced PNG", &blank(7071, 7071, [16, 6, 1], 8), 300);
    assert_costs("an interlaced PNG of a row", &blank(50_000_000, 1, [8, 0, 1], 1), 240);
    assert_costs("a lossy WebP with alpha", &fixture("largest.webp"), 540);
    assert_costs("a WebP without loss", &lossless(7071, 7071), 400);
    assert_costs("a progressive JPEG", &fixture("largest.jpg"), 300);
    assert_costs("a progressive JPEG of CMYK", &fixture("largest_cmyk.jpg"), 300);
    assert_costs("a GIF", &gif(7071, 7071), 300);
}

#[test]
fn what_is_refused_takes_next_to_nothing() {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let bomb = zeros(1 << 28);
    let files = [
        ("a PNG too large", blank(50_000, 50_000, [8, 6, 0], 0)),
        (
            "a profile that grows",
            png(1, 1, [8, 2, 0], &[chunk(*b"iCCP", &[b"x\0\0", &bomb[..]].concat())]),
        ),
        (
            "a text that grows",
            png(1, 1, [8, 2, 0], &[chunk(*b"zTXt", &[b"x\0\0", &bomb[..]].concat())]),
        ),
        ("pixels that aren't there", png(7071, 7071, [8, 6, 0], &[chunk(*b"IDAT", &zeros(10))])),
    ];
    for (what, bytes) in files {
        let (size, cost) = cost(&bytes);
        println!("{what}: {cost} MB");
        assert!(size.is_err(), "{what}");
        assert!(cost <= 16 + 75, "{what} takes {cost} MB");
    }
}
