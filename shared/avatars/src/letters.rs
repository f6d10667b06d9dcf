//! Initials as outlines, set in the middle of a picture.

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{UnicodeBuffer, shape};

use super::fonts;
use super::geometry::{CENTRE, Outline, Piece, Point};
use super::initials;

/// How high Noto's capitals are, in ems.
const CAPITAL: f32 = 0.714;

/// How far letters may reach from the middle, of the picture's side: pages crop
/// pictures to circles of radius 0.5.
const REACH: f32 = 0.4;

/// How high capitals are: of one initial, of two.
const HIGH: [f32; 2] = [0.38, 0.32];

/// How far apart two clusters are set beyond what their font says, in ems: capitals,
/// others, so that the headlines of Indic scripts don't join.
const APART: [f32; 2] = [0.01, 0.07];

/// One cluster, its origin at the left of its baseline, in ems, y downwards.
struct Set {
    outline: Outline,
    advance: f32,
    script: Script,
}

/// How a script's letters are set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Capitals on a baseline; marks above and below don't move them.
    Capitals,
    /// By its ink, from left to right.
    Ink,
    /// By its ink, from right to left.
    Leftwards,
}

/// A name's initials in the middle of a picture 1 wide and high, as far as there
/// are letters for them.
pub fn of(name: &str) -> Option<Outline> {
    let (first, last) = initials::clusters(name)?;
    let set: Vec<Set> = [Some(first), last].into_iter().flatten().filter_map(|c| set(&c)).collect();
    placed(&set)
}

/// The clusters in a row, as large as fits, with what the eye takes for their
/// middle in the picture's: the line box's would hang with every accent.
fn placed(set: &[Set]) -> Option<Outline> {
    let count = set.len();
    let is_capitals = set.iter().all(|set| set.script == Script::Capitals);
    let mut line = Outline::default();
    let mut at = 0.0;
    let leftwards = set.first()?.script == Script::Leftwards;
    let order: Vec<&Set> =
        if leftwards { set.iter().rev().collect() } else { set.iter().collect() };
    for Set { outline, advance, script: _ } in order {
        line = line.and(outline.clone().map(|(x, y)| (x + at, y)));
        at += advance + APART[usize::from(!is_capitals)];
    }
    let (low, high) = line.bounds()?;
    let (ink_wide, ink_high) = (high.0 - low.0, high.1 - low.1);
    // What the eye takes for the middle lies between the box's and the weight's.
    let weight = line.centroid()?;
    let between = |low: f32, high: f32, weight: f32| {
        let middle = f32::midpoint(low, high);
        middle + (weight - middle).clamp(-0.1, 0.1) * 0.3
    };
    let x = between(low.0, high.0, weight.0);
    let capitals = HIGH[usize::from(count > 1)];
    let (y, em) = if is_capitals {
        // Accents and tails move capitals a little, and not as much as they stand out.
        let above = (-CAPITAL - 0.03 - low.1).max(0.0);
        let below = (high.1 - 0.03).max(0.0);
        (-CAPITAL / 2.0 - above * 0.28 + below * 0.2, capitals / CAPITAL)
    } else {
        let wide = if count > 1 { 0.66 } else { 0.46 };
        let em = (capitals * 1.18 / ink_high).min(wide / ink_wide);
        (between(low.1, high.1, weight.1), em.clamp(0.3, 0.85))
    };
    let reach = [low.0, high.0].into_iter().flat_map(|cx| [low.1, high.1].map(|cy| (cx, cy)));
    let reach = reach.map(|(cx, cy)| (cx - x).hypot(cy - y)).fold(0.0, f32::max);
    let em = em.min(REACH / reach);
    Some(line.map(|(px, py)| (CENTRE.0 + (px - x) * em, CENTRE.1 + (py - y) * em)))
}

/// A cluster as its font shapes it, or its letter alone where the font lacks one
/// of its marks.
fn set(cluster: &str) -> Option<Set> {
    let letter = cluster.chars().next()?;
    shaped(cluster, letter).or_else(|| shaped(letter.encode_utf8(&mut [0; 4]), letter))
}

fn shaped(cluster: &str, letter: char) -> Option<Set> {
    let face = fonts::with(letter)?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(cluster);
    buffer.guess_segment_properties();
    let glyphs = shape(face, &[], buffer);
    let em = f32::from(u16::try_from(face.units_per_em()).ok()?);
    let mut pen = Pen { em, at: (0.0, 0.0), outline: Outline::default() };
    let mut at = (0.0, 0.0);
    for (info, position) in glyphs.glyph_infos().iter().zip(glyphs.glyph_positions()) {
        let glyph = GlyphId(u16::try_from(info.glyph_id).ok()?);
        if glyph.0 == 0 {
            return None;
        }
        let offset = [position.x_offset, position.y_offset].map(|units| units as f32);
        pen.at = (at.0 + offset[0], at.1 + offset[1]);
        face.outline_glyph(glyph, &mut pen);
        at = (at.0 + position.x_advance as f32, at.1 + position.y_advance as f32);
    }
    (!pen.outline.0.is_empty()).then(|| Set {
        outline: pen.outline,
        advance: at.0 / em,
        script: script(letter),
    })
}

