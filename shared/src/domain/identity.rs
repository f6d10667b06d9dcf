//! Identities: who somebody is to an identity provider.

use serde::{Deserialize, Serialize};

use super::account::Provider;
use super::email::Email;
use super::{Timestamp, UserId};

/// Characters of a subject (OpenID Connect Core 1.0, section 2, says 255 of
/// ASCII).
pub const MAX_SUBJECT: usize = 255;

/// A provider's user, linked to one of ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    pub provider: Provider,
    /// The provider's `iss`, exactly as it says it.
    pub issuer: String,
    /// Who it is there: unique within the issuer and never given to another.
    pub subject: String,
    /// The address at the provider when it was linked.
    pub email: Option<Email>,
    pub linked_at: Timestamp,
}

/// Whom an identity signs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linked {
    pub user_id: UserId,
    pub provider: Provider,
}

/// What the code is good for that a redirect brings to an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignInCode {
    pub provider: Provider,
    pub expires_at: Timestamp,
}

/// Why a sign-in with a provider didn't come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not begun in this browser, too long ago, or finished before.
    InvalidState,
    /// The person or the provider said no.
    AccessDenied,
    /// The provider doesn't vouch for what came back.
    SignInFailed,
    /// It doesn't vouch for the address.
    EmailNotVerified,
}
