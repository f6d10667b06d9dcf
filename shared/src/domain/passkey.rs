//! Passkeys (Web Authentication, Level 3): key pairs whose private half never
//! leaves its owner's devices.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest;
use serde::{Deserialize, Serialize};

use super::text::Name;
use super::{CeremonyId, Error, PasskeyId, Result, Timestamp, UserId};

/// Passkeys that somebody may have.
pub const MAX_PASSKEYS: usize = 20;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passkey {
    pub id: PasskeyId,
    pub user_id: UserId,
    /// What its authenticator calls it: 16–1023 bytes, base64url.
    pub credential_id: String,
    /// What its owner calls it.
    pub name: Option<Name<100>>,
    /// The public key, as the relying party's library encodes it, base64url.
    pub public_key: String,
    /// What changes with its use: the signature counter and whether it is
    /// backed up, encoded likewise.
    pub state: String,
    /// How its authenticator is reached, like `internal`.
    pub transports: Vec<String>,
    /// Whether other devices of its owner have it as well.
    pub is_backed_up: bool,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// What names it in the table.
    ///
    /// # Errors
    /// [`Error::Internal`] where it isn't stored as it should be.
    pub fn credential_hash(&self) -> Result<String> {
        let id = BASE64_URL_SAFE_NO_PAD.decode(&self.credential_id).map_err(Error::internal)?;
        Ok(credential_hash(&id))
    }
}

/// What names a credential in the table: SHA-256 in base64url, since a
/// credential's own id may be longer than a key.
#[must_use]
pub fn credential_hash(credential_id: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, credential_id))
}

/// One use of a passkey that has been verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub user_id: UserId,
    pub credential_hash: String,
    /// The state that the use was verified against, and that after it.
    pub before: String,
    pub after: String,
    pub is_backed_up: bool,
    pub ceremony: Ceremony,
}

/// A ceremony, which can be completed once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    pub id: CeremonyId,
    pub expires_at: Timestamp,
}

impl Ceremony {
    /// What somebody is told who brings one that isn't ours, has expired or is
    /// over.
    #[must_use]
    pub fn invalid() -> Error {
        Error::field("ceremony", "invalid_ceremony", "is unknown, over or too old: begin again")
    }
}
