//! Second factors: enrolled, confirmed, used up, removed. An account says
//! whether it has one, and changes in the same transaction.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde_dynamo::to_attribute_value;

use super::accounts::account_change;
use super::audit::Along;
use super::item::{decode, ttl};
use super::keys;
use super::update::Update;
use super::{Guard, Person, Store, string};
use crate::domain::account::Account;
use crate::domain::session::Session;
use crate::domain::totp::Totp;
use crate::domain::{Conflict, Error, Result, Timestamp, UserId};

const FACTOR: &str = "factor";
const CODES: &str = "recovery_codes";

impl Store {
    /// What a user has enrolled, or is about to.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn totp(&self, user: UserId) -> Result<Option<Totp>> {
        self.get(&keys::totp(user)).await?.as_ref().map(decode).transpose()
    }

    /// Begins an enrolment, in the place of one that awaits its first code.
    ///
    /// # Errors
    /// [`Conflict::AlreadyExists`] where one counts already.
    pub async fn begin_totp(
        &self,
        user: UserId,
        secret: &str,
        expires_at: Timestamp,
        along: Along<'_>,
    ) -> Result<()> {
        let begin = Update::new()
            .set("entity", string(FACTOR))
            .set("secret", string(secret))
            .set("expires_at", string(expires_at.to_string()))
            .set("ttl", ttl(expires_at))
            .require("confirmed_at", None);
        let mut writes = vec![self.update(&keys::totp(user), begin.build())?, self.in_use(user)?];
        writes.extend(self.along(&along)?);
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(refused) if refused.has(0) => Err(Error::Conflict(Conflict::AlreadyExists)),
            Err(_) => Err(Error::InvalidToken("The session has ended.")),
        }
    }

    /// Lets an enrolment count. Its owner's `current` session, which has shown
    /// the factor, goes on as given; the others, which haven't, end. False
    /// where the account or the enrolment has changed since they were read.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn confirm_totp(
        &self,
        person: &Person,
        enrolled: &Totp,
        current: &Session,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let step = enrolled.last_step.map(|step| AttributeValue::N(step.to_string()));
        let step = step.ok_or_else(|| Error::internal("confirmed without a code"))?;
        let confirm = Update::new()
            .set("confirmed_at", string(now.to_string()))
            .set("last_step", step)
            .set(CODES, set(&enrolled.recovery_codes))
            .remove("expires_at")
            .remove("ttl")
            .require("secret", Some(string(&enrolled.secret)))
            .require("confirmed_at", None);
        let protect = account_change(account).set("has_second_factor", AttributeValue::Bool(true));
        let mut writes = vec![
            self.update(&keys::totp(account.id), confirm.build())?,
            self.update(&keys::account(account.id), protect.build())?,
            self.shown_again(current)?,
        ];
        writes.extend(self.along(&along)?);
        for session in sessions.iter().filter(|session| session.id != current.id) {
            writes.push(self.delete(&keys::session(account.id, session.id))?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Removes the second factor with its recovery codes. False where the
    /// account has changed since it was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn remove_totp(&self, account: &Account, along: Along<'_>) -> Result<bool> {
        let expose = account_change(account).set("has_second_factor", AttributeValue::Bool(false));
        let mut writes = vec![
            self.update(&keys::account(account.id), expose.build())?,
            self.delete(&keys::totp(account.id))?,
        ];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// New recovery codes in the place of the old ones. False where there is
    /// no second factor any more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn replace_recovery_codes(
        &self,
        user: UserId,
        hashes: &BTreeSet<String>,
        along: Along<'_>,
    ) -> Result<bool> {
        let replace = Update::new().set(CODES, set(hashes)).require_exists("confirmed_at");
        let mut writes = vec![self.update(&keys::totp(user), replace.build())?, self.in_use(user)?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Notes that a session's owner has shown again who they are, as it says.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the session has ended; what the refusal
    /// of the `guard` means.
    pub async fn reauthenticate(
        &self,
        account: &Account,
        session: &Session,
        guard: &Guard,
        now: Timestamp,
    ) -> Result<()> {
        let mut writes = vec![self.shown_again(session)?];
        writes.extend(self.guard(account, guard, now)?);
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(refused) if refused.has(0) => Err(Error::InvalidToken("The session has ended.")),
            Err(_) => Err(guard.refusal()),
        }
    }

    fn shown_again(&self, session: &Session) -> Result<TransactWriteItem> {
        let value = |value| to_attribute_value(value).map_err(Error::internal);
        let shown = Update::new()
            .set("amr", to_attribute_value(&session.amr).map_err(Error::internal)?)
            .set("auth_time", value(session.auth_time)?)
            .require_exists("pk");
        self.update(&keys::session(session.user_id, session.id), shown.build())
    }

    /// The write that uses a code up, and those before it.
    pub(super) fn use_step(&self, user: UserId, step: i64) -> Result<TransactWriteItem> {
        let step = AttributeValue::N(step.to_string());
        let later = Update::new()
            .set("last_step", step.clone())
            .require_exists("confirmed_at")
            .require_absent_or("last_step", "<", step);
        self.update(&keys::totp(user), later.build())
    }

    /// The write that uses a recovery code up, by its hash.
    pub(super) fn use_recovery_code(&self, user: UserId, hash: &str) -> Result<TransactWriteItem> {
        let fewer = Update::new().take(CODES, hash).require_exists("confirmed_at");
        self.update(&keys::totp(user), fewer.build())
    }
}

fn set(entries: &BTreeSet<String>) -> AttributeValue {
    AttributeValue::Ss(entries.iter().cloned().collect())
}
