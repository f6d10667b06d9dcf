//! `POST /v1/auth/logout`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::domain::activity::Actor;
use shared::http::layer::CallingClient;
use shared::http::{Problem, SessionCredentials};
use shared::store::Along;
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
    CallingClient(client): CallingClient,
) -> Result<StatusCode, Error> {
    let (id, data) = (claims.sub, json!({"session_id": claims.sid}));
    let act = context.act(Actor::User { id }, id, &client, "session.revoked", data);
    if context.store.end_session(id, claims.sid, Along::acts(&[act])).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::InvalidToken("The session has ended."))
    }
}
