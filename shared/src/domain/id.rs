//! Every id of the service, registered in one place. All are UUIDv7 (RFC 9562,
//! section 5.7), so that they sort by the time they were made, but for those of
//! users who signed in elsewhere: `UUIDv5` of issuer and subject.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::fields::{Field, Reason};
use super::text::string;

/// Not the text of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// A number that grows with the time of its making, and hardly ever
            /// is another one's: milliseconds and 12 random bits.
            #[must_use]
            pub fn sequence(&self) -> u64 {
                self.0.as_u64_pair().0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        /// Takes the hyphenated form of 36 characters only, in either case: the
        /// others (braces, URN, no hyphens) would be second names of one thing.
        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                match Uuid::try_parse(text) {
                    Ok(id) if text.len() == 36 => Ok(Self(id)),
                    _ => Err(InvalidId),
                }
            }
        }

        impl Field for $name {
            fn read(value: Value) -> Result<Self, Reason> {
                let invalid = || Reason::new("invalid_format", "must be a UUID");
                string(value)?.parse().map_err(|InvalidId| invalid())
            }
        }
    )*};
}

ids! {
    /// A person or service with an account: `sub` and `user_id` of a token.
    UserId
    /// One sign-in on one device: `sid` of a token.
    SessionId
    /// One key that a program signs in with.
    ApiKeyId
    /// One attempt to have a new picture, and the picture it became.
    UploadId
    /// One mail that is to be sent.
    MailId
    /// One passkey of a user.
    PasskeyId
    /// One registration of a passkey, or one sign-in with it.
    CeremonyId
    /// One thing that was done to somebody's data.
    ActId
    /// One extension of a user's profile.
    ExtensionId
    /// One copy of data that somebody has asked for.
    ExportId
}
