//! `GET /v1/users/{user_id}/export/{export_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;
use shared::domain::ExportId;
use shared::domain::export::Scope;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Along, keys};
use shared::{Context, Error};

use crate::view::ExportView;
use crate::wish::{find, is_ready};

/// Read an export, with a link to its file once it is ready.
///
/// Each answer has a link of its own, good for a quarter of an hour, to whoever
/// has it.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/export/{export_id}", tag = "exports",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("export_id" = String, Path, description = "From the answer that began it"),
        ("If-None-Match" = Option<String>, Header, description = "Answer 304 where nothing has changed"),
    ),
    responses(
        (status = 200, body = ExportView, headers(("ETag" = String))),
        (status = 304, description = "Not modified"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_export(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let export = path.get("export_id").and_then(|id| id.parse::<ExportId>().ok());
    let id = target.resolve(&context, Some(&credential)).await?;
    let keys = [Some(keys::account(id)), export.map(|export| keys::export(id, export))];
    let keys = keys.into_iter().flatten();
    let (caller, items) = context.store.authenticate(&credential, context.now(), keys).await?;
    let account = items.account(id)?.filter(|_| caller.may_access(id));
    if account.is_none_or(|account| account.deletion.is_some()) {
        return Err(Error::NotFound);
    }
    let export = find(&context, &items, id, export.ok_or(Error::NotFound)?, Scope::Personal)?;
    // Others than the user can read all of it from here on.
    if is_ready(&context, &export) && !caller.actor().is(id) {
        let data = json!({"export_id": export.id});
        let act = context.act(caller.actor(), id, &client, "export.opened", data);
        context.store.record(id, Along::acts(&[act])).await?;
    }
    ExportView::of(&context, &export).await?.answer(&preconditions)
}
