//! `GET /v1/users/{user_id}/connections/{other_id}`

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::view::Viewer;
use shared::{Context, Error, Result};

use super::{ConnectionView, Two, two};

/// Read a connection, or a request for one.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/connections/{other_id}", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("other_id" = String, Path, description = "The id of the other one"),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of a copy"),
    ),
    responses(
        (status = 200, body = ConnectionView, headers(("ETag" = String))),
        (status = 304, description = "The copy is current"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_connection(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
    preconditions: Preconditions,
) -> Result<Response, Error> {
    let Two { pair, other, .. } = two(&context, &credential, &target, &path).await?;
    let (own, other) = pair.connection().zip(other).ok_or(Error::NotFound)?;
    let viewer = Viewer::of(pair.theirs.as_ref());
    let view = ConnectionView::new(&context, own, viewer, other).ok_or(Error::NotFound)?;
    preconditions.answer(own.version, &view)
}
