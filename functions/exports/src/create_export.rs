//! `POST /v1/users/{user_id}/export`

use axum::Json as Answer;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde_json::json;
use shared::domain::export::Scope;
use shared::http::body;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, IdempotencyKey, Problem, Target};
use shared::{Context, Error};

use crate::view::ExportView;
use crate::wish::begin;

/// Export a user's data.
///
/// All that is stored of them, as a ZIP of JSON and pictures. `Location` is
/// where the export shows, and its link once it is ready. While one is under
/// way, no second one is begun: the answer is that one.
#[utoipa::path(
    post, path = "/v1/users/{user_id}/export", tag = "exports",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    responses(
        (status = 202, body = ExportView, headers(("Location" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_export(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    key: IdempotencyKey,
    target: Target,
    request: Request,
) -> Result<Response, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let keys = [shared::store::keys::account(id)];
    let (caller, items) = context.store.authenticate(&credential, context.now(), keys).await?;
    // Before it is counted: what isn't there mustn't leave a counter.
    let account = items.account(id)?.filter(|_| caller.may_access(id));
    if account.is_none_or(|account| account.deletion.is_some()) {
        return Err(Error::NotFound);
    }
    // Nothing is asked for in it, but it is part of what was sent.
    let body = body::read(request, body::MAX_JSON).await?;
    let call = key.of(&context, Some(caller.id()), &body).await?;
    if let Some(answer) = call.repeated(&context).await? {
        return Ok(answer);
    }
    let act = context.act(caller.actor(), id, &client, "export.requested", json!({}));
    let export = begin(&context, id, Scope::Personal, act).await?;
    let location = format!("/v1/users/{id}/export/{}", export.id);
    let view = ExportView::of(&context, &export).await?;
    let answer = (StatusCode::ACCEPTED, [(LOCATION, location)], Answer(view));
    call.keep(&context, answer.into_response()).await
}
