//! Which keys verify, and for how long.

use std::time::Duration;

use shared::domain::Timestamp;
use shared::tokens::keys::{Jwk, PublishedKey, SIGNING_KEYS_AGE};

/// What the clocks of two functions may differ by, many times over.
const SKEW: Duration = Duration::from_mins(1);

/// A secret holds 64 KiB, and everybody reads all of it. Whoever rotates more
/// often than so many times in the life of a token means to be rid of keys.
const MAX_KEYS: usize = 20;

/// The keys `in_use`, newest first, and those `before` that have signed tokens
/// which may still be alive.
pub fn beside(
    in_use: &[Jwk],
    before: Vec<PublishedKey>,
    lifetime: Duration,
    now: Timestamp,
) -> Vec<PublishedKey> {
    // A copy of the signing secret signs until it is read again.
    let kept_for = SIGNING_KEYS_AGE + lifetime + SKEW;
    let in_use = in_use.iter().map(Jwk::for_verification);
    let in_use = in_use.map(|jwk| PublishedKey { jwk, retired_at: None });
    // One that nobody has noted stops now at the latest.
    let before = before.into_iter().map(|PublishedKey { jwk, retired_at }| PublishedKey {
        jwk,
        retired_at: Some(retired_at.unwrap_or(now)),
    });
    let mut keys: Vec<PublishedKey> = Vec::new();
    for key in in_use.chain(before) {
        let may_be_needed = key.retired_at.is_none_or(|retired_at| now < retired_at + kept_for);
        if may_be_needed && keys.iter().all(|other| other.jwk.kid != key.jwk.kid) {
            keys.push(key);
        }
    }
    keys.truncate(MAX_KEYS);
    keys
}

/// Notes that all keys but those that `sign` have stopped. False where that is
/// known.
pub fn retire(sign: &[Jwk], published: &mut [PublishedKey], now: Timestamp) -> bool {
    let mut is_news = false;
    for key in published {
        let signs = sign.iter().any(|signing| signing.kid == key.jwk.kid);
        if !signs && key.retired_at.is_none() {
            key.retired_at = Some(now);
            is_news = true;
        }
    }
    is_news
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_mins(15);

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_millis(minute * 60_000)
    }

    fn key(n: i64) -> Jwk {
        let text = format!(r#"{{"kty": "oct", "kid": "{n}", "alg": "HS256", "use": "sig"}}"#);
        serde_json::from_str(&text).unwrap()
    }

    /// What is published after a rotation from one key to the next.
    fn rotated(published: Vec<PublishedKey>, n: i64, minute: i64) -> Vec<PublishedKey> {
        let mut published = beside(&[key(n), key(n - 1)], published, LIFETIME, at(minute));
        retire(&[key(n)], &mut published, at(minute));
        published
    }

    fn ids(published: &[PublishedKey]) -> Vec<&str> {
        published.iter().map(|key| key.jwk.kid.as_str()).collect()
    }

    #[test]
    fn a_key_stays_until_all_it_has_signed_has_expired() {
        let keys = rotated(Vec::new(), 1, 0);
        let keys = rotated(rotated(keys, 2, 1), 3, 2);
        assert_eq!(ids(&keys), ["3", "2", "1", "0"]);
        // A step that is repeated when all is done changes nothing.
        let again = beside(&[key(3), key(3)], keys.clone(), LIFETIME, at(2));
        assert_eq!(ids(&again), ["3", "2", "1", "0"]);
        // Fifteen minutes of life, five of a copy that signs on, one for the clocks.
        assert_eq!(ids(&rotated(keys.clone(), 4, 21)), ["4", "3", "2", "1"]);
        assert_eq!(ids(&rotated(keys.clone(), 4, 22)), ["4", "3", "2"]);
        assert_eq!(ids(&rotated(keys, 4, 60)), ["4", "3"]);
    }

    #[test]
    fn a_key_that_signs_for_long_after_a_broken_off_rotation_is_not_retired() {
        let keys = rotated(Vec::new(), 1, 0);
        // Key 2 is published and never comes to sign; key 1 signs on for hours.
        let keys = beside(&[key(2), key(1)], keys, LIFETIME, at(10));
        let mut keys = beside(&[key(3), key(1)], keys, LIFETIME, at(300));
        assert_eq!(ids(&keys), ["3", "1", "2"]);
        assert!(retire(&[key(3)], &mut keys, at(300)));
        assert!(!retire(&[key(3)], &mut keys, at(301)));
        assert_eq!(keys[1].retired_at, Some(at(300)));
    }

    #[test]
    fn a_stream_of_rotations_ends_the_oldest_keys_first() {
        let keys = (1..100).fold(Vec::new(), |keys, n| rotated(keys, n, 0));
        assert_eq!(keys.len(), MAX_KEYS);
        assert_eq!(ids(&keys)[..2], ["99", "98"]);
    }

    #[test]
    fn what_is_stored_beside_a_key_is_no_part_of_it() {
        let mut keys = rotated(Vec::new(), 1, 0);
        let stored = serde_json::to_value(keys.remove(1)).unwrap();
        assert_eq!(stored["retired_at"], "1970-01-01T00:00:00.000Z");
        let read: PublishedKey = serde_json::from_value(stored).unwrap();
        let shown = serde_json::to_value(read.jwk.for_verification()).unwrap();
        assert_eq!(shown, serde_json::to_value(key(0)).unwrap());
        // As it was stored before keys had a time.
        let old = serde_json::to_string(&key(7)).unwrap();
        assert!(serde_json::from_str::<PublishedKey>(&old).unwrap().retired_at.is_none());
    }
}
