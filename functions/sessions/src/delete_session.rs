//! `DELETE /v1/users/{user_id}/sessions/{session_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use shared::domain::SessionId;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Problem, Target};
use shared::store::Along;
use shared::{Context, Error, Result};

/// End a session. Its access token is dead at the next request.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/sessions/{session_id}", tag = "sessions",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("session_id" = String, Path, description = "An id from the list"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_session(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Error> {
    let session = path.get("session_id").and_then(|id| id.parse::<SessionId>().ok());
    let id = target.resolve(&context, Some(&credential)).await?;
    let (caller, _) = context.store.authenticate(&credential, context.now(), []).await?;
    if !caller.may_access(id) {
        return Err(Error::NotFound);
    }
    let session = session.ok_or(Error::NotFound)?;
    let data = json!({"session_id": session});
    let act = context.act(caller.actor(), id, &client, "session.revoked", data);
    if context.store.end_session(id, session, Along::acts(&[act])).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::NotFound)
    }
}
