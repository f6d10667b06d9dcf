//! The tables, as `CreateTable` takes them; `template.yaml` says the same for the cloud.

use serde_json::{Value, json};

pub const NAME: &str = "kith";
/// Holds what is derived from the other one and can be made anew from it.
pub const INDEX_TABLE: &str = "kith-index";
/// Lists every user, spread over shards so that no partition is hot.
pub const INDEX: &str = "listing";
/// Holds the time of expiry, in seconds since 1970.
pub const TTL_ATTRIBUTE: &str = "ttl";

/// The request that creates the main table. Time to live is switched on by a request of its own.
#[must_use]
pub fn definition() -> Value {
    json!({
        "TableName": NAME,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
            {"AttributeName": "listing_pk", "AttributeType": "S"},
            {"AttributeName": "listing_sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": INDEX,
            "KeySchema": [
                {"AttributeName": "listing_pk", "KeyType": "HASH"},
                {"AttributeName": "listing_sk", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }],
        "StreamSpecification": {
            "StreamEnabled": true,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

/// The request that creates the index table.
#[must_use]
pub fn index_table_definition() -> Value {
    json!({
        "TableName": INDEX_TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    })
}
