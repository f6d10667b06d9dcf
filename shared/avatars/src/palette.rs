//! Colours.
//!
//! They were picked in OKLCH, so that none stands out by its lightness, and then
//! looked at: twelve deep ones (grounds of lightness 0.53 to 0.43 under letters
//! of 0.975) and nine light ones (0.92 to 0.84 under 0.34). Between its two ends
//! a ground turns its hue by about 25 degrees. Tests hold the lightness and the
//! contrast.

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// The colour so far on the way to another, from 0 to 1, straight through sRGB.
    pub fn towards(self, Self(to): Self, far: f32) -> Self {
        let mut between = self.0;
        for (from, to) in between.iter_mut().zip(to) {
            let [start, end] = [*from, to].map(f32::from);
            *from = (start + (end - start) * far).round() as u8;
        }
        Self(between)
    }
}

/// Colours that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The ground's, from one end to the other.
    pub ground: [Colour; 2],
    /// Of shapes on the ground, which letters may stand on: like its one end,
    /// and beyond its other.
    pub shade: [Colour; 2],
    /// Of letters: at 4.5:1 or more to all of ground and shade (WCAG 2.2, 1.4.3).
    pub ink: Colour,
    /// Of figures: the strongest, one between it and the ground, an accent.
    pub figure: [Colour; 3],
}

const fn palette(ground: [u32; 2], shade: [u32; 2], ink: u32, figure: [u32; 3]) -> Palette {
    let [from, to] = ground;
    let [near, beyond] = shade;
    let [strong, middle, accent] = figure;
    Palette {
        ground: [rgb(from), rgb(to)],
        shade: [rgb(near), rgb(beyond)],
        ink: rgb(ink),
        figure: [rgb(strong), rgb(middle), rgb(accent)],
    }
}

const fn rgb(rgb: u32) -> Colour {
    let [_, r, g, b] = rgb.to_be_bytes();
    Colour([r, g, b])
}

pub const ALL: [Palette; 21] = [
    // rose
    palette(
        [0x00B7_3652, 0x0089_1B5C],
        [0x00AC_2D55, 0x0078_1A54],
        0x00FF_F4F5,
        [0x00FE_DEE5, 0x00F2_8884, 0x00FF_BD59],
    ),
    // brick
    palette(
        [0x00B3_4233, 0x008C_213E],
        [0x00AA_3836, 0x007B_1E39],
        0x00FF_F4F2,
        [0x00FE_E0DE, 0x00F0_8D6A, 0x00FA_C053],
    ),
    // copper
    palette(
        [0x009F_5624, 0x0081_3429],
        [0x0098_4C24, 0x0072_2E27],
        0x00FE_F5F0,
        [0x00FE_E1D5, 0x00DE_9A59, 0x00E7_C952],
    ),
    // moss
    palette(
        [0x005B_7734, 0x0021_5E32],
        [0x004D_7132, 0x001A_532F],
        0x00F3_F9ED,
        [0x00D9_F0D0, 0x00A6_B368, 0x00F4_C352],
    ),
    // fern
    palette(
        [0x002C_7F4A, 0x0002_5E4C],
        [0x000E_784A, 0x0000_5345],
        0x00EE_FBF1,
        [0x00CC_F3DD, 0x0081_BD78, 0x00E7_C952],
    ),
    // lagoon
    palette(
        [0x000D_7D76, 0x0000_5A69],
        [0x0001_7473, 0x0000_4F5F],
        0x00EA_FBF9,
        [0x00C2_F3F4, 0x0068_BEA8, 0x00FF_BA81],
    ),
    // sea
    palette(
        [0x0008_779B, 0x0025_5088],
        [0x0004_6D98, 0x0025_4678],
        0x00EE_F9FE,
        [0x00D3_ECFE, 0x0044_BCD5, 0x00FF_BD59],
    ),
    // azure
    palette(
        [0x001A_6AC9, 0x0043_3EA2],
        [0x002B_5EC1, 0x003F_368E],
        0x00F2_F7FE,
        [0x00DE_E8FE, 0x005A_B3F7, 0x00F4_C352],
    ),
    // indigo
    palette(
        [0x0057_5CCC, 0x005C_339B],
        [0x0059_51C1, 0x0053_2D87],
        0x00F5_F6FE,
        [0x00E5_E5FE, 0x0086_A7FD, 0x00FF_BA81],
    ),
    // violet
    palette(
        [0x007A_4FC0, 0x0078_2480],
        [0x007B_43B1, 0x006C_206E],
        0x00F7_F5FE,
        [0x00F0_E1FE, 0x00A3_9EF9, 0x00FF_BB69],
    ),
    // orchid
    palette(
        [0x009A_43A0, 0x005E_3398],
        [0x008B_3EA0, 0x0050_2F87],
        0x00FD_F3FE,
        [0x00F4_DFFF, 0x00DF_89C7, 0x00FA_C053],
    ),
    // slate
    palette(
        [0x0060_6D84, 0x004C_4D65],
        [0x005A_647C, 0x0044_4458],
        0x00F3_F7FE,
        [0x00DF_E7FE, 0x0099_ADC4, 0x00FF_BB77],
    ),
    // peach
    palette(
        [0x00FF_DDC6, 0x00F9_B9A1],
        [0x00FF_CDB1, 0x00F3_AE92],
        0x005D_240B,
        [0x0086_3D1E, 0x00D9_7C4A, 0x00E8_605B],
    ),
    // butter
    palette(
        [0x00F6_E4AC, 0x00F2_C17A],
        [0x00F5_D58B, 0x00EA_B766],
        0x0055_2C01,
        [0x0085_4416, 0x00DA_942C, 0x00E0_5C45],
    ),
    // pistachio
    palette(
        [0x00DD_ECBD, 0x00A5_DBA8],
        [0x00C8_E5A9, 0x009B_D298],
        0x000F_4418,
        [0x0023_652D, 0x006E_AC50, 0x0006_AE64],
    ),
    // mint
    palette(
        [0x00C5_F1D8, 0x008D_DCD2],
        [0x00A9_EACF, 0x007D_D3C6],
        0x0003_413C,
        [0x0003_635C, 0x0000_B195, 0x0001_A2C5],
    ),
    // ice
    palette(
        [0x00C3_EDF6, 0x00A5_D1EF],
        [0x00AD_E3F5, 0x0096_C9E8],
        0x0002_3C59,
        [0x0005_5C85, 0x0049_A5C9, 0x005E_8CF9],
    ),
    // sky
    palette(
        [0x00CF_E8FF, 0x00BA_C9F8],
        [0x00BF_DCFF, 0x00AC_C0F2],
        0x0027_3366,
        [0x003F_5092, 0x0070_98DC, 0x0093_7CF1],
    ),
    // lilac
    palette(
        [0x00E8_DFFE, 0x00E1_BCE4],
        [0x00E3_CFFC, 0x00D8_B1DE],
        0x004E_2552,
        [0x0072_3D77, 0x00B1_83C8, 0x00D8_61AA],
    ),
    // blush
    palette(
        [0x00FF_D9E1, 0x00EC_B9D5],
        [0x00FE_C8D8, 0x00E6_AECA],
        0x0057_2142,
        [0x007E_3963, 0x00CD_7B9E, 0x00E7_6250],
    ),
    // sand
    palette(
        [0x00ED_E3D4, 0x00DB_C6B7],
        [0x00E5_D7C4, 0x00D2_BCAB],
        0x0047_3322,
        [0x006A_4F39, 0x00AE_9377, 0x00E3_6927],
    ),
];

