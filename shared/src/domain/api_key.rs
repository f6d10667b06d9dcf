//! API keys: what programs sign in with. A key acts as its owner, narrowed by
//! its scopes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::{Account, Role};
use super::fields::{Field, Reason};
use super::text::Name;
use super::{ApiKeyId, Timestamp};

/// Keys that one owner may have.
pub const MAX_KEYS: usize = 25;

/// What a key is good for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Scope {
    /// To read what the owner may read.
    #[serde(rename = "users:read")]
    UsersRead,
    /// To change what is the owner's.
    #[serde(rename = "users:write")]
    UsersWrite,
    /// To read everybody's data in full.
    #[serde(rename = "users:read:all")]
    UsersReadAll,
    /// To change everybody's data.
    #[serde(rename = "users:write:all")]
    UsersWriteAll,
    /// To run live sessions.
    #[serde(rename = "live:write")]
    LiveWrite,
    /// To do what administrators do.
    #[serde(rename = "admin")]
    Admin,
}

impl Scope {
    /// Whether only administrators may grant it, and only their keys have it.
    #[must_use]
    pub fn is_for_admins(self) -> bool {
        match self {
            Self::UsersRead | Self::UsersWrite => false,
            Self::UsersReadAll | Self::UsersWriteAll | Self::LiveWrite | Self::Admin => true,
        }
    }
}

/// The scopes of a key: one at least.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    #[must_use]
    pub fn need_admin(&self) -> bool {
        self.0.iter().any(|scope| scope.is_for_admins())
    }

    fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl Field for Scopes {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::Array(names) = value else {
            return Err(Reason::invalid_type("a list of scopes"));
        };
        let unknown = |_| Reason::new("invalid_value", "must be known scopes");
        let scopes: Result<BTreeSet<Scope>, _> =
            names.into_iter().map(serde_json::from_value).collect();
        match scopes.map_err(unknown)? {
            scopes if scopes.is_empty() => Err(Reason::required()),
            scopes => Ok(Self(scopes)),
        }
    }
}

/// What a request does: its method tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    Write,
}

/// What somebody may do beyond what is their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Everybody's data is open, to read or to change as the request does.
    pub everybody: bool,
    /// What administrators may do.
    pub admin: bool,
}

impl Rights {
    pub const NONE: Self = Self { everybody: false, admin: false };

    /// Of whoever acts in person.
    #[must_use]
    pub fn of(role: Role) -> Self {
        let admin = role == Role::Admin;
        Self { everybody: admin, admin }
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: Name<100>,
    pub scopes: Scopes,
    /// What the key's text begins with: it names the key in lists.
    pub prefix: String,
    /// SHA-256 of the secret, base64url.
    pub secret_hash: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// To the minute.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// A new password ends the keys made before: whoever takes an account back
    /// mustn't leave a key behind that somebody else has made.
    #[must_use]
    pub fn is_live(&self, owner: &Account, now: Timestamp) -> bool {
        owner.is_usable()
            && self.expires_at.is_none_or(|expiry| now < expiry)
            && owner.password_changed_at.is_none_or(|changed| changed < self.created_at)
    }

    /// What the key may do with this access, its owner having this role; `None`
    /// where that is nothing.
    #[must_use]
    pub fn rights(&self, owner: Role, access: Access) -> Option<Rights> {
        let has = |scope: Scope| {
            self.scopes.has(scope) && (owner == Role::Admin || !scope.is_for_admins())
        };
        let (own, all) = match access {
            Access::Read => (Scope::UsersRead, Scope::UsersReadAll),
            Access::Write => (Scope::UsersWrite, Scope::UsersWriteAll),
        };
        let admin = has(Scope::Admin);
        let everybody = admin || has(all);
        (everybody || has(own)).then_some(Rights { everybody, admin })
    }
}
