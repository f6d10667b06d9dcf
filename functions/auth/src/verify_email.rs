//! `POST /v1/auth/email/verify`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::domain::account::Account;
use shared::domain::activity::Actor;
use shared::domain::fields::Text;
use shared::domain::one_time::{OneTime, Purpose};
use shared::domain::session::Client;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::store::{Along, INVALID_TOKEN, Retries};
use shared::tokens::OneTimeToken;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

#[derive(Debug, ToSchema)]
pub struct EmailVerification {
    /// From the link in the mail.
    #[schema(value_type = String)]
    #[expect(dead_code, reason = "documents the body")]
    token: String,
}

/// Verify an address with the token that was mailed to it.
///
/// The token of a sign-up marks the account's address verified. That of a change
/// makes the new address the account's: 409 `email_taken` where somebody else
/// has it by then.
#[utoipa::path(
    post, path = "/v1/auth/email/verify", tag = "auth",
    request_body = EmailVerification,
    responses(
        (status = 204),
        (status = 401, description = "`invalid_token`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`email_taken`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn verify_email(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(mut fields): Json,
) -> Result<StatusCode, Error> {
    let token = fields.required::<Text>("token");
    let Text(token) = fields.finish(token)?;
    let token = OneTimeToken::parse(&token).ok_or(INVALID_TOKEN)?;
    let mut retries = Retries::default();
    loop {
        let found = context.store.one_time_with_account(&token, context.now()).await?;
        let (one_time, account) = found.ok_or(INVALID_TOKEN)?;
        if redeem(&context, &token, &one_time, &account, &client).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}

/// False where the account has changed meanwhile.
async fn redeem(
    context: &Context,
    token: &OneTimeToken,
    one_time: &OneTime,
    account: &Account,
    client: &Client,
) -> Result<bool> {
    let act =
        |kind, data| context.act(Actor::User { id: account.id }, account.id, client, kind, data);
    let (store, now) = (&context.store, context.now());
    let OneTime { purpose, email, from, password_changed_at, .. } = one_time;
    if !account.is_usable() {
        return Err(INVALID_TOKEN);
    }
    match purpose {
        Purpose::VerifyEmail if account.email == *email => {
            let act = act("user.email_verified", json!({}));
            store.verify_email(token, account, now, Along::acts(&[act])).await
        }
        // Whoever fears that somebody else asked for it changes the password.
        Purpose::ChangeEmail
            if account.password_changed_at == *password_changed_at && account.email == *from =>
        {
            let person = store.person(account.id, now).await?.ok_or(INVALID_TOKEN)?;
            if person.account.version != account.version {
                return Ok(false);
            }
            let act = act("user.updated", json!({"changes": {"email": {}}}));
            store.change_email(token, &person, email, now, Along::acts(&[act])).await
        }
        _ => Err(INVALID_TOKEN),
    }
}
