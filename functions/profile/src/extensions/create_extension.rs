//! `POST /v1/users/{user_id}/extensions`

use axum::extract::State;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use shared::domain::UserId;
use shared::domain::extension::{Extension, ExtensionContent};
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, IdempotencyKey, Problem, RawJson, Target};
use shared::store::Along;
use shared::{Context, Error, Result};

use super::{ExtensionView, act, own};

/// Add an extension.
///
/// A user may have 50. They belong to applications: Kith keeps them, shows the
/// public ones to whoever may see the profile, and looks into none.
#[utoipa::path(
    post, path = "/v1/users/{user_id}/extensions", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    request_body = ExtensionContent,
    responses(
        (status = 201, body = ExtensionView, headers(("ETag" = String), ("Location" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`extension_limit`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_extension(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    key: IdempotencyKey,
    RawJson { fields, bytes }: RawJson,
) -> Result<Response, Error> {
    let new = ExtensionContent::read(fields);
    let id = target.resolve(&context, Some(&credential)).await?;
    let (caller, _) = own(&context, &credential, id, None).await?;
    let (new, now) = (new?, context.now());
    let call = key.of(&context, Some(caller.id()), &bytes).await?;
    let extension = Extension {
        id: context.new_id(),
        content: new,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let act = act(&context, &caller, id, &client, "extension.created", &extension);
    let (answer, once) = call.record(created(id, &extension)?).await?;
    let along = Along { once: once.as_ref(), ..Along::acts(std::slice::from_ref(&act)) };
    let added = context.store.create_extension(id, &extension, along).await;
    call.settle(&context, added.map(|()| answer)).await
}

fn created(user: UserId, extension: &Extension) -> Result<Response> {
    let view = ExtensionView::from(extension.clone());
    let mut answer = resource_response(extension.version, &view)?;
    *answer.status_mut() = StatusCode::CREATED;
    let location = format!("/v1/users/{user}/extensions/{}", extension.id);
    let location = HeaderValue::try_from(location).map_err(Error::internal)?;
    answer.headers_mut().insert(LOCATION, location);
    Ok(answer)
}
