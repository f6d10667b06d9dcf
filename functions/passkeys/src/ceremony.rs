//! What the service must remember between the two calls of a ceremony. The
//! client holds it, hidden; that it is brought back only once, the table holds
//! from the second call on.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::fields::{Field, Reason, Text};
use shared::domain::passkey::Ceremony;
use shared::domain::{SessionId, Timestamp};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::relying_party::Begun;

/// How long an authenticator's answer is waited for: as long as clients are
/// told to wait for it.
const LIFETIME: Duration = Duration::from_mins(5);

/// What a ceremony is for. One for a purpose is none for the other.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// By the owner of this session.
    Registration(SessionId),
    SignIn,
}

/// What the client holds.
#[derive(Serialize, Deserialize)]
struct Held {
    ceremony: Ceremony,
    state: Vec<u8>,
}

/// A ceremony that has begun.
#[derive(Serialize, ToSchema)]
pub struct Challenge {
    /// Goes with the authenticator's answer. Good once.
    ceremony: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What the browser takes, see `parseCreationOptionsFromJSON()` and
    /// `parseRequestOptionsFromJSON()` of `PublicKeyCredential`.
    #[schema(value_type = Object)]
    options: Value,
}

/// What an authenticator made, as `PublicKeyCredential.toJSON()` has it.
pub struct Credential(pub Value);

impl Field for Credential {
    fn read(value: Value) -> Result<Self, Reason> {
        if value.is_object() { Ok(Self(value)) } else { Err(Reason::invalid_type("an object")) }
    }
}

impl Purpose {
    fn text(self) -> String {
        match self {
            Self::Registration(session) => format!("passkey registration {session}"),
            Self::SignIn => "passkey sign-in".to_owned(),
        }
    }
}

/// Hands a ceremony to the client.
///
/// # Errors
/// Those of `Keys::signing`.
pub async fn begin(context: &Context, purpose: Purpose, begun: Begun) -> Result<Challenge> {
    let Begun { options, state } = begun;
    let expires_at = context.now() + LIFETIME;
    let ceremony = Ceremony { id: context.new_id(), expires_at };
    let held = serde_json::to_vec(&Held { ceremony, state }).map_err(Error::internal)?;
    let signing = context.keys.signing().await?;
    let ceremony = signing.cipher.hide(&purpose.text(), &held);
    Ok(Challenge { ceremony, expires_at, options })
}

/// The ceremony that a client brings back, and what was to be remembered.
///
/// # Errors
/// [`Ceremony::invalid`] for one that isn't ours, is for another purpose or too
/// old; those of `Keys::signing`.
pub async fn resume(
    context: &Context,
    purpose: Purpose,
    Text(held): &Text,
) -> Result<(Ceremony, Vec<u8>)> {
    let signing = context.keys.signing().await?;
    let held = signing.cipher.reveal(&purpose.text(), held);
    let held: Option<Held> = held.and_then(|held| serde_json::from_slice(&held).ok());
    let held = held.filter(|held| context.now() < held.ceremony.expires_at);
    held.map(|Held { ceremony, state }| (ceremony, state)).ok_or_else(Ceremony::invalid)
}
