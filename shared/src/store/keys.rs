//! Every key of the table, built here and nowhere else.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | account | `USER#<id>` | `SELF#ACCOUNT` |
//! | API key | `USER#<id>` | `APIKEY#<key id>` |
//! | preferences | `USER#<id>` | `SELF#PREFERENCES` |
//! | profile | `USER#<id>` | `SELF#PROFILE` |
//! | session | `USER#<id>` | `SESSION#<session id>` |
//! | activity | `USER#<id>` | `ACTIVITY#<act id>` |
//! | connection | `USER#<id>` | `CONNECTION#<other user's id>` |
//! | extension | `USER#<id>` | `EXTENSION#<extension id>` |
//! | export | `USER#<id>` | `EXPORT#<export id>` |
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
//! | what happens once, and the answer to a call with an `Idempotency-Key` | `ONCE#<SHA-256>` | `ONCE` |
//! | who the administrators are | `ADMINS` | `ADMINS` |
//! | who has been erased lately | `ERASED#<id>` | `ERASED` |
//! | audit log | `AUDIT#<year and month>#<0–3>` | `<act id>` |
//! | one-time token | `USER#<id>` | `TOKEN#<SHA-256>` |
//!
//! The index table, which is made from this one's stream:
//!
//! | item | pk | sk |
//! |---|---|---|
//! | who is found by the beginning of a word | `SEARCH#<beginning>`, of 2–3 letters `SEARCH#<beginning>#<0 or 1>` | `<0 or 1><name>#<user id>` |
//! | who is found by two words | `SEARCH#<beginning>+<beginning>`, `SEARCH#=<word>+<word>` | the same |
//! | whom administrators find by a word | `DIRECTORY#WORD#<letter>#<status>#<role>#<0 or 1>` | `<word>#<user id>` |
//! | … by the beginning of an address | `DIRECTORY#ADDRESS#<character>#<status>#<role>#<0 or 1>` | `<address>#<user id>` |
//! | … by a way to sign in | `DIRECTORY#PROVIDER#<provider>#<status>#<role>#<0 or 1>` | `<created_at>#<user id>` |
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

use crate::domain::account::{Provider, Role, Status};
use crate::domain::contact::Username;
use crate::domain::email::Email;
use crate::domain::privacy::Visibility;
use crate::domain::search::{Filing, Place};
use crate::domain::{
    ActId, ApiKeyId, CeremonyId, Error, ExportId, ExtensionId, MailId, Result, SessionId,
    Timestamp, UploadId, UserId,
};

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

    /// The key that an item has.
    pub(super) fn of(item: &HashMap<String, AttributeValue>) -> Result<Self> {
        let part = |name| item.get(name).and_then(|value| value.as_s().ok());
        match part("pk").zip(part("sk")) {
            Some((pk, sk)) => Ok(Self::new(pk, sk)),
            None => Err(Error::internal("an item without its key")),
        }
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

/// The bounds of all that moves to another service with a user: extensions,
/// identities, and what `SELF#` holds.
pub(super) const MOVABLE: (&str, &str) = ("EXTENSION#", "SELF#~");

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

/// What was done to a user's data.
#[must_use]
pub fn activity(id: UserId, act: ActId) -> Key {
    Key::new(user(id), format!("ACTIVITY#{act}"))
}

/// The bounds of a user's activity, oldest first.
pub const ACTIVITY: (&str, &str) = ("ACTIVITY#", "ACTIVITY#~");

/// The bound of what was done at this time or later: ids begin with it.
#[must_use]
pub fn activity_since(at: Timestamp) -> String {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0) & 0xffff_ffff_ffff;
    format!("ACTIVITY#{:08x}-{:04x}", millis >> 16, millis & 0xffff)
}

/// How a user stands to another.
#[must_use]
pub fn connection(id: UserId, other: UserId) -> Key {
    Key::new(user(id), format!("CONNECTION#{other}"))
}

/// The bounds of a user's connections.
pub const CONNECTIONS: (&str, &str) = ("CONNECTION#", "CONNECTION#~");

#[must_use]
pub fn extension(id: UserId, extension: ExtensionId) -> Key {
    Key::new(user(id), format!("EXTENSION#{extension}"))
}

/// The bounds of a user's extensions.
pub const EXTENSIONS: (&str, &str) = ("EXTENSION#", "EXTENSION#~");

#[must_use]
pub fn export(id: UserId, export: ExportId) -> Key {
    Key::new(user(id), format!("EXPORT#{export}"))
}

/// Somebody who has been erased, while the audit log still says more of them
/// than that.
#[must_use]
pub fn erased(id: UserId) -> Key {
    Key::new(format!("ERASED#{id}"), "ERASED")
}

/// Who the administrators in use are, so that there is always one.
#[must_use]
pub fn admins() -> Key {
    Key::new("ADMINS", "ADMINS")
}

/// An entry of the audit log, which is spread by month and id.
#[must_use]
pub fn audit(at: Timestamp, act: ActId) -> Key {
    let shard = act.as_bytes()[15] % SHARDS;
    Key::new(audit_partition(&month(at), shard), act.to_string())
}

