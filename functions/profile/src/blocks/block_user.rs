//! `PUT /v1/users/{user_id}/blocks/{other_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use crate::connections::{Two, acts, two};

/// Block a user.
///
/// A connection or request between the two ends. To the blocked one, the user
/// isn't there any more; they aren't told. Answers the same whether or not there
/// is a user with this id.
#[utoipa::path(
    put, path = "/v1/users/{user_id}/blocks/{other_id}", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "Who blocks: an id, `me`, or `@` and a username"),
        ("other_id" = String, Path, description = "The id of whom to block"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`connection_limit`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: nobody blocks themself", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn block_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Error> {
    let mut retries = Retries::default();
    loop {
        let Two { caller, pair, .. } = two(&context, &credential, &target, &path).await?;
        if pair.user == pair.other {
            return Err(Error::field("other_id", "invalid_value", "must be somebody else's"));
        }
        let Some(new) = pair.block(context.now()) else { return Ok(StatusCode::NO_CONTENT) };
        let data = json!({"other_id": pair.other});
        let act = context.act(caller.actor(), pair.user, &client, "block.created", data);
        let mut all = vec![act];
        // The other one learns that the connection ended, not why.
        if pair.connection().is_some() {
            all.extend(acts(&context, &caller, &client, "connection.removed", &pair));
        }
        if context.store.change_connection(&pair, &new, None, Along::acts(&all)).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
