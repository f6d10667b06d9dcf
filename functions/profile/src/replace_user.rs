//! `PUT /v1/users/{user_id}`

use axum::extract::State;
use axum::response::Response;
use shared::domain::profile::ProfilePatch;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::view::User;
use shared::{Context, Error, Result};

use crate::update_user::{change, read};

/// Replace a user's profile.
///
/// What isn't sent of the writable fields is cleared.
#[utoipa::path(
    put, path = "/v1/users/{user_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Replace this version only"),
    ),
    request_body = ProfilePatch,
    responses(
        (status = 200, body = User, headers(("ETag" = String))),
        (status = 409, description = "`username_taken`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let patch = read(fields, context.now()).map(ProfilePatch::replacing);
    let id = target.resolve(&context, Some(&credential)).await?;
    change(&context, (&credential, &client), id, &preconditions, patch).await
}
