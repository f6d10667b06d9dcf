//! Every key of the table, built here and nowhere else.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | account | `USER#<id>` | `SELF#ACCOUNT` |
//! | preferences | `USER#<id>` | `SELF#PREFERENCES` |
//! | profile | `USER#<id>` | `SELF#PROFILE` |
//! | session | `USER#<id>` | `SESSION#<session id>` |
//! | sign-in by address | `EMAIL#<address>` | `EMAIL` |
//! | handle | `USERNAME#<handle>` | `USERNAME` |
//! | rate limit | `RATE#<policy>#<who>` | `RATE` |
//!
//! `SELF#…` and `SESSION#…` are neighbours on purpose: one query answers who
//! somebody is and where they are signed in.

use std::collections::HashMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::contact::Username;
use crate::domain::email::Email;
use crate::domain::privacy::Visibility;
use crate::domain::{SessionId, Timestamp, UserId};

/// The key of one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key's attributes.
    pub(super) fn item(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// The partition of all that belongs to a user.
#[must_use]
pub fn user(id: UserId) -> String {
    format!("USER#{id}")
}

#[must_use]
pub fn account(id: UserId) -> Key {
    Key::new(user(id), "SELF#ACCOUNT")
}

#[must_use]
pub fn profile(id: UserId) -> Key {
    Key::new(user(id), "SELF#PROFILE")
}

#[must_use]
pub fn preferences(id: UserId) -> Key {
    Key::new(user(id), "SELF#PREFERENCES")
}

#[must_use]
pub fn session(id: UserId, session: SessionId) -> Key {
    Key::new(user(id), format!("SESSION#{session}"))
}

/// The bounds of account, preferences, profile and sessions.
pub const SELF_AND_SESSIONS: (&str, &str) = ("SELF#", "SESSION#~");

/// The bounds of everything in a partition.
pub const EVERYTHING: (&str, &str) = (" ", "~");

#[must_use]
pub fn email(email: &Email) -> Key {
    Key::new(format!("EMAIL#{}", part(email.as_str())), "EMAIL")
}

#[must_use]
pub fn username(username: &Username) -> Key {
    Key::new(format!("USERNAME#{}", part(username.as_str())), "USERNAME")
}

/// The counter of one policy for one client or account.
#[must_use]
pub fn rate(policy: &str, who: &str) -> Key {
    Key::new(format!("RATE#{policy}#{}", part(who)), "RATE")
}

/// An item that is never there: reading it tells whether the table answers.
#[must_use]
pub fn health() -> Key {
    Key::new("HEALTH", "HEALTH")
}

/// How many partitions one listing is spread over: each takes a thousand
/// writes a second, and each is one query of a page.
const SHARDS: u8 = 4;

/// Who may find a user in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Members: public profiles, and the cards of those open to connections.
    Open,
    /// Administrators only.
    Closed,
}

impl From<Visibility> for Listing {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public | Visibility::Connections => Self::Open,
            Visibility::Private => Self::Closed,
        }
    }
}

impl Listing {
    fn partition(self, shard: u8) -> String {
        let name = match self {
            Self::Open => "OPEN",
            Self::Closed => "CLOSED",
        };
        format!("LISTING#{name}#{shard}")
    }

    /// The partition that holds this user.
    #[must_use]
    pub fn of(self, id: UserId) -> String {
        self.partition(id.as_bytes()[15] % SHARDS)
    }

    /// All partitions of the listing.
    pub fn partitions(self) -> impl Iterator<Item = String> {
        (0..SHARDS).map(move |shard| self.partition(shard))
    }
}

/// A user's place in a listing, which is sorted by age.
#[must_use]
pub fn listing_position(created_at: Timestamp, id: UserId) -> String {
    format!("{created_at}#{id}")
}

/// A part that a client has a say in, so that no `#` of theirs makes another key.
fn part(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' | '%' => _ = write!(encoded, "%{:02X}", u32::from(c)),
            c => encoded.push(c),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn different_texts_make_different_keys(a in ".{0,12}", b in ".{0,12}", c in ".{0,12}", d in ".{0,12}") {
            let (one, other) = (rate(&part(&a), &b), rate(&part(&c), &d));
            prop_assert_eq!(one == other, (a, b) == (c, d));
        }

        #[test]
        fn no_part_of_a_client_holds_a_separator(text in ".{0,40}") {
            prop_assert_eq!(rate("login", &text).pk.matches('#').count(), 2);
        }
    }
}
