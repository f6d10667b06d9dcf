//! Passkeys: in their user's partition, by the hash of what their
//! authenticator calls them. An assertion names both, so that nothing has to
//! be looked up to find one.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde_dynamo::to_attribute_value;

use super::accounts::account_change;
use super::audit::Along;
use super::item::{decode, encode, expire};
use super::keys;
use super::update::Update;
use super::{Item, Store, string};
use crate::domain::account::{Account, Provider};
use crate::domain::passkey::{Ceremony, Passkey, Use};
use crate::domain::text::Name;
use crate::domain::{Conflict, Error, Result, Timestamp, UserId};

const PASSKEY: &str = "passkey";
const CEREMONY: &str = "ceremony";

impl Store {
    /// A user's passkeys, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>> {
        let (from, to) = keys::PASSKEYS;
        let items = self.query(&keys::user(user), from, to).await?;
        let passkeys: Result<Vec<Passkey>> = items.iter().map(decode).collect();
        let mut passkeys = passkeys?;
        passkeys.sort_by_key(|passkey| passkey.id);
        Ok(passkeys)
    }

    /// The passkey whose credential has this hash.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn passkey(&self, user: UserId, credential_hash: &str) -> Result<Option<Passkey>> {
        let item = self.get(&keys::passkey(user, credential_hash)).await?;
        item.as_ref().map(decode).transpose()
    }

    /// Adds a passkey and completes its ceremony. False where the account has
    /// changed since it was read.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the ceremony has been completed before;
    /// [`Conflict::AlreadyExists`].
    pub async fn add_passkey(
        &self,
        account: &Account,
        passkey: &Passkey,
        hash: &str,
        ceremony: &Ceremony,
        along: Along<'_>,
    ) -> Result<bool> {
        let mut providers = account.providers.clone();
        providers.insert(Provider::passkey());
        let providers = to_attribute_value(providers).map_err(Error::internal)?;
        let mut writes = vec![
            self.update(
                &keys::account(account.id),
                account_change(account).set("providers", providers).build(),
            )?,
            self.complete(ceremony)?,
            self.create(encode(&keys::passkey(account.id, hash), PASSKEY, passkey)?)?,
        ];
        writes.extend(self.along(&along)?);
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(1) => Err(Ceremony::invalid()),
            Err(refused) if refused.has(2) => Err(Error::Conflict(Conflict::AlreadyExists)),
            Err(_) => Ok(false),
        }
    }

    /// Calls a passkey something else. False where it is gone.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn rename_passkey(
        &self,
        user: UserId,
        hash: &str,
        name: Option<&Name<100>>,
        along: Along<'_>,
    ) -> Result<bool> {
        let rename = Update::new().require_exists("pk");
        let rename = match name {
            Some(name) => rename.set("name", string(name.as_str())),
            None => rename.remove("name"),
        };
        let mut writes =
            vec![self.update(&keys::passkey(user, hash), rename.build())?, self.in_use(user)?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Removes a passkey, which may be the last one. False where it or the
    /// account has changed since they were read.
    ///
    /// # Errors
    /// [`Conflict::LastSignInMethod`] where nothing else signs its owner in.
    pub async fn remove_passkey(
        &self,
        account: &Account,
        hash: &str,
        is_last: bool,
        along: Along<'_>,
    ) -> Result<bool> {
        let mut change = account_change(account);
        if is_last {
            let mut providers = account.providers.clone();
            providers.remove(&Provider::passkey());
            if providers.is_empty() {
                return Err(Error::Conflict(Conflict::LastSignInMethod));
            }
            let providers = to_attribute_value(providers).map_err(Error::internal)?;
            change = change.set("providers", providers);
        }
        let exists = Update::new().require_exists("pk");
        let mut writes = vec![
            self.update(&keys::account(account.id), change.build())?,
            self.delete_if(&keys::passkey(account.id, hash), exists.build())?,
        ];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// The writes of one use: of two that were verified against the same
    /// state only one counts, and a ceremony only once.
    pub(super) fn use_passkey(&self, used: &Use, now: Timestamp) -> Result<Vec<TransactWriteItem>> {
        let update = Update::new()
            .set("state", string(&used.after))
            .set("is_backed_up", AttributeValue::Bool(used.is_backed_up))
            .set("last_used_at", string(now.to_string()))
            .require("state", Some(string(&used.before)));
        let key = keys::passkey(used.user_id, &used.credential_hash);
        Ok(vec![self.update(&key, update.build())?, self.complete(&used.ceremony)?])
    }

    /// Refused where the ceremony has been completed before.
    fn complete(&self, ceremony: &Ceremony) -> Result<TransactWriteItem> {
        let mut item: Item = encode(&keys::ceremony(ceremony.id), CEREMONY, ceremony)?;
        expire(&mut item, ceremony.expires_at);
        self.create(item)
    }
}
