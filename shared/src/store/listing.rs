//! All users, newest first, from an index spread over several partitions that
//! are merged. The index only orders: what is shown is read from the table
//! itself, so that nobody is shown by an index that lags behind their wish.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use super::keys::{self, Key, Listing};
use super::{Items, Store, failure, string};
use crate::domain::profile::Profile;
use crate::domain::{Error, Result, UserId};

/// Fills of a page before it is given up as it is: the users that a page may
/// lack have just hidden or gone.
const ROUNDS: usize = 3;

/// A page of users.
#[derive(Debug)]
pub struct ListedUsers<T> {
    pub users: Vec<T>,
    /// The position of the last one looked at, where there are more.
    pub next: Option<String>,
}

impl Store {
    /// Up to `limit` users of the listings after a position, newest first, as
    /// `show` shows them by the items of `keys`, leaving out whom it refuses.
    /// `also` is listed where it belongs though the listings lack it.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`]; those of `show`.
    pub async fn list_users<T, K: IntoIterator<Item = Key>>(
        &self,
        listings: &[Listing],
        also: Option<&Profile>,
        mut after: Option<String>,
        limit: usize,
        keys: impl Fn(UserId) -> K,
        show: impl Fn(UserId, &Items) -> Result<Option<T>>,
    ) -> Result<ListedUsers<T>> {
        let mut users = Vec::new();
        for _ in 0..ROUNDS {
            let wanted = limit - users.len();
            let mut positions = self.positions(listings, after.as_deref(), wanted + 1).await?;
            let own = also.map(|profile| keys::listing_position(profile.created_at, profile.id));
            let is_ahead = |position: &String| after.as_ref().is_none_or(|after| position < after);
            positions.extend(own.filter(is_ahead).filter(|own| !positions.contains(own)));
            positions.sort_unstable_by(|a, b| b.cmp(a));
            let has_more = positions.len() > wanted;
            positions.truncate(wanted);
            let ids: Result<Vec<UserId>> = positions.iter().map(|p| id_of(p)).collect();
            let ids = ids?;
            let items = self.batch_get(ids.iter().copied().flat_map(&keys).collect()).await?;
            for id in ids {
                users.extend(show(id, &items)?);
            }
            after = positions.pop().filter(|_| has_more);
            if after.is_none() || users.len() == limit {
                break;
            }
        }
        Ok(ListedUsers { users, next: after })
    }

    /// Up to `limit` positions from every partition of the listings.
    async fn positions(
        &self,
        listings: &[Listing],
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>> {
        let limit = i32::try_from(limit).map_err(Error::internal)?;
        // Later than any position, for the first page.
        let bound = after.unwrap_or("~");
        let queries = listings.iter().flat_map(|listing| listing.partitions()).map(|partition| {
            self.client
                .query()
                .table_name(&self.table)
                .index_name("listing")
                .key_condition_expression("listing_pk = :pk AND listing_sk < :bound")
                .expression_attribute_values(":pk", string(partition))
                .expression_attribute_values(":bound", string(bound))
                .scan_index_forward(false)
                .limit(limit)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        let mut positions = Vec::new();
        for answer in futures_util::future::join_all(queries).await {
            for item in answer.map_err(failure)?.items.unwrap_or_default() {
                positions.push(position(&item)?);
            }
        }
        Ok(positions)
    }

    /// The keys of all items of one partition, in its order.
    pub(super) async fn listed_in(&self, partition: &str) -> Result<Vec<Key>> {
        let mut keys = Vec::new();
        let mut start = None;
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("listing")
                .key_condition_expression("listing_pk = :pk")
                .expression_attribute_values(":pk", string(partition))
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(failure)?;
            for item in answer.items.unwrap_or_default() {
                keys.push(Key::of(&item)?);
            }
            start = answer.last_evaluated_key;
            if start.is_none() {
                return Ok(keys);
            }
        }
    }
}

pub(super) fn position(
    item: &HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,
) -> Result<String> {
    let position = item.get("listing_sk").and_then(|value| value.as_s().ok());
    position.cloned().ok_or_else(|| Error::internal("a listed item without its position"))
}

pub(super) fn id_of(position: &str) -> Result<UserId> {
    let id = position.split_once('#').and_then(|(_, id)| id.parse().ok());
    id.ok_or_else(|| Error::internal(format!("a listing position without an id: {position:?}")))
}
