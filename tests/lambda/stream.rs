//! The function that reads the table's stream, called as Lambda calls it.

use local::engines::{Fault, Service};
use serde_json::{Value, json};
use tests::runtime_api::{Event, Function};

use crate::deployment::Deployment;

async fn deliver(events: &mut Function, records: &[Value]) -> Value {
    events.invoke(&json!({"Records": records})).await.result.unwrap()
}

fn records() -> Vec<Value> {
    Event::sample("events-stream").event["Records"].as_array().unwrap().clone()
}

fn number(record: &Value) -> Value {
    json!({"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]})
}

#[tokio::test]
async fn a_batch_of_the_stream_is_published() {
    let lambda = Deployment::start().await;
    let mut events = lambda.function("events", &[]).await;
    lambda.kith.stack.settled().await;
    let before = lambda.kith.stack.engines.events().len();
    assert_eq!(deliver(&mut events, &records()).await, json!({"batchItemFailures": []}));
    assert_eq!(deliver(&mut events, &records()).await, json!({"batchItemFailures": []}));
    let told = lambda.kith.stack.engines.events().split_off(before);
    let kinds: Vec<_> = told.iter().map(|event| event["detail-type"].as_str().unwrap()).collect();
    let once = ["user.created", "session.created"];
    assert_eq!(kinds, [once, once].concat());
    assert_eq!(told[0]["detail"], told[2]["detail"], "the same event, once more");
    let mut detail = told[0]["detail"].clone();
    assert!(detail.as_object_mut().unwrap().remove("event_id").is_some());
    let expected = json!({
        "event_type": "user.created", "user_id": "01a12a75-ddd0-74f8-996d-a763b7a969b1",
        "timestamp": "2026-10-11T10:15:30.000Z", "email": "zoe@example.com", "name": "Zoë Fährmann",
    });
    assert_eq!(detail, expected);
}

#[tokio::test]
async fn what_cannot_go_now_comes_again_from_there_and_what_never_can_is_kept() {
    let lambda = Deployment::start().await;
    let engines = &lambda.kith.stack.engines;
    let mut events = lambda.function("events", &[]).await;
    let mut records = records();
    let mut broken = records[0].clone();
    broken["eventID"] = json!("broken");
    broken["dynamodb"]["NewImage"]["email"] = json!({"N": "7"});
    let foreign = json!({"eventID": "x", "eventName": "INSERT", "dynamodb": {}});
    records.splice(0..0, [broken.clone(), foreign.clone(), json!("no record")]);

    engines.fail(Service::EventBridge, Fault::Refuse);
    assert_eq!(deliver(&mut events, &records).await, number(&records[3]));
    engines.fail(Service::EventBridge, Fault::None);
    let letters = engines.dead_letters();
    let kept: Vec<_> = letters.iter().map(|letter| &letter["Records"][0]).collect();
    assert_eq!(kept, [&broken, &foreign, &json!("no record")]);
    assert_eq!(deliver(&mut events, &records[3..]).await, json!({"batchItemFailures": []}));

    // The dead letters themselves can't be reached: then even those come again.
    engines.fail(Service::Sqs, Fault::Refuse);
    assert_eq!(deliver(&mut events, &records).await, number(&records[0]));
    engines.fail(Service::Sqs, Fault::None);

    engines.fail(Service::DynamoDb, Fault::Throttle);
    assert_eq!(deliver(&mut events, &records[3..]).await, number(&records[3]));
    engines.fail(Service::DynamoDb, Fault::None);
    assert_eq!(deliver(&mut events, &records[3..]).await, json!({"batchItemFailures": []}));
}

#[tokio::test]
async fn the_index_is_rebuilt_on_request_and_nonsense_is_refused() {
    let lambda = Deployment::start().await;
    lambda.kith.known_as("Ada Lovelace").await;
    let mut events = lambda.function("events", &[]).await;
    let request = Event::sample("events-reindex").event;
    let done = events.invoke(&request).await.result;
    assert_eq!(done, Ok(json!({"users": 2, "next": null})));
    let reindex = |segment: u32, segments: u32, start: &str| json!({"reindex": {"segment": segment, "segments": segments, "start": start}});
    for event in [
        json!({}),
        json!("text"),
        json!({"Records": 7}),
        json!({"records": []}),
        json!({"reindex": {}}),
        reindex(0, 1, "elsewhere"),
        reindex(0, 0, ""),
        reindex(4, 4, ""),
    ] {
        let error = events.invoke(&event).await.result.unwrap_err();
        assert!(error["errorMessage"].is_string(), "{event}: {error}");
    }
    assert_eq!(deliver(&mut events, &[]).await, json!({"batchItemFailures": []}));
}

#[tokio::test]
async fn a_batch_is_one_line_about_nobody() {
    let lambda = Deployment::start().await;
    let mut events = lambda.function("events", &[("LOG_LEVEL", "info")]).await;
    deliver(&mut events, &records()).await;
    let line: Value = serde_json::from_str(&events.lines(1).await[0]).unwrap();
    assert_eq!((&line["message"], &line["function"]), (&json!("batch"), &json!("events")));
    assert_eq!((&line["records"], &line["is_complete"]), (&json!(3), &json!(true)));
    assert!(line["dynamodb.requests"].as_u64().unwrap() >= 2, "{line}");
    assert!(!line.to_string().contains("zoe"));
}
