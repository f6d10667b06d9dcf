//! `DELETE /v1/users/{user_id}/connections/{other_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use super::{Two, acts, two};

/// End a connection, withdraw a request or decline one.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/connections/{other_id}", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("other_id" = String, Path, description = "The id of the other one"),
        ("If-Match" = Option<String>, Header, description = "End this version only"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_connection(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<StatusCode, Error> {
    let mut retries = Retries::default();
    loop {
        let Two { caller, pair, .. } = two(&context, &credential, &target, &path).await?;
        let (own, new) = pair.connection().zip(pair.part()).ok_or(Error::NotFound)?;
        preconditions.check(own.version)?;
        let acts = acts(&context, &caller, &client, "connection.removed", &pair);
        if context.store.change_connection(&pair, &new, None, Along::acts(&acts)).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
