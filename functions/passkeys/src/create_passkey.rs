//! `POST /v1/auth/passkeys`

use axum::Json as Answer;
use axum::extract::State;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::json;
use shared::domain::fields::{Fields, Text};
use shared::domain::passkey::{MAX_PASSKEYS, Passkey, credential_hash};
use shared::domain::text::Name;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::ceremony::{self, Credential, Purpose};
use crate::relying_party::{Registered, RelyingParty};
use crate::view::PasskeyView;

#[derive(ToSchema)]
pub struct NewPasskey {
    /// Of the answer to `POST /v1/auth/passkeys/registration`.
    #[schema(value_type = String)]
    ceremony: Text,
    /// What `navigator.credentials.create()` gave, by its `toJSON()`.
    #[schema(value_type = Object)]
    credential: Credential,
    /// What its owner calls it, like `Ada's phone`.
    #[schema(value_type = Option<String>, max_length = 100)]
    name: Option<Name<100>>,
}

impl NewPasskey {
    fn read(mut fields: Fields) -> Result<Self> {
        let ceremony = fields.required("ceremony");
        let credential = fields.required("credential");
        let name = fields.optional("name");
        let new = ceremony.zip(credential);
        fields.finish(new.map(|(ceremony, credential)| Self { ceremony, credential, name }))
    }
}

/// Register a passkey.
#[utoipa::path(
    post, path = "/v1/auth/passkeys", tag = "passkeys",
    security(("access_token" = [])),
    request_body = NewPasskey,
    responses(
        (status = 201, body = PasskeyView),
        (status = 409, description = "`already_exists`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_passkey(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<(StatusCode, Answer<PasskeyView>), Error> {
    let store = &context.store;
    let (mut caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
    let NewPasskey { ceremony, credential, name } = NewPasskey::read(fields)?;
    let purpose = Purpose::Registration(caller.session_id());
    let (ceremony, state) = ceremony::resume(&context, purpose, &ceremony).await?;
    let registered = RelyingParty::of(&context)?.register(&state, &credential.0);
    let registered = registered.map_err(|refusal| {
        tracing::debug!(target: "kith", %refusal, "no passkey");
        Error::field("credential", "invalid_credential", "isn't the answer to this ceremony")
    })?;
    let hash = credential_hash(&registered.credential_id);
    let Registered { credential_id, public_key, state, transports, is_backed_up } = registered;
    let passkey = Passkey {
        id: context.new_id(),
        user_id: caller.id(),
        credential_id: BASE64_URL_SAFE_NO_PAD.encode(credential_id),
        name,
        public_key,
        state,
        transports,
        is_backed_up,
        created_at: context.now(),
        last_used_at: None,
    };
    let data = json!({"passkey_id": passkey.id, "name": passkey.name});
    let act = context.act(caller.actor(), caller.id(), &client, "passkey.created", data);
    let along = Along::acts(std::slice::from_ref(&act));
    let mut retries = Retries::default();
    loop {
        // Counted after the account was read, so that the number holds.
        if store.passkeys(caller.id()).await?.len() >= MAX_PASSKEYS {
            let message = format!("is one too many: at most {MAX_PASSKEYS}");
            return Err(Error::field("credential", "too_many", message));
        }
        if store.add_passkey(&caller.account, &passkey, &hash, &ceremony, along).await? {
            return Ok((StatusCode::CREATED, Answer(passkey.into())));
        }
        retries.again().await?;
        (caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
    }
}
