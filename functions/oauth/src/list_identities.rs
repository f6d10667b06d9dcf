//! `GET /v1/users/{user_id}/identities`

use axum::Json as Answer;
use axum::extract::State;
use shared::http::{Credentials, Page, Problem, Target};
use shared::store::keys;
use shared::view::IdentityView;
use shared::{Context, Error, Result};

/// List the identity providers that a user can sign in with.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/identities", tag = "oauth",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(("user_id" = String, Path, description = "An id, `me`, or `@` and a username")),
    responses(
        (status = 200, body = Page<IdentityView>),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_identities(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
) -> Result<Answer<Page<IdentityView>>, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let account = keys::account(id);
    let (caller, items) = context.store.authenticate(&credential, context.now(), [account]).await?;
    if !caller.may_access(id) || items.account(id)?.is_none() {
        return Err(Error::NotFound);
    }
    let identities = context.store.identities(id).await?;
    Ok(Answer(Page::whole(identities.into_iter().map(IdentityView::from).collect())))
}
