//! `GET /v1/auth/mfa`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use shared::domain::Timestamp;
use shared::domain::totp::Totp;
use shared::http::SessionCredentials;
use shared::store::keys;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// What protects an account besides its password.
#[derive(Serialize, ToSchema)]
pub struct Mfa {
    totp: TotpView,
    recovery_codes_left: usize,
    /// How many there are.
    passkeys: usize,
}

/// An authenticator app.
#[derive(Serialize, ToSchema)]
pub struct TotpView {
    /// Signing in with a password or a provider takes its code.
    enabled: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Timestamp>,
}

/// See what protects one's account.
#[utoipa::path(
    get, path = "/v1/auth/mfa", tag = "auth",
    security(("access_token" = [])),
    responses((status = 200, body = Mfa)),
)]
pub async fn get_mfa(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
) -> Result<Answer<Mfa>, Error> {
    let store = &context.store;
    let totp = keys::totp(claims.sub);
    let (caller, passkeys) = tokio::join!(
        store.authenticate_session(&claims, context.now(), [totp.clone()]),
        store.passkeys(claims.sub),
    );
    let (_, items) = caller?;
    let totp: Option<Totp> = items.get(&totp)?;
    let confirmed_at = totp.as_ref().and_then(|totp| totp.confirmed_at);
    let left = totp.filter(|_| confirmed_at.is_some()).map(|totp| totp.recovery_codes.len());
    Ok(Answer(Mfa {
        totp: TotpView { enabled: confirmed_at.is_some(), confirmed_at },
        recovery_codes_left: left.unwrap_or_default(),
        passkeys: passkeys?.len(),
    }))
}
