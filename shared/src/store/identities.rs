//! Identities at providers: whom they sign in, how they are linked and unlinked,
//! and what a sign-in with one leaves behind for a moment.

use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, TransactWriteItem};
use serde_dynamo::to_attribute_value;

use super::accounts::{SignIn, account_change};
use super::audit::Along;
use super::item::{Item, decode, encode, expire};
use super::keys::{self, Key};
use super::update::Update;
use super::{Person, Store, string};
use crate::domain::account::{Account, Provider};
use crate::domain::email::Email;
use crate::domain::identity::{Identity, Linked, SignInCode};
use crate::domain::{Error, Result, Timestamp, UserId};
use crate::tokens::OneTimeToken;

pub(super) const IDENTITY: &str = "identity";
const SIGN_IN: &str = "identity_sign_in";
const CODE: &str = "sign_in_code";
const ONCE: &str = "once";

impl Store {
    /// Whom an identity signs in, and whose an address is, in one request.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn linked(
        &self,
        issuer: &str,
        subject: &str,
        email: Option<&Email>,
    ) -> Result<(Option<Linked>, Option<SignIn>)> {
        let by_identity = keys::sign_in_by_identity(issuer, subject);
        let by_address = email.map(keys::email);
        let items = self.read([by_identity.clone()].into_iter().chain(by_address.clone())).await?;
        let sign_in = by_address.map(|key| items.get(&key)).transpose()?.flatten();
        Ok((items.get(&by_identity)?, sign_in))
    }

    /// The writes that make an identity somebody's, refused where it is
    /// anybody's, or where they have another one of the provider.
    pub(super) fn create_identity(
        &self,
        user: UserId,
        identity: &Identity,
    ) -> Result<[TransactWriteItem; 2]> {
        let Identity { provider, issuer, subject, .. } = identity;
        let linked = Linked { user_id: user, provider: provider.clone() };
        let by_identity = keys::sign_in_by_identity(issuer, subject);
        Ok([
            self.create(encode(&by_identity, SIGN_IN, &linked)?)?,
            self.create(encode(&keys::identity(user, provider), IDENTITY, identity)?)?,
        ])
    }

    /// Links an identity to an account. False where the account has changed
    /// since it was read, or the identity has become somebody's.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn link_identity(
        &self,
        account: &Account,
        identity: &Identity,
        along: Along<'_>,
    ) -> Result<bool> {
        let providers = with(account, &identity.provider);
        let change = account_change(account).set("providers", attribute(&providers)?);
        let mut writes = vec![self.update(&keys::account(account.id), change.build())?];
        writes.extend(self.create_identity(account.id, identity)?);
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// As [`Self::link_identity`], for an account that may be a stranger's:
    /// password, sessions, other identities and whatever else opens it go.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn take_account_over(
        &self,
        person: &Person,
        identity: &Identity,
        along: Along<'_>,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        // First: what is left of a try that breaks off here opens nothing new.
        self.delete_credentials(account.id).await?;
        let only = [identity.provider.clone()];
        let change = account_change(account)
            .set("providers", attribute(only)?)
            .set("password_changed_at", string(identity.linked_at.to_string()))
            .set("devices", attribute(Vec::<String>::new())?);
        let no_password = Update::new().remove("password_hash").next_version();
        let mut writes = vec![
            self.update(&keys::account(account.id), change.build())?,
            self.update(&keys::email(&account.email), no_password.require_exists("pk").build())?,
        ];
        writes.extend(self.along(&along)?);
        writes.extend(self.create_identity(account.id, identity)?);
        for session in sessions {
            writes.push(self.delete(&keys::session(account.id, session.id))?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    async fn delete_credentials(&self, user: UserId) -> Result<()> {
        for (from, to) in keys::CREDENTIALS {
            let items = self.query(&keys::user(user), from, to).await?;
            let sort_keys = items.iter().filter_map(|item| item.get("sk")?.as_s().ok());
            let own = sort_keys.map(|sk| Key { pk: keys::user(user), sk: sk.clone() });
            let keys: Vec<_> = Self::sign_ins_of(&items)?.into_iter().chain(own).collect();
            self.delete_all(&keys).await?;
        }
        Ok(())
    }

    /// Somebody's identities, by provider.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn identities(&self, user: UserId) -> Result<Vec<Identity>> {
        let (from, to) = keys::IDENTITIES;
        self.query(&keys::user(user), from, to).await?.iter().map(decode).collect()
    }

    /// Takes an identity from an account. False where the account has changed
    /// since it was read, or the identity has gone.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn unlink_identity(
        &self,
        account: &Account,
        identity: &Identity,
        along: Along<'_>,
    ) -> Result<bool> {
        let Identity { provider, issuer, subject, .. } = identity;
        let mut providers = account.providers.clone();
        providers.remove(provider);
        let change = account_change(account).set("providers", attribute(&providers)?);
        let same = |name: &str, value: String| Update::new().require(name, Some(string(value)));
        let mut writes = vec![
            self.update(&keys::account(account.id), change.build())?,
            self.delete_if(
                &keys::identity(account.id, provider),
                same("subject", subject.clone()).build(),
            )?,
            self.delete_if(
                &keys::sign_in_by_identity(issuer, subject),
                same("user_id", account.id.to_string()).build(),
            )?,
        ];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// The sign-ins that somebody's items tell of, for an erasure.
    pub(super) fn sign_ins_of(items: &[Item]) -> Result<Vec<Key>> {
        let identities = items.iter().filter(|item| super::item::is_entity(item, IDENTITY));
        let key = |item| {
            let Identity { issuer, subject, .. } = decode(item)?;
            Ok(keys::sign_in_by_identity(&issuer, &subject))
        };
        identities.map(key).collect()
    }

    /// Notes that what this hash names has happened. False where it had before.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn happens_once(&self, hash: &str, forget_at: Timestamp) -> Result<bool> {
        let mut item = keys::once(hash).item();
        item.insert("entity".to_owned(), string(ONCE));
        expire(&mut item, forget_at);
        Ok(self.transact(vec![self.create(item)?]).await?.is_ok())
    }

    /// Makes a code that signs its user in, once.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the account has been erased.
    pub async fn create_sign_in_code(&self, code: &OneTimeToken, good: &SignInCode) -> Result<()> {
        let key = keys::sign_in_code(code.user_id, &code.hash());
        let mut item = encode(&key, CODE, good)?;
        expire(&mut item, good.expires_at);
        // An erasure may be under way, which would not see it.
        let is_there = Update::new().require_exists("pk");
        let writes =
            vec![self.create(item)?, self.check(&keys::account(code.user_id), is_there.build())?];
        self.transact(writes).await?.map_err(|_| Error::NotFound)
    }

    /// Uses a code up. `None` where it has been used or has expired; of many who
    /// bring the same one, one alone gets it.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn take_sign_in_code(
        &self,
        code: &OneTimeToken,
        now: Timestamp,
    ) -> Result<Option<SignInCode>> {
        let key = keys::sign_in_code(code.user_id, &code.hash());
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key.item()))
            .return_values(ReturnValue::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(super::failure)?;
        let good: Option<SignInCode> = answer.attributes.as_ref().map(decode).transpose()?;
        Ok(good.filter(|good| now < good.expires_at))
    }
}

fn with(account: &Account, provider: &Provider) -> std::collections::BTreeSet<Provider> {
    account.providers.iter().chain([provider]).cloned().collect()
}

fn attribute(value: impl serde::Serialize) -> Result<aws_sdk_dynamodb::types::AttributeValue> {
    to_attribute_value(value).map_err(Error::internal)
}
