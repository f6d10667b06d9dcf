//! The engines as the SDK meets them.

mod messages;
mod services;
mod stream;

use std::collections::HashMap;

use aws_lambda_events::dynamodb::EventRecord;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Consumer, Engines, Fault, Service, StartError};

/// Clients configured by what [`Engines::environment`] says, as a function's are.
pub(crate) struct Sdk {
    dynamodb: aws_sdk_dynamodb::Client,
    events: aws_sdk_eventbridge::Client,
    s3: aws_sdk_s3::Client,
    secrets: aws_sdk_secretsmanager::Client,
    queues: aws_sdk_sqs::Client,
    mails: aws_sdk_sesv2::Client,
    names: HashMap<String, String>,
}

macro_rules! client {
    ($sdk:ident, $names:expr, $endpoint:literal) => {
        $sdk::Client::from_conf(
            $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .http_client(aws_smithy_http_client::Builder::new().build_http())
                .region($sdk::config::Region::new($names["AWS_REGION"].clone()))
                .credentials_provider(aws_credential_types::Credentials::new(
                    &$names["AWS_ACCESS_KEY_ID"],
                    &$names["AWS_SECRET_ACCESS_KEY"],
                    None,
                    None,
                    "test",
                ))
                .retry_config($sdk::config::retry::RetryConfig::disabled())
                .endpoint_url(&$names[$endpoint])
                .build(),
        )
    };
}

