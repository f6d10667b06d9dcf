//! Texts that clients hold for us and bring back: readable by anybody, made
//! by us alone, each good for one purpose only.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;

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

/// The length stands first, so that no purpose runs over into a payload.
fn message(purpose: &str, payload: &[u8]) -> Vec<u8> {
    [&purpose.len().to_be_bytes(), purpose.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

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
