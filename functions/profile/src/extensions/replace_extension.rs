//! `PUT /v1/users/{user_id}/extensions/{extension_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use shared::domain::extension::ExtensionContent;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::{Context, Error, Result};

use super::update_extension::{Wanted, change};
use super::{ExtensionView, named};

/// Replace an extension.
///
/// What isn't sent gets its default; `type` and `data` have none.
#[utoipa::path(
    put, path = "/v1/users/{user_id}/extensions/{extension_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("extension_id" = String, Path, description = "An id from the list"),
        ("If-Match" = Option<String>, Header, description = "Replace this version only"),
    ),
    request_body = ExtensionContent,
    responses(
        (status = 200, body = ExtensionView, headers(("ETag" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_extension(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let new = ExtensionContent::read(fields);
    let user = target.resolve(&context, Some(&credential)).await?;
    let wanted = Wanted { user, id: named(&path), client, preconditions };
    change(&context, &credential, &wanted, new, |new, _| Ok(new)).await
}
