//! One-time tokens: 256 random bits that a mail or a redirect brings to
//! somebody, of which nothing but a hash is stored. A token names its user, in
//! whose partition the hash is, so that an erasure takes it along.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use uuid::Uuid;

use crate::domain::UserId;

/// What scanners for leaked secrets can look for.
const PREFIX: &str = "kith_ot_";

/// A one-time token. It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeToken {
    pub user_id: UserId,
    secret: [u8; 32],
}

impl OneTimeToken {
    #[must_use]
    pub fn new(user_id: UserId, secret: [u8; 32]) -> Self {
        Self { user_id, secret }
    }

    /// The token in a client's text, if it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (user_id, secret) = bytes.split_at_checked(16)?;
        let user_id = Uuid::from_slice(user_id).ok()?.into();
        Some(Self { user_id, secret: secret.try_into().ok()? })
    }

    /// What its holder gets.
    #[must_use]
    pub fn reveal(&self) -> String {
        let bytes = [&self.user_id.as_bytes()[..], &self.secret].concat();
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What the store keeps: SHA-256 of the secret, base64url.
    #[must_use]
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.secret))
    }
}

impl std::fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips_and_other_texts_are_none() {
        let token = OneTimeToken::new(Uuid::from_u128(1).into(), [7; 32]);
        assert_eq!(OneTimeToken::parse(&token.reveal()), Some(token.clone()));
        assert!(!token.hash().contains(&token.reveal()[PREFIX.len()..]));
        for text in ["", PREFIX, "kith_ot_AAAA", &token.reveal()[1..], &token.reveal()[..40]] {
            assert_eq!(OneTimeToken::parse(text), None, "{text}");
        }
    }
}
