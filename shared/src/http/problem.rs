//! Errors as clients see them: problem documents (RFC 9457).

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::layer::{MAX_HEADERS, MAX_URI};
use crate::domain::error::RateLimited;
use crate::domain::extension::MAX_EXTENSIONS;
use crate::domain::identity::Refusal;
use crate::domain::{Conflict, Error, FieldError, Timestamp};

const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// When to come back after a failure of ours.
const PAUSE: Duration = Duration::from_secs(1);

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/docs#problem-validation_failed")]
    pub kind: String,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong this time.
    pub detail: String,
    /// The kind for programs: stable, `snake_case`.
    #[schema(example = "validation_failed")]
    pub code: &'static str,
    /// Names this request in the logs.
    pub request_id: String,
    /// Of `validation_failed`: every field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldProblem>)]
    pub errors: Vec<FieldError>,
    /// Of `account_deleted`: what `POST /v1/auth/restore` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore_token: Option<String>,
    /// Of `account_deleted`: when the data goes for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub erase_at: Option<Timestamp>,
    /// Of `mfa_required`: what `POST /v1/auth/mfa/verify` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_token: Option<String>,
}

/// One field that is wrong.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "documents `FieldError`, which knows nothing of HTTP")]
pub struct FieldProblem {
    /// Dotted path; empty for the body itself.
    #[schema(example = "notifications.email")]
    field: String,
    /// Stable, `snake_case`.
    #[schema(example = "too_long")]
    code: String,
    message: String,
}

/// Errors travel to the outermost layer, which knows the request's id, as an
/// extension of their answer.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, _, _) = describe(&self);
        let mut response = status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// The stable code of an error.
#[must_use]
pub fn code(error: &Error) -> &'static str {
    describe(error).1
}

/// Status, code and title of every error.
fn describe(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed_request", "Malformed request"),
        Error::InvalidCursor => (StatusCode::BAD_REQUEST, "invalid_cursor", "Invalid cursor"),
        Error::AuthenticationRequired => {
            (StatusCode::UNAUTHORIZED, "authentication_required", "Authentication required")
        }
        Error::InvalidToken(_) => (StatusCode::UNAUTHORIZED, "invalid_token", "Invalid token"),
        Error::InvalidCredentials => {
            (StatusCode::UNAUTHORIZED, "invalid_credentials", "Invalid credentials")
        }
        Error::TokenReused => (StatusCode::UNAUTHORIZED, "token_reused", "Token used twice"),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden", "Forbidden"),
        Error::WrongPassword => (StatusCode::FORBIDDEN, "wrong_password", "Wrong password"),
        Error::AccountDisabled => {
            (StatusCode::FORBIDDEN, "account_disabled", "Account deactivated")
        }
        Error::MfaRequired { .. } => {
            (StatusCode::FORBIDDEN, "mfa_required", "Second factor required")
        }
        Error::InvalidCode => (StatusCode::UNAUTHORIZED, "invalid_code", "Invalid code"),
        Error::ReauthenticationRequired => {
            (StatusCode::FORBIDDEN, "reauthentication_required", "Recent sign-in required")
        }
        Error::Federation(Refusal::InvalidState) => {
            (StatusCode::BAD_REQUEST, "invalid_state", "Sign-in not begun here")
        }
        Error::Federation(Refusal::AccessDenied) => {
            (StatusCode::FORBIDDEN, "access_denied", "Sign-in refused")
        }
        Error::Federation(Refusal::SignInFailed) => {
            (StatusCode::UNAUTHORIZED, "sign_in_failed", "Sign-in failed")
        }
        Error::EmailNotVerified | Error::Federation(Refusal::EmailNotVerified) => {
            (StatusCode::FORBIDDEN, "email_not_verified", "Address not verified")
        }
        Error::AccountDeleted { .. } => {
            (StatusCode::FORBIDDEN, "account_deleted", "Account deleted")
        }
        Error::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
        Error::MethodNotAllowed => {
            (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed")
        }
        Error::Conflict(Conflict::EmailTaken) => {
            (StatusCode::CONFLICT, "email_taken", "Address taken")
        }
        Error::Conflict(Conflict::UsernameTaken) => {
            (StatusCode::CONFLICT, "username_taken", "Username taken")
        }
        Error::Conflict(Conflict::AlreadyExists) => {
            (StatusCode::CONFLICT, "already_exists", "Already exists")
        }
        Error::Conflict(Conflict::LastSignInMethod) => {
            (StatusCode::CONFLICT, "last_sign_in_method", "Last way to sign in")
        }
        Error::Conflict(Conflict::LastAdmin) => {
            (StatusCode::CONFLICT, "last_admin", "Last administrator")
        }
        Error::Conflict(Conflict::ExtensionLimit) => {
            (StatusCode::CONFLICT, "extension_limit", "Too many extensions")
        }
        Error::Conflict(Conflict::ConnectionLimit) => {
            (StatusCode::CONFLICT, "connection_limit", "Too many connections")
        }
        Error::Conflict(Conflict::Blocked) => (StatusCode::CONFLICT, "blocked", "User blocked"),
        Error::Conflict(Conflict::ConcurrentChange) => {
            (StatusCode::CONFLICT, "concurrent_change", "Changed at the same time")
        }
        Error::VersionMismatch => {
            (StatusCode::PRECONDITION_FAILED, "version_mismatch", "Version mismatch")
        }
        Error::UriTooLong => (StatusCode::URI_TOO_LONG, "uri_too_long", "URI too long"),
        Error::HeadersTooLarge => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers_too_large",
            "Header fields too large",
        ),
        Error::PayloadTooLarge(_) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "Payload too large")
        }
        Error::UnsupportedMediaType(_) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type")
        }
        Error::Invalid(_) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "validation_failed", "Validation failed")
        }
        Error::RateLimited(_) => {
            (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests")
        }
        Error::Unavailable(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Service unavailable")
        }
        Error::Internal(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "internal_error", "Internal error")
        }
    }
}

