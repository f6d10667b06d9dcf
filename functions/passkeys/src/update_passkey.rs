//! `PATCH /v1/auth/passkeys/{passkey_id}`

use axum::Json as Answer;
use axum::extract::State;
use serde_json::json;
use shared::domain::fields::{Fields, Patch};
use shared::domain::passkey::Passkey;
use shared::domain::text::Name;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::Along;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::view::{PasskeyPath, PasskeyView};

#[derive(Debug, ToSchema)]
pub struct PasskeyPatch {
    /// What its owner calls it; `null` for nothing.
    #[schema(value_type = Option<String>, max_length = 100)]
    name: Patch<Name<100>>,
}

impl PasskeyPatch {
    fn read(mut fields: Fields) -> Result<Self> {
        let name = fields.patch("name");
        fields.finish(Some(Self { name }))
    }
}

/// Name a passkey.
#[utoipa::path(
    patch, path = "/v1/auth/passkeys/{passkey_id}", tag = "passkeys",
    security(("access_token" = [])),
    params(("passkey_id" = String, Path, description = "An id from the list")),
    request_body = PasskeyPatch,
    responses(
        (status = 200, body = PasskeyView),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn update_passkey(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    path: PasskeyPath,
    Json(fields): Json,
) -> Result<Answer<PasskeyView>, Error> {
    let store = &context.store;
    let (caller, passkeys) = tokio::join!(
        store.authenticate_session(&claims, context.now(), []),
        store.passkeys(claims.sub),
    );
    let (caller, _) = caller?;
    let PasskeyPatch { name } = PasskeyPatch::read(fields)?;
    let passkey = path.find(&passkeys?).cloned().ok_or(Error::NotFound)?;
    let mut new = passkey.name.clone();
    name.apply(&mut new);
    if new == passkey.name {
        return Ok(Answer(passkey.into()));
    }
    let hash = passkey.credential_hash()?;
    let data = json!({"passkey_id": passkey.id, "name": new});
    let act = context.act(caller.actor(), caller.id(), &client, "passkey.updated", data);
    if store.rename_passkey(caller.id(), &hash, new.as_ref(), Along::acts(&[act])).await? {
        Ok(Answer(Passkey { name: new, ..passkey }.into()))
    } else {
        Err(Error::NotFound)
    }
}
