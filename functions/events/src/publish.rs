//! The bus.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::Builder;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{PutEventsRequestEntry, PutEventsResultEntry};
use futures_util::future::join_all;
use serde_json::Value;
use shared::aws::Sdk;
use shared::domain::{Error, UserId};

use crate::Failures;
use crate::derive::Event;

const SOURCE: &str = "user-service";

/// What one `PutEvents` takes: entries, and bytes of them (AWS takes more of
/// the latter, but took no more until 2026).
const ENTRIES: usize = 10;
const BYTES: usize = 256 * 1024;

/// What an entry counts beside its detail, at most.
const ENVELOPE: usize = 256;

/// Tries of one event before its record has to come again.
const TRIES: u32 = 6;

/// The wait after a first failure; it doubles.
const WAIT: Duration = Duration::from_millis(20);

/// Errors of an entry that trying again doesn't change.
const PERMANENT: [&str; 2] = ["InvalidArgument", "MalformedDetail"];

#[derive(Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// An event on its way.
struct Pending {
    place: usize,
    event: Event,
    detail: String,
    tries: u32,
}

/// What became of it.
enum Outcome {
    Sent,
    Again,
    Refused(String),
}

impl Bus {
    pub fn new(sdk: &Sdk, name: String) -> Self {
        let mut config = Builder::from(sdk.config());
        config.set_endpoint_url(sdk.endpoints().eventbridge.clone());
        Self { client: Client::from_conf(config.build()), name }
    }

    /// Publishes events, those of one user in order: the next one goes when the
    /// one before has arrived. The records of those that don't are in the
    /// answer.
    pub async fn publish(&self, events: impl Iterator<Item = (usize, Event)>) -> Failures {
        let mut queues: BTreeMap<UserId, VecDeque<Pending>> = BTreeMap::new();
        for (place, event) in events {
            let detail = Value::Object(event.detail.clone()).to_string();
            let pending = Pending { place, event, detail, tries: 0 };
            queues.entry(pending.event.user).or_default().push_back(pending);
        }
        let mut failures = Failures::new();
        while !queues.is_empty() {
            let heads: Vec<_> = queues.values().filter_map(VecDeque::front).collect();
            let requests = chunks(heads);
            let outcomes = join_all(requests.iter().map(|heads| self.put(heads))).await;
            let outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
            // In the order of the queues, each of which has sent its head.
            for (queue, outcome) in queues.values_mut().zip(outcomes) {
                settle(queue, outcome, &mut failures);
            }
            queues.retain(|_, queue| !queue.is_empty());
            let tries = queues.values().filter_map(|queue| Some(queue.front()?.tries)).max();
            if let Some(tries @ 1..) = tries {
                tokio::time::sleep(WAIT * 2u32.pow(tries - 1)).await;
            }
        }
        failures
    }

    async fn put(&self, events: &[&Pending]) -> Vec<Outcome> {
        let entries = events.iter().map(|pending| {
            PutEventsRequestEntry::builder()
                .event_bus_name(&self.name)
                .source(SOURCE)
                .detail_type(pending.event.kind)
                .time(DateTime::from_millis(pending.event.at.as_millis()))
                .detail(&pending.detail)
                .build()
        });
        let request = self.client.put_events().set_entries(Some(entries.collect()));
        match request.send().await {
            Ok(answer) => {
                let mut outcomes: Vec<_> = answer.entries().iter().map(outcome).collect();
                outcomes.resize_with(events.len(), || Outcome::Again);
                outcomes
            }
            Err(error) => {
                let error = aws_sdk_eventbridge::error::DisplayErrorContext(&error);
                tracing::warn!(target: "kith", %error, "the bus took no events");
                events.iter().map(|_| Outcome::Again).collect()
            }
        }
    }
}

fn outcome(entry: &PutEventsResultEntry) -> Outcome {
    match (entry.event_id(), entry.error_code()) {
        (Some(_), _) => Outcome::Sent,
        (None, Some(code)) if PERMANENT.contains(&code) => {
            Outcome::Refused(format!("{code}: {}", entry.error_message().unwrap_or_default()))
        }
        (None, _) => Outcome::Again,
    }
}

/// Takes off a queue what is done with. Events behind one that doesn't arrive
/// don't go: their records come again, after its.
fn settle(queue: &mut VecDeque<Pending>, outcome: Outcome, failures: &mut Failures) {
    let Some(head) = queue.front_mut() else { return };
    match outcome {
        Outcome::Sent => drop(queue.pop_front()),
        Outcome::Refused(error) => {
            let error = format!("the bus refuses {}: {error}", head.event.kind);
            failures.insert(head.place, Error::internal(error));
            queue.pop_front();
        }
        Outcome::Again if head.tries + 1 < TRIES => head.tries += 1,
        Outcome::Again => {
            failures.insert(head.place, Error::unavailable("the bus doesn't take the event"));
            queue.clear();
        }
    }
}

/// As many events as one request takes, in each.
fn chunks(events: Vec<&Pending>) -> Vec<Vec<&Pending>> {
    let mut chunks: Vec<Vec<&Pending>> = Vec::new();
    let mut bytes = 0;
    for event in events {
        let size = event.detail.len() + ENVELOPE;
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < ENTRIES && bytes + size <= BYTES => {
                bytes += size;
                chunk.push(event);
            }
            _ => {
                bytes = size;
                chunks.push(vec![event]);
            }
        }
    }
    chunks
}
