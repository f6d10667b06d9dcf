//! Exports: asked for, made, forgotten.

use super::accounts::ACCOUNT;
use super::audit::Along;
use super::item::{decode, encode, expire, is_entity};
use super::update::{Update, number};
use super::{Retries, Store, keys, string};
use crate::domain::export::{Export, Progress, Scope};
use crate::domain::{Error, ExportId, Result, Timestamp, UserId};

pub(super) const EXPORT: &str = "export";

/// The attributes of an account that name the last exports asked for.
pub const LAST_EXPORTS: [&str; 2] = ["last_export", "last_export_of_everybody"];

/// What became of the wish for an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wished {
    Begun,
    /// Another one is under way, which will do.
    UnderWay(Export),
}

/// Whether an export is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Making {
    Yes(Export),
    /// It was made, or given up, before.
    Finished,
    /// Nobody knows of it any more.
    Unknown,
}

fn slot(scope: Scope) -> &'static str {
    match scope {
        Scope::Personal => LAST_EXPORTS[0],
        Scope::Everybody => LAST_EXPORTS[1],
    }
}

impl Store {
    /// Notes an export, whose making the stream begins; not where one is under
    /// way, however many ask at once: the account names the last one.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the account isn't in use.
    pub async fn begin_export(
        &self,
        export: &Export,
        now: Timestamp,
        along: Along<'_>,
    ) -> Result<Wished> {
        let mut item = encode(&keys::export(export.user_id, export.id), EXPORT, export)?;
        expire(&mut item, export.expires_at);
        let slot = slot(export.scope);
        let (mut before, mut retries) = (None, Retries::default());
        loop {
            // An erasure may be under way, which would not see it.
            let name = Update::new()
                .set(slot, string(export.id.to_string()))
                .require(slot, before.clone().map(string))
                .require("entity", Some(string(ACCOUNT)))
                .require("deletion", None);
            let mut writes = vec![
                self.update(&keys::account(export.user_id), name.build())?,
                self.create(item.clone())?,
            ];
            writes.extend(self.along(&along)?);
            let Err(refused) = self.transact(writes).await? else { return Ok(Wished::Begun) };
            let account = refused.0.into_iter().find(|(index, _)| *index == 0);
            let account = account.and_then(|(_, item)| item).ok_or(Error::NotFound)?;
            if !is_entity(&account, ACCOUNT) || account.contains_key("deletion") {
                return Err(Error::NotFound);
            }
            before = account.get(slot).and_then(|id| id.as_s().ok()).cloned();
            let last = before.as_deref().and_then(|id| id.parse().ok());
            if let Some(last) = last
                && let Some(last) = self.export(export.user_id, last).await?
                && last.state(now) == Progress::Pending
            {
                return Ok(Wished::UnderWay(last));
            }
            retries.again().await?;
        }
    }

    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn export(&self, user: UserId, id: ExportId) -> Result<Option<Export>> {
        self.get(&keys::export(user, id)).await?.as_ref().map(decode).transpose()
    }

    /// Starts the making of an export, perhaps not for the first time.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn start_export(&self, user: UserId, id: ExportId) -> Result<Making> {
        let start = pending().add("attempts", 1);
        match self.apply(&keys::export(user, id), start.build()).await? {
            Ok(item) => decode(&item).map(Making::Yes),
            Err(Some(_)) => Ok(Making::Finished),
            Err(None) => Ok(Making::Unknown),
        }
    }

    /// Notes that an export is ready. False where nobody waits for it any more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn finish_export(&self, user: UserId, id: ExportId, size: u64) -> Result<bool> {
        let finish = pending().set("progress", string("ready")).set("size", number(size));
        Ok(self.apply(&keys::export(user, id), finish.build()).await?.is_ok())
    }

    /// Notes that an export can't be made.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn fail_export(&self, user: UserId, id: ExportId) -> Result<()> {
        let fail = pending().set("progress", string("failed"));
        self.apply(&keys::export(user, id), fail.build()).await.map(drop)
    }

    /// Records what is done to a user's data without changing it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the account isn't in use any more.
    pub async fn record(&self, user: UserId, along: Along<'_>) -> Result<()> {
        let mut writes = vec![self.in_use(user)?];
        writes.extend(self.along(&along)?);
        self.transact(writes).await?.map_err(|_| Error::NotFound)
    }
}

fn pending() -> Update {
    Update::new().require("progress", Some(string("pending"))).require_exists("pk")
}
