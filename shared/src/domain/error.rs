//! The one error of the service, free of transport: `http::problem` turns it
//! into a problem document.

use std::fmt;
use std::time::Duration;

use super::Timestamp;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed. What clients read is decided in `http::problem`; a
/// [`Cause`] is for the log only.
#[derive(Debug)]
pub enum Error {
    /// The request isn't what its form promises: broken JSON, a bad header.
    Malformed(String),
    /// A cursor that this service didn't make for this list.
    InvalidCursor,
    /// No credentials where some are needed.
    AuthenticationRequired,
    /// Credentials that are wrong, expired, revoked or not for this service.
    InvalidToken(&'static str),
    /// A wrong password or an unknown address: never told apart.
    InvalidCredentials,
    /// A refresh token used twice; its session has been ended.
    TokenReused,
    /// Known, but without the right.
    Forbidden(&'static str),
    /// The current password, asked for again, was wrong.
    WrongPassword,
    AccountDisabled,
    /// The first factor was right, and the account has a second one.
    MfaRequired {
        mfa_token: String,
    },
    /// A code of the second factor that is wrong, or has been used.
    InvalidCode,
    /// The account's address isn't verified, so who signed up with it may be a
    /// stranger to it.
    EmailNotVerified,
    /// The session is good, but its sign-in too long ago for what is asked.
    ReauthenticationRequired,
    /// A sign-in with an identity provider didn't come about.
    Federation(super::identity::Refusal),
    /// Deleted, within its grace: the right password gets the means to restore it.
    AccountDeleted {
        restore_token: String,
        erase_at: Timestamp,
    },
    /// Not there, or not for this caller to know of.
    NotFound,
    MethodNotAllowed,
    Conflict(Conflict),
    /// `If-Match` names another version than the current one.
    VersionMismatch,
    /// The path and query exceed what the gateway takes.
    UriTooLong,
    /// The headers do.
    HeadersTooLarge,
    /// The body exceeds the given number of bytes.
    PayloadTooLarge(usize),
    /// The body has another media type than the given one.
    UnsupportedMediaType(&'static str),
    /// Fields that break their rules, all at once.
    Invalid(Vec<FieldError>),
    RateLimited(RateLimited),
    /// A dependency is down, too slow or throttles: worth another try.
    Unavailable(Cause),
    /// A defect of ours.
    Internal(Cause),
}

/// What is already there and must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    EmailTaken,
    UsernameTaken,
    /// Made once, and not to be made again.
    AlreadyExists,
    /// Without it nobody could sign in any more.
    LastSignInMethod,
    /// Without them nobody could administer the service any more.
    LastAdmin,
    /// They have as many extensions as one may have.
    ExtensionLimit,
    /// One of two users has as many connections, requests or blocks as they may.
    ConnectionLimit,
    /// Whom the user blocks they can't ask.
    Blocked,
    /// Others kept changing the same thing while this call tried to.
    ConcurrentChange,
}

/// A refusal for too many tries: the policy and when to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimited {
    /// Stable name of the policy, as in the `RateLimit-Policy` header.
    pub policy: &'static str,
    /// Tries allowed per window.
    pub limit: u32,
    pub window: Duration,
    pub retry_after: Duration,
}

/// One broken rule of one field.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// Dotted path, like `notifications.email`; empty for the body itself.
    pub field: String,
    /// Stable, `snake_case`.
    pub code: &'static str,
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }
}

/// What went wrong inside, for the log at the boundary.
pub struct Cause(Box<dyn std::error::Error + Send + Sync>);

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for Cause {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The whole chain, outermost first.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Error {
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    pub fn unavailable(cause: impl Into<Cause>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// One field that breaks a rule which only the whole can tell.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }
}
