//! `POST /v1/auth/mfa/totp/confirm`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use serde_json::json;
use shared::domain::session::Method;
use shared::domain::totp::{Code, Totp};
use shared::domain::{Conflict, FieldError};
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::{Along, Person, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use super::{attempt, recovery_codes, reveal, shown_again};

#[derive(ToSchema)]
pub struct Confirmation {
    /// What the app shows.
    #[schema(value_type = String, example = "123456")]
    #[expect(dead_code, reason = "documents the body")]
    code: Code,
}

/// For when the app is lost. Shown this once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Each good for one sign-in.
    #[schema(example = json!(["9G2K-0XQ7-MB4R-VT61"]))]
    pub recovery_codes: Vec<String>,
}

/// Let an authenticator app count.
///
/// From now on signing in takes its code. Sessions that were started without
/// it end, but for the one that asks.
#[utoipa::path(
    post, path = "/v1/auth/mfa/totp/confirm", tag = "auth",
    security(("access_token" = [])),
    request_body = Confirmation,
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 404, description = "`not_found`: nothing awaits a code", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`already_exists`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`, of `code` with `invalid_code`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn confirm_totp(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(mut fields): Json,
) -> Result<Answer<RecoveryCodes>, Error> {
    let (store, now) = (&context.store, context.now());
    let (mut caller, mut profile, mut sessions) =
        store.authenticate_with_sessions(&claims, now).await?;
    let code = fields.required::<Code>("code");
    let code = fields.finish(code)?;
    store.count(attempt(&context, caller.id()).as_slice(), now).await?;
    let mut retries = Retries::default();
    loop {
        let pending = store.totp(caller.id()).await?.ok_or(Error::NotFound)?;
        if pending.confirmed_at.is_some() {
            return Err(Error::Conflict(Conflict::AlreadyExists));
        }
        if !pending.is_pending(now) {
            return Err(Error::NotFound);
        }
        let secret = reveal(&context, caller.id(), &pending).await?;
        let step = secret.step(code, None, now);
        let last_step = Some(step.ok_or_else(|| wrong_code("code"))?);
        let (codes, hashes) = recovery_codes(&context);
        let enrolled = Totp { last_step, recovery_codes: hashes, ..pending };
        let current = shown_again(&caller.session, &[Method::Otp], now);
        let act = context.act(caller.actor(), caller.id(), &client, "totp.enabled", json!({}));
        let along = Along::acts(std::slice::from_ref(&act));
        let person = Person { account: caller.account, profile, sessions };
        if store.confirm_totp(&person, &enrolled, &current, now, along).await? {
            return Ok(Answer(RecoveryCodes { recovery_codes: codes }));
        }
        retries.again().await?;
        (caller, profile, sessions) = store.authenticate_with_sessions(&claims, now).await?;
    }
}

/// What somebody is told who is signed in: their session is as good as before.
pub fn wrong_code(field: &'static str) -> Error {
    Error::Invalid(vec![FieldError::new(field, "invalid_code", "is wrong or has been used")])
}
