//! `POST /v1/auth/logout`

use axum::extract::State;
use http::StatusCode;
use shared::http::{Problem, SessionCredentials};
use shared::{Context, Error, Result};

/// End the current session. Its access token is dead at the next request.
#[utoipa::path(
    post, path = "/v1/auth/logout", tag = "auth",
    security(("access_token" = [])),
    responses(
        (status = 204),
        (status = 401, description = "`invalid_token`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn logout(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
) -> Result<StatusCode, Error> {
    if context.store.end_session(claims.sub, claims.sid).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::InvalidToken("The session has ended."))
    }
}
