//! API keys as their holders have them: `kith_ak_`, 86 digits and letters that
//! hold the key's id, its owner's and a 256-bit secret, and 6 that are a
//! checksum of the rest. So scanners can tell leaked keys from other text, and
//! a mistyped one costs no request.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use subtle::ConstantTimeEq;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::config::Limit;
use crate::domain::api_key::{Access, ApiKey};
use crate::domain::{ApiKeyId, Result, UserId};
use crate::store::Attempt;

/// What scanners for leaked secrets can look for.
const PREFIX: &str = "kith_ak_";
/// Digits of the body: as many as 64 bytes need.
const BODY: usize = 86;
/// Digits of the checksum: as many as 32 bits need.
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What of a key may be shown: its name in lists. It holds most of the time at
/// which the key was made, and nothing of the secret.
const SHOWN: usize = 18;

/// A key with its secret. It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey {
    pub id: ApiKeyId,
    pub user_id: UserId,
    secret: [u8; 32],
}

impl SecretKey {
    #[must_use]
    pub fn new(id: ApiKeyId, user_id: UserId, secret: [u8; 32]) -> Self {
        Self { id, user_id, secret }
    }

    /// The key in a client's text, where it has the form and the checksum.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, checksum) = text.split_at_checked(PREFIX.len() + BODY)?;
        if checksum != self::checksum(rest) {
            return None;
        }
        let bytes: [u8; 64] = decode(rest.strip_prefix(PREFIX)?)?;
        let (id, rest) = bytes.split_at(16);
        let (user_id, secret) = rest.split_at(16);
        Some(Self {
            id: Uuid::from_slice(id).ok()?.into(),
            user_id: Uuid::from_slice(user_id).ok()?.into(),
            secret: secret.try_into().ok()?,
        })
    }

    /// What the client gets, once.
    #[must_use]
    pub fn reveal(&self) -> String {
        let mut bytes = [0; 64];
        bytes[..16].copy_from_slice(self.id.as_bytes());
        bytes[16..32].copy_from_slice(self.user_id.as_bytes());
        bytes[32..].copy_from_slice(&self.secret);
        let text = format!("{PREFIX}{}", encode(bytes, BODY));
        let checksum = checksum(&text);
        text + &checksum
    }

    /// What the key's text begins with.
    #[must_use]
    pub fn prefix(&self) -> String {
        let mut text = self.reveal();
        text.truncate(SHOWN);
        text
    }

    /// What the store keeps: SHA-256 of the secret, base64url. The secret is
    /// random, so no slower hash is needed.
    #[must_use]
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.secret))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretKey({})", self.id)
    }
}

/// A key that a request came with.
#[derive(Debug)]
pub struct PresentedKey {
    key: SecretKey,
    /// What the request does.
    pub access: Access,
    limit: Option<Limit>,
    counted: OnceCell<()>,
}

impl PresentedKey {
    #[must_use]
    pub fn new(key: SecretKey, access: Access, limit: Option<Limit>) -> Self {
        Self { key, access, limit, counted: OnceCell::new() }
    }

    #[must_use]
    pub fn id(&self) -> ApiKeyId {
        self.key.id
    }

    #[must_use]
    pub fn user_id(&self) -> UserId {
        self.key.user_id
    }

    /// Whether it is this key.
    #[must_use]
    pub fn is(&self, stored: &ApiKey) -> bool {
        self.key.hash().as_bytes().ct_eq(stored.secret_hash.as_bytes()).into()
    }

    /// What counts this request against the key's limit. By the secret: who
    /// knows but the id, as from a log, uses up nobody's tries.
    #[must_use]
    pub fn attempt(&self) -> Option<Attempt> {
        let attempt = |limit| Attempt { policy: "api-key", limit, who: self.key.hash() };
        self.limit.map(attempt)
    }

    /// Counts with `count`, unless this request has been counted already.
    ///
    /// # Errors
    /// Those of `count`.
    pub async fn once<F: Future<Output = Result<()>>>(
        &self,
        count: impl FnOnce() -> F,
    ) -> Result<()> {
        self.counted.get_or_try_init(count).await.map(drop)
    }
}

/// CRC-32 (ISO 3309) of the text.
fn checksum(text: &str) -> String {
    encode(crc32fast::hash(text.as_bytes()).to_be_bytes(), CHECKSUM)
}

/// A big-endian number as so many digits.
fn encode<const N: usize>(mut number: [u8; N], length: usize) -> String {
    let mut digits = vec![0; length];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    digits.into_iter().map(char::from).collect()
}

/// The number that [`encode`] makes these digits of.
fn decode<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut number = [0; N];
    for digit in digits.bytes() {
        let mut carry = u32::try_from(DIGITS.iter().position(|known| *known == digit)?).ok()?;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = value.to_be_bytes()[3];
            carry = value >> 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(id: [u8; 16], user: [u8; 16], secret: [u8; 32]) -> SecretKey {
        SecretKey::new(Uuid::from_bytes(id).into(), Uuid::from_bytes(user).into(), secret)
    }

    proptest! {
        #[test]
        fn a_key_round_trips(id: [u8; 16], user: [u8; 16], secret: [u8; 32]) {
            let key = key(id, user, secret);
            let text = key.reveal();
            prop_assert_eq!(text.len(), 100);
            prop_assert!(text[8..].bytes().all(|b| b.is_ascii_alphanumeric()));
            prop_assert_eq!(SecretKey::parse(&text), Some(key));
        }
    }

    #[test]
    fn the_greatest_and_the_least_keys_round_trip() {
        for byte in [0, 0xff] {
            let key = key([byte; 16], [byte; 16], [byte; 32]);
            assert_eq!(SecretKey::parse(&key.reveal()), Some(key));
        }
    }

    #[test]
    fn no_other_text_is_a_key() {
        let text = key([1; 16], [2; 16], [3; 32]).reveal();
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(SecretKey::parse(&forged), None, "{forged}");
        }
        // More than 64 bytes hold, with a checksum that is right.
        let beyond = format!("{PREFIX}{}", "z".repeat(BODY));
        let beyond = format!("{beyond}{}", checksum(&beyond));
        for forged in ["", PREFIX, &text[1..], &text[..99], &format!("{text}A"), "é", &beyond] {
            assert_eq!(SecretKey::parse(forged), None, "{forged}");
        }
        assert_eq!(SecretKey::parse(&text.to_uppercase()), None);
        assert_eq!(SecretKey::parse(&text.to_lowercase()), None);
    }

    #[test]
    fn what_is_shown_of_a_key_and_its_hash_hold_no_secret() {
        let (one, other) = (key([1; 16], [2; 16], [3; 32]), key([1; 16], [2; 16], [4; 32]));
        assert_eq!(one.prefix(), other.prefix());
        assert_ne!(one.hash(), other.hash());
        assert!(!format!("{one:?}").contains(&one.reveal()[18..]));
    }
}
