//! `PATCH /v1/users/{user_id}/extensions/{extension_id}`, and what it shares
//! with `PUT`.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use shared::domain::extension::{Extension, ExtensionContent, ExtensionPatch};
use shared::domain::session::Client;
use shared::domain::{ExtensionId, UserId};
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::tokens::Credential;
use shared::{Context, Error, Result};

use super::{ExtensionView, act, named, own};

/// Change an extension.
///
/// A JSON Merge Patch (RFC 7396), which merges into `data`, too: absent keeps,
/// `null` removes or restores a default, a value sets.
#[utoipa::path(
    patch, path = "/v1/users/{user_id}/extensions/{extension_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("extension_id" = String, Path, description = "An id from the list"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body(content = ExtensionPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = ExtensionView, headers(("ETag" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn update_extension(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
    Json(fields): Json,
) -> Result<Response, Error> {
    let changes = ExtensionPatch::read(fields);
    let user = target.resolve(&context, Some(&credential)).await?;
    let wanted = Wanted { user, id: named(&path), client, preconditions };
    change(&context, &credential, &wanted, changes, ExtensionPatch::apply).await
}

/// Which extension is to be changed, by whom and when.
pub struct Wanted {
    pub user: UserId,
    pub id: Option<ExtensionId>,
    pub client: Client,
    pub preconditions: Preconditions,
}

/// Changes an extension that the caller may write, until nobody is faster. What
/// is wrong with the body is for those to know who may.
pub async fn change<T: Clone>(
    context: &Context,
    credential: &Credential,
    wanted: &Wanted,
    body: Result<T>,
    apply: fn(T, ExtensionContent) -> Result<ExtensionContent>,
) -> Result<Response> {
    let Wanted { user, id, client, preconditions } = wanted;
    let mut retries = Retries::default();
    loop {
        let (caller, old) = own(context, credential, *user, *id).await?;
        let old = old.ok_or(Error::NotFound)?;
        let body = match body {
            Ok(ref body) => body.clone(),
            Err(error) => return Err(error),
        };
        preconditions.check(old.version)?;
        let changed = apply(body, old.content.clone())?;
        if changed == old.content {
            return resource_response(old.version, &ExtensionView::from(old));
        }
        let (updated_at, version) = (context.now(), old.version + 1);
        let new = Extension { content: changed, updated_at, version, ..old };
        let act = act(context, &caller, *user, client, "extension.updated", &new);
        if context.store.update_extension(*user, &new, Along::acts(&[act])).await? {
            return resource_response(version, &ExtensionView::from(new));
        }
        retries.again().await?;
    }
}
