//! `DELETE /v1/users/{user_id}/extensions/{extension_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};

use super::{act, named, own};

/// Delete an extension.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/extensions/{extension_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("extension_id" = String, Path, description = "An id from the list"),
        ("If-Match" = Option<String>, Header, description = "Delete this version only"),
    ),
    responses(
        (status = 204),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_extension(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<StatusCode, Error> {
    let user = target.resolve(&context, Some(&credential)).await?;
    let mut retries = Retries::default();
    loop {
        let (caller, extension) = own(&context, &credential, user, named(&path)).await?;
        let extension = extension.ok_or(Error::NotFound)?;
        preconditions.check(extension.version)?;
        let act = act(&context, &caller, user, &client, "extension.deleted", &extension);
        if context.store.delete_extension(user, &extension, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
