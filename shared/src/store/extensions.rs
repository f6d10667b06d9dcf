//! Extensions of profiles, counted on their owner's account: so their number
//! holds however many are added at once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::audit::Along;
use super::item::{Item, decode, encode};
use super::update::{Update, number};
use super::{Items, Store, keys};
use crate::domain::extension::{Extension, ExtensionContent, MAX_EXTENSIONS, SortOrder};
use crate::domain::text::Name;
use crate::domain::{Conflict, Error, ExtensionId, Result, Timestamp, UserId};

pub(super) const EXTENSION: &str = "extension";

/// The attribute of an account that counts them.
pub(super) const COUNT: &str = "extension_count";

/// The item's attributes. `data` is JSON text: `DynamoDB` numbers are narrower
/// than JSON's.
#[derive(Debug, Serialize, Deserialize)]
struct Attributes {
    id: ExtensionId,
    #[serde(rename = "type")]
    kind: Name<50>,
    data: String,
    is_public: bool,
    sort_order: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: u64,
}

pub(super) fn to_item(user: UserId, extension: &Extension) -> Result<Item> {
    let Extension { id, content, created_at, updated_at, version } = extension.clone();
    let ExtensionContent { kind, data, is_public, sort_order: SortOrder(sort_order) } = content;
    let data = Value::Object(data).to_string();
    let attributes =
        Attributes { id, kind, data, is_public, sort_order, created_at, updated_at, version };
    encode(&keys::extension(user, id), EXTENSION, &attributes)
}

pub(super) fn from_item(item: &Item) -> Result<Extension> {
    from_attributes(decode(item)?)
}

fn from_attributes(attributes: Attributes) -> Result<Extension> {
    let Attributes { id, kind, data, is_public, sort_order, created_at, updated_at, version } =
        attributes;
    let data = serde_json::from_str(&data).map_err(Error::internal)?;
    let sort_order = SortOrder(sort_order);
    let content = ExtensionContent { kind, data, is_public, sort_order };
    Ok(Extension { id, content, created_at, updated_at, version })
}

impl Items {
    /// One of a user's extensions.
    ///
    /// # Errors
    /// [`Error::Internal`] where the item can't be read.
    pub fn extension(&self, user: UserId, id: ExtensionId) -> Result<Option<Extension>> {
        self.get(&keys::extension(user, id))?.map(from_attributes).transpose()
    }
}

impl Store {
    /// One of a user's extensions.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn extension(&self, user: UserId, id: ExtensionId) -> Result<Option<Extension>> {
        let item = self.get(&keys::extension(user, id)).await?;
        item.as_ref().map(from_item).transpose()
    }

    /// All extensions of a user in their order, those of the same place by age.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn extensions(&self, user: UserId) -> Result<Vec<Extension>> {
        let (from, to) = keys::EXTENSIONS;
        let items = self.query(&keys::user(user), from, to).await?;
        let mut extensions: Vec<_> = items.iter().map(from_item).collect::<Result<_>>()?;
        extensions.sort_by_key(|extension| (extension.content.sort_order, extension.id));
        Ok(extensions)
    }

    /// Adds an extension.
    ///
    /// # Errors
    /// [`Conflict::ExtensionLimit`]; [`Conflict::ConcurrentChange`] where the
    /// call has been made before; [`Error::NotFound`] where the user is gone.
    pub async fn create_extension(
        &self,
        user: UserId,
        extension: &Extension,
        along: Along<'_>,
    ) -> Result<()> {
        let count = Update::new()
            .add(COUNT, 1)
            .require_absent_or(COUNT, "<", number(MAX_EXTENSIONS))
            .require_exists("pk")
            .require("deletion", None);
        let mut writes = vec![
            self.update(&keys::account(user), count.build())?,
            self.create(to_item(user, extension)?)?,
        ];
        writes.extend(self.along(&along)?);
        let Err(refused) = self.transact(writes).await? else { return Ok(()) };
        let account = refused.0.into_iter().find(|(index, _)| *index == 0);
        Err(match account.map(|(_, item)| item) {
            None => Error::Conflict(Conflict::ConcurrentChange),
            Some(Some(account)) if !account.contains_key("deletion") => {
                Error::Conflict(Conflict::ExtensionLimit)
            }
            Some(_) => Error::NotFound,
        })
    }

    /// Writes an extension in the place of the one of the version before.
    /// False where that isn't there any more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn update_extension(
        &self,
        user: UserId,
        new: &Extension,
        along: Along<'_>,
    ) -> Result<bool> {
        let mut writes =
            vec![self.replace(to_item(user, new)?, new.version - 1)?, self.in_use(user)?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Deletes an extension as it was read. False where it isn't that any more.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_extension(
        &self,
        user: UserId,
        extension: &Extension,
        along: Along<'_>,
    ) -> Result<bool> {
        let is_same = Update::new().require("version", Some(number(extension.version)));
        let count = Update::new().add(COUNT, -1).require_that(COUNT, ">", number(0));
        let count = count.require("deletion", None);
        let mut writes = vec![
            self.delete_if(&keys::extension(user, extension.id), is_same.build())?,
            self.update(&keys::account(user), count.build())?,
        ];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }
}
