//! A sign-in on one device, kept alive by its refresh token.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::account::{Account, Role};
use super::device::device;
use super::email::Email;
use super::profile::Profile;
use super::text::Name;
use super::{SessionId, Timestamp, UserId};

/// How long a replaced refresh token is still taken: tabs that refresh at
/// once send the same one, and the answer to the first may be lost on its way.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);

/// How long a sign-in counts as a recent one.
const RECENT: Duration = Duration::from_mins(15);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// What a token says of its owner, as of the sign-in: refreshing needs no other item.
    pub email: Email,
    pub name: Option<String>,
    pub role: Role,
    /// SHA-256 of the refresh token's secret, base64url.
    pub refresh_hash: String,
    /// The same of the one before, and when it was replaced.
    pub previous_hash: Option<String>,
    pub rotated_at: Timestamp,
    /// The same of the one before that.
    #[serde(default)]
    pub older_hash: Option<String>,
    #[serde(default)]
    pub older_rotated_at: Option<Timestamp>,
    pub client: Client,
    /// How its owner has shown who they are.
    #[serde(default)]
    pub amr: Vec<Method>,
    /// When they last did; where it isn't told, when the session began.
    #[serde(default)]
    pub auth_time: Option<Timestamp>,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    /// Without use; slides with every refresh.
    pub expires_at: Timestamp,
    /// In any case.
    pub ends_at: Timestamp,
}

/// A way to show who one is: the values of `amr` (RFC 8176, and `fed` and
/// `recovery_code` of our own).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    #[serde(rename = "pwd")]
    Password,
    /// A code of an authenticator app.
    #[serde(rename = "otp")]
    Otp,
    #[serde(rename = "recovery_code")]
    RecoveryCode,
    /// At an identity provider.
    #[serde(rename = "fed")]
    Federated,
    /// A passkey that has verified its user, too.
    #[serde(rename = "pop")]
    Passkey,
}

impl Method {
    /// Whether it is more than a first factor.
    #[must_use]
    pub fn is_second_factor(self) -> bool {
        match self {
            Self::Otp | Self::RecoveryCode | Self::Passkey => true,
            Self::Password | Self::Federated => false,
        }
    }
}

/// Who called, as far as the gateway and the client tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    pub device_name: Option<Name<100>>,
    /// At most 512 characters, control characters dropped.
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
}

impl Client {
    /// What its owner would call the device, like `Firefox on Linux`; `None`
    /// where it doesn't tell.
    #[must_use]
    pub fn device(&self) -> Option<String> {
        let device = device(self.user_agent.as_deref()?);
        match (device.browser, device.os) {
            (Some(browser), Some(os)) => Some(format!("{browser} on {os}")),
            (browser, os) => browser.or(os).map(str::to_owned),
        }
    }
}

/// How long sessions live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Without use.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
}

impl Session {
    /// A session that starts `now`.
    #[must_use]
    pub fn start(
        id: SessionId,
        account: &Account,
        profile: &Profile,
        refresh_hash: String,
        client: Client,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            user_id: account.id,
            email: account.email.clone(),
            name: profile.fields.name(),
            role: account.role,
            refresh_hash,
            previous_hash: None,
            rotated_at: now,
            older_hash: None,
            older_rotated_at: None,
            client,
            amr: Vec::new(),
            auth_time: Some(now),
            created_at: now,
            last_used_at: now,
            expires_at: now + lifetimes.idle,
            ends_at: now + lifetimes.absolute,
        }
    }

    /// When the session ends unless it is refreshed before.
    #[must_use]
    pub fn expiry(&self) -> Timestamp {
        self.expires_at.min(self.ends_at)
    }

    /// Whether its owner has shown who they are so lately that they may change
    /// how they sign in.
    #[must_use]
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now.since(self.auth_time.unwrap_or(self.created_at)) <= RECENT
    }

    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expiry()
    }

    /// Whether `hash` is that of a token replaced so shortly ago that it is a
    /// parallel refresh and not a theft. A tab may be late by two.
    #[must_use]
    pub fn is_in_grace(&self, hash: &str, now: Timestamp) -> bool {
        let replaced = [
            (self.previous_hash.as_deref(), Some(self.rotated_at)),
            (self.older_hash.as_deref(), self.older_rotated_at),
        ];
        replaced.into_iter().any(|(known, at)| {
            known == Some(hash) && at.is_some_and(|at| now.since(at) <= REFRESH_GRACE)
        })
    }
}

/// The sessions to end so that a new one fits under `max`: the least recently used first.
#[must_use]
pub fn to_evict(mut sessions: Vec<Session>, max: usize) -> Vec<SessionId> {
    sessions.sort_by_key(|session| (session.last_used_at, session.id));
    let surplus = (sessions.len() + 1).saturating_sub(max);
    sessions.into_iter().take(surplus).map(|session| session.id).collect()
}
