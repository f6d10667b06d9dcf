//! `DELETE /v1/auth/mfa/totp`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

/// Remove the authenticator app, and the recovery codes with it.
///
/// Takes a recent sign-in with the second factor.
#[utoipa::path(
    delete, path = "/v1/auth/mfa/totp", tag = "auth",
    security(("access_token" = [])),
    responses(
        (status = 204),
        (status = 403, description = "`reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_totp(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
) -> Result<StatusCode, Error> {
    let store = &context.store;
    let mut retries = Retries::default();
    loop {
        let (caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
        if !caller.account.has_second_factor {
            return Err(Error::NotFound);
        }
        caller.check_recent(context.now())?;
        let act = context.act(caller.actor(), caller.id(), &client, "totp.disabled", json!({}));
        if store.remove_totp(&caller.account, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
