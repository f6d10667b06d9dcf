//! Users on their way in and out ([`crate::transfer`]).

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};

use super::accounts::{
    ACCOUNT, PROFILE, SignIn, account_item, email_item, profile_item, username_item,
};
use super::audit::Along;
use super::extensions::{self, EXTENSION};
use super::identities::IDENTITY;
use super::item::{Item, decode, user};
use super::preferences::{PREFERENCES, StoredPreferences, to_item};
use super::rebuild::Segment;
use super::update::number;
use super::{Refused, Retries, Store, keys};
use crate::domain::account::Account;
use crate::domain::activity::Act;
use crate::domain::{Error, FieldError, Result, Timestamp, UserId, extension};
use crate::transfer::{Extension, User};

/// Kinds of items that are among those that move, and stay.
const STAYING: [&str; 2] = ["factor", "passkey"];

/// A page of users' ids.
#[derive(Debug)]
pub struct UserPage {
    pub ids: Vec<UserId>,
    /// Where the segment goes on; `None` at its end.
    pub next: Option<(String, String)>,
}

/// What became of an imported user.
#[derive(Debug, PartialEq)]
pub enum Imported {
    Created,
    /// Somebody has the address. Nothing was written.
    Exists(UserId),
    /// Somebody has what must be unique otherwise. Nothing was written.
    Refused(Vec<FieldError>),
}

fn extension_item(user: UserId, extension: &Extension) -> Result<Item> {
    let Extension { id, content, created_at, updated_at } = extension.clone();
    let id = id.ok_or_else(|| Error::internal("an extension that has no id yet"))?;
    let extension = extension::Extension { id, content, created_at, updated_at, version: 1 };
    extensions::to_item(user, &extension)
}

fn read_extension(item: &Item) -> Result<Extension> {
    let extension::Extension { id, content, created_at, updated_at, version: _ } =
        extensions::from_item(item)?;
    Ok(Extension { id: Some(id), content, created_at, updated_at })
}

impl Store {
    /// All of a user that can move to another service. `None` where there is no
    /// such user, or they are deleted: nobody moves within the grace.
    ///
    /// # Errors
    /// [`Error::Unavailable`]; [`Error::Internal`] naming an item that can't be
    /// read or is of an unknown kind.
    pub async fn whole_user(&self, id: UserId) -> Result<Option<User>> {
        let mut retries = Retries::default();
        loop {
            let (from, to) = keys::MOVABLE;
            let mut items = Kinds::of(self.query(&keys::user(id), from, to).await?)?;
            let (Some(account), Some(profile)) = (items.one(ACCOUNT), items.one(PROFILE)) else {
                return Ok(None);
            };
            let account: Account = decode(&account)?;
            if account.deletion.is_some() {
                return Ok(None);
            }
            let sign_in = self.sign_in(&account.email).await?;
            let Some(sign_in) = sign_in.filter(|sign_in| sign_in.user_id == id) else {
                // Their address has changed since the query, or they are erased.
                let orphan = format!("user {id} has an address that doesn't sign them in");
                retries.again().await.map_err(|_| Error::internal(orphan))?;
                continue;
            };
            let preferences = items.one(PREFERENCES);
            let preferences = preferences.as_ref().map(StoredPreferences::read).transpose()?;
            let identities: Result<Vec<_>> = items.all(IDENTITY).iter().map(decode).collect();
            let extensions: Result<Vec<_>> =
                items.all(EXTENSION).iter().map(read_extension).collect();
            return Ok(Some(User::of(
                account,
                decode(&profile)?,
                sign_in.password_hash,
                preferences.map(|stored| stored.preferences),
                identities?,
                extensions?,
            )));
        }
    }

