//! `GET /v1/users/{user_id}/preferences`, and what the group shares.

use axum::extract::State;
use axum::response::Response;
use shared::domain::UserId;
use shared::domain::preferences::Preferences;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Caller, StoredPreferences, keys};
use shared::tokens::Credential;
use shared::{Context, Error, Result};

/// Read preferences.
///
/// The defaults are answered before anything is stored.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/preferences", tag = "preferences",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = Preferences, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_preferences(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let (_, stored) = load(&context, &credential, id).await?;
    preconditions.answer(stored.version, &stored.preferences)
}

/// The caller, and preferences that they may read and write: their own, or
/// anybody's for administrators and services.
pub async fn load(
    context: &Context,
    credential: &Credential,
    id: UserId,
) -> Result<(Caller, StoredPreferences)> {
    let also = [keys::account(id), keys::preferences(id)];
    let (caller, items) = context.store.authenticate(credential, context.now(), also).await?;
    let is_there = items.account(id)?.is_some_and(|account| account.deletion.is_none());
    if !caller.may_access(id) || !is_there {
        return Err(Error::NotFound);
    }
    Ok((caller, items.preferences(id)?))
}
