//! `PUT /v1/users/{user_id}/picture`, and `POST`, which means the same.

use std::convert::Infallible;

use axum::extract::{Request, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use multer::{Constraints, Multipart, SizeLimit};
use shared::domain::picture::{Failure, MAX_DIRECT, Source, Upload};
use shared::http::body;
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Preconditions, Problem, Target};
use shared::store::{Replacing, Shown};
use shared::view::PictureView;
use shared::{Context, Error, Result};

use crate::owned::{owned, replacing};
use crate::publish::{self, process};

/// Bytes that a form may have beside its file.
const FORM_OVERHEAD: usize = 64 * 1024;

/// The part of a form that holds the picture.
const FILE: &str = "file";

/// The means of sending a picture.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "documents the form")]
struct PictureForm {
    /// A JPEG, PNG, WebP or GIF image of at most 4 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Set the picture.
///
/// The image is the body itself, or the part `file` of a form, of at most 4 MiB.
/// Its own bytes tell what it is: JPEG, PNG, WebP or GIF, of which the first
/// frame counts. It is turned upright, freed of all metadata, brought to sRGB
/// and stored within 1024×1024 pixels and as squares of 256 and 64.
#[utoipa::path(
    method(put, post), path = "/v1/users/{user_id}/picture", tag = "picture",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Replace this picture only"),
    ),
    request_body(content(
        (PictureForm = "multipart/form-data"),
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "image/gif"),
    )),
    responses(
        (status = 200, body = PictureView, headers(("ETag" = String))),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`payload_too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_media_type`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`: `image_too_large`, `invalid_image`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn upload_picture(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    preconditions: Preconditions,
    request: Request,
) -> Result<Response, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let (caller, profile, _) = owned(&context, &credential, id, None).await?;
    let replacing = replacing(&profile, &preconditions)?;
    let bytes = read(request).await?;
    if imaging::sniff(&bytes).is_none() {
        return Err(refused(Failure::UnsupportedMediaType));
    }
    let (store, now) = (&context.store, context.now());
    let upload = Upload::new(context.new_id(), id, Source::Uploaded, now).started();
    let upload = upload.asked_for(caller.actor(), client);
    // What can't be read costs no write.
    let variants = process(bytes).await?.map_err(refused)?;
    store.begin_upload(&upload).await?;
    let (pictures, kept) = (context.pictures()?, context.config.activity_retention);
    let shown = publish::show(store, pictures, &upload, &variants, replacing, now, kept).await?;
    let (version, picture) = match shown {
        (picture, Shown::Yes) => (upload.id.sequence(), Some(picture)),
        (_, Shown::Overtaken(_)) if replacing != Replacing::Any => {
            return Err(Error::VersionMismatch);
        }
        // Another one came right after it.
        (_, Shown::Overtaken(profile)) => (profile.picture_version(), profile.picture),
        (_, Shown::Gone) => return Err(Error::NotFound),
    };
    let view = PictureView::new(&context.config.pictures_url, id, picture.as_ref());
    resource_response(version, &view)
}

fn refused(failure: Failure) -> Error {
    match failure {
        Failure::UnsupportedMediaType => {
            Error::UnsupportedMediaType("a JPEG, PNG, WebP or GIF image")
        }
        Failure::ImageTooLarge => Error::field(FILE, "image_too_large", failure.message()),
        failure => Error::field(FILE, "invalid_image", failure.message()),
    }
}

/// The image in a body.
async fn read(request: Request) -> Result<Bytes> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("multipart/"));
    if !is_form {
        return body::read(request, MAX_DIRECT).await;
    }
    let boundary = multer::parse_boundary(content_type.unwrap_or_default());
    let boundary = boundary.map_err(|error| malformed(&error))?;
    let form =
        body::read(request, MAX_DIRECT + FORM_OVERHEAD).await.map_err(|error| match error {
            Error::PayloadTooLarge(_) => Error::PayloadTooLarge(MAX_DIRECT),
            error => error,
        })?;
    file(form, boundary).await
}

/// The file of a form. Other parts are nothing to us.
async fn file(form: Bytes, boundary: String) -> Result<Bytes> {
    let form = futures_util::stream::iter([Ok::<_, Infallible>(form)]);
    let most = u64::try_from(MAX_DIRECT).unwrap_or(u64::MAX);
    let limits = Constraints::new().size_limit(SizeLimit::new().per_field(most));
    let mut form = Multipart::with_constraints(form, boundary, limits);
    while let Some(mut part) = form.next_field().await.map_err(|error| malformed(&error))? {
        if part.name() != Some(FILE) {
            continue;
        }
        let mut file = BytesMut::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| malformed(&error))? {
            file.extend_from_slice(&chunk);
        }
        return Ok(file.freeze());
    }
    Err(Error::field(FILE, "required", "is required"))
}

fn malformed(error: &multer::Error) -> Error {
    match error {
        multer::Error::FieldSizeExceeded { .. } => Error::PayloadTooLarge(MAX_DIRECT),
        _ => Error::Malformed("The body isn't a valid form.".to_owned()),
    }
}
