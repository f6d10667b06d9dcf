//! Texts that clients hold for us and bring back, made by us alone, each good
//! for one purpose only: sealed ones, which anybody can read, and hidden ones,
//! which nobody else can.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;

use crate::domain::{Error, Result};

/// Bytes of an HMAC-SHA-256 tag.
const TAG: usize = 32;

/// Payload and tag in base64url. `purpose` is bound in: what was sealed for one
/// opens for no other.
#[must_use]
pub fn seal(key: &hmac::Key, purpose: &str, payload: &[u8]) -> String {
    let tag = hmac::sign(key, &message(purpose, payload));
    BASE64_URL_SAFE_NO_PAD.encode([payload, tag.as_ref()].concat())
}

/// The payload, if this service sealed it for `purpose`.
#[must_use]
pub fn open(key: &hmac::Key, purpose: &str, text: &str) -> Option<Vec<u8>> {
    let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    let tag = bytes.split_off(bytes.len().checked_sub(TAG)?);
    hmac::verify(key, &message(purpose, &bytes), &tag).ok()?;
    Some(bytes)
}

/// Hides texts, so that they tell their holder nothing.
pub struct Cipher {
    nonces: hmac::Key,
    key: LessSafeKey,
}

impl Cipher {
    /// # Errors
    /// Never: a derived key has the length that the cipher takes.
    pub fn new(key: &hmac::Key) -> Result<Self> {
        let derived = |purpose: &[u8]| hmac::sign(key, purpose);
        let cipher = UnboundKey::new(&CHACHA20_POLY1305, derived(b"key").as_ref());
        let cipher = cipher.map_err(|_| Error::internal("a key of another length"))?;
        let nonces = hmac::Key::new(hmac::HMAC_SHA256, derived(b"nonces").as_ref());
        Ok(Self { nonces, key: LessSafeKey::new(cipher) })
    }

    /// [`Self::hide_bytes`] in base64url.
    #[must_use]
    pub fn hide(&self, purpose: &str, payload: &[u8]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.hide_bytes(purpose, payload))
    }

    /// Nonce, ciphertext and tag. The nonce is made of the payload, so that no
    /// two payloads ever share one.
    #[must_use]
    pub fn hide_bytes(&self, purpose: &str, payload: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        let whole = hmac::sign(&self.nonces, &message(purpose, payload));
        nonce.copy_from_slice(&whole.as_ref()[..NONCE_LEN]);
        let mut text = payload.to_vec();
        let (aad, sealing) = (Aad::from(purpose), Nonce::assume_unique_for_key(nonce));
        match self.key.seal_in_place_append_tag(sealing, aad, &mut text) {
            Ok(()) => [&nonce[..], &text].concat(),
            // Only a text of 256 GiB has no ciphertext; an empty one opens for nobody.
            Err(_) => Vec::new(),
        }
    }

    /// The text, if this service hid it for `purpose`.
    #[must_use]
    pub fn reveal(&self, purpose: &str, text: &str) -> Option<Vec<u8>> {
        self.reveal_bytes(purpose, &BASE64_URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    /// What [`Self::hide_bytes`] has hidden for `purpose`.
    #[must_use]
    pub fn reveal_bytes(&self, purpose: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        let (nonce, hidden) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut hidden = hidden.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.key.open_in_place(nonce, Aad::from(purpose), &mut hidden).ok()?;
        Some(text.to_vec())
    }
}

/// The length stands first, so that no purpose runs over into a payload.
fn message(purpose: &str, payload: &[u8]) -> Vec<u8> {
    [&purpose.len().to_be_bytes(), purpose.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_revealed_by_the_same_key_for_the_same_purpose_only() {
        let cipher = |key: &[u8]| Cipher::new(&hmac::Key::new(hmac::HMAC_SHA256, key)).unwrap();
        let key = cipher(b"k");
        let text = key.hide("list", b"payload");
        assert_eq!(key.reveal("list", &text).as_deref(), Some(&b"payload"[..]));
        assert_eq!(key.reveal("other", &text), None);
        assert_eq!(cipher(b"l").reveal("list", &text), None);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).unwrap();
        assert!(!bytes.windows(3).any(|part| b"payload".windows(3).any(|other| part == other)));
        for forged in ["", "AAAA", "%%%", &text[1..], &format!("{text}A")] {
            assert_eq!(key.reveal("list", forged), None, "{forged}");
        }
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(key.reveal("list", &forged), None, "{forged}");
        }
    }

    #[test]
    fn only_the_same_key_and_purpose_open() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"k");
        let text = seal(&key, "list", b"payload");
        assert_eq!(open(&key, "list", &text).as_deref(), Some(&b"payload"[..]));
        assert_eq!(open(&key, "other", &text), None);
        assert_eq!(open(&hmac::Key::new(hmac::HMAC_SHA256, b"l"), "list", &text), None);
        for forged in ["", "AAAA", "%%%", &text[1..], &format!("{text}A")] {
            assert_eq!(open(&key, "list", forged), None, "{forged}");
        }
        for at in 0..text.len() {
            let mut forged = text.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(open(&key, "list", &forged), None, "{forged}");
        }
    }
}
