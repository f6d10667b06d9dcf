//! `DELETE /v1/users/{user_id}/sessions`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Params, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use crate::list_sessions::person;

/// End all sessions but the current one.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/sessions", tag = "sessions",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("include_current" = Option<bool>, Query, description = "The current one too"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_sessions(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    params: Params,
) -> Result<StatusCode, Error> {
    let kept = if params.flag("include_current")? { None } else { credential.session_id() };
    let id = target.resolve(&context, Some(&credential)).await?;
    let mut retries = Retries::default();
    loop {
        let (caller, person) = person(&context, &credential, id).await?;
        let count = person.sessions.iter().filter(|session| Some(session.id) != kept).count();
        let data = json!({"count": count});
        let act = context.act(caller.actor(), id, &client, "session.revoked", data);
        if context.store.end_sessions(&person, kept, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
