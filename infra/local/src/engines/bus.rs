//! EventBridge: the part that a publisher meets. Events are checked as AWS checks them, and kept.

mod faults;

use std::path::Path;

use faults::Faults;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::json::{Answer, Refusal, parse};
use super::log::Log;
use super::{ACCOUNT, REGION, StartError, now, random};

/// AWS raised it from 256 KiB in January 2026.
const REQUEST_BYTES: usize = 1024 * 1024;
const REQUEST_ENTRIES: usize = 10;
/// What a `Time` adds to an entry's size.
const TIME_BYTES: usize = 14;

pub(super) struct Bus {
    name: &'static str,
    log: Log,
    faults: Faults,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutEvents {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Entry {
    /// Seconds since 1970.
    time: Option<f64>,
    source: String,
    detail_type: String,
    detail: String,
    event_bus_name: Option<String>,
    resources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeEventBus {
    name: Option<String>,
}

impl Bus {
    /// The bus `name` with the events of earlier runs.
    pub(super) fn open(name: &'static str, path: &Path) -> Result<Self, StartError> {
        Ok(Self { name, log: Log::open(path)?, faults: Faults::default() })
    }

    pub(super) fn events(&self) -> Vec<Value> {
        self.log.entries()
    }

    /// See [`Engines::fail_entries`](super::Engines::fail_entries).
    pub(super) fn fail_entries(&self, percent: u8) {
        self.faults.start(percent);
    }

    pub(super) fn call(&self, operation: &str, body: &[u8]) -> Answer {
        match operation {
            "PutEvents" => parse(body).and_then(|request| self.put_events(request)),
            "DescribeEventBus" => parse(body).and_then(|request| self.describe_event_bus(request)),
            _ => Err(Refusal::unknown_operation()),
        }
        .into()
    }

    fn put_events(&self, PutEvents { entries }: PutEvents) -> Result<Value, Refusal> {
        let invalid = |message: String| Refusal::new("ValidationException", message);
        if entries.is_empty() || entries.len() > REQUEST_ENTRIES {
            let bound = if entries.is_empty() {
                "greater than or equal to 1".to_owned()
            } else {
                format!("less than or equal to {REQUEST_ENTRIES}")
            };
            return Err(invalid(format!(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length {bound}"
            )));
        }
        if entries.iter().map(Entry::size).sum::<usize>() > REQUEST_BYTES {
            return Err(invalid(
                "Total size of the entries in the request is over the limit.".to_owned(),
            ));
        }
        let mut failed = 0;
        let results: Vec<Value> = entries
            .into_iter()
            .map(|entry| match self.put_event(entry) {
                Ok(id) => json!({"EventId": id}),
                Err(Refusal { code, message }) => {
                    failed += 1;
                    json!({"ErrorCode": code, "ErrorMessage": message})
                }
            })
            .collect();
        Ok(json!({"FailedEntryCount": failed, "Entries": results}))
    }

    /// Keeps one event and returns its id.
    fn put_event(&self, entry: Entry) -> Result<String, Refusal> {
        let detail = self.check(&entry)?;
        self.faults.draw().map_or(Ok(()), Err)?;
        let Entry {
            time,
            source,
            detail_type,
            detail: _checked,
            event_bus_name: _this_one,
            resources,
        } = entry;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "events carry whole seconds; a float out of range becomes the nearest one and is refused"
        )]
        let time = time.map_or_else(
            || Ok(now()),
            |seconds| {
                jiff::Timestamp::from_second(seconds as i64)
                    .map_err(|error| Refusal::new("InvalidArgument", error.to_string()))
            },
        )?;
        let id = random::uuid().to_string();
        let event = json!({
            "version": "0",
            "id": id,
            "detail-type": detail_type,
            "source": source,
            "account": ACCOUNT,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": REGION,
            "resources": resources,
            "detail": detail,
        });
        self.log
            .append(event)
            .map_err(|error| Refusal::new("InternalFailure", error.to_string()))?;
        Ok(id)
    }

    /// Refuses what AWS refuses, and returns the detail.
    fn check(&self, entry: &Entry) -> Result<Map<String, Value>, Refusal> {
        let required = [
            ("Source", &entry.source),
            ("DetailType", &entry.detail_type),
            ("Detail", &entry.detail),
        ];
        if let Some((name, _)) = required.iter().find(|(_, value)| value.is_empty()) {
            return Err(Refusal::new(
                "InvalidArgument",
                format!("Parameter {name} is not valid. Reason: {name} is a required argument."),
            ));
        }
        if entry.source.starts_with("aws.") {
            return Err(Refusal::new(
                "NotAuthorizedForSourceException",
                "Not authorized for the source.",
            ));
        }
        // AWS takes such an event and drops it; here that would only hide a mistake.
        if !self.is(entry.event_bus_name.as_deref()) {
            return Err(Refusal::new(
                "InvalidArgument",
                format!(
                    "Event bus {} does not exist.",
                    entry.event_bus_name.as_deref().unwrap_or("default")
                ),
            ));
        }
        serde_json::from_str(&entry.detail)
            .map_err(|_| Refusal::new("MalformedDetail", "Detail is malformed."))
    }

    fn describe_event_bus(&self, request: DescribeEventBus) -> Result<Value, Refusal> {
        if !self.is(request.name.as_deref()) {
            let name = request.name.unwrap_or_else(|| "default".to_owned());
            return Err(Refusal::new(
                "ResourceNotFoundException",
                format!("Event bus {name} does not exist."),
            ));
        }
        Ok(json!({"Name": self.name, "Arn": self.arn()}))
    }

    /// A bus is named by its name or its ARN; no name means the account's default bus, which nobody
    /// here uses.
    fn is(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| name == self.name || name == self.arn())
    }

    fn arn(&self) -> String {
        format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{}", self.name)
    }
}

impl Entry {
    /// Bytes, as AWS counts them:
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html>.
    fn size(&self) -> usize {
        self.time.map_or(0, |_| TIME_BYTES)
            + self.source.len()
            + self.detail_type.len()
            + self.detail.len()
            + self.resources.iter().map(String::len).sum::<usize>()
    }
}
