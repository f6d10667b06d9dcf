//! One JSON line a request, and what the request cost.

use std::future::Future;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ConsumedCapacity;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::domain::ApiKeyId;

tokio::task_local! {
    static METER: Arc<Meter>;
}

/// What one request cost at the database.
#[derive(Debug, Default)]
pub struct Meter {
    requests: AtomicU32,
    /// Hundredths of a capacity unit.
    capacity: AtomicU64,
    /// Whose key it came with.
    api_key: OnceLock<ApiKeyId>,
}

impl Meter {
    /// Requests sent, retries counted.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The id of the API key, good or not.
    #[must_use]
    pub fn api_key(&self) -> Option<ApiKeyId> {
        self.api_key.get().copied()
    }

    /// Capacity units consumed.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52 hundredths")]
        let hundredths = self.capacity.load(Ordering::Relaxed) as f64;
        hundredths / 100.0
    }
}

/// Notes the key that the current request came with, for its log line.
pub fn note_api_key(key: ApiKeyId) {
    let _ = METER.try_with(|meter| meter.api_key.set(key));
}

/// Runs a request with a meter of its own.
pub async fn metered<T>(future: impl Future<Output = T>) -> (T, Arc<Meter>) {
    let meter = Arc::new(Meter::default());
    let result = METER.scope(Arc::clone(&meter), future).await;
    (result, meter)
}

/// Counts what the `DynamoDB` client sends into the current request's meter.
#[derive(Debug)]
pub struct MeterInterceptor;

#[dyn_dispatch_hint]
impl Intercept for MeterInterceptor {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let _ = METER.try_with(|meter| meter.requests.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Ok(output)) = context.output_or_error() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small and positive"
            )]
            let hundredths = (consumed(output) * 100.0).round() as u64;
            let _ = METER.try_with(|meter| meter.capacity.fetch_add(hundredths, Ordering::Relaxed));
        }
        Ok(())
    }
}

/// Capacity units, as the answer of any operation that the store uses tells them.
fn consumed(output: &Output) -> f64 {
    let one =
        |capacity: Option<&ConsumedCapacity>| capacity.and_then(ConsumedCapacity::capacity_units);
    let all = |capacity: &[ConsumedCapacity]| {
        capacity.iter().filter_map(ConsumedCapacity::capacity_units).sum::<f64>()
    };
    if let Some(output) = output.downcast_ref::<BatchGetItemOutput>() {
        all(output.consumed_capacity())
    } else if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
        all(output.consumed_capacity())
    } else if let Some(output) = output.downcast_ref::<UpdateItemOutput>() {
        one(output.consumed_capacity()).unwrap_or(0.0)
    } else if let Some(output) = output.downcast_ref::<QueryOutput>() {
        one(output.consumed_capacity()).unwrap_or(0.0)
    } else if let Some(output) = output.downcast_ref::<GetItemOutput>() {
        one(output.consumed_capacity()).unwrap_or(0.0)
    } else if let Some(output) = output.downcast_ref::<PutItemOutput>() {
        one(output.consumed_capacity()).unwrap_or(0.0)
    } else if let Some(output) = output.downcast_ref::<DeleteItemOutput>() {
        one(output.consumed_capacity()).unwrap_or(0.0)
    } else {
        0.0
    }
}

static FUNCTION: OnceLock<&'static str> = OnceLock::new();

/// The name of the function that this process is, for its log lines.
#[must_use]
pub fn function() -> &'static str {
    FUNCTION.get().copied().unwrap_or("local")
}

/// Starts logging: our own lines from `level` on, those of libraries from
/// warnings on, for they aren't written with people's data in mind.
pub fn init(function: &'static str, level: tracing::Level) {
    let _ = FUNCTION.set(function);
    let filter = Targets::new().with_default(tracing::Level::WARN).with_target("kith", level);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_target(false);
    // A second start in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
