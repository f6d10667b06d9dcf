//! The account: who somebody is to the service, and whether they may come in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::email::Email;
use super::fields::{Field, Reason};
use super::text::string;
use super::{Timestamp, UserId};

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Admin,
}

impl Field for Role {
    fn read(value: Value) -> Result<Self, Reason> {
        match string(value)?.as_str() {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(Reason::new("invalid_value", "must be user or admin")),
        }
    }
}

/// What state an account is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AccountStatus)]
pub enum Status {
    Active,
    /// Shut by an administrator.
    Inactive,
    /// Within its grace, whatever it was before.
    Deleted,
}

impl Status {
    #[must_use]
    pub fn of(account: &Account) -> Self {
        match account {
            Account { deletion: Some(_), .. } => Self::Deleted,
            Account { is_active: false, .. } => Self::Inactive,
            _ => Self::Active,
        }
    }
}

/// A way to sign in: `password`, or the name of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Provider(String);

impl Provider {
    #[must_use]
    pub fn password() -> Self {
        Self("password".to_owned())
    }

    /// While the account has at least one.
    #[must_use]
    pub fn passkey() -> Self {
        Self("passkey".to_owned())
    }

    /// An issuer of tokens that are taken as they are, by what the
    /// configuration calls it.
    #[must_use]
    pub fn issuer(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// An identity provider by the name it has in the configuration: 1–30 of
    /// `a-z 0-9 -`. `None` for other texts, for names of other ways to sign in, and
    /// for `token`, whose path is another call's.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let is_name = (1..=30).contains(&name.len())
            && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        (is_name && !matches!(name, "password" | "passkey" | "token"))
            .then(|| Self(name.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Provider {
    fn read(value: Value) -> Result<Self, Reason> {
        Self::named(&string(value)?).ok_or_else(|| {
            Reason::new("invalid_format", "must be 1–30 of a–z, digits and hyphens, not reserved")
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: UserId,
    pub email: Email,
    pub role: Role,
    /// False: an administrator has shut the account.
    pub is_active: bool,
    /// The address is verified.
    pub is_verified: bool,
    /// Since when; accounts that were made with a verified address have none.
    #[serde(default)]
    pub verified_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub last_login_at: Option<Timestamp>,
    /// How its owner can sign in.
    #[serde(default)]
    pub providers: BTreeSet<Provider>,
    /// Since it was first set.
    pub password_changed_at: Option<Timestamp>,
    /// When whoever reads the address's mail has last set the password. Others
    /// may have chosen it before the address was verified.
    #[serde(default)]
    pub password_reset_at: Option<Timestamp>,
    /// Signing in takes more than the password or a provider.
    #[serde(default)]
    pub has_second_factor: bool,
    /// What the account has been used on, the latest last: see
    /// [`Client::device`](super::session::Client::device).
    #[serde(default)]
    pub devices: Vec<String>,
    /// Set while the account is deleted and may still be restored.
    pub deletion: Option<Deletion>,
    /// Grows with every change.
    pub version: u64,
}

/// A deletion within its grace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    pub deleted_at: Timestamp,
    /// When the data goes for good.
    pub erase_at: Timestamp,
}

/// Devices that are remembered of an account.
const MAX_DEVICES: usize = 20;

impl Account {
    /// An account that signs in with a password, its address not verified.
    #[must_use]
    pub fn new(id: UserId, email: Email, now: Timestamp) -> Self {
        Self {
            id,
            email,
            role: Role::User,
            is_active: true,
            is_verified: false,
            verified_at: None,
            created_at: now,
            last_login_at: None,
            providers: [Provider::password()].into(),
            password_changed_at: None,
            password_reset_at: None,
            has_second_factor: false,
            devices: Vec::new(),
            deletion: None,
            version: 1,
        }
    }

    /// The devices with one more; `None` where it is among them.
    #[must_use]
    pub fn devices_with(&self, device: &str) -> Option<Vec<String>> {
        if self.devices.iter().any(|known| known == device) {
            return None;
        }
        let forgotten = (self.devices.len() + 1).saturating_sub(MAX_DEVICES);
        let kept = self.devices.iter().skip(forgotten).cloned();
        Some(kept.chain([device.to_owned()]).collect())
    }

    /// Whether whoever has the address may set the password: not of an account
    /// that an issuer's user has made with an address that nobody has verified,
    /// and would go on using.
    #[must_use]
    pub fn is_resettable(&self) -> bool {
        self.is_verified || self.providers.iter().all(|way| *way == Provider::password())
    }

    /// Whether the ways to sign in may be a stranger's: somebody signed up with
    /// the address, or moved to it, and its owner has verified it since without
    /// choosing another password. Changing it takes nothing but knowing it, so
    /// that doesn't count.
    #[must_use]
    pub fn may_be_strangers(&self) -> bool {
        let reset_since = |verified| self.password_reset_at.is_some_and(|reset| reset >= verified);
        self.verified_at.is_some_and(|verified| !reset_since(verified))
    }

    /// Whether the account may be used at all.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.is_active && self.deletion.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_have_names_of_their_own() {
        for name in ["google", "acme-2", "a"] {
            assert_eq!(Provider::named(name).unwrap().as_str(), name);
        }
        for name in
            ["", "password", "passkey", "token", "Google", "a#b", "a_b", "é", &"a".repeat(31)]
        {
            assert_eq!(Provider::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_password_is_its_owners_once_they_have_reset_it() {
        let at = |second: i64| Timestamp::from_millis(second * 1000);
        let email = Email::parse("ada@example.com").unwrap();
        let account = Account::new(uuid::Uuid::nil().into(), email, at(0));
        let of = |verified_at, password_reset_at| Account {
            verified_at,
            password_reset_at,
            ..account.clone()
        };
        assert!(of(Some(at(10)), None).may_be_strangers());
        assert!(of(Some(at(10)), Some(at(9))).may_be_strangers());
        assert!(!of(Some(at(10)), Some(at(10))).may_be_strangers());
        assert!(!of(None, None).may_be_strangers());
    }
}
