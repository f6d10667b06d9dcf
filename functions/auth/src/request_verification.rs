//! `POST /v1/auth/email/verification`

use axum::extract::State;
use http::StatusCode;
use shared::domain::mail::Message;
use shared::http::{Problem, SessionCredentials};
use shared::{Context, Error};

use crate::forgot_password::mail_attempt;

/// Ask once more for the mail that verifies the address.
///
/// None is sent where the address is verified already.
#[utoipa::path(
    post, path = "/v1/auth/email/verification", tag = "auth",
    security(("access_token" = [])),
    responses(
        (status = 202),
        (status = 401, description = "`invalid_token`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn request_verification(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
) -> Result<StatusCode, Error> {
    let (caller, _) = context.store.authenticate_session(&claims, context.now(), []).await?;
    if caller.account.is_verified {
        return Ok(StatusCode::ACCEPTED);
    }
    let email = caller.account.email;
    context.store.count(mail_attempt(&context, &email).as_slice(), context.now()).await?;
    let message = Message::Verification { user_id: caller.account.id, email };
    context.store.request_mail(&context.mail(message)).await?;
    Ok(StatusCode::ACCEPTED)
}