#[cfg(test)]
impl Colour {
    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast to another, from 1 to 21 (WCAG 2.2).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        (one / other).max(other / one)
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Lightness in OKLCH, from 0 to 1 (Björn Ottosson, 2020).
    fn lightness(self) -> f64 {
        let [r, g, b] = self.linear();
        let cone = |weights: [f64; 3]| (weights[0] * r + weights[1] * g + weights[2] * b).cbrt();
        0.210_454_255 * cone([0.412_221_471, 0.536_332_536, 0.051_445_993])
            + 0.793_617_785 * cone([0.211_903_498, 0.680_699_545, 0.107_396_957])
            - 0.004_072_047 * cone([0.088_302_462, 0.281_718_838, 0.629_978_701])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_are_even_in_lightness_and_letters_are_readable_on_all_of_them() {
        let mut lights = [0, 0];
        for palette in &ALL {
            let is_deep = palette.ink.lightness() > 0.9;
            lights[usize::from(is_deep)] += 1;
            let expected = if is_deep { [0.532, 0.43] } else { [0.92, 0.84] };
            for (ground, expected) in palette.ground.into_iter().zip(expected) {
                assert!((ground.lightness() - expected).abs() < 0.005, "{ground:?}");
            }
            let [from, to] = palette.ground;
            for n in 0..=100_u8 {
                let ground = from.towards(to, f32::from(n) / 100.0);
                assert!(ground.contrast(palette.ink) >= 4.5, "{palette:?} at {n} %");
            }
            for shade in palette.shade {
                assert!(shade.contrast(palette.ink) >= 4.5, "{palette:?}");
            }
        }
        assert_eq!(lights, [9, 12]);
    }

    #[test]
    fn no_two_palettes_look_alike() {
        for (n, one) in ALL.iter().enumerate() {
            for other in &ALL[n + 1..] {
                let far = |one: Colour, other: Colour| {
                    one.0.iter().zip(other.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
                };
                let most =
                    far(one.ground[0], other.ground[0]).max(far(one.ground[1], other.ground[1]));
                assert!(most >= 18, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_colour_on_the_way_lies_between() {
        let (from, to) = (Colour([0, 100, 255]), Colour([255, 100, 0]));
        assert_eq!([from.towards(to, 0.0), from.towards(to, 1.0)], [from, to]);
        assert_eq!(from.towards(to, 0.2), Colour([51, 100, 204]));
    }
}
