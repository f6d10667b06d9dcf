//! Randomness for the engines' own identifiers and keys.

use uuid::{Builder, Uuid};

pub(super) fn uuid() -> Uuid {
    Builder::from_random_bytes(bytes()).into_uuid()
}

/// `length` characters of `A–Z`, `a–z` and `0–9`, each equally likely.
pub(super) fn alphanumerics(length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // The highest multiple of 62 in a byte: what lies above would favour the alphabet's first
    // letters.
    const FAIR: u8 = 248;
    std::iter::repeat_with(bytes::<64>)
        .flatten()
        .filter(|byte| *byte < FAIR)
        .map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]))
        .take(length)
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the engines stand in for AWS, which makes ids and keys of its own"
)]
#[expect(
    clippy::expect_used,
    reason = "the operating system's randomness doesn't fail on a machine that runs this at all"
)]
fn bytes<const LENGTH: usize>() -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
