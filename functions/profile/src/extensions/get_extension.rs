//! `GET /v1/users/{user_id}/extensions/{extension_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use shared::http::{MaybeCredentials, Preconditions, Problem, Target};
use shared::{Context, Error, Result};

use super::{ExtensionView, named, sees_all};

/// Read an extension.
///
/// Owner and administrators see all; others the public ones of users whose
/// profile they may see.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/extensions/{extension_id}", tag = "profile",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("extension_id" = String, Path, description = "An id from the list"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = ExtensionView, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_extension(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let seen = target.look(&context, credential.as_ref()).await?;
    let user = seen.profile.id;
    let sees_all = sees_all(seen)?;
    let id = named(&path).ok_or(Error::NotFound)?;
    let extension = context.store.extension(user, id).await?;
    let extension = extension.filter(|extension| sees_all || extension.content.is_public);
    let extension = extension.ok_or(Error::NotFound)?;
    preconditions.answer(extension.version, &ExtensionView::from(extension))
}
