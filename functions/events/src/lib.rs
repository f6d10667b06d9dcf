//! What follows from a committed change: the domain's events on the bus, the
//! search index, the statistics, and the end of objects that nothing refers to.
//!
//! The table's stream is the only source: a handler that publishes beside its
//! write would lose events when it dies in between, and publish for writes that
//! failed. Every record may come more than once. An event's id is made of its
//! record's, so that a repetition is known as one; index and statistics go by
//! the table as it is.
//!
//! A record that fails for a reason of its own goes to the dead letters, whole,
//! at once: trying again wouldn't help, and those behind it would wait. What AWS
//! refuses for the moment is reported, and Lambda delivers from there again. To
//! add an event: a line in [`derive`], a schema in `infra/schemas`, a row in
//! `docs/events.md`.

mod dead_letters;
mod derive;
mod objects;
mod publish;
mod record;
mod reindex;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use aws_lambda_events::dynamodb::EventRecord;
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::aws::Sdk;
use shared::context::Clock;
use shared::domain::UserId;
use shared::pictures::Pictures;
use shared::store::{Index, Store};
use shared::{Error as Failure, config, telemetry};

use dead_letters::DeadLetters;
use publish::Bus;
use record::Record;
use reindex::Reindex;

pub use lambda_runtime::Error;

/// What the function is invoked with.
#[derive(Deserialize)]
enum Event {
    /// A batch of the stream, or dead letters again.
    Records(Vec<Value>),
    #[serde(rename = "reindex")]
    Reindex(Reindex),
}

/// The function, ready to be invoked.
#[derive(Clone)]
pub struct Events {
    store: Store,
    index: Index,
    bus: Bus,
    dead_letters: DeadLetters,
    pictures: Pictures,
    /// What the URLs of pictures begin with.
    pictures_url: String,
    clock: Clock,
}

/// Records that are seen to at once: nobody's events should wait for somebody's
/// many pictures.
const AT_ONCE: usize = 16;

/// Records of a batch, by their place in it, and why they failed.
type Failures = BTreeMap<usize, Failure>;

impl Events {
    #[must_use]
    pub fn new(config: config::Events, clock: Clock) -> Self {
        let sdk = Sdk::new(&config.aws);
        Self {
            store: Store::new(sdk.dynamodb(), config.table_name),
            index: Index::new(sdk.dynamodb(), config.index_table_name),
            bus: Bus::new(&sdk, config.event_bus_name),
            dead_letters: DeadLetters::new(&sdk, config.dead_letter_queue_url),
            pictures: Pictures::new(&sdk, config.bucket_name),
            pictures_url: config.pictures_url,
            clock,
        }
    }

    /// Answers a batch of the stream, or a request to rebuild the index.
    ///
    /// # Errors
    /// An event that is neither; a rebuild that fails.
    pub async fn invoke(&self, event: Value) -> Result<Value, Error> {
        match Event::deserialize(only_known(event))? {
            Event::Records(records) => Ok(self.deliver(records).await),
            Event::Reindex(request) => {
                let done = request.run(&self.store, &self.index).await;
                done.map_err(|error| format!("{error:?}").into())
            }
        }
    }

    /// Works through a batch, and logs what it cost.
    async fn deliver(&self, values: Vec<Value>) -> Value {
        let (started, records) = (Instant::now(), values.len());
        let (answer, meter) = telemetry::metered(Box::pin(self.batch(values))).await;
        tracing::info!(
            target: "kith",
            records,
            is_complete = answer["batchItemFailures"] == json!([]),
            duration_ms = started.elapsed().as_secs_f64() * 1000.0,
            function = telemetry::function(),
            dynamodb.requests = meter.requests(),
            dynamodb.consumed_capacity = meter.capacity(),
            "batch"
        );
        answer
    }

