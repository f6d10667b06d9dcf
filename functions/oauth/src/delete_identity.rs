//! `DELETE /v1/users/{user_id}/identities/{provider}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::json;
use shared::domain::Conflict;
use shared::domain::account::Provider;
use shared::domain::identity::Identity;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Problem, Target};
use shared::store::{Along, Retries, keys};
use shared::{Context, Error, Result};

/// Unlink an identity provider.
///
/// Needs a sign-in of the last 15 minutes, unless an administrator does it.
/// Sessions go on.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}/identities/{provider}", tag = "oauth",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("provider" = String, Path, description = "From the list"),
    ),
    responses(
        (status = 204),
        (status = 403, description = "`reauthentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_sign_in_method`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_identity(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
) -> Result<StatusCode, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let provider = path.get("provider").and_then(|name| Provider::named(name));
    let mut retries = Retries::default();
    loop {
        let now = context.now();
        let identity = provider.as_ref().map(|provider| keys::identity(id, provider));
        let also = [keys::account(id)].into_iter().chain(identity.clone());
        let (caller, items) = context.store.authenticate(&credential, now, also).await?;
        let is_own = caller.id() == id;
        if !is_own && !caller.is_admin() {
            return Err(Error::NotFound);
        }
        let identity = identity.map(|key| items.get::<Identity>(&key)).transpose()?.flatten();
        let (account, identity) = items.account(id)?.zip(identity).ok_or(Error::NotFound)?;
        if is_own {
            caller.check_recent(now)?;
        }
        if account.providers.iter().all(|way| *way == identity.provider) {
            return Err(Error::Conflict(Conflict::LastSignInMethod));
        }
        let data = json!({"provider": identity.provider});
        let act = context.act(caller.actor(), id, &client, "identity.unlinked", data);
        if context.store.unlink_identity(&account, &identity, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
