//! S3's event notifications: invokes a function for each object put under a prefix, at least once
//! and in no order, as Lambda does asynchronously: a failed event is tried twice more, and then kept
//! among the dead letters.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::engines::{ACCOUNT, BUCKET, Engines, REGION, TOLD_OF, now};

/// How often a failed event is tried again, as in `template.yaml`.
pub const MAX_RETRIES: u32 = 2;

/// How long it waits before that, times the failures so far; in the cloud a minute.
const PAUSE: Duration = Duration::from_millis(100);

/// Invocations at once.
const CONCURRENCY: usize = 4;

/// Running notifications, which end when they are dropped.
pub struct Notifications(JoinHandle<()>);

impl Notifications {
    /// Hands each new object to the function that is told of it, by its name, as the event that S3
    /// makes.
    pub fn start<I, F>(engines: &Arc<Engines>, invoke: I) -> Self
    where
        I: Fn(&'static str, Value) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        let engines = Arc::clone(engines);
        Self(tokio::spawn(async move {
            let mut running = JoinSet::new();
            loop {
                if running.len() == CONCURRENCY {
                    running.join_next().await;
                }
                let key = engines.created().next().await;
                let (engines, invoke) = (Arc::clone(&engines), invoke.clone());
                running.spawn(async move {
                    let told = TOLD_OF.iter().find(|(prefix, _)| key.starts_with(prefix));
                    if let Some((_, function)) = told {
                        deliver(&engines, function, &event(&key), invoke).await;
                    }
                    engines.created().done();
                });
            }
        }))
    }

    /// Ends them. What is in work is told of again at the next start.
    pub async fn stop(mut self) {
        self.0.abort();
        // It is cancelled, which is what was asked for.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn deliver<I, F>(engines: &Engines, function: &'static str, event: &Value, invoke: I)
where
    I: Fn(&'static str, Value) -> F,
    F: Future<Output = Result<(), String>>,
{
    for failures in 0..=MAX_RETRIES {
        sleep(PAUSE * failures).await;
        let answer = AssertUnwindSafe(async { invoke(function, event.clone()).await });
        let answer = answer.catch_unwind().await;
        // A panic has been reported by then.
        match answer.unwrap_or_else(|_| Err("it panicked".to_owned())) {
            Ok(()) => return,
            Err(error) => tracing::warn!(target: "kith", told = function, error, "it failed"),
        }
    }
    if let Err(error) = engines.put_dead_letter(&letter(function, event)) {
        tracing::error!(target: "kith", %error, "a dead letter can't be kept");
    }
}

/// As S3 sends it:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.
fn event(key: &str) -> Value {
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": now().to_string(),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": BUCKET, "arn": format!("arn:aws:s3:::{BUCKET}")},
            "object": {"key": key},
        },
    }]})
}

/// The record of an asynchronous invocation that Lambda sends to an on-failure destination:
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>.
fn letter(function: &str, event: &Value) -> Value {
    #[expect(clippy::disallowed_methods, reason = "the invocation's id, which Lambda makes")]
    let request_id = uuid::Uuid::new_v4();
    json!({
        "version": "1.0",
        "timestamp": now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        "requestContext": {
            "requestId": request_id.to_string(),
            "functionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:kith-{function}"),
            "condition": "RetriesExhausted",
            "approximateInvokeCount": MAX_RETRIES + 1,
        },
        "requestPayload": event,
    })
}
