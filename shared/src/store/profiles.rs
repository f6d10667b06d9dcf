//! Changes of profiles.

use super::Store;
use super::accounts::{PROFILE, profile_item, username_item};
use super::item::decode;
use super::keys;
use super::update::{Update, number};
use crate::domain::profile::Profile;
use crate::domain::{Conflict, Error, Result};

impl Store {
    /// Writes what differs between two states of a profile. `exactly` asks that
    /// it still be the `old` version. `None`: another writer was faster.
    ///
    /// # Errors
    /// [`Conflict::UsernameTaken`].
    pub async fn update_profile(
        &self,
        old: &Profile,
        new: &Profile,
        exactly: bool,
    ) -> Result<Option<Profile>> {
        let renamed = old.fields.username != new.fields.username;
        let mut update = Update::between(&profile_item(old)?, &profile_item(new)?, &["privacy"])
            .next_version()
            .require("entity", Some(super::string(PROFILE)))
            .require("deleted_at", None);
        if exactly || renamed {
            update = update.require("version", Some(number(old.version)));
        }
        if renamed {
            return self.rename(old, new, update).await;
        }
        match self.apply(&keys::profile(old.id), update.build()).await? {
            Ok(item) => decode(&item).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The profile's new handle, in one transaction with the profile.
    async fn rename(
        &self,
        old: &Profile,
        new: &Profile,
        update: Update,
    ) -> Result<Option<Profile>> {
        let mut writes = vec![self.update(&keys::profile(old.id), update.build())?];
        writes.extend(username_item(new)?.map(|item| self.create(item)).transpose()?);
        if let Some(username) = &old.fields.username {
            writes.push(self.delete(&keys::username(username))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(Some(Profile { version: old.version + 1, ..new.clone() })),
            Err(refused) if refused.has(0) => Ok(None),
            Err(_) => Err(Error::Conflict(Conflict::UsernameTaken)),
        }
    }
}
