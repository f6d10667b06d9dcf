//! A scene as pixels, and as a PNG file.

use png::{BitDepth, ColorType, Compression, Encoder};
use tiny_skia::{
    Color, FillRule, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Shader, Transform,
};

use super::geometry::{Outline, Piece, Point, SIDE};
use super::palette::Colour;
use super::scene::Scene;

/// A PNG file, without an alpha channel.
pub fn png(scene: &Scene, size: u32) -> Vec<u8> {
    encode(&pixels(scene, size), size)
}

/// Three bytes a pixel, line by line.
#[expect(clippy::expect_used, reason = "no side is 0 and none beyond what a pixmap may have")]
pub fn pixels(scene: &Scene, size: u32) -> Vec<u8> {
    let mut pixmap = Pixmap::new(size, size).expect("a size that can be allocated");
    ground(&mut pixmap, scene.ground);
    let scale = Transform::from_scale(size as f32 / SIDE, size as f32 / SIDE);
    for (outline, Colour([r, g, b])) in &scene.areas {
        let shader = Shader::SolidColor(Color::from_rgba8(*r, *g, *b, 255));
        let paint = Paint { shader, ..Paint::default() };
        if let Some(path) = path(outline) {
            pixmap.fill_path(&path, &paint, FillRule::Winding, scale, None);
        }
    }
    let mut pixels = Vec::with_capacity(pixmap.data().len() / 4 * 3);
    for pixel in pixmap.data().chunks_exact(4) {
        pixels.extend_from_slice(&pixel[..3]);
    }
    pixels
}

/// Fills the picture. By hand, since that takes a quarter of the time of
/// tiny-skia's gradients.
fn ground(pixmap: &mut Pixmap, [(from, first), (to, last)]: [(Point, Colour); 2]) {
    /// Steps from one colour to the other: more than there are colours between.
    const STEPS: usize = 256;
    let colours: Vec<_> = (0..STEPS)
        .filter_map(|n| {
            let Colour([r, g, b]) = first.towards(last, n as f32 / (STEPS - 1) as f32);
            PremultipliedColorU8::from_rgba(r, g, b, 255)
        })
        .collect();
    let width = pixmap.width() as usize;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    // How far a pixel to the right, or below, is on the way from end to end.
    let pixel = SIDE / width as f32;
    let scale = (STEPS - 1) as f32 * pixel / (dx * dx + dy * dy);
    let start = -(from.0 * dx + from.1 * dy) / pixel * scale;
    for (y, line) in pixmap.pixels_mut().chunks_exact_mut(width).enumerate() {
        let left = start + (y as f32 + 0.5) * dy * scale;
        for (x, at) in line.iter_mut().enumerate() {
            let far = left + (x as f32 + 0.5) * dx * scale + 0.5;
            *at = colours[(far as usize).min(colours.len() - 1)];
        }
    }
}

#[expect(clippy::expect_used, reason = "writing to memory doesn't fail, and the sizes agree")]
fn encode(pixels: &[u8], size: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size, size);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels).expect("an image");
    writer.finish().expect("an end");
    file
}

fn path(outline: &Outline) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for piece in &outline.0 {
        match *piece {
            Piece::Move((x, y)) => path.move_to(x, y),
            Piece::Line((x, y)) => path.line_to(x, y),
            Piece::Quad((x1, y1), (x, y)) => path.quad_to(x1, y1, x, y),
            Piece::Cubic((x1, y1), (x2, y2), (x, y)) => path.cubic_to(x1, y1, x2, y2, x, y),
            Piece::Close => path.close(),
        }
    }
    path.finish()
}
