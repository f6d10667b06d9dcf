//! Types and pure rules: no AWS, no HTTP, no async, no clock.
//!
//! What a client may send is parsed here into validated types, field by field
//! ([`fields::Fields`]), so that an answer can name every field that is wrong.

pub mod account;
pub mod activity;
pub mod api_key;
pub mod connection;
pub mod contact;
pub mod device;
pub mod email;
pub mod error;
pub mod export;
pub mod extension;
pub mod fields;
pub mod id;
pub mod identity;
pub mod locale;
pub mod mail;
pub mod object;
pub mod one_time;
pub mod passkey;
pub mod password;
pub mod picture;
pub mod preferences;
pub mod privacy;
pub mod profile;
pub mod search;
pub mod session;
pub mod text;
pub mod time;
pub mod totp;

pub use error::{Conflict, Error, FieldError, Result};
pub use id::{
    ActId, ApiKeyId, CeremonyId, ExportId, ExtensionId, MailId, PasskeyId, SessionId, UploadId,
    UserId,
};
pub use time::Timestamp;