    /// A page of a segment's users, deleted ones too. All segments together
    /// have everybody once who is there from begin to end.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn users_of(
        &self,
        segment: Segment,
        after: Option<(String, String)>,
    ) -> Result<UserPage> {
        let (items, next) = self.scan(segment, after, Some(keys::ACCOUNT)).await?;
        let ids = items.iter().map(user).collect::<Result<_>>()?;
        Ok(UserPage { ids, next })
    }

    /// Makes a user of a line, wholly or not at all, in one transaction.
    ///
    /// # Errors
    /// [`Error::Unavailable`], where it may have been made all the same;
    /// [`Error::Internal`].
    pub async fn import_user(
        &self,
        id: UserId,
        line: &User,
        act: &Act,
        now: Timestamp,
    ) -> Result<Imported> {
        let (account, profile) = line.account(id, now);
        let sign_in = SignIn { user_id: id, password_hash: line.password_hash.clone() };
        let mut item = account_item(&account, &profile)?;
        if let Ok(count @ 1..) = u64::try_from(line.extensions.len()) {
            item.insert(extensions::COUNT.to_owned(), number(count));
        }
        let mut writes = vec![
            self.create_or_tell(email_item(&account.email, &sign_in)?)?,
            self.create(item)?,
            self.create(profile_item(&profile)?)?,
        ];
        writes.extend(self.along(&Along::acts(std::slice::from_ref(act)))?);
        writes.extend(self.appointed(&account)?);
        if let Some(preferences) = &line.preferences {
            writes.push(self.create(to_item(id, preferences, 1)?)?);
        }
        for extension in &line.extensions {
            writes.push(self.create(extension_item(id, extension)?)?);
        }
        let of_identities = writes.len();
        for identity in &line.identities {
            writes.extend(self.create_identity(id, identity)?);
        }
        let of_username = writes.len();
        writes.extend(username_item(&profile)?.map(|item| self.create(item)).transpose()?);
        match self.transact(writes).await? {
            Ok(()) => Ok(Imported::Created),
            Err(refused) => match refusal(&refused, of_identities, of_username)? {
                // The same user's transaction may have been on its way: then the
                // address's item isn't among the refused ones, but is there now.
                Imported::Refused(errors) => {
                    let sign_in = self.sign_in(&line.email).await?;
                    Ok(sign_in
                        .map_or(Imported::Refused(errors), |one| Imported::Exists(one.user_id)))
                }
                other => Ok(other),
            },
        }
    }

    /// As [`Self::create`]; the refusal tells what is there.
    fn create_or_tell(&self, item: Item) -> Result<TransactWriteItem> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(Error::internal)?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}

/// Why an import was refused: the first write is the address, then come those
/// of the user's partition, two of each identity, and the handle.
fn refusal(refused: &Refused, of_identities: usize, of_username: usize) -> Result<Imported> {
    if let Some((_, item)) = refused.0.iter().find(|(index, _)| *index == 0) {
        let item = item.as_ref().ok_or_else(|| Error::internal("a refusal that shows no item"))?;
        return Ok(Imported::Exists(decode::<SignIn>(item)?.user_id));
    }
    let mut errors: Vec<FieldError> = Vec::new();
    for (index, _) in &refused.0 {
        let error = match *index {
            index if index >= of_username => {
                FieldError::new("username", "username_taken", "is somebody else's")
            }
            index if index >= of_identities => {
                let field = format!("identities.{}", (index - of_identities) / 2);
                FieldError::new(field, "already_exists", "is somebody else's")
            }
            _ => FieldError::new("id", "already_exists", "is somebody else's"),
        };
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
    Ok(Imported::Refused(errors))
}

/// A user's items by what they are.
struct Kinds(HashMap<&'static str, Vec<Item>>);

impl Kinds {
    fn of(items: Vec<Item>) -> Result<Self> {
        const KNOWN: [&str; 5] = [ACCOUNT, PROFILE, PREFERENCES, IDENTITY, EXTENSION];
        let mut kinds = HashMap::<_, Vec<Item>>::new();
        for item in items {
            let entity = item.get("entity").and_then(|entity| entity.as_s().ok());
            let entity = entity.map_or("", String::as_str);
            match KNOWN.into_iter().find(|known| *known == entity) {
                Some(known) => kinds.entry(known).or_default().push(item),
                None if STAYING.contains(&entity) => {}
                None => return Err(Error::internal(format!("an item of unknown kind {entity:?}"))),
            }
        }
        Ok(Self(kinds))
    }

    fn all(&mut self, kind: &str) -> Vec<Item> {
        self.0.remove(kind).unwrap_or_default()
    }

    fn one(&mut self, kind: &str) -> Option<Item> {
        self.all(kind).pop()
    }
}
