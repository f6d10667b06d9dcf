//! A scene as an SVG document.

use std::fmt::Write;

use super::geometry::{Outline, Piece, Point, SIDE};
use super::palette::Colour;
use super::scene::Scene;

/// A document so many pixels wide and high.
pub fn write(scene: &Scene, size: u32) -> String {
    let Scene { ground: [((x1, y1), first), ((x2, y2), last)], areas } = scene;
    let [first, last] = [*first, *last].map(hex);
    // Named by what it is: where several documents are put into one page, the same
    // name means the same gradient.
    let name = format!("g{first}{last}x{x1}y{y1}x{x2}y{y2}");
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" \
         viewBox=\"0 0 {SIDE} {SIDE}\">\
         <linearGradient id=\"{name}\" gradientUnits=\"userSpaceOnUse\" \
         x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\">\
         <stop stop-color=\"#{first}\"/><stop offset=\"1\" stop-color=\"#{last}\"/>\
         </linearGradient>\
         <rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"url(#{name})\"/>"
    );
    for (outline, colour) in areas {
        let _ = write!(svg, "<path fill=\"#{}\" d=\"", hex(*colour));
        path(&mut svg, outline);
        svg.push_str("\"/>");
    }
    svg.push_str("</svg>");
    svg
}

fn hex(Colour([r, g, b]): Colour) -> String {
    format!("{r:02x}{g:02x}{b:02x}")
}

/// A path in relative steps, which are shorter.
fn path(svg: &mut String, outline: &Outline) {
    let mut at: Point = (0.0, 0.0);
    let mut start = at;
    for piece in &outline.0 {
        match *piece {
            Piece::Move(a) => steps(svg, 'm', at, &[a]),
            Piece::Line(a) => steps(svg, 'l', at, &[a]),
            Piece::Quad(a, b) => steps(svg, 'q', at, &[a, b]),
            Piece::Cubic(a, b, c) => steps(svg, 'c', at, &[a, b, c]),
            Piece::Close => svg.push('z'),
        }
        match *piece {
            Piece::Move(a) => (at, start) = (a, a),
            Piece::Line(a) | Piece::Quad(_, a) | Piece::Cubic(_, _, a) => at = a,
            Piece::Close => at = start,
        }
    }
}

/// A command with the way from a point to others.
fn steps(svg: &mut String, command: char, from: Point, to: &[Point]) {
    svg.push(command);
    let numbers = to.iter().flat_map(|(x, y)| [x - from.0, y - from.1]);
    for (n, number) in numbers.enumerate() {
        // A minus separates, too.
        let space = if n > 0 && number >= 0.0 { " " } else { "" };
        let _ = write!(svg, "{space}{}", number as i32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figures, palette, seed};

    #[test]
    fn paths_lead_where_the_outlines_do_that_are_rasterised() {
        for n in 0..200_u8 {
            let mut choices = seed::Choices::of(&[n; 16]);
            let scene = figures::draw(&mut choices, &palette::ALL[0]);
            let svg = write(&scene, 64);
            let paths: Vec<&str> = svg.split(" d=\"").skip(1).collect();
            assert_eq!(paths.len(), scene.areas.len());
            for (path, (outline, _)) in paths.into_iter().zip(&scene.areas) {
                let (path, _) = path.split_once('"').unwrap();
                assert_eq!(&read(path), outline, "{path}");
            }
        }
    }

    /// The outline of a path of relative commands.
    fn read(path: &str) -> Outline {
        let mut pieces = Vec::new();
        let (mut at, mut start) = ((0.0, 0.0), (0.0, 0.0));
        let mut rest = path;
        while let Some(command) = rest.chars().next() {
            rest = &rest[1..];
            let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let numbers = rest[..end].replace('-', " -");
            rest = &rest[end..];
            let numbers: Vec<f32> =
                numbers.split_whitespace().map(|number| number.parse().unwrap()).collect();
            let points: Vec<Point> =
                numbers.chunks_exact(2).map(|step| (at.0 + step[0], at.1 + step[1])).collect();
            let piece = match (command, points.as_slice()) {
                ('m', [a]) => Piece::Move(*a),
                ('l', [a]) => Piece::Line(*a),
                ('q', [a, b]) => Piece::Quad(*a, *b),
                ('c', [a, b, c]) => Piece::Cubic(*a, *b, *c),
                ('z', []) => Piece::Close,
                _ => panic!("{path}"),
            };
            at = points.last().copied().unwrap_or(start);
            if command == 'm' {
                start = at;
            }
            pieces.push(piece);
        }
        Outline(pieces)
    }
}
