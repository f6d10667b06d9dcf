//! Changes of profiles.

use super::Store;
use super::accounts::{PROFILE, profile_item, username_item};
use super::audit::{Along, carrying};
use super::item::decode;
use super::keys;
use super::update::{Update, number};
use crate::domain::activity::Act;
use crate::domain::profile::Profile;
use crate::domain::{Conflict, Error, Result};

impl Store {
    /// Writes what differs between two states of a profile. `exactly` asks that
    /// it still be the `old` version. `None`: another writer was faster.
    ///
    /// What the owner does is one update, with the act in the item; what others
    /// do, and a new handle, a transaction of that version.
    ///
    /// # Errors
    /// [`Conflict::UsernameTaken`].
    pub async fn update_profile(
        &self,
        old: &Profile,
        new: &Profile,
        exactly: bool,
        act: &Act,
    ) -> Result<Option<Profile>> {
        let renamed = old.fields.username != new.fields.username;
        let mut update = Update::between(&profile_item(old)?, &profile_item(new)?, &["privacy"])
            .next_version()
            .require("entity", Some(super::string(PROFILE)))
            .require("deleted_at", None);
        let is_alone = !renamed && act.audit().is_none();
        if exactly || !is_alone {
            update = update.require("version", Some(number(old.version)));
        }
        if !is_alone {
            return self.update_with_others(old, new, update, act).await;
        }
        match self.apply(&keys::profile(old.id), carrying(update, act)?.build()).await? {
            Ok(item) => decode(&item).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The profile's change in one transaction with its new handle and the act.
    async fn update_with_others(
        &self,
        old: &Profile,
        new: &Profile,
        update: Update,
        act: &Act,
    ) -> Result<Option<Profile>> {
        let mut writes = vec![self.update(&keys::profile(old.id), update.build())?];
        if old.fields.username != new.fields.username {
            writes.extend(username_item(new)?.map(|item| self.create(item)).transpose()?);
            if let Some(username) = &old.fields.username {
                writes.push(self.delete(&keys::username(username))?);
            }
        }
        writes.extend(self.along(&Along::acts(std::slice::from_ref(act)))?);
        match self.transact(writes).await? {
            Ok(()) => Ok(Some(Profile { version: old.version + 1, ..new.clone() })),
            Err(refused) if refused.has(0) => Ok(None),
            Err(_) => Err(Error::Conflict(Conflict::UsernameTaken)),
        }
    }
}
