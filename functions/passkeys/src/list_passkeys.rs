//! `GET /v1/auth/passkeys`

use axum::Json as Answer;
use axum::extract::State;
use shared::http::{Page, SessionCredentials};
use shared::{Context, Error, Result};

use crate::view::PasskeyView;

/// List one's passkeys, oldest first. There are twenty at most.
#[utoipa::path(
    get, path = "/v1/auth/passkeys", tag = "passkeys",
    security(("access_token" = [])),
    responses((status = 200, body = Page<PasskeyView>)),
)]
pub async fn list_passkeys(
    State(context): State<Context>,
    SessionCredentials(claims): SessionCredentials,
) -> Result<Answer<Page<PasskeyView>>, Error> {
    let store = &context.store;
    let (caller, passkeys) = tokio::join!(
        store.authenticate_session(&claims, context.now(), []),
        store.passkeys(claims.sub),
    );
    caller?;
    Ok(Answer(Page::whole(passkeys?.into_iter().map(PasskeyView::from).collect())))
}
