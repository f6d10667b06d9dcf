//! `GET /v1/users/{user_id}/picture/upload/{upload_id}`

use std::collections::HashMap;

use axum::Json as Answer;
use axum::extract::{Path, State};
use serde::Serialize;
use shared::domain::UploadId;
use shared::domain::picture::{Failure, Progress, Upload};
use shared::http::{Credentials, Problem, Target};
use shared::store::keys;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::owned::owned;

/// How far an upload has come. It is known for a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadView {
    #[schema(value_type = String, format = "uuid")]
    upload_id: UploadId,
    status: Progress,
    /// Of a failed one.
    error: Option<UploadError>,
}

/// Why an upload failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadError {
    code: Failure,
    message: &'static str,
}

/// Read how far an upload has come.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/picture/upload/{upload_id}", tag = "picture",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("upload_id" = String, Path, description = "From the answer that prepared it"),
    ),
    responses(
        (status = 200, body = UploadView),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn get_upload(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Answer<UploadView>, Error> {
    let upload = path.get("upload_id").and_then(|id| id.parse::<UploadId>().ok());
    let id = target.resolve(&context, Some(&credential)).await?;
    let key = upload.map(|upload| keys::upload(id, upload));
    let (_, _, items) = owned(&context, &credential, id, key.clone()).await?;
    let upload = key.map(|key| items.get::<Upload>(&key)).transpose()?.flatten();
    let now = context.now();
    let upload = upload.filter(|upload| now <= upload.forgotten_at()).ok_or(Error::NotFound)?;
    let (status, failure) = upload.state(now);
    let error = failure.map(|code| UploadError { code, message: code.message() });
    Ok(Answer(UploadView { upload_id: upload.id, status, error }))
}
