//! Addresses that somebody has shown to be theirs, by a token that was mailed
//! to them: verified, made an account's own, or good for a new password.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_dynamo::to_attribute_value;

use super::accounts::account_change;
use super::audit::Along;
use super::item::decode;
use super::update::Update;
use super::{Person, Store, keys, string};
use crate::domain::account::{Account, Provider};
use crate::domain::email::Email;
use crate::domain::one_time::OneTime;
use crate::domain::{Conflict, Error, Result, Timestamp};
use crate::passwords::Hash;
use crate::tokens::OneTimeToken;

/// A mailed token that doesn't do what it is brought for.
pub const INVALID_TOKEN: Error =
    Error::InvalidToken("The token is invalid, has expired or has been used.");

/// A password that is set by whoever has the account's address.
#[derive(Debug)]
pub struct NewPasswordByMail<'a> {
    pub old: Option<&'a Hash>,
    pub new: &'a Hash,
    pub along: Along<'a>,
}

impl Store {
    /// What a token is good for, whatever that is, and its user's account, in
    /// one request; `None` where the token has been used or has expired.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn one_time_with_account(
        &self,
        token: &OneTimeToken,
        now: Timestamp,
    ) -> Result<Option<(OneTime, Account)>> {
        let (stored, account) =
            (keys::one_time(token.user_id, &token.hash()), keys::account(token.user_id));
        let items = self.batch_get(vec![stored.clone(), account]).await?;
        let good_for = items.raw(&stored).map(decode::<OneTime>).transpose()?;
        let good_for = good_for.filter(|one| now < one.expires_at);
        Ok(good_for.zip(items.account(token.user_id)?))
    }

    /// Uses the token up and marks the account's address verified. False where
    /// the account has changed since it was read.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the token has been used.
    pub async fn verify_email(
        &self,
        token: &OneTimeToken,
        account: &Account,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<bool> {
        let verified = verified(account_change(account), account, now).build();
        let mut writes =
            vec![self.use_up(token)?, self.update(&keys::account(account.id), verified)?];
        writes.extend(self.along(&along)?);
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Err(INVALID_TOKEN),
            Err(_) => Ok(false),
        }
    }

    /// Uses the token up and makes `email` the account's address, verified, in
    /// its sessions too, so that tokens say it from the next refresh on. False
    /// where account or sessions have changed since they were read.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the token has been used;
    /// [`Conflict::EmailTaken`].
    pub async fn change_email(
        &self,
        token: &OneTimeToken,
        person: &Person,
        email: &Email,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let old = keys::email(&account.email);
        let Some(sign_in) = self.get(&old).await? else { return Ok(false) };
        let unchanged = Update::new().require("version", sign_in.get("version").cloned());
        // All that it holds moves, the password too.
        let mut moved = sign_in;
        moved.extend(keys::email(email).item());
        // Of this address: whoever had the other one has shown nothing of it.
        let changed = account_change(account)
            .set("is_verified", AttributeValue::Bool(true))
            .set("verified_at", string(now.to_string()))
            .set("email", string(email.as_str()))
            .build();
        let mut writes = vec![
            self.use_up(token)?,
            self.create(moved)?,
            self.delete_if(&old, unchanged.build())?,
            self.update(&keys::account(account.id), changed)?,
        ];
        writes.extend(self.along(&along)?);
        for session in sessions {
            let renamed = Update::new().set("email", string(email.as_str())).next_version();
            let key = keys::session(account.id, session.id);
            writes.push(self.update(&key, renamed.require_exists("pk").build())?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Err(INVALID_TOKEN),
            Err(refused) if refused.has(1) => Err(Error::Conflict(Conflict::EmailTaken)),
            Err(_) => Ok(false),
        }
    }

    /// Uses the token up, sets a new password, the first one too, and ends all
    /// sessions. The address is verified by it: the token came to it. False
    /// where the account has changed since it was read.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the token has been used.
    pub async fn reset_password(
        &self,
        token: &OneTimeToken,
        person: &Person,
        password: NewPasswordByMail<'_>,
        now: Timestamp,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let value = |hash: &Hash| to_attribute_value(hash).map_err(Error::internal);
        let set = Update::new()
            .set("password_hash", value(password.new)?)
            .next_version()
            .require("password_hash", password.old.map(value).transpose()?);
        let mut providers = account.providers.clone();
        providers.insert(Provider::password());
        let changed = verified(account_change(account), account, now)
            .set("password_changed_at", string(now.to_string()))
            .set("password_reset_at", string(now.to_string()))
            .set("providers", to_attribute_value(providers).map_err(Error::internal)?);
        let mut writes = vec![
            self.use_up(token)?,
            self.update(&keys::email(&account.email), set.build())?,
            self.update(&keys::account(account.id), changed.build())?,
        ];
        writes.extend(self.along(&password.along)?);
        for session in sessions {
            writes.push(self.delete(&keys::session(account.id, session.id))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Err(INVALID_TOKEN),
            Err(_) => Ok(false),
        }
    }
}

fn verified(change: Update, account: &Account, now: Timestamp) -> Update {
    let change = change.set("is_verified", AttributeValue::Bool(true));
    if account.is_verified {
        return change;
    }
    change.set("verified_at", string(now.to_string()))
}
