//! `DELETE /v1/auth/passkeys/{passkey_id}`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use crate::view::PasskeyPath;

/// Remove a passkey. Takes a recent sign-in.
///
/// The last way to sign in can't be removed. Sessions that the passkey has
/// started go on: end them with the sessions' own calls.
#[utoipa::path(
    delete, path = "/v1/auth/passkeys/{passkey_id}", tag = "passkeys",
    security(("access_token" = [])),
    params(("passkey_id" = String, Path, description = "An id from the list")),
    responses(
        (status = 204),
        (status = 403, description = "`reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_sign_in_method`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_passkey(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    path: PasskeyPath,
) -> Result<StatusCode, Error> {
    let store = &context.store;
    let mut retries = Retries::default();
    loop {
        let (caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
        caller.check_recent(context.now())?;
        // Counted after the account was read, so that the last one is known.
        let passkeys = store.passkeys(caller.id()).await?;
        let passkey = path.find(&passkeys).ok_or(Error::NotFound)?;
        let hash = passkey.credential_hash()?;
        let (data, is_last) = (json!({"passkey_id": passkey.id}), passkeys.len() == 1);
        let act = context.act(caller.actor(), caller.id(), &client, "passkey.deleted", data);
        if store.remove_passkey(&caller.account, &hash, is_last, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
