//! What a request proves its caller by.

use super::{Claims, Identity, PresentedKey};
use crate::domain::{SessionId, UserId};

/// Verified as far as can be without the table: that it still counts, only
/// `Store::authenticate` tells.
#[derive(Debug)]
pub enum Credential {
    /// The access token of a session of ours.
    Session(Claims),
    ApiKey(PresentedKey),
    /// Somebody who has signed in with an issuer that we trust.
    External(Identity),
}

impl Credential {
    #[must_use]
    pub fn user_id(&self) -> UserId {
        match self {
            Self::Session(claims) => claims.sub,
            Self::ApiKey(key) => key.user_id(),
            Self::External(identity) => identity.user_id,
        }
    }

    /// The session, where it is one of ours.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        match self {
            Self::Session(claims) => Some(claims.sid),
            Self::ApiKey(_) | Self::External(_) => None,
        }
    }
}
