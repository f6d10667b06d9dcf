//! The end of an account: when its grace is over, all that is stored of it goes.
//!
//! An erasure is too large for one transaction, and may be broken off anywhere.
//! Its first write marks the account, so that nobody restores it any more; its
//! last one removes account and profile, by which it is found again until then,
//! and notes that the audit log is to be cleared of them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

use serde::{Deserialize, Serialize};

use super::accounts::{ACCOUNT, PROFILE, account_change, listed};
use super::item::{decode, encode, is_entity};
use super::keys::{self, Key, Listing};
use super::update::{Update, number};
use super::{Items, Retries, Store, failure, string, user_keys};
use crate::domain::account::{Account, Role};
use crate::domain::activity::{AUDIT_RETENTION, AuditEntry};
use crate::domain::profile::Profile;
use crate::domain::{Error, Result, Timestamp, UserId};

/// The mark of an account that is being erased.
pub(super) const ERASING: &str = "erasing";

/// Users, or items of one, that one query finds.
const AT_ONCE: i32 = 100;

/// Somebody whose data is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub user: UserId,
    /// Where the search goes on after them.
    pub position: String,
}

impl Store {
    /// Users of a partition of [`Listing::Deleted`] whose time has come, those
    /// first who have waited longest.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn due_for_erasure(
        &self,
        partition: &str,
        after: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Due>> {
        let from = after.map_or_else(|| " ".to_owned(), |position| format!("{position}!"));
        let request = self.client.query().table_name(&self.table).index_name("listing");
        let answer = request
            .key_condition_expression("listing_pk = :pk AND listing_sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", string(partition))
            .expression_attribute_values(":from", string(from))
            .expression_attribute_values(":to", string(format!("{now}#~")))
            .limit(AT_ONCE)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let due = |item: super::Item| {
            let position = super::listing::position(&item)?;
            Ok(Due { user: super::listing::id_of(&position)?, position })
        };
        answer.items.unwrap_or_default().into_iter().map(due).collect()
    }

    /// The partitions that [`Self::due_for_erasure`] takes.
    pub fn deleted_users() -> impl Iterator<Item = String> {
        Listing::Deleted.partitions()
    }

