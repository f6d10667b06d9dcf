//! `POST /v1/auth/mfa/verify`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::fields::{Fields, Text};
use shared::domain::session::Client;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{Challenge, Proof, SignedIn, sign_in};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use super::{Shown, attempt, check};

const INVALID: Error = Error::InvalidToken("The mfa_token is invalid or too old: sign in again.");

#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body")]
pub struct Verification {
    /// From the answer 403 `mfa_required` to a sign-in.
    mfa_token: String,
    /// What the authenticator app shows.
    #[schema(example = "123456")]
    code: Option<String>,
    /// Instead of `code`.
    #[schema(example = "9G2K-0XQ7-MB4R-VT61")]
    recovery_code: Option<String>,
}

fn read(mut fields: Fields) -> Result<(Text, Shown)> {
    let token = fields.required("mfa_token");
    let shown = Shown::read(&mut fields, true);
    fields.finish(token.zip(shown))
}

/// Finish a sign-in with the second factor.
///
/// A code is good once; a deactivated or deleted account is answered as by
/// `POST /v1/auth/login`.
#[utoipa::path(
    post, path = "/v1/auth/mfa/verify", tag = "auth",
    request_body = Verification,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_code`, `invalid_token`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`account_disabled`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn verify_mfa(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let (Text(token), shown) = read(fields)?;
    let signing = context.keys.signing().await?;
    let challenge = Challenge::open(&signing, &token, context.now()).ok_or(INVALID)?;
    let Challenge { user_id, mut methods, provider, device_name, issued_at } = challenge;
    let attempt = attempt(&context, user_id);
    let (counted, totp) = tokio::join!(
        context.store.count(attempt.as_slice(), context.now()),
        context.store.totp(user_id),
    );
    counted?;
    let (method, guard) = check(&context, user_id, totp?.as_ref(), &shown).await?;
    methods.push(method);
    let proof = Proof { user_id, methods, provider, guard, since: Some(issued_at) };
    sign_in(&context, &proof, Client { device_name, ..client }).await.map(Answer)
}