    /// Works through a batch, and says from where it has to come again.
    async fn batch(&self, values: Vec<Value>) -> Value {
        let mut failures = Failures::new();
        let mut records = Vec::new();
        for (place, value) in values.iter().enumerate() {
            match read(value, place) {
                Ok(record) => records.extend(record),
                Err(error) => drop(failures.insert(place, error)),
            }
        }
        // First, since a repetition of it tells nobody anything.
        for (place, failure) in self.file(&records).await {
            keep(&mut failures, place, failure);
        }
        for (place, failure) in self.note(&records).await {
            keep(&mut failures, place, failure);
        }
        for (place, failure) in self.clear(&records).await {
            keep(&mut failures, place, failure);
        }
        let open = failures.iter().find(|(_, failure)| !is_permanent(failure));
        let end = open.map_or(values.len(), |(place, _)| *place);
        records.retain(|record| record.place < end);
        for (place, failure) in self.publish(&records).await {
            keep(&mut failures, place, failure);
        }
        let mut again = None;
        for (place, failure) in failures {
            if !is_permanent(&failure) || !self.dead_letters.take(&values[place], &failure).await {
                tracing::warn!(target: "kith", error = ?failure, "a record has to come again");
                again = Some(place);
                break;
            }
        }
        // From the first one on, everything comes again: what was done after it, too.
        let again = again.map(|place| {
            let number = &values[place]["dynamodb"]["SequenceNumber"];
            json!({"itemIdentifier": number.as_str().unwrap_or_default()})
        });
        json!({"batchItemFailures": again.as_slice()})
    }

    async fn publish(&self, records: &[Record]) -> Failures {
        let events = records.iter().flat_map(|record| {
            derive::events(record, &self.pictures_url)
                .into_iter()
                .map(|event| (record.place, event))
        });
        self.bus.publish(events).await
    }

    /// Deletes the objects that changes have left without a reference, and asks
    /// for the exports that are wished for.
    async fn clear(&self, records: &[Record]) -> Failures {
        let mut deletions = Vec::new();
        for record in records {
            let Some(leftover) = objects::left_by(&record.change) else { continue };
            let (place, store, pictures) =
                (record.place, self.store.clone(), self.pictures.clone());
            deletions.push(async move { (place, leftover.clear(&store, &pictures).await) });
        }
        all(deletions).await
    }

    /// Files what users have done by a change that says it itself.
    async fn note(&self, records: &[Record]) -> Failures {
        let mut notes = Vec::new();
        for record in records {
            let Some(filing) = record.change.filing.clone() else { continue };
            let (place, store, now) = (record.place, self.store.clone(), self.clock.now());
            notes.push(async move { (place, store.file_activity(&filing, now).await) });
        }
        all(notes).await
    }

    /// Files those whom a record concerns as they are now.
    async fn file(&self, records: &[Record]) -> Failures {
        let concerned = records.iter().filter(|record| record.change.concerns_index());
        let places: Vec<(UserId, usize)> =
            concerned.map(|record| (record.change.user, record.place)).collect();
        let ids: BTreeSet<_> = places.iter().map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return Failures::new();
        }
        match self.index.file(&self.store, ids, false).await {
            Ok(failed) => {
                // The last record of somebody stands for all of theirs: each of them goes by
                // the same state.
                let last =
                    |id| places.iter().rfind(|(other, _)| *other == id).map(|(_, place)| *place);
                failed.into_iter().filter_map(|(id, error)| Some((last(id)?, error))).collect()
            }
            // No record's own fault, and nobody is sure to be done.
            Err(error) => {
                let error = Failure::unavailable(format!("{error:?}"));
                places.first().map(|(_, place)| (*place, error)).into_iter().collect()
            }
        }
    }
}

/// Does this for several records, and gives those for which it failed.
async fn all(work: Vec<impl Future<Output = (usize, Result<(), Failure>)>>) -> Failures {
    let mut done = stream::iter(work).buffer_unordered(AT_ONCE);
    let mut failures = Failures::new();
    while let Some((place, result)) = done.next().await {
        if let Err(error) = result {
            keep(&mut failures, place, error);
        }
    }
    failures
}

/// What may yet succeed comes again, whatever else is wrong with it.
fn keep(failures: &mut Failures, place: usize, failure: Failure) {
    if is_permanent(&failure) {
        failures.entry(place).or_insert(failure);
    } else {
        failures.insert(place, failure);
    }
}

/// Whether a record fails for a reason of its own.
fn is_permanent(failure: &Failure) -> bool {
    matches!(failure, Failure::Internal(_))
}

/// The part of an invocation that says what it is: a dead letter also holds
/// why it is one.
fn only_known(mut event: Value) -> Value {
    if let Some(event) = event.as_object_mut() {
        event.retain(|name, _| matches!(name.as_str(), "Records" | "reindex"));
    }
    event
}

fn read(value: &Value, place: usize) -> Result<Option<Record>, Failure> {
    let record = EventRecord::deserialize(value).map_err(Failure::internal)?;
    Record::read(record, place)
}
