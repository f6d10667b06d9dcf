//! `DELETE /v1/users/{user_id}/picture`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use crate::owned::{owned, replacing};

/// Remove the picture.
///
/// A generated one takes its place. Every stored size goes, and what uploads
/// that were begun before may yet bring isn't shown.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/picture", tag = "picture",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Remove this picture only"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_picture(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
) -> Result<StatusCode, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let mut retries = Retries::default();
    loop {
        let (caller, profile, _) = owned(&context, &credential, id, None).await?;
        let replacing = replacing(&profile, &preconditions)?;
        let (decision, now) = (context.new_id(), context.now());
        let act = context.act(caller.actor(), id, &client, "picture.deleted", json!({}));
        let along = Along::acts(std::slice::from_ref(&act));
        if context.store.remove_picture(id, decision, replacing, now, along).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
