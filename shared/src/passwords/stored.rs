//! What a stored hash says, as far as it may be worked with.

use std::num::NonZeroU32;

use argon2::{Algorithm, Version};
use base64::Engine as _;
use base64::alphabet::{Alphabet, BCRYPT, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::pbkdf2;

use crate::domain::fields::Reason;

/// Bytes of a hash's text, of which the longest within bounds needs 220.
const MAX_TEXT: usize = 512;
/// Bytes of salt, of which any are taken, and of output: fewer could be guessed.
const MAX_SALT: usize = 64;
const OUTPUT: std::ops::RangeInclusive<usize> = 16..=64;

/// KiB of memory, KiB written in all passes, passes, lanes.
const ARGON2_MEMORY: u32 = 256 * 1024;
const ARGON2_WORK: u64 = 1024 * 1024;
const ARGON2_PASSES: u32 = 64;
const ARGON2_LANES: u32 = 16;

const BCRYPT_COST: std::ops::RangeInclusive<u32> = 4..=14;

/// N·r is memory in units of 128 bytes; N·r·p is the work in the same.
const SCRYPT_MEMORY: u64 = 1 << 20;
const SCRYPT_WORK: u64 = 1 << 21;
const SCRYPT_FACTOR: u32 = 64;

/// Rounds of all blocks of the output.
const PBKDF2_WORK: u64 = 2_000_000;

/// A hash within bounds: how it was made, of what salt, and what came out.
pub(super) struct Stored {
    pub scheme: Scheme,
    pub salt: Vec<u8>,
    pub output: Vec<u8>,
}

pub(super) enum Scheme {
    Argon2(Algorithm, Version, argon2::Params),
    Bcrypt { cost: u32 },
    Scrypt(scrypt::Params),
    Pbkdf2(pbkdf2::Algorithm, NonZeroU32),
}

impl Stored {
    /// Reads a hash without working on it.
    pub fn read(text: &str) -> Result<Self, Reason> {
        if text.len() > MAX_TEXT {
            let message = format!("must have at most {MAX_TEXT} characters");
            return Err(Reason::new("too_long", message));
        }
        let parts: Vec<&str> = text.split('$').collect();
        let stored = match parts[..] {
            ["", "2a" | "2b" | "2y", cost, rest] => read_bcrypt(cost, rest)?,
            ["", name, version, params, salt, output] if name.starts_with("argon2") => {
                read_argon2(name, version, params, salt, output)?
            }
            // The first version, before hashes named theirs.
            ["", name, params, salt, output] if name.starts_with("argon2") => {
                read_argon2(name, "v=16", params, salt, output)?
            }
            ["", "scrypt", params, salt, output] => read_scrypt(params, salt, output)?,
            ["", name, params, salt, output] if name.starts_with("pbkdf2") => {
                read_pbkdf2(name, params, salt, output)?
            }
            _ => return Err(unsupported()),
        };
        let is_usable =
            (1..=MAX_SALT).contains(&stored.salt.len()) && OUTPUT.contains(&stored.output.len());
        if is_usable {
            Ok(stored)
        } else {
            Err(invalid("has a salt or output of a length out of bounds"))
        }
    }
}

fn read_argon2(
    name: &str,
    version: &str,
    params: &str,
    salt: &str,
    output: &str,
) -> Result<Stored, Reason> {
    let algorithm = Algorithm::new(name).map_err(|_| unsupported())?;
    let version = match version {
        "v=16" => Version::V0x10,
        "v=19" => Version::V0x13,
        _ => return Err(unsupported()),
    };
    let [memory, passes, lanes] = numbers(params, ["m", "t", "p"])?;
    let is_bearable = memory <= ARGON2_MEMORY
        && u64::from(memory) * u64::from(passes) <= ARGON2_WORK
        && passes <= ARGON2_PASSES
        && lanes <= ARGON2_LANES;
    if !is_bearable {
        return Err(too_costly());
    }
    let (salt, output) = (base64(&STANDARD, salt)?, base64(&STANDARD, output)?);
    let params = argon2::Params::new(memory, passes, lanes, Some(output.len()));
    let params = params.map_err(|_| invalid("has parameters that Argon2 doesn't take"))?;
    if salt.len() < argon2::MIN_SALT_LEN {
        return Err(invalid("has a salt that is too short for Argon2"));
    }
    Ok(Stored { scheme: Scheme::Argon2(algorithm, version, params), salt, output })
}

/// 22 characters of salt and 31 of output, in an alphabet of its own.
fn read_bcrypt(cost: &str, rest: &str) -> Result<Stored, Reason> {
    let cost = match cost.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            u32::from(tens - b'0') * 10 + u32::from(ones - b'0')
        }
        _ => return Err(invalid("has no cost of two digits")),
    };
    if !BCRYPT_COST.contains(&cost) {
        return Err(too_costly());
    }
    let (Some((salt, output)), 53) = (rest.split_at_checked(22), rest.len()) else {
        return Err(invalid("hasn't the length of a bcrypt hash"));
    };
    let (salt, output) = (base64(&BCRYPT, salt)?, base64(&BCRYPT, output)?);
    Ok(Stored { scheme: Scheme::Bcrypt { cost }, salt, output })
}