/// The partitions of a month's part of the audit log.
pub fn audit_partitions(month: &str) -> impl Iterator<Item = String> {
    (0..SHARDS).map(move |shard| audit_partition(month, shard))
}

fn audit_partition(month: &str, shard: u8) -> String {
    format!("AUDIT#{month}#{shard}")
}

/// The month of a time, as `2026-11`.
#[must_use]
pub fn month(at: Timestamp) -> String {
    at.to_string().chars().take(7).collect()
}

/// The months from that of one time back to that of an earlier one.
#[must_use]
pub fn months(from: Timestamp, back_to: Timestamp) -> Vec<String> {
    let (mut day, first) = (from.date().first_of_month(), back_to.date().first_of_month());
    let mut months = Vec::new();
    while day >= first {
        months.push(format!("{:04}-{:02}", day.year(), day.month()));
        let Ok(before) = day.yesterday() else { break };
        day = before.first_of_month();
    }
    months
}

/// The partition of `listing` with what has been done to a user.
#[must_use]
pub fn audit_of(target: UserId) -> String {
    format!("AUDIT#{target}")
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

/// A list of users in the index `listing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Profiles that members may find: public ones, and the cards of those open
    /// to connections; by age.
    Open,
    /// The other profiles, by age.
    Closed,
    /// Profiles that are deleted, by when they are to be erased.
    Deleted,
    /// Who has been erased, and is still to be cleared from the audit log.
    Erased,
    /// Accounts, by age.
    Accounts(Status, Role),
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
            Self::Open => "LISTING#OPEN".to_owned(),
            Self::Closed => "LISTING#CLOSED".to_owned(),
            Self::Deleted => "LISTING#DELETED".to_owned(),
            Self::Erased => "LISTING#ERASED".to_owned(),
            Self::Accounts(status, role) => {
                format!("ACCOUNTS#{}#{}", status_name(status), role_name(role))
            }
        };
        format!("{name}#{shard}")
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

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::Inactive => "INACTIVE",
        Status::Deleted => "DELETED",
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "USER",
        Role::Admin => "ADMIN",
    }
}

/// A user's place in a listing, which is sorted by a time.
#[must_use]
pub fn listing_position(at: Timestamp, id: UserId) -> String {
    format!("{at}#{id}")
}

/// Partitions that the people of a short beginning are spread over, and those
/// of one part of the directory.
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

/// A part of the directory, in which administrators find people. Each is
/// divided by status and role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directory<'a> {
    /// People with a word that begins with this letter, by word.
    Words(char),
    /// People whose address begins with this character, by address.
    Addresses(char),
    /// People with this way to sign in, by age.
    Providers(&'a Provider),
}

/// What the partitions of the directory begin with.
pub const DIRECTORY: &str = "DIRECTORY#";

impl Directory<'_> {
    fn partition(self, status: Status, role: Role, shard: u8) -> String {
        let part = match self {
            Self::Words(letter) => format!("WORD#{letter}"),
            Self::Addresses(character) => format!("ADDRESS#{}", part(&character.to_string())),
            Self::Providers(provider) => format!("PROVIDER#{}", part(provider.as_str())),
        };
        format!("{DIRECTORY}{part}#{}#{}#{shard}", status_name(status), role_name(role))
    }

    /// All partitions of those with this status and role.
    pub fn partitions(self, status: Status, role: Role) -> impl Iterator<Item = String> {
        (0..SPREAD).map(move |shard| self.partition(status, role, shard))
    }

    /// Somebody's entry, which is sorted by what [`directory_position`] makes
    /// of a word or an address, or by when the account was made.
    #[must_use]
    pub fn entry(self, status: Status, role: Role, position: &str, id: UserId) -> Key {
        let shard = id.as_bytes()[15] % SPREAD;
        Key::new(self.partition(status, role, shard), format!("{position}#{id}"))
    }
}

/// Where in the directory a word or an address is, or the beginning of one.
#[must_use]
pub fn directory_position(text: &str) -> String {
    part(text)
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
    use uuid::Uuid;

    use super::*;

    #[test]
    fn activity_since_a_time_has_what_was_done_then_and_later() {
        let user = UserId::from(Uuid::from_u128(1));
        let act = |millis: u64, random: u8| {
            let id = uuid::Builder::from_unix_timestamp_millis(millis, &[random; 10]).into_uuid();
            activity(user, id.into()).sk
        };
        let at = 0x01a1_2a75_ddd0;
        let since = activity_since(Timestamp::from_millis(0x01a1_2a75_ddd0));
        assert!(act(at - 1, 0xff) < since);
        for later in [act(at, 0), act(at, 0xff), act(at + 1, 0), act(at + 0x1_0000, 0)] {
            assert!(since < later && later.as_str() < ACTIVITY.1, "{later}");
        }
    }

    #[test]
    fn months_go_back_over_the_end_of_a_year() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (now, then) = (at("2027-01-31T23:59:59.999Z"), at("2026-11-30T00:00:00Z"));
        assert_eq!(months(now, then), ["2027-01", "2026-12", "2026-11"]);
        assert_eq!(months(now, now), [month(now)]);
        assert_eq!(months(then, now), [""; 0]);
    }

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
