//! Each service, by the operations that Kith uses.

use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use aws_sdk_s3::presigning::PresigningConfig;
use tempfile::TempDir;

use super::{Sdk, item, text};
use crate::engines::{Consumer, Engines};

#[tokio::test]
async fn the_table_has_its_index_and_its_conditions() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let table = &sdk.names["TABLE_NAME"];
    let put = |pk: &str| {
        let put = Put::builder().table_name(table).set_item(Some(item(pk)));
        let put = put.condition_expression("attribute_not_exists(pk)").build();
        TransactWriteItem::builder().put(put.unwrap()).build()
    };
    let both = sdk.dynamodb.transact_write_items();
    let both = both.transact_items(put("USER#1")).transact_items(put("USER#2"));
    both.send().await.unwrap();
    let taken = sdk.dynamodb.transact_write_items();
    let taken = taken.transact_items(put("USER#3")).transact_items(put("USER#1"));
    let refused = taken.send().await.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(refused) = refused else {
        panic!("{refused}");
    };
    let codes: Vec<_> = refused.cancellation_reasons().iter().map(|r| r.code().unwrap()).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);

    let page = sdk.dynamodb.query().table_name(table).index_name("listing");
    let page = page
        .key_condition_expression("listing_pk = :list")
        .expression_attribute_values(":list", text("LIST#0"))
        .send()
        .await
        .unwrap();
    let found: Vec<_> = page.items().iter().map(|item| item["pk"].as_s().unwrap()).collect();
    assert_eq!(found, ["USER#1", "USER#2"]);
    assert!(!page.items()[0].contains_key("status"));

    let counts = engines.requests().snapshot();
    assert_eq!(counts["dynamodb"]["TransactWriteItems"], 2);
    assert_eq!(counts["dynamodb"]["Query"], 1);
    engines.requests().reset();
    assert!(engines.requests().snapshot().is_empty());
    engines.stop().await;
}

#[tokio::test]
async fn the_index_table_has_neither_index_nor_stream() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let table = &sdk.names["INDEX_TABLE_NAME"];
    let put = sdk.dynamodb.put_item().table_name(table).set_item(Some(item("WORD#1")));
    put.send().await.unwrap();
    let described = sdk.dynamodb.describe_table().table_name(table).send().await.unwrap();
    let described = described.table.unwrap();
    assert_eq!(described.item_count(), Some(1));
    assert!(described.global_secondary_indexes().is_empty());
    assert!(described.stream_specification().is_none());
    assert!(engines.read_stream(Consumer::Events, 10).unwrap().is_empty());
    engines.stop().await;
}

#[tokio::test]
async fn a_file_is_put_by_a_presigned_url_from_any_origin() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let sdk = Sdk::of(&engines);
    let (bucket, key) = (&sdk.names["BUCKET_NAME"], "uploads/1.png");
    let put = sdk.s3.put_object().bucket(bucket).key(key).content_type("image/png");
    let hour = PresigningConfig::expires_in(Duration::from_hours(1)).unwrap();
    let signed = put.presigned(hour).await.unwrap();

    let browser = reqwest::Client::new();
    let preflight = browser.request(http::Method::OPTIONS, signed.uri());
    let preflight = preflight
        .header("origin", "http://localhost:5173")
        .header("access-control-request-method", "PUT")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");

    let send = |media_type| {
        let request = browser.put(signed.uri()).header("content-type", media_type);
        request.body("bytes").send()
    };
    assert_eq!(send("text/html").await.unwrap().status(), 403);
    assert_eq!(send("image/png").await.unwrap().status(), 200);
    let stored = sdk.s3.get_object().bucket(bucket).key(key).send().await.unwrap();
    assert_eq!(stored.content_type(), Some("image/png"));
    assert_eq!(stored.body.collect().await.unwrap().to_vec(), b"bytes");
    let url = format!("{}/{bucket}/{key}", sdk.names["AWS_ENDPOINT_URL_S3"]);
    assert_eq!(reqwest::get(url).await.unwrap().status(), 403);
    assert_eq!(engines.requests().snapshot()["s3"]["PutObject"], 1);
    engines.stop().await;
}

#[tokio::test]
async fn a_key_is_rotated_by_putting_a_pending_version_and_moving_the_label() {
    let folder = TempDir::new().unwrap();
    let engines = Engines::start(folder.path()).await.unwrap();
    let secrets = Sdk::of(&engines).secrets;
    let (name, token) = ("kith/test", "0123456789abcdef0123456789abcdef");
    let create = secrets.create_secret().name(name).client_request_token(token);
    let create = create.secret_string("old");
    let created = create.clone().send().await.unwrap();
    assert_eq!(created.version_id(), Some(token));
    let again = create.clone().send().await.unwrap();
    assert_eq!(again.arn(), created.arn());
    let another = create.secret_string("other").send().await.unwrap_err();
    assert!(another.into_service_error().is_resource_exists_exception());

    let put = secrets.put_secret_value().secret_id(name).version_stages("AWSPENDING");
    let put = put.secret_string("new").send().await.unwrap();
    let get = || secrets.get_secret_value().secret_id(created.arn().unwrap());
    assert_eq!(get().send().await.unwrap().secret_string(), Some("old"));
    let moved = secrets.update_secret_version_stage().secret_id(name);
    moved
        .version_stage("AWSCURRENT")
        .move_to_version_id(put.version_id().unwrap())
        .remove_from_version_id(token)
        .send()
        .await
        .unwrap();
    assert_eq!(get().send().await.unwrap().secret_string(), Some("new"));
    let previous = get().version_stage("AWSPREVIOUS").send().await.unwrap();
    assert_eq!(previous.version_id(), Some(token));
    assert!(previous.created_date().unwrap().secs() > 1_700_000_000);

    let unknown = secrets.get_secret_value().secret_id("other").send().await.unwrap_err();
    assert!(unknown.into_service_error().is_resource_not_found_exception());
    engines.stop().await;
}
