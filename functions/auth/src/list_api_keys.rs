//! `GET /v1/auth/api-keys`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use shared::domain::api_key::{ApiKey, Scope, Scopes};
use shared::domain::{ApiKeyId, Timestamp};
use shared::http::{Page, Params, Problem, SessionCredentials, page};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// What may be shown of a key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    #[schema(value_type = String, format = "uuid")]
    id: ApiKeyId,
    #[schema(value_type = String)]
    name: String,
    #[schema(value_type = Vec<Scope>)]
    scopes: Scopes,
    /// What the key begins with.
    #[schema(example = "kith_ak_0BxzW1q8Zr")]
    prefix: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        let ApiKey {
            id,
            name,
            scopes,
            prefix,
            secret_hash: _,
            created_at,
            expires_at,
            last_used_at,
        } = key;
        let name = name.to_string();
        Self { id, name, scopes, prefix, created_at, expires_at, last_used_at }
    }
}

/// List one's API keys, newest first. Expired ones are gone.
#[utoipa::path(
    get, path = "/v1/auth/api-keys", tag = "auth",
    security(("access_token" = [])),
    params(
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<ApiKeyView>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`: a key lists no keys", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_api_keys(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    params: Params,
) -> Result<Answer<Page<ApiKeyView>>, Error> {
    let now = context.now();
    let (caller, _) = context.store.authenticate_session(&claims, now, []).await?;
    let limit = params.limit()?;
    let list = format!("api keys {}", caller.id());
    let after = page::position(&context, &list, &params).await?;
    let mut keys = context.store.api_keys(&caller.account, now).await?;
    if let Some(after) = after {
        let after: ApiKeyId = after.parse().map_err(|_| Error::InvalidCursor)?;
        keys.retain(|key| key.id < after);
    }
    let next_cursor = if keys.len() > limit {
        keys.truncate(limit);
        let end = keys.last().map(|key| key.id.to_string()).unwrap_or_default();
        Some(page::cursor(&context, &list, &end).await?)
    } else {
        None
    };
    Ok(Answer(Page { items: keys.into_iter().map(ApiKeyView::from).collect(), next_cursor }))
}
