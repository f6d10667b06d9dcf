//! What is written along with a change: its answer for whoever sends the call
//! again, mails, the user's activity, the audit log.

use aws_sdk_dynamodb::types::TransactWriteItem;

use super::item::{encode, expire};
use super::update::Update;
use super::{Once, Store, keys, string};
use crate::domain::activity::{AUDIT_RETENTION, Act, Activity, AuditEntry};
use crate::domain::mail::Mail;
use crate::domain::{Error, Result};

pub(super) const ACTIVITY: &str = "activity";
pub(super) const AUDIT: &str = "audit";

/// The attribute in which an item carries the last thing that its user did to it.
pub(super) const CARRIED: &str = "activity";

/// What is written in the same transaction as a change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Along<'a> {
    /// The first of its writes, refused where the call has been made before.
    /// Whoever takes it answers that with a [`Conflict`](crate::domain::Conflict),
    /// upon which `http::idempotency::Call::settle` looks for the answer.
    pub once: Option<&'a Once>,
    pub mail: Option<&'a Mail>,
    pub acts: &'a [Act],
}

impl<'a> Along<'a> {
    #[must_use]
    pub fn acts(acts: &'a [Act]) -> Self {
        Self { acts, ..Self::default() }
    }
}

impl Store {
    /// The writes of all that comes along.
    pub(super) fn along(&self, along: &Along<'_>) -> Result<Vec<TransactWriteItem>> {
        let mut writes = Vec::new();
        writes.extend(along.once.map(|once| self.once(once)).transpose()?);
        writes.extend(along.mail.map(|mail| self.mail(mail)).transpose()?);
        for act in along.acts {
            writes.push(self.create(activity_item(&act.activity())?)?);
            writes.extend(self.audited(act)?);
        }
        Ok(writes)
    }

    /// The write that audits an act; `None` where that isn't due.
    pub(super) fn audited(&self, act: &Act) -> Result<Option<TransactWriteItem>> {
        act.audit().map(|entry| self.audit(&entry)).transpose()
    }

    /// The write of an entry of the audit log, to which nothing but new ones are
    /// ever written.
    pub(super) fn audit(&self, entry: &AuditEntry) -> Result<TransactWriteItem> {
        let mut item = encode(&keys::audit(entry.created_at, entry.id), AUDIT, entry)?;
        expire(&mut item, entry.created_at + AUDIT_RETENTION);
        if let Some(target) = entry.target_id {
            item.insert("listing_pk".to_owned(), string(keys::audit_of(target)));
            item.insert("listing_sk".to_owned(), string(entry.id.to_string()));
        }
        self.create(item)
    }
}

/// The update with what it is to its user in the item itself, for the stream to
/// file: so one write does both, and answers with the item.
pub(super) fn carrying(update: Update, act: &Act) -> Result<Update> {
    let activity = serde_dynamo::to_attribute_value(act.activity()).map_err(Error::internal)?;
    Ok(update.set(CARRIED, activity))
}

pub(super) fn activity_item(activity: &Activity) -> Result<super::Item> {
    let mut item = encode(&keys::activity(activity.user_id, activity.id), ACTIVITY, activity)?;
    expire(&mut item, activity.expires_at);
    Ok(item)
}