fn read_scrypt(params: &str, salt: &str, output: &str) -> Result<Stored, Reason> {
    let [log_n, r, p] = numbers(params, ["ln", "r", "p"])?;
    let blocks = 1u64.checked_shl(log_n).and_then(|n| n.checked_mul(r.into()));
    let is_bearable = r <= SCRYPT_FACTOR
        && p <= SCRYPT_FACTOR
        && blocks
            .is_some_and(|blocks| blocks <= SCRYPT_MEMORY && blocks * u64::from(p) <= SCRYPT_WORK);
    let log_n = u8::try_from(log_n).ok().filter(|_| is_bearable).ok_or_else(too_costly)?;
    let params = scrypt::Params::new(log_n, r, p);
    let params = params.map_err(|_| invalid("has parameters that scrypt doesn't take"))?;
    let (salt, output) = (base64(&STANDARD, salt)?, base64(&STANDARD, output)?);
    Ok(Stored { scheme: Scheme::Scrypt(params), salt, output })
}

/// `i=…,l=…` as in PHC strings, or the bare number of rounds as passlib writes
/// it, whose alphabet has `.` for `+`.
fn read_pbkdf2(name: &str, params: &str, salt: &str, output: &str) -> Result<Stored, Reason> {
    let (algorithm, block) = match name {
        "pbkdf2" | "pbkdf2-sha1" => (pbkdf2::PBKDF2_HMAC_SHA1, 20),
        "pbkdf2-sha256" => (pbkdf2::PBKDF2_HMAC_SHA256, 32),
        "pbkdf2-sha512" => (pbkdf2::PBKDF2_HMAC_SHA512, 64),
        _ => return Err(unsupported()),
    };
    let (rounds, length) = match (number(params), numbers(params, ["i"])) {
        (Some(rounds), _) | (_, Ok([rounds])) => (rounds, None),
        _ => {
            let [rounds, length] = numbers(params, ["i", "l"])?;
            (rounds, usize::try_from(length).ok())
        }
    };
    let standard = |text: &str| base64(&STANDARD, &text.replace('.', "+"));
    let (salt, output) = (standard(salt)?, standard(output)?);
    if length.is_some_and(|length| length != output.len()) {
        return Err(invalid("has another length than it says"));
    }
    let rounds = NonZeroU32::new(rounds).ok_or_else(|| invalid("has no rounds"))?;
    let blocks = u64::try_from(output.len().div_ceil(block)).unwrap_or(u64::MAX);
    if u64::from(rounds.get()).saturating_mul(blocks) > PBKDF2_WORK {
        return Err(too_costly());
    }
    Ok(Stored { scheme: Scheme::Pbkdf2(algorithm, rounds), salt, output })
}

/// The numbers of `name=number,…`: all of these names, each once, in any order.
fn numbers<const N: usize>(text: &str, names: [&str; N]) -> Result<[u32; N], Reason> {
    let malformed = || invalid("has parameters that can't be read");
    let pairs: Option<Vec<_>> = text.split(',').map(|pair| pair.split_once('=')).collect();
    let pairs = pairs.filter(|pairs| pairs.len() == N).ok_or_else(malformed)?;
    let mut found = [0; N];
    for (name, slot) in names.into_iter().zip(&mut found) {
        let pair = pairs.iter().find(|(other, _)| *other == name);
        *slot = pair.and_then(|(_, text)| number(text)).ok_or_else(malformed)?;
    }
    Ok(found)
}

/// A decimal number in its one form.
fn number(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit())
        && !text.is_empty()
        && (text == "0" || !text.starts_with('0'));
    // What is too large for the type is too much for anything here.
    is_number.then(|| text.parse().unwrap_or(u32::MAX))
}

/// Base64 without padding. Bits left over say nothing, and some writers set them.
fn base64(alphabet: &Alphabet, text: &str) -> Result<Vec<u8>, Reason> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(alphabet, config).decode(text);
    bytes.map_err(|_| invalid("has a salt or output that isn't base64"))
}

fn unsupported() -> Reason {
    Reason::new("unsupported_hash", "must be an Argon2, bcrypt, scrypt or PBKDF2 hash")
}

fn invalid(message: &str) -> Reason {
    Reason::new("invalid_hash", message)
}

fn too_costly() -> Reason {
    Reason::new("hash_too_costly", "has parameters that are out of bounds")
}
