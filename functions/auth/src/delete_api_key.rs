//! `DELETE /v1/auth/api-keys/{key_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use shared::domain::ApiKeyId;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::Along;
use shared::{Context, Error, Result};

/// Delete an API key. It is dead at the next request.
#[utoipa::path(
    delete, path = "/v1/auth/api-keys/{key_id}", tag = "auth",
    security(("access_token" = [])),
    params(("key_id" = String, Path, description = "An id from the list")),
    responses(
        (status = 204),
        (status = 403, description = "`forbidden`: a key deletes no keys", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_api_key(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
    CallingClient(client): CallingClient,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Error> {
    let (caller, _) = context.store.authenticate_session(&claims, context.now(), []).await?;
    let key = path.get("key_id").and_then(|id| id.parse::<ApiKeyId>().ok());
    let (id, key) = (caller.id(), key.ok_or(Error::NotFound)?);
    let data = json!({"api_key_id": key});
    let act = context.act(caller.actor(), id, &client, "api_key.deleted", data);
    if context.store.delete_api_key(id, key, Along::acts(&[act])).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound)
    }
}
