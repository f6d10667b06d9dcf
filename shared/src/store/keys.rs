//! Every key of the table, built here and nowhere else.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | account | `USER#<id>` | `SELF#ACCOUNT` |
//! | API key | `USER#<id>` | `APIKEY#<key id>` |
//! | preferences | `USER#<id>` | `SELF#PREFERENCES` |
//! | profile | `USER#<id>` | `SELF#PROFILE` |
//! | session | `USER#<id>` | `SESSION#<session id>` |
//! | passkey | `USER#<id>` | `PASSKEY#<SHA-256 of the credential id>` |
//! | second factor | `USER#<id>` | `FACTOR#TOTP` |
//! | upload of a picture | `USER#<id>` | `UPLOAD#<upload id>` |
//! | sign-in by address | `EMAIL#<address>` | `EMAIL` |
//! | handle | `USERNAME#<handle>` | `USERNAME` |
//! | rate limit | `RATE#<policy>#<who>` | `RATE` |
//! | mail to be sent | `MAIL#<mail id>` | `MAIL` |
//! | ceremony of a passkey that is over | `CEREMONY#<ceremony id>` | `CEREMONY` |
//! | identity at a provider | `USER#<id>` | `IDENTITY#<provider>` |
//! | sign-in by identity | `IDENTITY#<issuer>#<subject>` | `IDENTITY` |
//! | code for an app | `USER#<id>` | `CODE#<SHA-256>` |
//! | what happens once | `ONCE#<SHA-256>` | `ONCE` |
//! | one-time token | `USER#<id>` | `TOKEN#<SHA-256>` |
//!
//! The index table, which is made from this one's stream:
//!
//! | item | pk | sk |
//! |---|---|---|
//! | who is found by the beginning of a word | `SEARCH#<beginning>`, of 2–3 letters `SEARCH#<beginning>#<0 or 1>` | `<0 or 1><name>#<user id>` |
//! | who is found by two words | `SEARCH#<beginning>+<beginning>`, `SEARCH#=<word>+<word>` | the same |
//! | words by what is left without some letters | `NEIGHBOURS#<letters>` | `NEIGHBOURS` |
//! | word that people have | `WORD#<word>` | `WORD` |
//! | how a user is filed and counted | `USER#<id>` | `FILED` |
//! | statistics | `STATISTICS#<shard>` | `STATISTICS` |
//!
//! `SELF#…` and `SESSION#…` are neighbours on purpose: one query answers who
//! somebody is and where they are signed in.

use std::collections::HashMap;
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::account::Provider;
use crate::domain::contact::Username;
use crate::domain::email::Email;
use crate::domain::privacy::Visibility;
use crate::domain::search::{Filing, Place};
use crate::domain::{ApiKeyId, CeremonyId, MailId, SessionId, Timestamp, UploadId, UserId};

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

/// The sort key of accounts, of which each user has one.
pub const ACCOUNT: &str = "SELF#ACCOUNT";

