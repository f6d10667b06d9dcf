//! Makes exports: of a user's data as a ZIP, of all users as lines of JSON.
//!
//! The stream tells `events` of a new export, and `events` puts an object into
//! the bucket that asks for it; S3 tells this function of the object at least
//! once, and Lambda tries a failed invocation twice more. So an export may be
//! made twice at once: its file has the same key each time, and either is whole.

mod archive;
mod belongings;
mod full;
mod personal;

use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;
use shared::aws::Sdk;
use shared::context::Clock;
use shared::domain::export::{ATTEMPTS, Export, Scope};
use shared::domain::{ExportId, UserId};
use shared::pictures::{Pictures, read_export_request_key};
use shared::store::{Making, Store};
use shared::{Result, config, telemetry};

pub use belongings::{Attributes, File, KINDS, Kind, Shown};
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
    clock: Clock,
}

impl Worker {
    #[must_use]
    pub fn new(config: config::ExportWorker, clock: Clock) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self {
            store: Store::new(sdk.dynamodb(), config.table_name),
            pictures: Pictures::new(&sdk, config.bucket_name),
            clock,
        }
    }

    /// Makes the exports that a notification of S3 asks for.
    ///
    /// # Errors
    /// A notification that can't be read; what may yet succeed, for Lambda to
    /// try again.
    pub async fn invoke(&self, event: Value) -> Result<(), Error> {
        let mut result = Ok(());
        for Record { s3 } in Event::deserialize(event)?.records {
            // The notification is for requests only; an object of another name is none of ours.
            let Some((user, id)) = read_export_request_key(&s3.object.key) else { continue };
            let started = Instant::now();
            let (done, meter) = telemetry::metered(Box::pin(self.take(user, id))).await;
            tracing::info!(
                target: "kith",
                export = %id,
                outcome = match &done {
                    Ok(outcome) => outcome,
                    Err(_) => "error",
                },
                duration_ms = started.elapsed().as_secs_f64() * 1000.0,
                function = telemetry::function(),
                dynamodb.requests = meter.requests(),
                dynamodb.consumed_capacity = meter.capacity(),
                "export"
            );
            if let Err(error) = done {
                result = Err(format!("export {id}: {error:?}").into());
            }
        }
        result
    }

    /// Sees an export through, and says how it went.
    async fn take(&self, user: UserId, id: ExportId) -> Result<&'static str> {
        let outcome = match self.store.start_export(user, id).await? {
            Making::Finished | Making::Unknown => "finished before",
            Making::Yes(export) if !export.may_begin(self.clock.now()) => {
                self.store.fail_export(user, id).await?;
                "too late"
            }
            Making::Yes(export) => match self.make(&export).await {
                Ok(size) if self.store.finish_export(user, id, size).await? => "ready",
                Ok(_) => self.drop_unless_kept(&export).await?,
                Err(error) => {
                    if export.attempts >= ATTEMPTS {
                        self.store.fail_export(user, id).await?;
                        self.pictures.delete_export_request(user, id).await?;
                    }
                    return Err(error);
                }
            },
        };
        self.pictures.delete_export_request(user, id).await?;
        Ok(outcome)
    }

    /// Deletes a file whose export has gone while it was made. Of two calls
    /// with the same export, the other may have been faster.
    async fn drop_unless_kept(&self, export: &Export) -> Result<&'static str> {
        if self.store.export(export.user_id, export.id).await?.is_some() {
            return Ok("finished before");
        }
        self.pictures.delete_export(export).await?;
        Ok("gone")
    }

    /// Makes the file. Its size in bytes.
    async fn make(&self, export: &Export) -> Result<u64> {
        match export.scope {
            Scope::Personal => Box::pin(personal::write(&self.store, &self.pictures, export)).await,
            Scope::Everybody => Box::pin(full::write(&self.store, &self.pictures, export)).await,
        }
    }
}
