//! `POST /v1/auth/mfa/totp`

use std::time::Duration;

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use shared::domain::Timestamp;
use shared::domain::totp::Secret;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::Along;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use super::hide;

/// How long the first code is waited for.
const LIFETIME: Duration = Duration::from_mins(10);

/// A second factor that awaits its first code.
#[derive(Serialize, ToSchema)]
pub struct Enrolment {
    /// 160 bits in base32, for apps that can't read the QR code.
    secret: String,
    /// What the QR code is to hold.
    #[schema(
        example = "otpauth://totp/Kith:ada%40example.com?secret=…&issuer=Kith&algorithm=SHA1&digits=6&period=30"
    )]
    otpauth_uri: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Begin to enrol an authenticator app. Takes a recent sign-in.
///
/// It counts from its first code on, see `POST /v1/auth/mfa/totp/confirm`. An
/// enrolment that awaits one is replaced.
#[utoipa::path(
    post, path = "/v1/auth/mfa/totp", tag = "auth",
    security(("access_token" = [])),
    responses(
        (status = 201, body = Enrolment),
        (status = 403, description = "`email_not_verified`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`already_exists`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn start_totp(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
) -> Result<(StatusCode, Answer<Enrolment>), Error> {
    let (caller, _) = context.store.authenticate_session(&claims, context.now(), []).await?;
    caller.check_may_enrol(context.now())?;
    let secret = Secret::new(context.random());
    let hidden = hide(&context, caller.id(), &secret).await?;
    let expires_at = context.now() + LIFETIME;
    let act = context.act(caller.actor(), caller.id(), &client, "totp.started", json!({}));
    context.store.begin_totp(caller.id(), &hidden, expires_at, Along::acts(&[act])).await?;
    let otpauth_uri = secret.uri(&context.config.service_name, caller.account.email.as_str());
    let enrolment = Enrolment { secret: secret.base32(), otpauth_uri, expires_at };
    Ok((StatusCode::CREATED, Answer(enrolment)))
}
