//! What administrators see and do of an account.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, TransactWriteItem};

use super::accounts::{account_change, relisted};
use super::audit::Along;
use super::item::decode;
use super::update::Update;
use super::{Person, Store, StoredPreferences, failure, keys, string};
use crate::domain::account::{Account, Role};
use crate::domain::activity::Activity;
use crate::domain::identity::Identity;
use crate::domain::{Conflict, Error, Result, Timestamp, UserId};

/// What there is of somebody.
#[derive(Debug)]
pub struct Dossier {
    pub person: Person,
    pub preferences: StoredPreferences,
    pub identities: Vec<Identity>,
    /// The newest first.
    pub activity: Vec<Activity>,
}

impl Store {
    /// What there is of somebody, with up to `limit` things that were done to
    /// their data lately.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn dossier(
        &self,
        id: UserId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Option<Dossier>> {
        let (person, identities, activity) = futures_util::try_join!(
            self.person_with_preferences(id, now),
            self.identities(id),
            self.recent_activity(id, limit, now),
        )?;
        Ok(person.map(|(person, preferences)| Dossier {
            person,
            preferences,
            identities,
            activity,
        }))
    }

    async fn recent_activity(
        &self,
        id: UserId,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Activity>> {
        let (from, to) = keys::ACTIVITY;
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", string(keys::user(id)))
            .expression_attribute_values(":from", string(from))
            .expression_attribute_values(":to", string(to))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(i32::try_from(limit).map_err(Error::internal)?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(failure)?;
        let items = answer.items.unwrap_or_default();
        let mut activity: Vec<Activity> = items.iter().map(decode).collect::<Result<_>>()?;
        activity.retain(|activity| now < activity.expires_at);
        Ok(activity)
    }

    /// Shuts an account or opens it again. A shut one's sessions end, and no new
    /// one can have started meanwhile. False where the account has changed since
    /// it was read.
    ///
    /// # Errors
    /// [`Conflict::LastAdmin`].
    pub async fn change_status(
        &self,
        person: &Person,
        is_active: bool,
        along: Along<'_>,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let new = Account { is_active, ..account.clone() };
        let change = relisted(account, &new).set("is_active", AttributeValue::Bool(is_active));
        let mut rest = self.along(&along)?;
        if !is_active {
            for session in sessions {
                rest.push(self.delete(&keys::session(account.id, session.id))?);
            }
        }
        self.change_account(account, &new, change, rest).await
    }

    /// Gives an account another role, and what its sessions' next tokens say of
    /// it. False where account or sessions have changed since they were read.
    ///
    /// # Errors
    /// [`Conflict::LastAdmin`].
    pub async fn change_role(&self, person: &Person, role: Role, along: Along<'_>) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let new = Account { role, ..account.clone() };
        let value = serde_dynamo::to_attribute_value(role).map_err(Error::internal)?;
        let change = relisted(account, &new).set("role", AttributeValue::clone(&value));
        let mut rest = self.along(&along)?;
        for session in sessions {
            let told = Update::new().set("role", AttributeValue::clone(&value));
            let key = keys::session(account.id, session.id);
            rest.push(self.update(&key, told.require_exists("pk").build())?);
        }
        self.change_account(account, &new, change, rest).await
    }

    /// Takes an account's second factor away, whoever has it now, and ends the
    /// sessions. False where the account has changed since it was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn take_second_factor(&self, person: &Person, along: Along<'_>) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let new = Account { has_second_factor: false, ..account.clone() };
        let change = account_change(account).set("has_second_factor", AttributeValue::Bool(false));
        let mut rest = vec![self.delete(&keys::totp(account.id))?];
        rest.extend(self.along(&along)?);
        for session in sessions {
            rest.push(self.delete(&keys::session(account.id, session.id))?);
        }
        self.change_account(account, &new, change, rest).await
    }

    async fn change_account(
        &self,
        old: &Account,
        new: &Account,
        change: Update,
        rest: Vec<TransactWriteItem>,
    ) -> Result<bool> {
        let recounted = self.recounted(old, new)?;
        let counts = recounted.is_some();
        let account = self.update(&keys::account(old.id), change.build())?;
        let writes = [account].into_iter().chain(recounted).chain(rest).collect();
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Ok(false),
            Err(refused) if counts && refused.has(1) => Err(Error::Conflict(Conflict::LastAdmin)),
            Err(_) => Ok(false),
        }
    }
}