/// What the client reads of this one; never a cause.
fn detail(error: &Error) -> String {
    match error {
        Error::Malformed(detail) => detail.clone(),
        Error::InvalidToken(detail) | Error::Forbidden(detail) => (*detail).to_owned(),
        Error::InvalidCursor => "The cursor wasn't made for this list.".to_owned(),
        Error::AuthenticationRequired => "Send an access token as a bearer token.".to_owned(),
        Error::InvalidCredentials => {
            "The address, the password or the passkey is wrong.".to_owned()
        }
        Error::TokenReused => {
            "The refresh token had been used before; its session has been ended.".to_owned()
        }
        Error::WrongPassword => "The current password is wrong.".to_owned(),
        Error::AccountDisabled => "An administrator has deactivated this account.".to_owned(),
        Error::MfaRequired { .. } => {
            "Send mfa_token with a code of the second factor to /v1/auth/mfa/verify.".to_owned()
        }
        Error::InvalidCode => "The code is wrong or has been used.".to_owned(),
        Error::ReauthenticationRequired => {
            "The sign-in is too long ago for this; show who you are again.".to_owned()
        }
        Error::Federation(Refusal::InvalidState) => "The sign-in wasn't begun in this browser, \
             took more than ten minutes or has been finished; begin it again."
            .to_owned(),
        Error::Federation(Refusal::AccessDenied) => {
            "The provider was told no, or says so itself.".to_owned()
        }
        Error::Federation(Refusal::SignInFailed) => {
            "The provider doesn't vouch for this sign-in; begin it again.".to_owned()
        }
        Error::EmailNotVerified => "Verify the account's address first.".to_owned(),
        Error::Federation(Refusal::EmailNotVerified) => {
            "The provider names no address that it has verified.".to_owned()
        }
        Error::AccountDeleted { .. } => {
            "This account has been deleted and can still be restored.".to_owned()
        }
        Error::NotFound => "There is nothing here.".to_owned(),
        Error::MethodNotAllowed => "The Allow header names the methods of this path.".to_owned(),
        Error::Conflict(Conflict::EmailTaken) => {
            "An account with this address exists already.".to_owned()
        }
        Error::Conflict(Conflict::UsernameTaken) => "Somebody has this username.".to_owned(),
        Error::Conflict(Conflict::AlreadyExists) => "This is there already.".to_owned(),
        Error::Conflict(Conflict::LastSignInMethod) => {
            "Without it nobody could sign in to this account any more.".to_owned()
        }
        Error::Conflict(Conflict::LastAdmin) => {
            "There has to be another administrator first.".to_owned()
        }
        Error::Conflict(Conflict::ExtensionLimit) => {
            format!("A user may have {MAX_EXTENSIONS} extensions; delete one first.")
        }
        Error::Conflict(Conflict::ConnectionLimit) => {
            "One of the two has as many connections, requests or blocks as they may.".to_owned()
        }
        Error::Conflict(Conflict::Blocked) => {
            "You block this user; take the block back first.".to_owned()
        }
        Error::Conflict(Conflict::ConcurrentChange) => {
            "Others kept changing the same thing; try again.".to_owned()
        }
        Error::VersionMismatch => "The resource has changed since it was read.".to_owned(),
        Error::UriTooLong => format!("Path and query may have {MAX_URI} bytes."),
        Error::HeadersTooLarge => format!("All headers together may have {MAX_HEADERS} bytes."),
        Error::PayloadTooLarge(limit) => format!("At most {limit} bytes are taken."),
        Error::UnsupportedMediaType(expected) => format!("Send {expected}."),
        Error::Invalid(errors) => match errors.as_slice() {
            [error] if error.field.is_empty() => format!("The body {}.", error.message),
            [error] => format!("{} {}.", error.field, error.message),
            errors => format!("{} fields break their rules.", errors.len()),
        },
        Error::RateLimited(limited) => format!(
            "At most {} in {} seconds; try again in {} seconds.",
            limited.limit,
            limited.window.as_secs(),
            seconds_up(limited.retry_after)
        ),
        Error::Unavailable(_) => "Try again in a moment.".to_owned(),
        Error::Internal(_) => {
            "Something went wrong on our side; the request_id names it.".to_owned()
        }
    }
}

