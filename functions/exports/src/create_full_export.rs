//! `POST /v1/admin/export`

use axum::Json as Answer;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::LOCATION;
use serde_json::json;
use shared::domain::export::Scope;
use shared::http::body;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, IdempotencyKey, Problem};
use shared::{Context, Error};

use crate::view::ExportView;
use crate::wish::{begin, check_is_admin};

/// Export all users.
///
/// One line of JSON for each, as the import takes them, compressed by gzip.
/// Those who are deleted are left out. `Location` is where the export shows, to
/// the administrator who asked for it.
#[utoipa::path(
    post, path = "/v1/admin/export", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "For sending it again, within a day, without its being done twice"),
    ),
    responses(
        (status = 202, body = ExportView, headers(("Location" = String))),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_full_export(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    key: IdempotencyKey,
    request: Request,
) -> Result<Response, Error> {
    let (caller, _) = context.store.authenticate(&credential, context.now(), []).await?;
    check_is_admin(&caller)?;
    // Nothing is asked for in it, but it is part of what was sent.
    let body = body::read(request, body::MAX_JSON).await?;
    let call = key.of(&context, Some(caller.id()), &body).await?;
    if let Some(answer) = call.repeated(&context).await? {
        return Ok(answer);
    }
    let data = json!({"of": "everybody"});
    let act = context.act(caller.actor(), caller.id(), &client, "export.requested", data);
    let act = act.as_administrator(None);
    let export = begin(&context, caller.id(), Scope::Everybody, act).await?;
    let location = format!("/v1/admin/export/{}", export.id);
    let view = ExportView::of(&context, &export).await?;
    let answer = (StatusCode::ACCEPTED, [(LOCATION, location)], Answer(view));
    call.keep(&context, answer.into_response()).await
}
