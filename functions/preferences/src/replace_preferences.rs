//! `PUT /v1/users/{user_id}/preferences`

use axum::extract::State;
use axum::response::Response;
use shared::domain::preferences::{Preferences, PreferencesPatch};
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::{Context, Error, Result};

use crate::update_preferences::{change, read};

/// Replace preferences.
///
/// What isn't sent gets its default.
#[utoipa::path(
    put, path = "/v1/users/{user_id}/preferences", tag = "preferences",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Replace this version only"),
    ),
    request_body = PreferencesPatch,
    responses(
        (status = 200, body = Preferences, headers(("ETag" = String))),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_preferences(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let patch = read(fields);
    let id = target.resolve(&context, Some(&credential)).await?;
    let by = (&credential, &client);
    change(&context, by, id, &preconditions, patch, |patch, _| patch.replace()).await
}
