//! `DELETE /v1/users/{user_id}/blocks/{other_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use crate::connections::{Two, two};

/// Take a block back. What it ended doesn't come back.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/blocks/{other_id}", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("other_id" = String, Path, description = "The id of who is blocked"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn unblock_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Error> {
    let mut retries = Retries::default();
    loop {
        let Two { caller, pair, .. } = two(&context, &credential, &target, &path).await?;
        let new = pair.unblock().ok_or(Error::NotFound)?;
        let data = json!({"other_id": pair.other});
        let act = context.act(caller.actor(), pair.user, &client, "block.deleted", data);
        if context.store.change_connection(&pair, &new, None, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
