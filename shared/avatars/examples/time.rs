//! How long pictures take: `cargo run --release -p avatars --example time`.

use std::time::{Duration, Instant};

use avatars::Avatar;

const TIMES: u32 = 400;

fn main() {
    // A process' first: fonts are inflated and parsed here.
    for name in ["Ada Lovelace", "नेहा क्षत्रिय", "王小明", "김민수", "སངས"]
    {
        let start = Instant::now();
        let svg = picture(0, Some(name)).svg(256);
        println!("first of {name}: {:?}, {} bytes", start.elapsed(), svg.len());
    }
    let names = [Some("Ada Lovelace"), Some("नेहा क्षत्रिय"), Some("龍"), None];
    for name in names {
        let (time, bytes) = median(|n| picture(n, name).svg(256).len());
        println!("{name:?}: SVG {time:?}, {bytes} bytes");
        for size in [64, 256, 1024] {
            let (time, bytes) = median(|n| picture(n, name).png(size).len());
            println!("{name:?}: PNG of {size} {time:?}, {bytes} bytes");
        }
    }
}

fn picture(n: u32, name: Option<&'static str>) -> Avatar<'static> {
    let seed = Box::leak(Box::new(u128::from(n).to_be_bytes()));
    Avatar { seed, name }
}

/// The middle time and size of many people's.
fn median(draw: impl Fn(u32) -> usize) -> (Duration, usize) {
    let mut times = Vec::new();
    let mut sizes = Vec::new();
    for n in 0..TIMES {
        let start = Instant::now();
        sizes.push(draw(n));
        times.push(start.elapsed());
    }
    times.sort();
    sizes.sort_unstable();
    (times[times.len() / 2], sizes[sizes.len() / 2])
}
