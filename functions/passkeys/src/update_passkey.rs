//! `PATCH /v1/auth/passkeys/{passkey_id}`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::fields::{Fields, Patch};
use shared::domain::passkey::Passkey;
use shared::domain::text::Name;
use shared::http::{Json, Problem, SessionCredentials};
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
    path: PasskeyPath,
    Json(fields): Json,
) -> Result<Answer<PasskeyView>, Error> {
    let store = &context.store;
    let (caller, passkeys) = tokio::join!(
        store.authenticate_session(&claims, context.now(), []),
        store.passkeys(claims.sub),
    );
    let user = caller?.0.id();
    let PasskeyPatch { name } = PasskeyPatch::read(fields)?;
    let passkey = path.find(&passkeys?).cloned().ok_or(Error::NotFound)?;
    let mut new = passkey.name.clone();
    name.apply(&mut new);
    if new == passkey.name {
        return Ok(Answer(passkey.into()));
    }
    let hash = passkey.credential_hash()?;
    let renamed: Option<Passkey> = store.rename_passkey(user, &hash, new.as_ref()).await?;
    renamed.map(|passkey| Answer(passkey.into())).ok_or(Error::NotFound)
}