fn script(letter: char) -> Script {
    match letter {
        '0'..='9' | 'A'..='\u{58F}' | '\u{13A0}'..='\u{13FF}' | '\u{1E00}'..='\u{1FFF}' => {
            Script::Capitals
        }
        '\u{590}'..='\u{8FF}' => Script::Leftwards,
        _ => Script::Ink,
    }
}

/// Takes a glyph's outline down, from the font's units to ems.
struct Pen {
    em: f32,
    at: Point,
    outline: Outline,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        ((x + self.at.0) / self.em, -(y + self.at.1) / self.em)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.outline.0.push(Piece::Move(self.point(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.outline.0.push(Piece::Line(self.point(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.outline.0.push(Piece::Quad(self.point(x1, y1), self.point(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let handles = [self.point(x1, y1), self.point(x2, y2)];
        self.outline.0.push(Piece::Cubic(handles[0], handles[1], self.point(x, y)));
    }

    fn close(&mut self) {
        self.outline.0.push(Piece::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_common_script_have_glyphs_for_both_initials() {
        for name in [
            "Ada Lovelace",
            "Ẇilliam Ƣa",
            "Nguyễn Đào",
            "Άννα Ὠνάσση",
            "Артём Ґалаґан",
            "Արամ Խաչատրյան",
            "შოთა რუსთაველი",
            "שלום עליכם",
            "محمد علي",
            "پروین ڈار",
            "އަހުމަދު މޫސާ",
            "नेहा क्षत्रिय",
            "श्रीनिवास र्यान",
            "শ্রেয়া ঘোষাল",
            "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
            "ગાંધી ક્ષમા",
            "ପ୍ରିୟା ଦାସ",
            "ரவி தமிழ்",
            "కృష్ణ రామ",
            "ಕೃಷ್ಣ ರಾಜ",
            "മലയാളം ജോൺ",
            "සිංහල ශ්‍රී",
            "เอก แสงดี",
            "ນິດ ໄຊ",
            "ស្រី មករា",
            "အောင် မြင့်",
            "ጥሩነሽ ዲባባ",
            "བསྟན་འཛིན རྒྱལ",
            "ᏣᎳᎩ ᎠᏂ",
            "王 明",
            "山田 太郎",
            "臺 龍",
            "さくら はな",
            "エイダ・ラブレス",
            "ㄅㄆ ㄇㄈ",
            "김 민수",
            "42 7",
            "x\u{30C}u q\u{323}\u{302}",
        ] {
            let (first, last) = initials::clusters(name).unwrap();
            for cluster in [Some(first), last].into_iter().flatten() {
                let letter = cluster.chars().next().unwrap();
                assert!(shaped(&cluster, letter).is_some(), "{cluster} of {name}");
            }
        }
    }

    #[test]
    fn a_letter_stands_alone_where_its_mark_is_in_no_font() {
        let alone = of("A").unwrap();
        assert_eq!(of("A\u{1DC4}"), Some(alone));
    }

    #[test]
    fn scripts_without_a_font_have_no_letters() {
        for name in ["𓀀𓀁", "𐎀", "🙂", "", "\u{E000}"] {
            assert_eq!(of(name), None, "{name:?}");
        }
        assert_eq!(of("𐎀 Ada"), of("Ada"), "the other initial is left");
    }

    #[test]
    fn letters_lie_within_the_circle_that_pages_crop_to_and_around_its_middle() {
        for name in ["W M", "Ẅ Ẍ", "i", "ஔ ஔ", "𝕎", "മജ ജോ", "ا", "龍 鬱", "ཧཱུྃ", "J Q", "Ệ", "-1"]
        {
            let Some(letters) = of(name) else { panic!("{name}") };
            let ((left, top), (right, bottom)) = letters.bounds().unwrap();
            for (x, y) in [(left, top), (left, bottom), (right, top), (right, bottom)] {
                assert!((x - CENTRE.0).hypot(y - CENTRE.1) < REACH + 0.01, "{name}");
            }
            let middle = (f32::midpoint(left, right), f32::midpoint(top, bottom));
            assert!(
                (middle.0 - 0.5).abs() < 0.04 && (middle.1 - 0.5).abs() < 0.08,
                "{name} {middle:?}"
            );
            assert!(right - left > 0.06 && bottom - top > 0.1, "{name}");
        }
    }

    #[test]
    fn the_first_initial_stands_on_the_right_where_a_script_runs_leftwards() {
        let (both, alef) = (of("א ל").unwrap(), of("א").unwrap());
        let contour = |outline: &Outline| outline.0.iter().filter(|p| **p == Piece::Close).count();
        let shapes = set("א").unwrap().outline;
        // The right one is drawn last.
        let tail = Outline(both.0[both.0.len() - shapes.0.len()..].to_vec());
        assert_eq!(contour(&tail), contour(&alef));
        assert!(tail.bounds().unwrap().0.0 > 0.48);
    }
}
