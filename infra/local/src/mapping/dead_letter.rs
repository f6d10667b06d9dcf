//! What is kept of a record that was given up.

use dynoxide::streams::shard_id;
use serde_json::{Value, json};

use super::sequence_number;
use crate::engines::{ACCOUNT, Consumer, REGION, now, table};

/// The record of a failed invocation that Lambda sends to a stream's on-failure destination:
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html>.
///
/// The stream here forgets what was given up, so that its records come along as `payload`.
pub(super) fn of(record: &Value, consumer: Consumer, invocations: u32) -> Value {
    let function = consumer.function();
    #[expect(clippy::disallowed_methods, reason = "the invocation's id, which Lambda makes")]
    let request_id = uuid::Uuid::new_v4();
    let arrival = arrival(record);
    json!({
        "version": "1.0",
        "timestamp": now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
        "requestContext": {
            "requestId": request_id.to_string(),
            "functionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"),
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": invocations,
        },
        "DDBStreamBatchInfo": {
            "shardId": shard_id(table::NAME),
            "startSequenceNumber": sequence_number(record),
            "endSequenceNumber": sequence_number(record),
            "approximateArrivalOfFirstRecord": arrival,
            "approximateArrivalOfLastRecord": arrival,
            "batchSize": 1,
            "streamArn": record["eventSourceARN"],
        },
        "payload": {"Records": [record]},
    })
}

fn arrival(record: &Value) -> Option<String> {
    let seconds = record["dynamodb"]["ApproximateCreationDateTime"].as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds, and not that many")]
    let time = jiff::Timestamp::from_second(seconds as i64).ok()?;
    Some(time.to_string())
}
