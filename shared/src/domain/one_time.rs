//! What a one-time token is good for.

use serde::{Deserialize, Serialize};

use super::email::Email;
use super::{Timestamp, UserId};

/// What a token does when it is brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    VerifyEmail,
    ChangeEmail,
    ResetPassword,
}

/// What is stored of a one-time token, by its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneTime {
    pub purpose: Purpose,
    pub user_id: UserId,
    /// The address that the token was sent to.
    pub email: Email,
    /// The account's address when the token was made, which another one replaces:
    /// of several changes that were asked for, the first calls off the others.
    pub from: Email,
    /// As the account had it when the token was made: a token is worth nothing
    /// once the password is another.
    pub password_changed_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}