    /// Removes all that is stored of an account whose grace is over, whoever
    /// has begun with it. What stays is `entry` in the audit log, and the log's
    /// other entries, which [`Self::clear_audit`] clears. False where there is nothing to
    /// erase: the account isn't there, was restored, or isn't due.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn erase_account(&self, entry: &AuditEntry) -> Result<bool> {
        let now = entry.created_at;
        let id = entry.target_id.ok_or_else(|| Error::internal("an erasure of nobody"))?;
        let mut retries = Retries::default();
        loop {
            let items = self.batch_get(user_keys(id).to_vec()).await?;
            let Some(account) = items.account(id)? else { return Ok(false) };
            if account.deletion.is_none_or(|deletion| deletion.erase_at > now) {
                return Ok(false);
            }
            let mark = account_change(&account).set(ERASING, AttributeValue::Bool(true));
            if self.apply(&keys::account(id), mark.build()).await?.is_ok() {
                self.erase_belongings(id).await?;
                if self.erase_rest(&account, &items, entry).await? {
                    return Ok(true);
                }
            }
            retries.again().await?;
        }
    }

    /// All but account and profile, however much it is: some at a time, until
    /// there is no more.
    async fn erase_belongings(&self, id: UserId) -> Result<()> {
        loop {
            let mut items = self.some_of(id).await?;
            items.retain(|item| !is_entity(item, ACCOUNT) && !is_entity(item, PROFILE));
            if items.is_empty() {
                return Ok(());
            }
            // Before the items that tell of them.
            self.leave_connections(&items).await?;
            self.delete_all(&Self::sign_ins_of(&items)?).await?;
            let own: Result<Vec<_>> = items.iter().map(Key::of).collect();
            self.delete_all(&own?).await?;
        }
    }

    /// Some of what there is of a user.
    async fn some_of(&self, id: UserId) -> Result<Vec<super::Item>> {
        let request = self.client.query().table_name(&self.table);
        let answer = request
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", string(keys::user(id)))
            .limit(AT_ONCE)
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        Ok(answer.items.unwrap_or_default())
    }

    /// What names the account, and the account. False where it has changed
    /// since it was marked: another call may be at it, too.
    async fn erase_rest(
        &self,
        account: &Account,
        items: &Items,
        entry: &AuditEntry,
    ) -> Result<bool> {
        let marked = Update::new().require("version", Some(number(account.version + 1)));
        let mut writes = vec![
            self.delete_if(&keys::account(account.id), marked.build())?,
            self.delete(&keys::profile(account.id))?,
            self.delete(&keys::email(&account.email))?,
            self.audit(entry)?,
            self.put(erased_item(account, entry.created_at)?)?,
        ];
        let profile: Option<Profile> = items.get(&keys::profile(account.id))?;
        if let Some(username) = profile.and_then(|profile| profile.fields.username) {
            writes.push(self.delete(&keys::username(&username))?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Users who are erased, and still to be cleared from the audit log.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn erased_users(&self) -> Result<Vec<Erased>> {
        let mut erased = Vec::new();
        for partition in Listing::Erased.partitions() {
            for key in self.listed_in(&partition).await? {
                let item = self.get(&key).await?;
                erased.extend(item.as_ref().map(decode::<Erased>).transpose()?);
            }
        }
        Ok(erased)
    }

    /// Leaves of the audit log's entries about a user who is erased that
    /// something was done, when, and by whom; and of those by them, where they
    /// were administrators in the end or before, not where they were.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn clear_audit(&self, erased: &Erased, now: Timestamp) -> Result<()> {
        let Erased { user_id, mut was_administrator } = *erased;
        for key in self.listed_in(&keys::audit_of(user_id)).await? {
            let Some(item) = self.get(&key).await? else { continue };
            let entry: AuditEntry = decode(&item)?;
            // Whoever has lost the role has been given it, or had it taken.
            if entry.changes.contains_key("role") && !was_administrator {
                was_administrator = true;
                // What tells so is about to go, and this may be broken off.
                let note = Update::new().set("was_administrator", AttributeValue::Bool(true));
                let note = note.require_exists("pk").build();
                drop(self.apply(&keys::erased(user_id), note).await?);
            }
            if entry.changes.is_empty() && entry.reason.is_none() {
                continue;
            }
            let nothing = AttributeValue::M(HashMap::new());
            let clear = Update::new().set("changes", nothing).remove("reason");
            // One that isn't there any more holds nothing.
            drop(self.apply(&key, clear.require_exists("pk").build()).await?);
        }
        if was_administrator {
            self.forget_where_acted(user_id, now).await?;
        }
        self.delete_all(&[keys::erased(user_id)]).await
    }

    /// Takes the addresses of somebody's devices out of what the audit log has
    /// of their doing. It has no order by who did something: all of it is read.
    async fn forget_where_acted(&self, id: UserId, now: Timestamp) -> Result<()> {
        let oldest = Timestamp::from_millis(
            now.as_millis() - i64::try_from(AUDIT_RETENTION.as_millis()).unwrap_or(i64::MAX),
        );
        for month in keys::months(now, oldest) {
            for partition in keys::audit_partitions(&month) {
                let mut start = None;
                loop {
                    let (keys, next) = self.acted_from_somewhere(&partition, id, start).await?;
                    for key in keys {
                        let clear = Update::new().remove("ip_address").require_exists("pk");
                        drop(self.apply(&key, clear.build()).await?);
                    }
                    start = next;
                    if start.is_none() {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// The entries of a page of the audit log that say where somebody acted.
    async fn acted_from_somewhere(
        &self,
        partition: &str,
        id: UserId,
        start: Option<super::Item>,
    ) -> Result<(Vec<Key>, Option<super::Item>)> {
        let request = self.client.query().table_name(&self.table);
        let answer = request
            .key_condition_expression("pk = :pk")
            .filter_expression(
                "attribute_exists(ip_address) AND (actor.id = :id OR actor.#owner = :id)",
            )
            .projection_expression("pk, sk")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":pk", string(partition))
            .expression_attribute_values(":id", string(id.to_string()))
            .set_exclusive_start_key(start)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let keys: Result<_> = answer.items.unwrap_or_default().iter().map(Key::of).collect();
        Ok((keys?, answer.last_evaluated_key))
    }
}

/// Somebody who has been erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    user_id: UserId,
    /// In the end, as far as the account knew.
    was_administrator: bool,
}

fn erased_item(account: &Account, at: Timestamp) -> Result<super::Item> {
    let erased = Erased { user_id: account.id, was_administrator: account.role == Role::Admin };
    let mut item = encode(&keys::erased(account.id), "erased", &erased)?;
    item.extend(listed(Listing::Erased, at, account.id));
    Ok(item)
}
