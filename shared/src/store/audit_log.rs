//! Reading the audit log, newest first: by months, or what concerned one user.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use futures_util::future::try_join_all;

use super::item::{Item, decode};
use super::keys::{self, Key};
use super::{Store, failure, string};
use crate::domain::activity::{AUDIT_RETENTION, Actor, AuditEntry};
use crate::domain::{ActId, Error, Result, Timestamp, UserId};

/// Readings of a page before it is given up as it is.
const ROUNDS: usize = 3;

/// Entries read at once of each partition where not all of them fit.
const MANY: usize = 100;

/// Months that are read at once, where the first one doesn't fill a page.
const MONTHS: usize = 4;

/// What of the log is wanted. All that is said has to fit.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditQuery {
    /// Whom it was done to.
    pub target: Option<UserId>,
    /// Who did it: a user, by their keys too, or a key, by its id.
    pub actor: Option<UserId>,
}

impl AuditQuery {
    fn finds(&self, entry: &AuditEntry, now: Timestamp) -> bool {
        let is_by = |actor: UserId| {
            let is_key = match entry.actor {
                Actor::ApiKey { id, .. } => id.as_bytes() == actor.as_bytes(),
                Actor::User { .. } | Actor::System => false,
            };
            is_key || entry.actor.is(actor)
        };
        now < entry.created_at + AUDIT_RETENTION
            && self.target.is_none_or(|target| entry.target_id == Some(target))
            && self.actor.is_none_or(is_by)
    }
}

/// Some of the log, in order.
struct Part {
    entries: Vec<AuditEntry>,
    /// As far as it goes; `None` where nothing is left.
    bound: Option<ActId>,
}

impl Store {
    /// Up to `limit` entries after one, and the one to go on from, where there
    /// may be more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn audit_log(
        &self,
        query: AuditQuery,
        mut after: Option<ActId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<(Vec<AuditEntry>, Option<ActId>)> {
        let months = months(after, now);
        let count = if query.actor.is_none() { limit + 1 } else { MANY.max(limit + 1) };
        let mut found = Vec::new();
        let mut left = months.as_slice();
        for round in 0.. {
            // Most pages are within a month.
            let (some, rest) = left.split_at(left.len().min(if round == 0 { 1 } else { MONTHS }));
            let part = match query.target {
                Some(target) => self.audit_of(target, after, count).await?,
                None => self.audit_in(some, after, count).await?,
            };
            for entry in part.entries {
                if !query.finds(&entry, now) {
                    continue;
                }
                if found.len() == limit {
                    return Ok((found, after));
                }
                after = Some(entry.id);
                found.push(entry);
            }
            if part.bound.is_some() {
                after = part.bound;
                if found.len() == limit || round + 1 >= ROUNDS {
                    return Ok((found, after));
                }
            } else {
                left = rest;
                if query.target.is_some() || left.is_empty() {
                    break;
                }
            }
        }
        Ok((found, None))
    }

    /// What was done to somebody.
    async fn audit_of(&self, target: UserId, after: Option<ActId>, count: usize) -> Result<Part> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("listing")
            .key_condition_expression("listing_pk = :pk AND listing_sk < :bound")
            .expression_attribute_values(":pk", string(keys::audit_of(target)))
            .expression_attribute_values(":bound", string(bound(after)))
            .scan_index_forward(false)
            .limit(i32::try_from(count).map_err(Error::internal)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let has_more = answer.last_evaluated_key.is_some();
        let listed = answer.items.unwrap_or_default();
        let keys: Vec<Key> = listed.iter().map(key).collect::<Result<_>>()?;
        let items = self.batch_get(keys.clone()).await?;
        let last = keys.last().filter(|_| has_more).map(|key| key.sk.parse());
        let bound = last.transpose().map_err(|_| Error::internal("an act without an id"))?;
        // What has expired since it was listed isn't there.
        let entries: Result<Vec<_>> =
            keys.iter().filter_map(|key| items.get(key).transpose()).collect();
        Ok(Part { entries: entries?, bound })
    }

    /// What was done in some months.
    async fn audit_in(
        &self,
        months: &[String],
        after: Option<ActId>,
        count: usize,
    ) -> Result<Part> {
        let partitions = months.iter().flat_map(|month| keys::audit_partitions(month));
        let reads = partitions.map(|partition| self.audit_shard(partition, after, count));
        let (mut entries, mut bound) = (Vec::new(), None);
        for part in try_join_all(reads).await? {
            // Up to there all partitions have been looked at.
            bound = bound.max(part.bound);
            entries.extend(part.entries);
        }
        entries.sort_unstable_by_key(|entry: &AuditEntry| std::cmp::Reverse(entry.id));
        entries.retain(|entry| bound.is_none_or(|bound| entry.id >= bound));
        Ok(Part { entries, bound })
    }

    async fn audit_shard(
        &self,
        partition: String,
        after: Option<ActId>,
        count: usize,
    ) -> Result<Part> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk < :bound")
            .expression_attribute_values(":pk", string(partition))
            .expression_attribute_values(":bound", string(bound(after)))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(i32::try_from(count).map_err(Error::internal)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let has_more = answer.last_evaluated_key.is_some();
        let items = answer.items.unwrap_or_default();
        let entries: Vec<AuditEntry> = items.iter().map(decode).collect::<Result<_>>()?;
        let bound = entries.last().filter(|_| has_more).map(|entry| entry.id);
        Ok(Part { entries, bound })
    }
}

/// Before which ids to look: later than any, for the first page.
fn bound(after: Option<ActId>) -> String {
    after.map_or_else(|| "~".to_owned(), |after| after.to_string())
}

/// The months of the log from an entry back.
fn months(after: Option<ActId>, now: Timestamp) -> Vec<String> {
    let kept = i64::try_from(AUDIT_RETENTION.as_millis()).unwrap_or(i64::MAX);
    let first = Timestamp::from_millis(now.as_millis().saturating_sub(kept));
    // An id is a moment older than its entry, which may be of the next month.
    let made = after.map(|id| i64::try_from(id.sequence() >> 16).unwrap_or(i64::MAX));
    let from = made.map_or(now, |made| Timestamp::from_millis(made.saturating_add(1000)).min(now));
    keys::months(from, first)
}

fn key(item: &Item) -> Result<Key> {
    let part = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    let key = part("pk").zip(part("sk"));
    let (pk, sk) = key.ok_or_else(|| Error::internal("a listed entry without its key"))?;
    Ok(Key { pk, sk })
}
