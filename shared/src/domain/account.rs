//! The account: who somebody is to the service, and whether they may come in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::{Timestamp, UserId};

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Admin,
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

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
    pub created_at: Timestamp,
    pub last_login_at: Option<Timestamp>,
    /// How its owner can sign in.
    #[serde(default)]
    pub providers: BTreeSet<Provider>,
    /// Since it was first set.
    pub password_changed_at: Option<Timestamp>,
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

impl Account {
    /// Whether the account may be used at all.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.is_active && self.deletion.is_none()
    }
}
