//! The bucket: pictures, and [exports](exports) of what is stored.
//!
//! | object | key |
//! |---|---|
//! | a size of a picture | `pictures/<user id>/<upload id>/<content hash>-<size>` |
//! | what was uploaded | `uploads/<user id>/<upload id>` |
//! | an export | `exports/<user id>/<export id>.zip`, of everybody `….ndjson.gz` |
//! | the wish for one | `requests/exports/<user id>/<export id>` |
//!
//! A picture's key is never written with other bytes: its id is of one upload, its hash of
//! the content. So nothing that is deleted late can be a newer picture, even of
//! the same content, and copies may be kept for ever. Nothing in a key is a
//! client's text.

mod exports;

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;

use crate::aws::Sdk;
use crate::context::Context;
use crate::domain::activity::Actor;
use crate::domain::picture::{MediaType, Picture, Size, Source, UPLOAD_LIFETIME, Upload, Variants};
use crate::domain::{Error, Result, Timestamp, UploadId, UserId, session};

/// What is under the content's hash never changes; whoever gets it is the
/// service, which decides for each viewer what may be kept.
const IMMUTABLE: &str = "private, max-age=31536000, immutable";

/// Has somebody's picture at a provider become theirs, unless they have decided
/// on one before: the worker fetches it from its `url`.
///
/// # Errors
/// [`Error::NotFound`] where the account isn't in use; [`Error::Unavailable`].
pub async fn take_over(
    context: &Context,
    user: UserId,
    client: &session::Client,
    url: &str,
) -> Result<UploadId> {
    let upload = Upload::new(context.new_id(), user, Source::Provider, context.now());
    let upload = upload.asked_for(Actor::User { id: user }, client.clone());
    let upload = Upload { url: Some(url.to_owned()), ..upload };
    context.store.begin_upload(&upload).await?;
    context.pictures()?.put_request(user, upload.id).await?;
    Ok(upload.id)
}

pub use exports::{Link, Writing, read_export_request_key};

/// The bucket that holds pictures, uploads and exports.
#[derive(Clone, Debug)]
pub struct Pictures {
    client: Client,
    bucket: String,
}

/// A request that a client makes to the storage itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presigned {
    pub url: String,
    pub method: String,
    /// Headers that it must have.
    pub headers: Vec<(String, String)>,
}

