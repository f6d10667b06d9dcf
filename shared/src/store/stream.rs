//! The table's stream: what a record says of a user, in the domain's terms.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use super::accounts::{ACCOUNT, CREATED_NAME, PROFILE};
use super::activity::{Filing, carried};
use super::connections::CONNECTION;
use super::exports::EXPORT;
use super::item::{Item, decode, is_entity, user};
use super::keys::Key;
use super::preferences::{PREFERENCES, StoredPreferences};
use super::sessions::SESSION;
use super::uploads::UPLOAD;
use crate::domain::account::Account;
use crate::domain::connection::Connection;
use crate::domain::export::Export;
use crate::domain::picture::Upload;
use crate::domain::preferences::Preferences;
use crate::domain::profile::Profile;
use crate::domain::session::Session;
use crate::domain::{Error, Result, UserId};

/// Attributes of a profile that its owner doesn't write.
const KEPT_BY_US: [&str; 12] = [
    "activity",
    "pk",
    "sk",
    "entity",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
    "listing_pk",
    "listing_sk",
    "picture",
    "picture_decision",
];

/// One item before and after a change. `None`: it wasn't, or isn't, there.
#[derive(Clone, Debug, PartialEq)]
pub struct Images<T> {
    pub old: Option<T>,
    pub new: Option<T>,
}

/// A committed change of what belongs to a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub user: UserId,
    pub what: What,
    /// What the user did by it, where that is yet to be filed.
    pub filing: Option<Filing>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Account {
        images: Box<Images<Account>>,
        /// What the user was called when the account was made.
        name: Option<String>,
    },
    Profile {
        images: Box<Images<Profile>>,
        /// The fields that differ.
        updated_fields: Vec<String>,
    },
    Preferences(Box<Images<Preferences>>),
    Session(Box<Images<Session>>),
    Upload(Box<Images<Upload>>),
    Connection(Box<Images<Connection>>),
    Export(Box<Images<Export>>),
}

impl Change {
    /// The change of one item; `None` where it says nothing of a user.
    ///
    /// # Errors
    /// [`Error::Internal`] where an image can't be read.
    pub fn read(images: &Images<Item>) -> Result<Option<Self>> {
        let Some(item) = images.new.as_ref().or(images.old.as_ref()) else {
            return Err(Error::internal("a record of the stream without an image"));
        };
        let is = |entity| is_entity(item, entity);
        let what = if is(ACCOUNT) {
            let name = images.new.as_ref().and_then(|item| item.get(CREATED_NAME)?.as_s().ok());
            What::Account { images: read(images)?, name: name.cloned() }
        } else if is(PROFILE) {
            What::Profile { images: read(images)?, updated_fields: updated_fields(images) }
        } else if is(PREFERENCES) {
            What::Preferences(Box::new(Images {
                old: images.old.as_ref().map(preferences).transpose()?,
                new: images.new.as_ref().map(preferences).transpose()?,
            }))
        } else if is(SESSION) {
            What::Session(read(images)?)
        } else if is(UPLOAD) {
            What::Upload(read(images)?)
        } else if is(CONNECTION) {
            What::Connection(read(images)?)
        } else if is(EXPORT) {
            What::Export(read(images)?)
        } else {
            return Ok(None);
        };
        // A change by somebody else leaves what is there, which has been filed.
        let activity = images.new.as_ref().map(carried).transpose()?.flatten();
        let before = images.old.as_ref().map(carried).transpose()?.flatten();
        let activity = activity.filter(|new| before.is_none_or(|old| old.id != new.id));
        let from = Key::of(item)?;
        let filing = activity.map(|activity| Filing { activity, from });
        Ok(Some(Self { user: user(item)?, what, filing }))
    }

    /// Whether it changes how the user is filed or counted.
    #[must_use]
    pub fn concerns_index(&self) -> bool {
        match &self.what {
            What::Account { images, .. } => differs(images, |account| {
                let Account { email, role, is_active, is_verified, providers, deletion, .. } =
                    account;
                let (email, providers) = (email.clone(), providers.clone());
                (email, *role, *is_active, *is_verified, providers, deletion.is_some())
            }),
            What::Profile { images, .. } => differs(images, |profile| {
                let fields = &profile.fields;
                let names = (&fields.display_name, &fields.first_name, &fields.last_name);
                let (display, first, last) = names;
                let names = (display.clone(), first.clone(), last.clone());
                (names, fields.username.clone(), fields.privacy.clone())
            }),
            What::Preferences(_)
            | What::Session(_)
            | What::Upload(_)
            | What::Connection(_)
            | What::Export(_) => false,
        }
    }
}

fn differs<T, P: PartialEq>(images: &Images<T>, part: impl Fn(&T) -> P) -> bool {
    images.old.as_ref().map(&part) != images.new.as_ref().map(&part)
}

fn read<T: DeserializeOwned>(images: &Images<Item>) -> Result<Box<Images<T>>> {
    Ok(Box::new(Images {
        old: images.old.as_ref().map(decode).transpose()?,
        new: images.new.as_ref().map(decode).transpose()?,
    }))
}

fn preferences(item: &Item) -> Result<Preferences> {
    StoredPreferences::read(item).map(|stored| stored.preferences)
}

fn updated_fields(images: &Images<Item>) -> Vec<String> {
    let (Some(old), Some(new)) = (&images.old, &images.new) else { return Vec::new() };
    let mut names: Vec<_> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let value = |item: &Item, name: &str| item.get(name).cloned();
    let differs = |name: &&String| -> bool {
        let (old, new): (Option<AttributeValue>, _) = (value(old, name), value(new, name));
        old != new && !KEPT_BY_US.contains(&name.as_str())
    };
    names.into_iter().filter(differs).cloned().collect()
}
