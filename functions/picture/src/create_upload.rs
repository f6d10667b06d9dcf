//! `POST /v1/users/{user_id}/picture/upload`

use std::collections::BTreeMap;

use axum::Json as Answer;
use axum::extract::State;
use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use serde::Serialize;
use serde_json::Value;
use shared::domain::fields::{Field, Fields, Reason};
use shared::domain::picture::{MAX_UPLOAD, MediaType, Source, Upload};
use shared::domain::{Timestamp, UploadId};
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Problem, Target};
use shared::pictures::Presigned;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::owned::owned;

/// What is going to be uploaded.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body")]
struct NewUpload {
    content_type: MediaType,
    /// Bytes.
    #[schema(minimum = 1, maximum = 52_428_800)]
    content_length: u64,
}

/// Means to upload a picture straight to the storage.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadMeans {
    #[schema(value_type = String, format = "uuid")]
    upload_id: UploadId,
    /// Takes exactly one body, of the announced type and length.
    #[schema(format = "uri")]
    url: String,
    #[schema(example = "PUT")]
    method: String,
    /// Headers that the request must have.
    headers: BTreeMap<String, String>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Prepare an upload of up to 50 MiB.
///
/// The answer says how to put the image straight into the storage; it is
/// processed as soon as it is there. `Location` is where its progress shows.
#[utoipa::path(
    post, path = "/v1/users/{user_id}/picture/upload", tag = "picture",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(("user_id" = String, Path, description = "An id, `me`, or `@` and a username")),
    request_body = NewUpload,
    responses(
        (status = 201, body = UploadMeans, headers(("Location" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn create_upload(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    Json(fields): Json,
) -> Result<(StatusCode, [(HeaderName, String); 1], Answer<UploadMeans>), Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let (caller, ..) = owned(&context, &credential, id, None).await?;
    let (MediaField(media_type), Length(length)) = read(fields)?;
    let now = context.now();
    let upload = Upload::new(context.new_id(), id, Source::Uploaded, now);
    let upload = upload.asked_for(caller.actor(), client);
    let upload = Upload { length: Some(length), ..upload };
    context.store.begin_upload(&upload).await?;
    let Presigned { url, method, headers } =
        context.pictures()?.presign(id, upload.id, media_type, length, now).await?;
    let means = UploadMeans {
        upload_id: upload.id,
        url,
        method,
        headers: headers.into_iter().collect(),
        expires_at: upload.expires_at(),
    };
    let location = format!("/v1/users/{id}/picture/upload/{}", upload.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Answer(means)))
}

fn read(mut fields: Fields) -> Result<(MediaField, Length)> {
    let media_type = fields.required("content_type");
    let length = fields.required("content_length");
    fields.finish(media_type.zip(length))
}

struct MediaField(MediaType);

impl Field for MediaField {
    fn read(value: Value) -> Result<Self, Reason> {
        let Value::String(text) = value else { return Err(Reason::invalid_type("a string")) };
        let all = MediaType::ALL.map(MediaType::as_str).join(", ");
        let media_type = MediaType::parse(&text).map(Self);
        media_type.ok_or_else(|| Reason::new("invalid_value", format!("must be one of {all}")))
    }
}

struct Length(u64);

impl Field for Length {
    fn read(value: Value) -> Result<Self, Reason> {
        if !value.is_number() {
            return Err(Reason::invalid_type("a number"));
        }
        let length = value.as_u64().filter(|length| (1..=MAX_UPLOAD).contains(length));
        length.map(Self).ok_or_else(|| {
            let message = format!("must be a whole number between 1 and {MAX_UPLOAD}");
            Reason::new("out_of_range", message)
        })
    }
}
