//! Pixels in memory.

/// What the channels of a pixel are, 8 bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink: 255 is all of it.
    Cmyk,
}

/// Rows from the top, pixels from the left, without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    pub width: u32,
    pub height: u32,
    pub layout: Layout,
    /// `width × height × layout.channels()` bytes.
    pub data: Vec<u8>,
}

impl Layout {
    pub const fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }

    pub const fn without_alpha(self) -> Self {
        match self {
            Self::GreyAlpha => Self::Grey,
            Self::Rgba => Self::Rgb,
            other => other,
        }
    }
}

impl Raster {
    /// What is left without the alpha channel, if there is one.
    pub fn without_alpha(self) -> Self {
        let layout = self.layout.without_alpha();
        if layout == self.layout {
            return self;
        }
        let colours = layout.channels();
        let pixels = self.data.chunks_exact(self.layout.channels());
        let mut data = Vec::with_capacity(pixels.len() * colours);
        pixels.for_each(|pixel| data.extend_from_slice(&pixel[..colours]));
        Self { layout, data, ..self }
    }
}