/// The headers that go with an error.
fn headers(error: &Error) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut insert = |name, text: &str| {
        // Built of numbers and words of ours, so it always is a header's value.
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    match error {
        Error::AuthenticationRequired
        | Error::InvalidCredentials
        | Error::InvalidCode
        | Error::Federation(Refusal::SignInFailed) => {
            insert(WWW_AUTHENTICATE, "Bearer");
        }
        Error::InvalidToken(_) | Error::TokenReused => {
            insert(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
        Error::RateLimited(RateLimited { policy, limit, window, retry_after }) => {
            let (retry, window) = (seconds_up(*retry_after), window.as_secs());
            insert(RETRY_AFTER, &retry.to_string());
            insert(RATELIMIT, &format!("\"{policy}\";r=0;t={retry}"));
            insert(RATELIMIT_POLICY, &format!("\"{policy}\";q={limit};w={window}"));
        }
        Error::Unavailable(_) | Error::Conflict(Conflict::ConcurrentChange) => {
            insert(RETRY_AFTER, &seconds_up(PAUSE).to_string());
        }
        _ => {}
    }
    headers
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}

/// Turns an answer that carries an error into its problem document.
pub(super) fn render(mut response: Response, error: &Error, request_id: &str) -> Response {
    let (status, code, title) = describe(error);
    let mut problem = Problem {
        kind: format!("/docs#problem-{code}"),
        title,
        status: status.as_u16(),
        detail: detail(error),
        code,
        request_id: request_id.to_owned(),
        errors: Vec::new(),
        restore_token: None,
        erase_at: None,
        mfa_token: None,
    };
    match error {
        Error::Invalid(errors) => problem.errors.clone_from(errors),
        Error::AccountDeleted { restore_token, erase_at } => {
            problem.restore_token = Some(restore_token.clone());
            problem.erase_at = Some(*erase_at);
        }
        Error::MfaRequired { mfa_token } => problem.mfa_token = Some(mfa_token.clone()),
        _ => {}
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    *response.body_mut() = body.into();
    *response.status_mut() = status;
    let headers_of_error = headers(error);
    let headers = response.headers_mut();
    headers.extend(headers_of_error);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.remove(http::header::CONTENT_LENGTH);
    response
}