impl Sdk {
    pub(crate) fn of(engines: &Engines) -> Self {
        let names = engines.environment().into_iter();
        Self::with(names.map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn with(names: HashMap<String, String>) -> Self {
        Self {
            dynamodb: client!(aws_sdk_dynamodb, names, "AWS_ENDPOINT_URL_DYNAMODB"),
            events: client!(aws_sdk_eventbridge, names, "AWS_ENDPOINT_URL_EVENTBRIDGE"),
            s3: client!(aws_sdk_s3, names, "AWS_ENDPOINT_URL_S3"),
            secrets: client!(aws_sdk_secretsmanager, names, "AWS_ENDPOINT_URL_SECRETS_MANAGER"),
            queues: client!(aws_sdk_sqs, names, "AWS_ENDPOINT_URL_SQS"),
            mails: client!(aws_sdk_sesv2, names, "AWS_ENDPOINT_URL_SESV2"),
            names,
        }
    }

    pub(crate) async fn put(&self, pk: &str) {
        self.put_entity(pk, "account").await;
    }

    pub(crate) async fn put_entity(&self, pk: &str, entity: &str) {
        self.dynamodb
            .put_item()
            .table_name(&self.names["TABLE_NAME"])
            .set_item(Some(item(pk)))
            .item("entity", text(entity))
            .send()
            .await
            .unwrap();
    }

    async fn has(&self, pk: &str) -> bool {
        let found = self
            .dynamodb
            .get_item()
            .table_name(&self.names["TABLE_NAME"])
            .key("pk", text(pk))
            .key("sk", text("ACCOUNT"))
            .send()
            .await
            .unwrap();
        found.item.is_some()
    }

    async fn secret(&self, name: &str) -> Value {
        let answer = self.secrets.get_secret_value().secret_id(name);
        let answer = answer.send().await.unwrap();
        serde_json::from_str(answer.secret_string().unwrap()).unwrap()
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn item(pk: &str) -> HashMap<String, AttributeValue> {
    [
        ("pk", pk),
        ("sk", "ACCOUNT"),
        ("listing_pk", "LIST#0"),
        ("listing_sk", pk),
        ("status", "active"),
    ]
    .map(|(name, value)| (name.to_owned(), text(value)))
    .into()
}

fn event(detail_type: &str, detail: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name("kith")
        .source("user-service")
        .detail_type(detail_type)
        .detail(detail)
        .build()
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    sdk.put("USER#1").await;
    let signing = sdk.secret("kith/signing-keys").await;
    assert_eq!(signing["keys"], json!([]));
    assert_eq!(signing["refresh_key"].as_str().unwrap().len(), 64);
    let verification = sdk.secret("kith/verification-keys").await;
    assert_eq!(verification["cursor_key"].as_str().unwrap().len(), 64);
    let rotated = sdk.secrets.put_secret_value().secret_id("kith/signing-keys");
    let rotated = rotated.secret_string("{}").send().await.unwrap();
    let entry = event("user.created", r#"{"n":1}"#);
    sdk.events.put_events().entries(entry).send().await.unwrap();
    let events = engines.events();
    engines.put_dead_letter(&json!({"n": 1})).unwrap();
    let dead_letters = engines.dead_letters();
    engines.stop().await;
    assert!(!folder.path().join("dynamodb.sqlite-wal").exists());
    #[cfg(unix)]
    {
        let secrets = std::fs::metadata(folder.path().join("secrets.json")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&secrets.permissions());
        assert_eq!(mode & 0o777, 0o600);
    }

    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    assert!(sdk.has("USER#1").await);
    assert_eq!(sdk.secret("kith/signing-keys").await, json!({}));
    assert_eq!(sdk.secret("kith/verification-keys").await, verification);
    let described = sdk.secrets.describe_secret().secret_id("kith/signing-keys");
    let stages = described.send().await.unwrap().version_ids_to_stages.unwrap();
    assert_eq!(stages.len(), 2);
    assert_eq!(stages[rotated.version_id().unwrap()], ["AWSCURRENT"]);
    assert_eq!(engines.events(), events);
    assert_eq!(events.len(), 1);
    assert_eq!(engines.dead_letters(), dead_letters);
    assert_eq!(dead_letters.len(), 1);
    engines.stop().await;
}

#[tokio::test]
async fn a_service_fails_on_demand_and_recovers() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    sdk.put("USER#1").await;
    let get = || {
        let get = sdk.dynamodb.get_item().table_name("kith");
        get.key("pk", text("USER#1")).key("sk", text("ACCOUNT")).send()
    };
    engines.fail(Service::DynamoDb, Fault::Throttle);
    assert!(get().await.unwrap_err().into_service_error().is_throttling_exception());
    engines.fail(Service::DynamoDb, Fault::Refuse);
    for _kept_alive_and_new in 0..2 {
        let error = get().await.unwrap_err();
        assert!(matches!(error, aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)));
    }
    engines.fail(Service::DynamoDb, Fault::None);
    assert!(sdk.has("USER#1").await);
    assert_eq!(engines.requests().snapshot()["dynamodb"]["GetItem"], 2);
    engines.stop().await;
}

#[tokio::test]
async fn what_has_expired_is_deleted_as_by_the_service() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let past = AttributeValue::N("1".to_owned());
    let expired = sdk.dynamodb.put_item().table_name("kith").set_item(Some(item("TOKEN#1")));
    expired.item("ttl", past).send().await.unwrap();
    sdk.put("USER#1").await;
    engines.database.sweep();
    assert!(!sdk.has("TOKEN#1").await);
    assert!(sdk.has("USER#1").await);
    let records = engines.read_stream(Consumer::Events, 10).unwrap();
    // The timer's first sweep may have come before the second item was put.
    let removed = records.iter().find(|record| record["eventName"] == "REMOVE");
    let removed: EventRecord = serde_json::from_value(removed.unwrap().clone()).unwrap();
    let identity = removed.user_identity.unwrap();
    assert_eq!((&*identity.type_, &*identity.principal_id), ("Service", "dynamodb.amazonaws.com"));
    engines.stop().await;
}

#[tokio::test]
async fn a_start_that_fails_says_what_is_wrong_in_one_line() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let message = async || match Engines::start(path).await {
        Ok(_) => panic!("the engines started"),
        Err(error) => error.to_string().replace(&path.display().to_string(), "DATA"),
    };
    let engines = Engines::start(path).await.unwrap();
    assert_eq!(message().await, "the data folder DATA is in use by another local stack");
    engines.stop().await;

    for (file, broken, expected) in [
        ("dead-letters.ndjson", "{}\n1\n2 3\n4", "line 3: trailing characters at line 1 column 3"),
        ("events.ndjson", "{\n", "line 1: EOF while parsing an object at line 1 column 1"),
        ("secrets.json", "", "EOF while parsing a value at line 1 column 0"),
        ("dynamodb.sqlite", "not a database, but long enough", "it is not a database"),
    ] {
        std::fs::write(path.join(file), broken).unwrap();
        let expected = format!("DATA/{file} can't be opened: {expected}");
        assert_eq!(message().await, expected);
    }

    let below_a_file = path.join("lock").join("data");
    let error = Engines::start(&below_a_file).await.err().unwrap();
    assert!(matches!(error, StartError::Folder { .. }));
    assert!(error.to_string().ends_with("/lock/data can't be written: not a directory"));
}
