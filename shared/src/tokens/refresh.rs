//! Refresh tokens: opaque, single-use, each the parent of the next.
//!
//! A token holds its user's and session's ids, a 256-bit secret and a tag. The
//! tag tells ours from made-up ones without asking the database, so that nobody
//! can end a session by inventing an old token for it. The secret's successor
//! is derived from it with a key of ours: two tabs that refresh at once get the
//! same new token, and the store holds nothing but hashes.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::{digest, hmac};
use uuid::Uuid;

use super::sealed::{open, seal};
use crate::domain::{SessionId, UserId};

/// What scanners for leaked secrets can look for.
const PREFIX: &str = "kith_rt_";
const PURPOSE: &str = "refresh token";

/// A refresh token that is ours, though maybe an old one. It can't be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub user_id: UserId,
    pub session_id: SessionId,
    secret: [u8; 32],
}

impl RefreshToken {
    #[must_use]
    pub fn new(user_id: UserId, session_id: SessionId, secret: [u8; 32]) -> Self {
        Self { user_id, session_id, secret }
    }

    /// The token in a client's text, where it is one of ours.
    #[must_use]
    pub fn parse(key: &hmac::Key, text: &str) -> Option<Self> {
        let bytes = open(key, PURPOSE, text.strip_prefix(PREFIX)?)?;
        let (user_id, rest) = bytes.split_at_checked(16)?;
        let (session_id, secret) = rest.split_at_checked(16)?;
        Some(Self {
            user_id: Uuid::from_slice(user_id).ok()?.into(),
            session_id: Uuid::from_slice(session_id).ok()?.into(),
            secret: secret.try_into().ok()?,
        })
    }

    /// What the client gets.
    #[must_use]
    pub fn reveal(&self, key: &hmac::Key) -> String {
        let bytes =
            [&self.user_id.as_bytes()[..], self.session_id.as_bytes(), &self.secret].concat();
        format!("{PREFIX}{}", seal(key, PURPOSE, &bytes))
    }

    /// What the store keeps: SHA-256 of the secret, base64url. The secret is
    /// random, so no slower hash is needed.
    #[must_use]
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &self.secret))
    }

    /// The token that follows this one.
    #[must_use]
    pub fn successor(&self, key: &hmac::Key) -> Self {
        let message = [&b"successor"[..], self.session_id.as_bytes(), &self.secret].concat();
        let mut secret = [0; 32];
        secret.copy_from_slice(hmac::sign(key, &message).as_ref());
        Self { secret, ..*self }
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips_and_its_successor_is_always_the_same() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"k");
        let token =
            RefreshToken::new(Uuid::from_u128(1).into(), Uuid::from_u128(2).into(), [3; 32]);
        let text = token.reveal(&key);
        assert_eq!(RefreshToken::parse(&key, &text), Some(token.clone()));
        assert_eq!(token.successor(&key), token.successor(&key));
        assert_ne!(token.successor(&key).hash(), token.hash());
        assert_eq!(RefreshToken::parse(&hmac::Key::new(hmac::HMAC_SHA256, b"l"), &text), None);
        assert_eq!(RefreshToken::parse(&key, text.trim_start_matches(PREFIX)), None);
    }
}
