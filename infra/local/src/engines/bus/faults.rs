//! Entries that fail though nothing is wrong with them, as on AWS a few do now and then.

use std::sync::{Mutex, PoisonError};

use crate::engines::json::Refusal;

/// Decides over every entry; by a pseudo-random sequence, so that a test meets the same failures
/// each time.
#[derive(Default)]
pub(super) struct Faults(Mutex<Sequence>);

#[derive(Default)]
struct Sequence {
    percent: u8,
    drawn: u64,
    failed: u64,
}

impl Faults {
    /// Lets so many per cent of the entries fail from now on, and starts the sequence again.
    pub(super) fn start(&self, percent: u8) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Sequence { percent, ..Sequence::default() };
    }

    /// How the next entry fails, if it does.
    pub(super) fn draw(&self) -> Option<Refusal> {
        let mut sequence = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sequence.drawn += 1;
        if split_mix(sequence.drawn) % 100 >= u64::from(sequence.percent) {
            return None;
        }
        sequence.failed += 1;
        Some(if sequence.failed % 2 == 1 {
            Refusal::new("InternalFailure", "Unexpected failure on the service's side.")
        } else {
            Refusal::new("ThrottlingException", "Rate exceeded")
        })
    }
}

/// The `n`th number of `SplitMix64` from seed 0 (Steele, Lea and Flood, OOPSLA 2014).
fn split_mix(n: u64) -> u64 {
    let z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
