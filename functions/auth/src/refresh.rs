//! `POST /v1/auth/refresh`

use axum::Json as Answer;
use axum::extract::State;
use serde_json::json;
use shared::domain::activity::Actor;
use shared::domain::fields::Text;
use shared::http::layer::CallingClient;
use shared::http::{Json, Problem};
use shared::sign_in::{TokenPair, pair};
use shared::store::{Along, Refreshed};
use shared::tokens::RefreshToken;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

#[derive(Debug, ToSchema)]
pub struct RefreshRequest {
    #[schema(value_type = String)]
    #[expect(dead_code, reason = "documents the body")]
    refresh_token: String,
}

/// Exchange a refresh token for a new pair.
///
/// Each token is good for one use. Used again within ten seconds, as by tabs
/// that refresh at once, it gives the same new token; used again later, it ends
/// the session (401 `token_reused`), for then somebody has a copy.
#[utoipa::path(
    post, path = "/v1/auth/refresh", tag = "auth",
    request_body = RefreshRequest,
    responses(
        (status = 200, body = TokenPair),
        (status = 401, description = "`invalid_token`, `token_reused`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn refresh_tokens(
    State(context): State<Context>,
    CallingClient(client): CallingClient,
    Json(mut fields): Json,
) -> Result<Answer<TokenPair>, Error> {
    let token = fields.required::<Text>("refresh_token");
    let Text(token) = fields.finish(token)?;
    let signing = context.keys.signing().await?;
    let token = RefreshToken::parse(&signing.refresh_key, &token)
        .ok_or(Error::InvalidToken("The refresh token is malformed or not ours."))?;
    let successor = token.successor(&signing.refresh_key);
    let lifetimes = context.config.sessions.lifetimes;
    let store = &context.store;
    match store.refresh_session(&token, &successor, &client, lifetimes, context.now()).await? {
        Refreshed::Renewed(session) => {
            // A tab that is late by two gets what the others have by now.
            let later = successor.successor(&signing.refresh_key);
            let current = if session.refresh_hash == later.hash() { later } else { successor };
            pair(&context, &session, &current).await.map(Answer)
        }
        Refreshed::Reused => {
            // Nobody can tell whether it is the owner or who has the copy.
            let (id, session) = (token.user_id, token.session_id);
            let data = json!({"session_id": session, "cause": "token_reused"});
            let act = context.act(Actor::System, id, &client, "session.revoked", data);
            store.end_session(id, session, Along::acts(&[act])).await?;
            Err(Error::TokenReused)
        }
        Refreshed::Ended => Err(Error::InvalidToken("The session has ended.")),
    }
}
