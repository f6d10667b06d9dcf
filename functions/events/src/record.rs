//! One record of the stream.

use aws_lambda_events::dynamodb::EventRecord;
use shared::domain::{Error, Result, Timestamp};
use shared::store::{Change, Images, Item};

/// Who deletes items whose time has come.
const TIME_TO_LIVE: &str = "dynamodb.amazonaws.com";

/// A record that says something of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// In its batch.
    pub place: usize,
    /// The record's own id, the same at each delivery.
    pub id: String,
    /// When the change was made, to the second.
    pub at: Timestamp,
    /// The item's time had come.
    pub is_expiry: bool,
    pub change: Change,
}

impl Record {
    /// `None` where it says nothing of a user.
    ///
    /// # Errors
    /// [`Error::Internal`] where it can't be read.
    pub fn read(record: EventRecord, place: usize) -> Result<Option<Self>> {
        let image = |item: serde_dynamo::Item| {
            let item = Item::from(item);
            (!item.is_empty()).then_some(item)
        };
        let images =
            Images { old: image(record.change.old_image), new: image(record.change.new_image) };
        let keys = Item::from(record.change.keys);
        let pk = keys.get("pk").and_then(|pk| pk.as_s().ok());
        // As the event source mapping filters: addresses, handles and limits say nothing here.
        if !pk.is_some_and(|pk| pk.starts_with("USER#")) {
            return Ok(None);
        }
        if record.event_id.is_empty() {
            return Err(Error::internal("a record of the stream without an id"));
        }
        let by = record.user_identity.map(|identity| identity.principal_id);
        let change = Change::read(&images)?;
        Ok(change.map(|change| Self {
            place,
            id: record.event_id,
            at: Timestamp::from_millis(
                record.change.approximate_creation_date_time.timestamp_millis(),
            ),
            is_expiry: by.as_deref() == Some(TIME_TO_LIVE),
            change,
        }))
    }
}
