//! `GET /v1/admin/stats`

use std::collections::BTreeMap;

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use shared::http::{Credentials, Problem};
use shared::{Context, Error};
use utoipa::ToSchema;

/// Ways to sign in that are named though nobody may use them.
const PROVIDERS: [&str; 3] = ["password", "google", "linkedin"];

/// How many users there are, without those who are deleted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    total_users: i64,
    /// Not shut by an administrator.
    active_users: i64,
    /// With a verified address.
    verified_users: i64,
    /// Whom a search can find.
    searchable_users: i64,
    /// By how they can sign in; somebody with two ways is in both.
    #[schema(example = json!({"password": 3, "google": 1, "linkedin": 0}))]
    providers: BTreeMap<String, i64>,
}

/// Statistics, exact but for the changes of the last moments.
#[utoipa::path(
    get, path = "/v1/admin/stats", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    responses(
        (status = 200, body = Statistics),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_statistics(
    State(context): State<Context>,
    Credentials(credential): Credentials,
) -> Result<Answer<Statistics>, Error> {
    let (caller, _) = context.store.authenticate(&credential, context.now(), []).await?;
    if !caller.is_admin() {
        return Err(Error::Forbidden("Only administrators may see statistics."));
    }
    let shared::store::Statistics { total, active, verified, searchable, providers } =
        context.index.statistics().await?;
    let named = PROVIDERS.map(|name| (name.to_owned(), 0));
    Ok(Answer(Statistics {
        total_users: total,
        active_users: active,
        verified_users: verified,
        searchable_users: searchable,
        providers: named.into_iter().chain(providers).collect(),
    }))
}
