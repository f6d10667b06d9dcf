//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and
//! recovery codes for whoever has lost it.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use serde::{Deserialize, Serialize};
use serde_dynamo::string_set;
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::Timestamp;
use super::fields::{Field, Reason};
use super::text::string;

/// Seconds that a code lasts.
const STEP: i64 = 30;
/// How many codes there are.
const CODES: u32 = 1_000_000;
/// Recovery codes that somebody gets.
pub const RECOVERY_CODES: usize = 10;
/// What a client may send as a code, before it is looked at.
const MAX_LENGTH: usize = 64;

/// Of base32 (RFC 4648, section 6), as authenticator apps take secrets.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Crockford's base32, which has no letter that looks like a digit.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What an account has enrolled, or is about to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Totp {
    /// The [`Secret`], hidden by a key that the table's readers don't have.
    pub secret: String,
    /// Until when it can be confirmed.
    pub expires_at: Option<Timestamp>,
    /// Since when it counts.
    pub confirmed_at: Option<Timestamp>,
    /// The step of the last code that was good: that one and those before are used up.
    #[serde(default)]
    pub last_step: Option<i64>,
    /// SHA-256 of those that are left, base64url.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty", with = "string_set")]
    pub recovery_codes: BTreeSet<String>,
}

impl Totp {
    /// Whether it awaits its first code.
    #[must_use]
    pub fn is_pending(&self, now: Timestamp) -> bool {
        self.confirmed_at.is_none() && self.expires_at.is_some_and(|expires_at| now < expires_at)
    }
}

/// 160 bits that the service shares with an authenticator app. It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 20]);

impl Secret {
    #[must_use]
    pub fn new(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// What somebody types into an app that can't read the QR code.
    #[must_use]
    pub fn base32(&self) -> String {
        encode(BASE32, &self.0)
    }

    /// What the QR code holds (Key URI Format of Google Authenticator).
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        // Apps read a `+` as it stands.
        let part = |text: &str| part(text).replace('+', "%20");
        let (issuer, account, secret) = (part(issuer), part(account), self.base32());
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
            + "&algorithm=SHA1&digits=6&period=30"
    }

    /// The step whose code this is: the current one or a neighbour, for clocks
    /// differ and people take their time; later than `last` in any case.
    #[must_use]
    pub fn step(&self, code: Code, last: Option<i64>, now: Timestamp) -> Option<i64> {
        let current = now.as_secs().div_euclid(STEP);
        let fits = |step: &i64| last.is_none_or(|last| *step > last) && self.code(*step) == code;
        [current, current - 1, current + 1].into_iter().find(fits)
    }

    /// The code of a step (RFC 4226, section 5.3).
    fn code(&self, step: i64) -> Code {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let offset = usize::from(tag.as_ref()[19] & 0xF);
        let mut number = [0; 4];
        number.copy_from_slice(&tag.as_ref()[offset..offset + 4]);
        Code((u32::from_be_bytes(number) & 0x7FFF_FFFF) % CODES)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Six digits from an authenticator app. It can't be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(u32);

impl Field for Code {
    const BLANK_IS_NONE: bool = true;

    /// Spaces don't count: apps show `123 456`.
    fn read(value: Value) -> Result<Self, Reason> {
        let digits: String =
            bounded(string(value)?)?.chars().filter(|c| !c.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let code = digits.parse().ok().filter(|_| is_code);
        code.map(Self).ok_or_else(|| Reason::new("invalid_format", "must be six digits"))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// 80 random bits that are good once. It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    #[must_use]
    pub fn new(bytes: [u8; 10]) -> Self {
        Self(encode(CROCKFORD, &bytes))
    }

    /// What its owner writes down, like `9G2K-0XQ7-MB4R-VT61`.
    #[must_use]
    pub fn reveal(&self) -> String {
        let (a, rest) = self.0.split_at(4);
        let (b, rest) = rest.split_at(4);
        let (c, d) = rest.split_at(4);
        format!("{a}-{b}-{c}-{d}")
    }

    /// What the store keeps: SHA-256, base64url. The code is random, so no
    /// slower hash is needed.
    #[must_use]
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.0.as_bytes()))
    }
}

impl Field for RecoveryCode {
    const BLANK_IS_NONE: bool = true;

