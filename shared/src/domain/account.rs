//! The account: who somebody is to the service, and whether they may come in.

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
