//! `POST /v1/auth/oauth/token`

use std::time::Duration;

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::fields::Text;
use shared::domain::session::Method;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{Proof, SignedIn, sign_in};
use shared::store::Guard;
use shared::tokens::OneTimeToken;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// How long an app may take to exchange its code.
pub const LIFETIME: Duration = Duration::from_mins(1);

const INVALID: Error = Error::InvalidToken("The code is unknown, expired or has been used.");

#[derive(Debug, ToSchema)]
pub struct CodeExchange {
    /// What the callback added to `redirect_to`.
    #[schema(value_type = String)]
    #[expect(dead_code, reason = "documents the body")]
    code: String,
}

/// Exchange the code of a callback for tokens.
///
/// It is good for one use within 60 seconds. The session begins here, with the
/// client that exchanges it.
#[utoipa::path(
    post, path = "/v1/auth/oauth/token", tag = "oauth",
    request_body = CodeExchange,
    responses(
        (status = 200, body = SignedIn),
        (status = 401, description = "`invalid_token`, `sign_in_failed`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`mfa_required`, `account_disabled`, `account_deleted`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn exchange_code(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(mut fields): Json,
) -> Result<Answer<SignedIn>, Error> {
    let code = fields.required::<Text>("code");
    let Text(code) = fields.finish(code)?;
    let code = OneTimeToken::parse(&code).ok_or(INVALID)?;
    // Used up first: what fails after that begins anew at the provider.
    let good = context.store.take_sign_in_code(&code, context.now()).await?.ok_or(INVALID)?;
    let proof = Proof {
        user_id: code.user_id,
        methods: vec![Method::Federated],
        provider: Some(good.provider),
        guard: Guard::None,
        since: None,
    };
    sign_in(&context, &proof, client).await.map(Answer)
}
