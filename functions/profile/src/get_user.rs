//! `GET /v1/users/{user_id}`

use axum::extract::State;
use axum::response::Response;
use shared::http::target::Seen;
use shared::http::{MaybeCredentials, Preconditions, Problem, Target};
use shared::view::{self, User};
use shared::{Context, Error, Result};

/// Read a user.
///
/// Owner and administrators see everything; others what the owner's privacy
/// allows them, connected or not, the rest being `null`. Who may see nothing
/// gets 404, as does whom the user has blocked.
#[utoipa::path(
    get, path = "/v1/users/{user_id}", tag = "profile",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = User, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_user(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    target: Target,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let Seen { profile, account, viewer, last_used_at } =
        target.look(&context, credential.as_ref()).await?;
    // Others don't learn from it of changes that they may not see.
    let version = if viewer.is_full() { profile.version } else { 0 };
    let pictures_url = &context.config.pictures_url;
    let user = view::user(profile, &account, viewer, last_used_at, pictures_url);
    preconditions.answer(version, &user.ok_or(Error::NotFound)?)
}