#[must_use]
pub fn account(id: UserId) -> Key {
    Key::new(user(id), ACCOUNT)
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

#[must_use]
pub fn api_key(owner: UserId, key: ApiKeyId) -> Key {
    Key::new(user(owner), format!("APIKEY#{key}"))
}

/// The bounds of a user's API keys.
pub(super) const API_KEYS: (&str, &str) = ("APIKEY#", "APIKEY#~");

#[must_use]
pub fn upload(id: UserId, upload: UploadId) -> Key {
    Key::new(user(id), format!("UPLOAD#{upload}"))
}

/// The second factor of a user.
#[must_use]
pub fn totp(id: UserId) -> Key {
    Key::new(user(id), "FACTOR#TOTP")
}

/// A passkey, by the hash of what its authenticator calls it.
#[must_use]
pub fn passkey(id: UserId, credential_hash: &str) -> Key {
    Key::new(user(id), format!("PASSKEY#{credential_hash}"))
}

/// The bounds of a user's passkeys.
pub const PASSKEYS: (&str, &str) = ("PASSKEY#", "PASSKEY#~");

#[must_use]
pub fn ceremony(id: CeremonyId) -> Key {
    Key::new(format!("CEREMONY#{id}"), "CEREMONY")
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

#[must_use]
pub fn mail(id: MailId) -> Key {
    Key::new(format!("MAIL#{id}"), "MAIL")
}

/// A one-time token, by the hash that we have made of it.
#[must_use]
pub fn one_time(user_id: UserId, hash: &str) -> Key {
    Key::new(user(user_id), format!("TOKEN#{hash}"))
}

/// Who somebody is at a provider.
#[must_use]
pub fn identity(id: UserId, provider: &Provider) -> Key {
    Key::new(user(id), format!("{IDENTITY}{}", provider.as_str()))
}

/// What the sort keys of identities begin with.
pub(super) const IDENTITY: &str = "IDENTITY#";

/// The bounds of a user's identities.
pub(super) const IDENTITIES: (&str, &str) = (IDENTITY, "IDENTITY#~");

/// Whom a provider's user signs in as.
#[must_use]
pub fn sign_in_by_identity(issuer: &str, subject: &str) -> Key {
    Key::new(format!("IDENTITY#{}#{}", part(issuer), part(subject)), "IDENTITY")
}

/// A code that an app exchanges, by the hash that we have made of it.
#[must_use]
pub fn sign_in_code(id: UserId, hash: &str) -> Key {
    Key::new(user(id), format!("CODE#{hash}"))
}

/// What must happen once only, by a hash of ours that names it.
#[must_use]
pub fn once(hash: &str) -> Key {
    Key::new(format!("ONCE#{hash}"), "ONCE")
}

/// The bounds of what else than password and sessions opens an account.
pub(super) const CREDENTIALS: [(&str, &str); 3] =
    [("APIKEY#", "APIKEY#~"), ("PASSKEY#", "PASSKEY#~"), IDENTITIES];

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

/// Partitions that the people of a short beginning are spread over.
const SPREAD: u8 = 2;

/// A place's partitions. The words of a place are letters and digits only.
#[must_use]
pub fn place(place: &Place) -> Vec<String> {
    match place {
        Place::Beginning(text) if is_short(text) => {
            (0..SPREAD).map(|shard| format!("SEARCH#{text}#{shard}")).collect()
        }
        Place::Beginning(text) => vec![format!("SEARCH#{text}")],
        Place::Beginnings(one, other) => vec![format!("SEARCH#{one}+{other}")],
        Place::Words(one, other) => vec![format!("SEARCH#={one}+{other}")],
    }
}

/// Beginnings that many people's names have.
fn is_short(beginning: &str) -> bool {
    beginning.chars().nth(3).is_none()
}

/// Somebody's entry in a place, which is sorted by filing, name and id.
#[must_use]
pub fn posting(place: &Place, filing: Filing, name: &str, id: UserId) -> Key {
    let mut partitions = self::place(place);
    let partition = partitions.swap_remove(usize::from(id.as_bytes()[15]) % partitions.len());
    Key::new(partition, format!("{}{name}#{id}", filing_letter(filing)))
}

/// The attribute of an entry whose person shows members a card, and others nothing.
pub const CARD: &str = "is_card";

/// What the position of an entry begins with.
#[must_use]
pub fn filing_letter(filing: Filing) -> char {
    match filing {
        Filing::Whole => '0',
        Filing::Beginning => '1',
    }
}

/// The words that have this neighbour.
#[must_use]
pub fn neighbours(letters: &str) -> Key {
    Key::new(format!("NEIGHBOURS#{letters}"), "NEIGHBOURS")
}

/// Says that a word is among its neighbours' words.
#[must_use]
pub fn word(word: &str) -> Key {
    Key::new(format!("WORD#{word}"), "WORD")
}

/// How a user is filed in the index.
#[must_use]
pub fn filed(id: UserId) -> Key {
    Key::new(user(id), "FILED")
}

/// Counters that the statistics are the sum of.
pub const COUNTERS: u8 = 32;

#[must_use]
pub fn statistics(counter: u8) -> Key {
    Key::new(format!("STATISTICS#{}", counter % COUNTERS), "STATISTICS")
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
