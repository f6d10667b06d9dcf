//! Between items and domain types.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::keys::Key;
use crate::domain::{Error, Result, Timestamp, UserId};

/// An item as the table has it.
pub type Item = HashMap<String, AttributeValue>;

/// The item of a value: its key, what kind of thing it is, and its fields. What
/// is `None` is absent, so that conditions can ask for it.
pub(super) fn encode(key: &Key, entity: &str, value: &impl Serialize) -> Result<Item> {
    let mut item: Item = serde_dynamo::to_item(value).map_err(Error::internal)?;
    item.retain(|_, value| !value.is_null());
    item.insert("entity".to_owned(), AttributeValue::S(entity.to_owned()));
    item.extend(key.item());
    Ok(item)
}

/// The value of an item. One that can't be read is never skipped: the error
/// names it.
pub(super) fn decode<T: DeserializeOwned>(item: &Item) -> Result<T> {
    serde_dynamo::from_item(item.clone()).map_err(|error| {
        let part = |name| item.get(name).and_then(|value| value.as_s().ok()).map_or("?", |s| s);
        // Addresses and handles are keys too, and no matter for a log.
        let pk = part("pk");
        let pk = if pk.starts_with("USER#") { pk } else { pk.split('#').next().unwrap_or("?") };
        Error::internal(format!("item {pk} {}: {error}", part("sk")))
    })
}

/// What `DynamoDB` calls the item's time to live: seconds since the epoch.
pub(super) fn expire(item: &mut Item, at: Timestamp) {
    item.insert("ttl".to_owned(), ttl(at));
}

pub(super) fn ttl(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_secs().to_string())
}

pub(super) fn is_entity(item: &Item, entity: &str) -> bool {
    item.get("entity").and_then(|value| value.as_s().ok()).is_some_and(|name| name == entity)
}

/// Whose item it is.
pub(super) fn user(item: &Item) -> Result<UserId> {
    let pk = item.get("pk").and_then(|value| value.as_s().ok());
    let id = pk.and_then(|pk| pk.strip_prefix("USER#")?.parse().ok());
    id.ok_or_else(|| Error::internal("an item of a user that names none"))
}
