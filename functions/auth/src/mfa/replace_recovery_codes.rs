//! `POST /v1/auth/mfa/recovery-codes`

use axum::Json as Answer;
use axum::extract::State;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::Along;
use shared::{Context, Error, Result};

use super::confirm_totp::RecoveryCodes;
use super::recovery_codes;

/// Get new recovery codes; the old ones are dead. Takes a recent sign-in.
#[utoipa::path(
    post, path = "/v1/auth/mfa/recovery-codes", tag = "auth",
    security(("access_token" = [])),
    responses(
        (status = 200, body = RecoveryCodes),
        (status = 403, description = "`reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: there is no second factor", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_recovery_codes(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
) -> Result<Answer<RecoveryCodes>, Error> {
    let (caller, _) = context.store.authenticate_session(&claims, context.now(), []).await?;
    if !caller.account.has_second_factor {
        return Err(Error::NotFound);
    }
    caller.check_recent(context.now())?;
    let (recovery_codes, hashes) = recovery_codes(&context);
    let (id, kind) = (caller.id(), "recovery_codes.replaced");
    let act = context.act(caller.actor(), id, &client, kind, json!({}));
    if context.store.replace_recovery_codes(id, &hashes, Along::acts(&[act])).await? {
        Ok(Answer(RecoveryCodes { recovery_codes }))
    } else {
        Err(Error::NotFound)
    }
}
