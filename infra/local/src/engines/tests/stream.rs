//! The main table's stream, and the endpoint of the function that reads it.

use aws_lambda_events::dynamodb::EventRecord;
use serde_json::json;
use tempfile::TempDir;

use super::{Sdk, text};
use crate::engines::{Consumer, Engines, Fault, Service};

#[tokio::test]
async fn a_write_wakes_who_reads_the_stream_and_is_there_as_lambda_delivers_it() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    assert_eq!(engines.newest_sequence_number().unwrap(), None);
    let mut written = engines.written();
    sdk.put("USER#1").await;
    assert!(written.has_changed().unwrap());
    written.mark_unchanged();
    assert!(sdk.has("USER#1").await);
    assert!(!written.has_changed().unwrap());
    let delete = sdk.dynamodb.delete_item().table_name("kith").key("pk", text("USER#1"));
    delete.key("sk", text("ACCOUNT")).send().await.unwrap();

    let records = engines.read_stream(Consumer::Events, 10).unwrap();
    let numbers: Vec<_> =
        records.iter().map(|r| r["dynamodb"]["SequenceNumber"].as_str().unwrap()).collect();
    assert!(numbers[0].len() == 21 && numbers[0] < numbers[1], "{numbers:?}");
    assert_eq!(engines.newest_sequence_number().unwrap().as_deref(), Some(numbers[1]));
    assert!(records[0]["dynamodb"]["ApproximateCreationDateTime"].as_f64().unwrap() > 1.7e9);
    let mut first = records[0].clone();
    let arn = first["eventSourceARN"].take();
    let arn = arn.as_str().unwrap();
    let table = "arn:aws:dynamodb:eu-west-1:000000000000:table/kith/stream/";
    assert!(arn.len() > table.len() && arn.starts_with(table), "{arn}");
    assert!(!first["eventID"].take().as_str().unwrap().is_empty());
    assert!(first["dynamodb"]["SizeBytes"].take().as_i64().unwrap() > 0);
    first["dynamodb"]["ApproximateCreationDateTime"].take();
    let expected = json!({
        "eventID": null,
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": null,
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": null,
            "Keys": {"pk": {"S": "USER#1"}, "sk": {"S": "ACCOUNT"}},
            "NewImage": {
                "pk": {"S": "USER#1"},
                "sk": {"S": "ACCOUNT"},
                "listing_pk": {"S": "LIST#0"},
                "listing_sk": {"S": "USER#1"},
                "status": {"S": "active"},
                "entity": {"S": "account"},
            },
            "SequenceNumber": numbers[0],
            "SizeBytes": null,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    assert_eq!(first, expected);
    let last: EventRecord = serde_json::from_value(records[1].clone()).unwrap();
    assert_eq!(last.event_name, "REMOVE");
    assert_eq!(last.change.sequence_number.as_deref(), Some(numbers[1]));
    assert!(last.change.new_image.is_empty() && last.user_identity.is_none());
    assert_eq!(last.change.old_image.len(), 6);

    assert_eq!(engines.read_stream(Consumer::Events, 1).unwrap(), records[..1]);
    engines.advance_stream(Consumer::Events, numbers[0]).unwrap();
    assert_eq!(engines.read_stream(Consumer::Events, 10).unwrap(), records[1..]);
    assert!(engines.advance_stream(Consumer::Events, "1").is_err());
    // The other one reads by itself, also after a restart; then nobody needs them any more.
    assert_eq!(engines.read_stream(Consumer::Mail, 10).unwrap(), records);
    engines.stop().await;
    let engines = Engines::start(folder.path()).await.unwrap();
    assert_eq!(engines.read_stream(Consumer::Events, 10).unwrap(), records[1..]);
    assert_eq!(engines.read_stream(Consumer::Mail, 10).unwrap(), records);
    for consumer in Consumer::ALL {
        engines.advance_stream(consumer, numbers[1]).unwrap();
        assert!(engines.read_stream(consumer, 10).unwrap().is_empty());
    }
    assert_eq!(engines.newest_sequence_number().unwrap(), None);
    engines.stop().await;
}

#[tokio::test]
async fn the_database_has_an_endpoint_for_who_reads_its_stream() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let (sdk, own) = (Sdk::of(&engines), Sdk::with(engines.stream_environment()));
    own.put("USER#1").await;
    assert!(sdk.has("USER#1").await);
    let counts = engines.requests().snapshot();
    assert_eq!(counts["dynamodb_events"]["PutItem"], 1);
    assert!(!counts["dynamodb"].contains_key("PutItem"));
    engines.fail(Service::DynamoDb, Fault::Refuse);
    assert!(own.has("USER#1").await);
    engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    let get = own.dynamodb.get_item().table_name("kith").key("pk", text("USER#1"));
    let error = get.key("sk", text("ACCOUNT")).send().await.unwrap_err();
    assert!(error.into_service_error().is_throttling_exception());
    engines.stop().await;
}