impl Pictures {
    #[must_use]
    pub fn new(sdk: &Sdk, bucket: String) -> Self {
        let mut config = Builder::from(sdk.config())
            // S3 has its own; a presigned request couldn't bear the SDK's.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &sdk.endpoints().s3 {
            // Other stores than AWS's have no host name per bucket.
            config = config.endpoint_url(endpoint).force_path_style(true);
        }
        Self { client: Client::from_conf(config.build()), bucket }
    }

    /// Whether the bucket answers, for health checks.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it doesn't.
    pub async fn ping(&self) -> Result<()> {
        let request = self.client.head_bucket().bucket(&self.bucket);
        request.send().await.map(drop).map_err(Error::unavailable)
    }

    /// Stores every size of a picture.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn put(&self, user: UserId, picture: &Picture, variants: &Variants) -> Result<()> {
        let put = async |size| {
            let request = self
                .client
                .put_object()
                .bucket(&self.bucket)
                .key(key(user, picture, size))
                .content_type(picture.media_type.as_str())
                .cache_control(IMMUTABLE)
                .body(ByteStream::from(variants.of(size).to_vec()));
            request.send().await.map(drop).map_err(failure)
        };
        let [small, medium, large] = Size::ALL.map(|size| Box::pin(put(size)));
        tokio::try_join!(small, medium, large).map(drop)
    }

    /// The bytes of a picture; `None` where it has gone meanwhile.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn get(&self, user: UserId, picture: &Picture, size: Size) -> Result<Option<Bytes>> {
        let request = self.client.get_object().bucket(&self.bucket).key(key(user, picture, size));
        match request.send().await {
            Ok(object) => Ok(Some(collect(object.body).await?)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(failure(error)),
        }
    }

    /// Deletes every size of a picture.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete(&self, user: UserId, picture: &Picture) -> Result<()> {
        self.delete_keys(Size::ALL.map(|size| key(user, picture, size)).to_vec()).await
    }

    /// Means to put an upload of exactly this type and length into the storage.
    ///
    /// # Errors
    /// [`Error::Internal`].
    pub async fn presign(
        &self,
        user: UserId,
        id: UploadId,
        media_type: MediaType,
        length: u64,
        now: Timestamp,
    ) -> Result<Presigned> {
        let start = u64::try_from(now.as_millis()).unwrap_or_default();
        let config = PresigningConfig::builder()
            .start_time(std::time::UNIX_EPOCH + Duration::from_millis(start))
            .expires_in(UPLOAD_LIFETIME)
            .build()
            .map_err(Error::internal)?;
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(upload_key(user, id))
            .content_type(media_type.as_str())
            .content_length(i64::try_from(length).map_err(Error::internal)?)
            .presigned(config)
            .await
            .map_err(failure)?;
        let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Presigned {
            url: request.uri().to_owned(),
            method: request.method().to_owned(),
            headers: request.headers().map(header).collect(),
        })
    }

    /// An upload without content: the worker is told of every object there, and
    /// what to fetch stands in the upload's note.
    async fn put_request(&self, user: UserId, id: UploadId) -> Result<()> {
        let request = self.client.put_object().bucket(&self.bucket).key(upload_key(user, id));
        request.send().await.map(drop).map_err(failure)
    }

    /// What was uploaded, of at most `limit` bytes; `None` where it isn't there.
    ///
    /// # Errors
    /// [`Error::PayloadTooLarge`], [`Error::Unavailable`], [`Error::Internal`].
    pub async fn upload(&self, user: UserId, id: UploadId, limit: u64) -> Result<Option<Bytes>> {
        // Up to 50 MiB, and nobody waits.
        let patience = TimeoutConfig::builder()
            .operation_attempt_timeout(Duration::from_secs(20))
            .operation_timeout(Duration::from_secs(40))
            .build();
        let request = self.client.get_object().bucket(&self.bucket).key(upload_key(user, id));
        let request = request.customize();
        let config = aws_sdk_s3::config::Config::builder().timeout_config(patience);
        let object = match request.config_override(config).send().await {
            Ok(object) => object,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(failure(error)),
        };
        let length = object.content_length.and_then(|length| u64::try_from(length).ok());
        if length.is_none_or(|length| length > limit) {
            return Err(Error::PayloadTooLarge(usize::try_from(limit).unwrap_or(usize::MAX)));
        }
        collect(object.body).await.map(Some)
    }

    /// Deletes what was uploaded, if it is there.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_upload(&self, user: UserId, id: UploadId) -> Result<()> {
        let request = self.client.delete_object().bucket(&self.bucket).key(upload_key(user, id));
        match request.send().await {
            Err(error) if !is_missing(&error) => Err(failure(error)),
            _ => Ok(()),
        }
    }

    /// Deletes all that came of an upload.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn abandon(&self, user: UserId, id: UploadId) -> Result<()> {
        self.delete_under(&format!("pictures/{user}/{id}/")).await?;
        self.delete_upload(user, id).await
    }

    /// Deletes everything of a user.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn erase(&self, user: UserId) -> Result<()> {
        self.delete_under(&format!("pictures/{user}/")).await?;
        self.delete_under(&format!("uploads/{user}/")).await?;
        self.delete_under(&format!("exports/{user}/")).await?;
        self.delete_under(&format!("requests/exports/{user}/")).await
    }

    async fn delete_under(&self, prefix: &str) -> Result<()> {
        loop {
            let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
            let page = request.send().await.map_err(failure)?;
            let found = page.contents.unwrap_or_default();
            let keys: Vec<_> = found.into_iter().filter_map(|object| object.key).collect();
            if keys.is_empty() {
                return Ok(());
            }
            self.delete_keys(keys).await?;
        }
    }

    /// Deletes up to a thousand objects. One that isn't there is none to delete.
    async fn delete_keys(&self, keys: Vec<String>) -> Result<()> {
        let objects: Result<Vec<_>, _> =
            keys.into_iter().map(|key| ObjectIdentifier::builder().key(key).build()).collect();
        let objects = objects.map_err(Error::internal)?;
        let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
        let request = self.client.delete_objects().bucket(&self.bucket);
        let request = request.delete(delete.map_err(Error::internal)?);
        let answer = request.send().await.map_err(failure)?;
        match answer.errors().iter().find(|error| error.code() != Some("NoSuchKey")) {
            // Which of the two it is nobody can tell; trying again is right for both.
            Some(error) => Err(Error::unavailable(format!("an object stays: {:?}", error.code()))),
            None => Ok(()),
        }
    }
}

fn key(user: UserId, picture: &Picture, size: Size) -> String {
    format!("pictures/{user}/{}/{}-{}", picture.id, picture.hash, size.pixels())
}

fn upload_key(user: UserId, id: UploadId) -> String {
    format!("uploads/{user}/{id}")
}

/// Whose upload a key is; `None` for any other object.
#[must_use]
pub fn read_upload_key(key: &str) -> Option<(UserId, UploadId)> {
    let (user, id) = key.strip_prefix("uploads/")?.split_once('/')?;
    Some((user.parse().ok()?, id.parse().ok()?))
}

async fn collect(body: ByteStream) -> Result<Bytes> {
    let bytes = body.collect().await.map_err(Error::unavailable)?;
    Ok(bytes.into_bytes())
}

fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    matches!(code, Some("NoSuchKey" | "NotFound"))
}

/// A failed request: worth another try later, or a defect of ours.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn failure<E>(error: SdkError<E>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let transient = match &error {
        SdkError::ServiceError(service) => {
            let status = service.raw().status();
            status.is_server_error() || status.as_u16() == 429
        }
        SdkError::ConstructionFailure(_) => false,
        _ => true,
    };
    let cause = DisplayErrorContext(&error).to_string();
    if transient { Error::unavailable(cause) } else { Error::internal(cause) }
}
