//! Choices that follow from an id.

/// An endless row of even, independent choices, the same for the same id.
#[derive(Clone, Debug)]
pub struct Choices(u64);

impl Choices {
    /// All bits of the id bear on all choices: the first six bytes of a UUIDv7
    /// are a time, which neighbours share.
    pub fn of(id: &[u8; 16]) -> Self {
        let id = u128::from_be_bytes(*id);
        let [high, low] = [(id >> 64) as u64, id as u64];
        Self(mix(mix(high.wrapping_add(STEP)) ^ low))
    }

    /// The next number (`SplitMix64`).
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `count`.
    pub fn below(&mut self, count: u32) -> u32 {
        ((u128::from(self.number()) * u128::from(count)) >> 64) as u32
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u32) as usize]
    }

    /// A number between two, in 256 steps.
    pub fn between(&mut self, least: f32, most: f32) -> f32 {
        least + (most - least) * self.below(256) as f32 / 255.0
    }
}

/// 2^64 over the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Each bit of the outcome depends on each bit of what goes in.
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_lead_to_even_choices() {
        let mut chosen = [0_u32; 21];
        for n in 0..21_000_u128 {
            // A UUIDv7 whose last bits count: the worst that a generator may do.
            let id = (0x019A_A34E_5B12_7000_8000_0000_0000_0000 + n).to_be_bytes();
            chosen[Choices::of(&id).below(21) as usize] += 1;
        }
        assert!(chosen.iter().all(|times| (850..1150).contains(times)), "{chosen:?}");
    }

    #[test]
    fn each_byte_of_an_id_bears_on_the_choices() {
        let row = |id: [u8; 16]| {
            let mut choices = Choices::of(&id);
            [(); 4].map(|()| choices.number())
        };
        for byte in 0..16 {
            let mut id = [7; 16];
            id[byte] ^= 1;
            assert_ne!(row(id), row([7; 16]), "{byte}");
        }
    }

    #[test]
    fn numbers_lie_between_their_ends() {
        let mut choices = Choices::of(&[1; 16]);
        for _ in 0..1000 {
            assert!((-0.5..=0.25).contains(&choices.between(-0.5, 0.25)));
            assert!(choices.below(3) < 3);
        }
    }
}
