//! API keys, in their owner's partition: one read finds key and owner, one
//! query all keys of somebody, and an erasure takes them along.

use std::time::Duration;

use super::accounts::account_change;
use super::audit::Along;
use super::item::{decode, encode, expire};
use super::keys;
use super::update::Update;
use super::{Store, string};
use crate::domain::account::Account;
use crate::domain::api_key::{ApiKey, MAX_KEYS};
use crate::domain::{ApiKeyId, Error, Result, Timestamp, UserId};

const API_KEY: &str = "api_key";

/// How exactly a key's last use is known.
const USE: Duration = Duration::from_mins(1);

impl Store {
    /// The good keys of somebody, newest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn api_keys(&self, owner: &Account, now: Timestamp) -> Result<Vec<ApiKey>> {
        let mut keys = self.stored_api_keys(owner.id).await?;
        keys.retain(|key| key.is_live(owner, now));
        keys.reverse();
        Ok(keys)
    }

    /// Adds a key to its owner's, and removes those that aren't good any more.
    /// False where the account has changed since it was read, as by another
    /// new key: so the number holds under any concurrency.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the owner has [`MAX_KEYS`] good ones.
    pub async fn create_api_key(
        &self,
        owner: &Account,
        key: &ApiKey,
        along: Along<'_>,
    ) -> Result<bool> {
        let (good, dead): (Vec<_>, Vec<_>) = self
            .stored_api_keys(owner.id)
            .await?
            .into_iter()
            .partition(|other| other.is_live(owner, key.created_at));
        if good.len() >= MAX_KEYS {
            let message = format!("can't be one more: there are {MAX_KEYS} keys");
            return Err(Error::field("", "too_many", message));
        }
        let mut item = encode(&keys::api_key(owner.id, key.id), API_KEY, key)?;
        if let Some(expiry) = key.expires_at {
            expire(&mut item, expiry);
        }
        let mut writes = vec![
            self.update(&keys::account(owner.id), account_change(owner).build())?,
            self.create(item)?,
        ];
        writes.extend(self.along(&along)?);
        for key in dead {
            writes.push(self.delete(&keys::api_key(owner.id, key.id))?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Ends a key. False where there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_api_key(
        &self,
        owner: UserId,
        key: ApiKeyId,
        along: Along<'_>,
    ) -> Result<bool> {
        let is_there = Update::new().require_exists("pk");
        let deleted = self.delete_if(&keys::api_key(owner, key), is_there.build())?;
        let mut writes = vec![deleted, self.in_use(owner)?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Notes a key's use, once a minute. The request waits for it, since nothing
    /// runs after an answer; it doesn't fail for it.
    pub(super) async fn touch_api_key(&self, key: &ApiKey, owner: UserId, now: Timestamp) {
        if key.last_used_at.is_some_and(|used| now.since(used) < USE) {
            return;
        }
        // Of requests at the same time one writes, and a key just ended stays so.
        let change = Update::new()
            .set("last_used_at", string(now.to_string()))
            .require_exists("secret_hash")
            .require("last_used_at", key.last_used_at.map(|used| string(used.to_string())));
        if let Err(error) = self.apply(&keys::api_key(owner, key.id), change.build()).await {
            tracing::warn!(target: "kith", api_key = %key.id, ?error, "a use of a key wasn't noted");
        }
    }

    /// All keys that are stored of somebody, oldest first.
    async fn stored_api_keys(&self, owner: UserId) -> Result<Vec<ApiKey>> {
        let (from, to) = keys::API_KEYS;
        let items = self.query(&keys::user(owner), from, to).await?;
        items.iter().map(decode).collect()
    }
}
