//! What becomes of pictures that clients put straight into the storage.
//!
//! S3 tells of each upload at least once, in any order; Lambda tries a failed
//! invocation twice more and then keeps the event for an operator. So an upload
//! may be processed twice at once: what it becomes has the same keys and bytes,
//! and the profile takes it once, and only where no later decision has been made.

pub mod fetch;

use std::time::{Duration, Instant};

use bytes::Bytes;
use picture::publish::{process, show};
use serde::Deserialize;
use serde_json::Value;
use shared::aws::Sdk;
use shared::context::Clock;
use shared::domain::picture::{ATTEMPTS, Failure, MAX_UPLOAD, Upload};
use shared::domain::{UploadId, UserId};
use shared::pictures::{Pictures, read_upload_key};
use shared::store::{Replacing, Shown, Started, Store};
use shared::{Result, config, telemetry};

use fetch::{FetchError, Fetcher};

pub use lambda_runtime::Error;

/// What of a notification of S3 counts.
#[derive(Deserialize)]
struct Event {
    /// None in the test event that S3 sends when a notification is set up.
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The function, ready to be invoked.
pub struct Worker {
    store: Store,
    pictures: Pictures,
    fetcher: Fetcher,
    clock: Clock,
    activity_retention: Duration,
}

impl Worker {
    #[must_use]
    pub fn new(config: config::PictureWorker, fetcher: Fetcher, clock: Clock) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self {
            store: Store::new(sdk.dynamodb(), config.table_name),
            pictures: Pictures::new(&sdk, config.bucket_name),
            fetcher,
            clock,
            activity_retention: config.activity_retention,
        }
    }

    /// Processes the uploads that a notification of S3 tells of.
    ///
    /// # Errors
    /// A notification that can't be read; what may yet succeed, for Lambda to
    /// try again.
    pub async fn invoke(&self, event: Value) -> Result<(), Error> {
        let mut result = Ok(());
        for Record { s3 } in Event::deserialize(event)?.records {
            // The notification is for uploads only; an object of another name is none of ours.
            let Some((user, id)) = read_upload_key(&s3.object.key) else { continue };
            let started = Instant::now();
            let (done, meter) = telemetry::metered(Box::pin(self.take(user, id))).await;
            tracing::info!(
                target: "kith",
                upload = %id,
                outcome = match &done {
                    Ok(outcome) => outcome,
                    Err(_) => "error",
                },
                duration_ms = started.elapsed().as_secs_f64() * 1000.0,
                function = telemetry::function(),
                dynamodb.requests = meter.requests(),
                dynamodb.consumed_capacity = meter.capacity(),
                "upload"
            );
            if let Err(error) = done {
                result = Err(format!("upload {id}: {error:?}").into());
            }
        }
        result
    }

    /// Sees an upload through, and says how it went.
    async fn take(&self, user: UserId, id: UploadId) -> Result<&'static str> {
        let upload = match self.store.start_upload(user, id, self.clock.now()).await? {
            Started::Yes(upload) => upload,
            Started::Finished | Started::Unknown => {
                self.pictures.delete_upload(user, id).await?;
                return Ok("finished before");
            }
        };
        let outcome = match self.work(&upload).await {
            Ok(Ok(())) => "done",
            Ok(Err(failure)) => {
                self.store.fail_upload(user, id, failure).await?;
                "refused"
            }
            Err(error) => {
                if upload.attempts >= ATTEMPTS {
                    self.store.fail_upload(user, id, Failure::ProcessingFailed).await?;
                }
                return Err(error);
            }
        };
        self.pictures.delete_upload(user, id).await?;
        Ok(outcome)
    }

    async fn work(&self, upload: &Upload) -> Result<Result<(), Failure>> {
        let bytes = match self.bytes(upload).await? {
            Ok(bytes) => bytes,
            Err(failure) => return Ok(Err(failure)),
        };
        let variants = match process(bytes).await? {
            Ok(variants) => variants,
            Err(failure) => return Ok(Err(failure)),
        };
        let (store, pictures, kept) = (&self.store, &self.pictures, self.activity_retention);
        let now = self.clock.now();
        let shown = show(store, pictures, upload, &variants, Replacing::Any, now, kept).await?;
        Ok(match shown {
            (_, Shown::Yes) => Ok(()),
            (_, Shown::Overtaken(_) | Shown::Gone) => Err(Failure::Superseded),
        })
    }

    /// What was uploaded, or is to be fetched.
    async fn bytes(&self, upload: &Upload) -> Result<Result<Bytes, Failure>> {
        let Some(url) = &upload.url else {
            let limit = upload.length.unwrap_or(MAX_UPLOAD);
            return match self.pictures.upload(upload.user_id, upload.id, limit).await {
                Ok(Some(bytes)) => Ok(Ok(bytes)),
                // Of two invocations with the same upload, the other was faster.
                Ok(None) => Ok(Err(Failure::Superseded)),
                Err(shared::Error::PayloadTooLarge(_)) => Ok(Err(Failure::InvalidImage)),
                Err(error) => Err(error),
            };
        };
        match self.fetcher.fetch(url).await {
            Ok(bytes) => Ok(Ok(bytes.into())),
            Err(FetchError::Refused(_)) => Ok(Err(Failure::Unreachable)),
            Err(FetchError::Failed(cause)) => Err(shared::Error::unavailable(cause.to_string())),
        }
    }
}