    /// Case, spaces and hyphens don't count, and letters that look like a digit are one.
    fn read(value: Value) -> Result<Self, Reason> {
        let text = bounded(string(value)?)?;
        let written = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code: String = written
            .map(|c| match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            })
            .collect();
        if code.len() == 16 && code.bytes().all(|byte| CROCKFORD.contains(&byte)) {
            Ok(Self(code))
        } else {
            Err(Reason::new("invalid_format", "must be 16 letters and digits"))
        }
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

fn bounded(text: String) -> Result<String, Reason> {
    if text.len() > MAX_LENGTH { Err(super::text::too_long(MAX_LENGTH)) } else { Ok(text) }
}

/// Five bits a letter, of whole groups of five bytes.
fn encode(alphabet: &[u8; 32], bytes: &[u8]) -> String {
    let groups = bytes.chunks_exact(5).flat_map(|group| {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        (0..8).rev().map(move |letter| bits >> (5 * letter) & 31)
    });
    groups.map(|index| char::from(alphabet[index])).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn code(text: &str) -> Code {
        Code::read(json!(text)).unwrap()
    }

    /// RFC 6238, appendix B; the last six of its eight digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = Secret::new(*b"12345678901234567890");
        for (seconds, text) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(seconds / STEP), code(text));
            assert_eq!(secret.step(code(text), None, at(seconds)), Some(seconds / STEP));
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_late_and_never_again() {
        let secret = Secret::new(*b"12345678901234567890");
        let (step, text) = (1_234_567_890 / STEP, code("005924"));
        for off in -1..=1 {
            assert_eq!(secret.step(text, None, at((step + off) * STEP)), Some(step));
        }
        for off in [-2, 2] {
            assert_eq!(secret.step(text, None, at((step + off) * STEP)), None);
        }
        assert_eq!(secret.step(text, Some(step - 1), at(step * STEP)), Some(step));
        assert_eq!(secret.step(text, Some(step), at(step * STEP)), None);
        assert_eq!(secret.step(text, Some(step + 1), at(step * STEP)), None);
    }

    #[test]
    fn secrets_are_shown_as_apps_take_them() {
        let secret = Secret::new(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret.uri("Our Café", "ada+1@example.com"),
            "otpauth://totp/Our%20Caf%C3%A9:ada%2B1%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Our%20Caf%C3%A9\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert!(!format!("{secret:?}{:?}", code("005924")).contains("GEZ"));
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        assert_eq!(code(" 005 924"), code("005924"));
        for text in ["5924", "+05924", "0059240", "００５９２４", "abcdef"] {
            assert_eq!(Code::read(json!(text)).unwrap_err().code, "invalid_format", "{text}");
        }
        assert!(Code::read(json!(5924)).is_err());
        assert_eq!(Code::read(json!("1".repeat(65))).unwrap_err().code, "too_long");
    }

    #[test]
    fn recovery_codes_are_read_as_people_write_them() {
        let written = RecoveryCode::new([0xFF, 0, 0x10, 0x84, 0x21, 0x42, 0x10, 0x84, 0x21, 0x08]);
        let shown = written.reveal();
        assert_eq!(shown.len(), 19);
        let loose = shown.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        for text in [shown.clone(), loose, shown.replace('-', "")] {
            assert!(RecoveryCode::read(json!(text)).unwrap() == written, "{text}");
        }
        for text in ["", &shown[1..], &format!("{shown}0"), &shown.replace('1', "U")] {
            assert!(RecoveryCode::read(json!(text)).is_err(), "{text}");
        }
        assert!(!format!("{written:?}").contains(&written.0));
        assert_eq!(written.hash().len(), 43);
    }
}
