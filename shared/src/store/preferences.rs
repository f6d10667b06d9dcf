//! Stored preferences.

use serde::{Deserialize, Serialize};

use super::audit::{Along, carrying};
use super::item::{Item, decode, encode};
use super::keys;
use super::update::{Update, number};
use super::{Items, Store};
use crate::domain::activity::Act;
use crate::domain::locale::{Language, Timezone};
use crate::domain::preferences::{
    DateFormat, Discovery, Notifications, Preferences, Theme, TimeFormat,
};
use crate::domain::{Error, Result, UserId};

pub(super) const PREFERENCES: &str = "preferences";

/// The attributes that hold several values.
const GUARDED: [&str; 3] = ["notifications", "discovery", "custom"];

/// Preferences and their version, which is 0 for the defaults, of which
/// nothing is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredPreferences {
    pub preferences: Preferences,
    pub version: u64,
}

/// The item's attributes. `custom` is JSON text: `DynamoDB` numbers are
/// narrower than JSON's.
#[derive(Debug, Serialize, Deserialize)]
struct Attributes {
    language: Language,
    timezone: Timezone,
    theme: Theme,
    date_format: DateFormat,
    time_format: TimeFormat,
    notifications: Notifications,
    discovery: Discovery,
    custom: String,
    version: u64,
}

pub(super) fn to_item(user: UserId, preferences: &Preferences, version: u64) -> Result<Item> {
    let Preferences {
        language,
        timezone,
        theme,
        date_format,
        time_format,
        notifications,
        discovery,
        custom,
    } = preferences.clone();
    let custom = serde_json::to_string(&custom).map_err(Error::internal)?;
    let attributes = Attributes {
        language,
        timezone,
        theme,
        date_format,
        time_format,
        notifications,
        discovery,
        custom,
        version,
    };
    encode(&keys::preferences(user), PREFERENCES, &attributes)
}

fn from_attributes(attributes: Attributes) -> Result<StoredPreferences> {
    let Attributes {
        language,
        timezone,
        theme,
        date_format,
        time_format,
        notifications,
        discovery,
        custom,
        version,
    } = attributes;
    let custom = serde_json::from_str(&custom).map_err(Error::internal)?;
    let preferences = Preferences {
        language,
        timezone,
        theme,
        date_format,
        time_format,
        notifications,
        discovery,
        custom,
    };
    Ok(StoredPreferences { preferences, version })
}

impl StoredPreferences {
    pub(super) fn read(item: &Item) -> Result<Self> {
        from_attributes(decode(item)?)
    }
}

impl Items {
    /// A user's preferences, the defaults where none are stored.
    ///
    /// # Errors
    /// [`Error::Internal`] where the item can't be read.
    pub fn preferences(&self, user: UserId) -> Result<StoredPreferences> {
        let stored = self.get(&keys::preferences(user))?;
        Ok(stored.map(from_attributes).transpose()?.unwrap_or_default())
    }
}

impl Store {
    /// Writes what differs between the stored and the `new` preferences.
    /// `exactly` asks that the stored ones still be of that version. `None`:
    /// another writer was faster.
    ///
    /// What the owner does is one update, with the act in the item, but for the
    /// first one; what others do is a transaction of that version.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn update_preferences(
        &self,
        user: UserId,
        old: &StoredPreferences,
        new: &Preferences,
        exactly: bool,
        act: &Act,
    ) -> Result<Option<StoredPreferences>> {
        let before = if old.version == 0 {
            keys::preferences(user).item()
        } else {
            to_item(user, &old.preferences, old.version)?
        };
        let after = to_item(user, new, old.version)?;
        let update = Update::between(&before, &after, &GUARDED).next_version();
        let key = keys::preferences(user);
        if old.version == 0 || act.audit().is_some() {
            let version = Some(old.version).filter(|version| *version > 0).map(number);
            let update = update.require("version", version).build();
            let mut writes = vec![self.update(&key, update)?, self.in_use(user)?];
            writes.extend(self.along(&Along::acts(std::slice::from_ref(act)))?);
            let stored = StoredPreferences { preferences: new.clone(), version: old.version + 1 };
            return Ok(self.transact(writes).await?.is_ok().then_some(stored));
        }
        let update = carrying(update, act)?;
        let update = if exactly {
            update.require("version", Some(number(old.version)))
        } else {
            update.require_exists("version")
        };
        match self.apply(&key, update.build()).await? {
            Ok(item) => StoredPreferences::read(&item).map(Some),
            Err(_) => Ok(None),
        }
    }
}
