//! A user's activity: read, newest first, and filed where an item carries it.

use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::audit::{CARRIED, activity_item};
use super::item::{Item, decode};
use super::keys::Key;
use super::update::Update;
use super::{Items, Store, failure, keys, string};
use crate::domain::activity::Activity;
use crate::domain::{ActId, Error, Result, Timestamp, UserId};

/// An act that an item carries, to be filed.
#[derive(Clone, Debug, PartialEq)]
pub struct Filing {
    pub activity: Activity,
    /// The item.
    pub from: Key,
}

/// How long before an erasure nothing is filed any more: clocks differ.
const MARGIN: Duration = Duration::from_mins(1);

impl Items {
    /// What the items of a user carry, which may not be filed yet.
    ///
    /// # Errors
    /// [`Error::Internal`] where it can't be read.
    pub fn carried(&self, user: UserId) -> Result<Vec<Activity>> {
        let items = [keys::profile(user), keys::preferences(user)];
        items.iter().filter_map(|key| carried(self.raw(key)?).transpose()).collect()
    }
}

/// What an item carries of its user's activity.
pub(super) fn carried(item: &Item) -> Result<Option<Activity>> {
    let activity = item.get(CARRIED).cloned();
    activity.map(serde_dynamo::from_attribute_value).transpose().map_err(Error::internal)
}

impl Store {
    /// Up to `limit` filed entries of a user's activity that were made after
    /// `since`, newest first: those before one, or the first ones.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn activity(
        &self,
        user: UserId,
        since: Timestamp,
        before: Option<ActId>,
        limit: usize,
    ) -> Result<Vec<Activity>> {
        let from = keys::activity_since(since);
        let to = before.map_or(keys::ACTIVITY.1.to_owned(), |act| keys::activity(user, act).sk);
        // A cursor may be older than what is shown by now.
        if to < from {
            return Ok(Vec::new());
        }
        // The bound itself is among what is found.
        let most = i32::try_from(limit + 1).map_err(Error::internal)?;
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", string(keys::user(user)))
            .expression_attribute_values(":from", string(from))
            .expression_attribute_values(":to", string(to))
            .scan_index_forward(false)
            .limit(most)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let items = answer.items.unwrap_or_default();
        let entries: Result<Vec<Activity>> = items.iter().map(decode).collect();
        let mut entries = entries?;
        entries.retain(|entry| Some(entry.id) != before);
        entries.truncate(limit);
        Ok(entries)
    }

    /// Files what an item has carried, perhaps not for the first time, and takes
    /// it out of the item, where it would outlive its time. Of somebody who is
    /// erased, or about to be, nothing is kept.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn file_activity(&self, filing: &Filing, now: Timestamp) -> Result<()> {
        let Filing { activity, from } = filing;
        if activity.expires_at <= now {
            return self.drop_carried(from, activity.id).await;
        }
        let erased_at = string((now + MARGIN).to_string());
        let is_kept = Update::new()
            .require_exists("pk")
            .require_absent_or_in("deletion", "erase_at", ">", erased_at);
        let account = keys::account(activity.user_id);
        let writes =
            vec![self.check(&account, is_kept.build())?, self.put(activity_item(activity)?)?];
        match self.transact(writes).await? {
            Ok(()) => self.drop_carried(from, activity.id).await,
            // There is nobody to file it for.
            Err(_) => Ok(()),
        }
    }

    /// Takes an act out of the item that carried it, unless that carries a later
    /// one by now.
    async fn drop_carried(&self, from: &Key, act: ActId) -> Result<()> {
        let filed =
            Update::new().remove(CARRIED).require_in(CARRIED, "id", string(act.to_string()));
        self.apply(from, filed.build()).await.map(drop)
    }
}
