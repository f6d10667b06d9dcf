//! All that is stored of a user, item by item, for them to take along.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde_json::Value;

use super::extensions::EXTENSION;
use super::item::{Item, decode, is_entity};
use super::preferences::{PREFERENCES, StoredPreferences};
use super::{Store, failure, keys, string};
use crate::domain::activity::AuditEntry;
use crate::domain::{Error, Result, UserId};

/// What every item has for the table's sake, and nobody for their own.
const OF_THE_TABLE: [&str; 7] =
    ["pk", "sk", "entity", "ttl", "version", "listing_pk", "listing_sk"];

/// One item of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Belonging(Item);

/// A part of what belongs to a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Belongings {
    pub items: Vec<Belonging>,
    /// Where the next part begins; `None` after the last one.
    pub next: Option<Item>,
}

impl Belonging {
    /// What kind of thing it is.
    ///
    /// # Errors
    /// [`Error::Internal`] where the item doesn't say so.
    pub fn kind(&self) -> Result<&str> {
        self.text("entity").ok_or_else(|| Error::internal("an item without its kind"))
    }

    /// Its attributes, but for the table's own and those of another choice, as
    /// JSON.
    ///
    /// # Errors
    /// [`Error::Internal`] where one has no form in JSON.
    pub fn json(&self, chosen: impl Fn(&str) -> bool) -> Result<Value> {
        if is_entity(&self.0, PREFERENCES) {
            let StoredPreferences { preferences, .. } = StoredPreferences::read(&self.0)?;
            return serde_json::to_value(preferences).map_err(Error::internal);
        }
        let attributes = self.0.iter();
        let attributes = attributes
            .filter(|(name, _)| !OF_THE_TABLE.contains(&name.as_str()) && chosen(name.as_str()));
        let attributes: HashMap<String, AttributeValue> =
            attributes.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut json: Value = serde_dynamo::from_item(attributes).map_err(Error::internal)?;
        // Stored as text: `DynamoDB` numbers are narrower than JSON's.
        if is_entity(&self.0, EXTENSION)
            && let Some(data) = json.get_mut("data")
        {
            let text = data.as_str().unwrap_or_default();
            *data = serde_json::from_str(text).map_err(Error::internal)?;
        }
        json.sort_all_objects();
        Ok(json)
    }

    /// An attribute that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.as_s().ok()).map(String::as_str)
    }

    /// # Errors
    /// [`Error::Internal`] where the item can't be read as that.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        decode(&self.0)
    }
}

impl Store {
    /// A part of what belongs to a user, up to a megabyte: all items of their
    /// partition, those of a kind one after the other.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn belongings(&self, user: UserId, start: Option<Item>) -> Result<Belongings> {
        let request = self.client.query().table_name(&self.table);
        let answer = request
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", string(keys::user(user)))
            .consistent_read(true)
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let items = answer.items.unwrap_or_default().into_iter().map(Belonging).collect();
        Ok(Belongings { items, next: answer.last_evaluated_key })
    }

    /// What the audit log has about a user, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn audit_about(&self, user: UserId) -> Result<Vec<AuditEntry>> {
        let keys = self.listed_in(&keys::audit_of(user)).await?;
        let items = self.batch_get(keys.clone()).await?;
        let entries: Result<Vec<_>> = keys.iter().map(|key| items.get(key)).collect();
        Ok(entries?.into_iter().flatten().collect())
    }
}
