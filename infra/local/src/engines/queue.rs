//! SQS: the part that a sender meets. Messages are checked as AWS checks them, and kept; nobody
//! receives them but whoever looks.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::json::{Answer, Refusal, parse};
use super::log::Log;
use super::{ACCOUNT, StartError, now, random};

/// AWS raised it from 256 KiB in August 2025.
const MESSAGE_BYTES: usize = 1024 * 1024;

pub(super) struct Queue {
    name: &'static str,
    log: Log,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    #[serde(default)]
    message_body: String,
}

impl Queue {
    /// The queue `name` with the messages of earlier runs.
    pub(super) fn open(name: &'static str, path: &Path) -> Result<Self, StartError> {
        Ok(Self { name, log: Log::open(path)? })
    }

    /// The queue's URL at this endpoint.
    pub(super) fn url(&self, endpoint: &str) -> String {
        format!("{endpoint}{}", self.path())
    }

    /// See [`Engines::dead_letters`](super::Engines::dead_letters).
    pub(super) fn messages(&self) -> Vec<Value> {
        self.log.entries().into_iter().map(read).collect()
    }

    /// Keeps a message and returns its id.
    pub(super) fn keep(&self, body: &str) -> io::Result<String> {
        let id = random::uuid().to_string();
        let sent_at = now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        self.log.append(json!({"message_id": id, "sent_at": sent_at, "body": body}))?;
        Ok(id)
    }

    pub(super) fn call(&self, operation: &str, body: &[u8]) -> Answer {
        match operation {
            "SendMessage" => parse(body).and_then(|request| self.send_message(&request)),
            _ => Err(Refusal::unknown_operation()),
        }
        .into()
    }

    fn send_message(&self, request: &SendMessage) -> Result<Value, Refusal> {
        let SendMessage { queue_url, message_body } = request;
        // The port is another after each start, and names no queue.
        if !queue_url.ends_with(&self.path()) {
            return Err(Refusal::new(
                "com.amazonaws.sqs#QueueDoesNotExist",
                "The specified queue does not exist.",
            ));
        }
        if message_body.is_empty() {
            return Err(Refusal::new(
                "MissingParameter",
                "The request must contain the parameter MessageBody.",
            ));
        }
        if message_body.len() > MESSAGE_BYTES {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!(
                    "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_BYTES} bytes."
                ),
            ));
        }
        // The SDK checks no `MD5OfMessageBody`, so none is computed.
        self.keep(message_body)
            .map(|id| json!({"MessageId": id}))
            .map_err(|error| Refusal::new("InternalFailure", error.to_string()))
    }

    fn path(&self) -> String {
        format!("/{ACCOUNT}/{}", self.name)
    }
}

/// A message as it is shown: an object with the time of sending in it. A body that is none is the
/// object's `body`.
fn read(mut message: Value) -> Value {
    let body = message["body"].take();
    let body = body.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(body);
    let mut object = match body {
        Value::Object(object) => object,
        other => Map::from_iter([("body".to_owned(), other)]),
    };
    object.insert("sent_at".to_owned(), message["sent_at"].take());
    Value::Object(object)
}
