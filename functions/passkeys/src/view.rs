//! Passkeys as their owners see them.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::Serialize;
use shared::domain::passkey::Passkey;
use shared::domain::{PasskeyId, Timestamp};
use utoipa::ToSchema;

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkey)]
pub struct PasskeyView {
    #[schema(value_type = String, format = "uuid")]
    id: PasskeyId,
    /// What its authenticator calls it, base64url.
    credential_id: String,
    name: Option<String>,
    /// Whether its owner's other devices have it as well.
    is_backed_up: bool,
    /// How its authenticator is reached.
    #[schema(example = json!(["internal", "hybrid"]))]
    transports: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        let Passkey {
            id,
            user_id: _,
            credential_id,
            name,
            public_key: _,
            state: _,
            transports,
            is_backed_up,
            created_at,
            last_used_at,
        } = passkey;
        let name = name.map(|name| name.to_string());
        Self { id, credential_id, name, is_backed_up, transports, created_at, last_used_at }
    }
}

/// `{passkey_id}`; what isn't an id names no passkey.
#[derive(Clone, Copy)]
pub struct PasskeyPath(Option<PasskeyId>);

impl<S: Send + Sync> FromRequestParts<S> for PasskeyPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.ok().and_then(|Path(id)| id.parse().ok())))
    }
}

impl PasskeyPath {
    /// The one that is named.
    pub fn find(self, passkeys: &[Passkey]) -> Option<&Passkey> {
        passkeys.iter().find(|passkey| Some(passkey.id) == self.0)
    }
}
