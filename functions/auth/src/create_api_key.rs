//! `POST /v1/auth/api-keys`

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use shared::domain::Timestamp;
use shared::domain::account::Role;
use shared::domain::api_key::{ApiKey, Scope, Scopes};
use shared::domain::fields::{Field, Fields, Reason};
use shared::domain::text::Name;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem, SessionCredentials};
use shared::store::{Along, Retries};
use shared::tokens::SecretKey;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::list_api_keys::ApiKeyView;

/// A key to make.
#[derive(Debug, ToSchema)]
pub struct NewApiKey {
    /// At most 100 characters.
    #[schema(value_type = String, example = "nightly export")]
    name: Name<100>,
    #[schema(value_type = Vec<Scope>)]
    scopes: Scopes,
    /// None: until it is deleted.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Expiry>,
}

#[derive(Debug)]
struct Expiry(Timestamp);

impl Field for Expiry {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::String(text) = value else { return Err(Reason::invalid_type("a string")) };
        let wrong = |_| Reason::new("invalid_format", "must be a time like 2030-01-31T12:00:00Z");
        text.parse().map(Self).map_err(wrong)
    }
}

impl NewApiKey {
    fn read(mut fields: Fields, now: Timestamp) -> Result<Self> {
        let name = fields.required("name");
        let scopes = fields.required("scopes");
        let expires_at = fields.optional::<Expiry>("expires_at");
        if expires_at.as_ref().is_some_and(|Expiry(expiry)| *expiry <= now) {
            fields.error("expires_at", Reason::new("out_of_range", "must be in the future"));
        }
        fields.finish(name.zip(scopes).map(|(name, scopes)| Self { name, scopes, expires_at }))
    }
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    api_key: ApiKeyView,
    /// What `X-API-Key` takes. It is shown this once.
    #[schema(example = "kith_ak_…")]
    key: String,
}

/// Create an API key.
///
/// It acts as its owner, narrowed by its scopes, and is answered this once. Only
/// administrators may grant `users:read:all`, `users:write:all`, `live:write`
/// and `admin`, and only while their owner is one do keys have them. Asks for a
/// sign-in of the last 15 minutes.
#[utoipa::path(
    post, path = "/v1/auth/api-keys", tag = "auth",
    security(("access_token" = [])),
    request_body = NewApiKey,
    responses(
        (status = 201, body = CreatedApiKey),
        (status = 403, description = "`forbidden`, `reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_api_key(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Json(fields): Json,
) -> Result<(StatusCode, Answer<CreatedApiKey>), Error> {
    let (store, now) = (&context.store, context.now());
    let (mut caller, _) = store.authenticate_session(&claims, now, []).await?;
    caller.check_recent(now)?;
    let NewApiKey { name, scopes, expires_at } = NewApiKey::read(fields, now)?;
    let secret = SecretKey::new(context.new_id(), caller.id(), context.random());
    let key = ApiKey {
        id: secret.id,
        name,
        scopes,
        prefix: secret.prefix(),
        secret_hash: secret.hash(),
        created_at: now,
        expires_at: expires_at.map(|Expiry(expiry)| expiry),
        last_used_at: None,
    };
    let data = json!({"api_key_id": key.id, "name": key.name, "scopes": key.scopes});
    let act = context.act(caller.actor(), caller.id(), &client, "api_key.created", data);
    let along = Along::acts(std::slice::from_ref(&act));
    let mut retries = Retries::default();
    loop {
        if key.scopes.need_admin() && caller.account.role != Role::Admin {
            return Err(Error::Forbidden("Only administrators may grant these scopes."));
        }
        if store.create_api_key(&caller.account, &key, along).await? {
            let created = CreatedApiKey { api_key: key.into(), key: secret.reveal() };
            return Ok((StatusCode::CREATED, Answer(created)));
        }
        retries.again().await?;
        (caller, _) = store.authenticate_session(&claims, context.now(), []).await?;
    }
}
