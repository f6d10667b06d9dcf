//! `GET /v1/admin/export/{export_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;
use shared::domain::ExportId;
use shared::domain::export::Scope;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem};
use shared::store::{Along, keys};
use shared::{Context, Error};

use crate::view::ExportView;
use crate::wish::{check_is_admin, find, is_ready};

/// Read an export of all users that one has asked for.
#[utoipa::path(
    get, path = "/v1/admin/export/{export_id}", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("export_id" = String, Path, description = "From the answer that began it"),
        ("If-None-Match" = Option<String>, Header, description = "Answer 304 where nothing has changed"),
    ),
    responses(
        (status = 200, body = ExportView, headers(("ETag" = String))),
        (status = 304, description = "Not modified"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_full_export(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let export = path.get("export_id").and_then(|id| id.parse::<ExportId>().ok());
    let user = credential.user_id();
    let key = export.map(|export| keys::export(user, export));
    let (caller, items) = context.store.authenticate(&credential, context.now(), key).await?;
    check_is_admin(&caller)?;
    let export = find(&context, &items, user, export.ok_or(Error::NotFound)?, Scope::Everybody)?;
    if is_ready(&context, &export) {
        let data = json!({"export_id": export.id});
        let act = context.act(caller.actor(), user, &client, "export.opened", data);
        context.store.record(user, Along::acts(&[act.as_administrator(None)])).await?;
    }
    ExportView::of(&context, &export).await?.answer(&preconditions)
}
