//! Identities: who somebody is to an identity provider.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::account::Provider;
use super::email::Email;
use super::fields::{Field, Reason};
use super::text::{is_control, string, too_long};
use super::{Timestamp, UserId};

/// Characters of a subject (OpenID Connect Core 1.0, section 2, says 255 of
/// ASCII).
pub const MAX_SUBJECT: usize = 255;

/// Issuers of providers that have the same one everywhere.
pub const GOOGLE: &str = "https://accounts.google.com";
pub const LINKEDIN: &str = "https://www.linkedin.com/oauth";

/// The issuer of a provider of this name, where all of them have one.
#[must_use]
pub fn well_known_issuer(provider: &Provider) -> Option<&'static str> {
    match provider.as_str() {
        "google" => Some(GOOGLE),
        "linkedin" => Some(LINKEDIN),
        _ => None,
    }
}

/// What an issuer calls itself: 1–255 visible characters of ASCII, which are
/// compared one by one and therefore kept exactly as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(pub String);

/// What an issuer calls one of its users: 1–255 characters, kept exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(pub String);

impl Field for Issuer {
    fn read(value: Value) -> Result<Self, Reason> {
        exact(value, |c| c.is_ascii_graphic()).map(Self)
    }
}

impl Field for Subject {
    fn read(value: Value) -> Result<Self, Reason> {
        exact(value, |c| !is_control(c)).map(Self)
    }
}

fn exact(value: Value, is_allowed: impl Fn(char) -> bool) -> Result<String, Reason> {
    let text = string(value)?;
    if text.is_empty() {
        return Err(Reason::new("too_short", "mustn't be empty"));
    }
    if text.chars().count() > MAX_SUBJECT {
        return Err(too_long(MAX_SUBJECT));
    }
    if !text.chars().all(is_allowed) {
        let message = "contains characters that aren't allowed";
        return Err(Reason::new("invalid_characters", message));
    }
    Ok(text)
}

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
