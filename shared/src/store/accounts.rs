//! Accounts: how they come to be, are deleted, restored and erased, and the
//! passwords they sign in with.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::audit::Along;
use super::erasure::ERASING;
use super::item::{decode, encode, expire};
use super::keys::{self, Key, Listing};
use super::sessions::SESSION;
use super::update::{Update, number};
use super::{Person, Store, string};
use crate::domain::account::{Account, Deletion, Provider, Role, Status};
use crate::domain::email::Email;
use crate::domain::identity::Identity;
use crate::domain::profile::Profile;
use crate::domain::session::Session;
use crate::domain::{Conflict, Error, Result, SessionId, Timestamp, UserId};
use crate::passwords::Hash;

pub(super) const ACCOUNT: &str = "account";
pub(super) const PROFILE: &str = "profile";
/// The attribute that holds what a user was called when their account was
/// made: the stream shows one item at a time, and this one makes the event.
pub(super) const CREATED_NAME: &str = "created_name";
const EMAIL: &str = "email";
const USERNAME: &str = "username";

/// Deletes that one transaction takes.
const TRANSACTION: usize = 100;

/// What an address signs in as.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    pub user_id: UserId,
    /// `None`: an account that signs in otherwise.
    pub password_hash: Option<Hash>,
}

/// An account that is to be, with all that comes along.
#[derive(Debug)]
pub struct NewAccount<'a> {
    pub account: &'a Account,
    pub profile: &'a Profile,
    pub password_hash: Option<Hash>,
    /// Its first session.
    pub session: Option<&'a Session>,
    pub along: Along<'a>,
    /// Who they are at providers.
    pub identities: &'a [Identity],
}

/// Who has a handle.
#[derive(Debug, Serialize, Deserialize)]
struct Handle {
    user_id: UserId,
}

/// A new account's item, with its place in the listing.
pub(super) fn account_item(account: &Account, profile: &Profile) -> Result<super::Item> {
    let mut item = encode(&keys::account(account.id), ACCOUNT, account)?;
    item.extend(profile.fields.name().map(|name| (CREATED_NAME.to_owned(), string(name))));
    item.extend(account_listed(account));
    Ok(item)
}

pub(super) fn email_item(email: &Email, sign_in: &SignIn) -> Result<super::Item> {
    encode(&keys::email(email), EMAIL, sign_in)
}

/// Whether it counts among those who can administer the service.
fn is_admin(account: &Account) -> bool {
    account.role == Role::Admin && account.is_usable()
}

/// A profile's item, with its place in the listing.
pub(super) fn profile_item(profile: &Profile) -> Result<super::Item> {
    let mut item = encode(&keys::profile(profile.id), PROFILE, profile)?;
    let listing = Listing::from(profile.fields.privacy.profile);
    item.extend(listed(listing, profile.created_at, profile.id));
    Ok(item)
}

/// The attributes that list an item.
pub(super) fn listed(listing: Listing, at: Timestamp, id: UserId) -> [(String, AttributeValue); 2] {
    [
        ("listing_pk".to_owned(), string(listing.of(id))),
        ("listing_sk".to_owned(), string(keys::listing_position(at, id))),
    ]
}

/// An account's attributes in the listing, which go by status and role.
fn account_listed(account: &Account) -> [(String, AttributeValue); 2] {
    let listing = Listing::Accounts(Status::of(account), account.role);
    listed(listing, account.created_at, account.id)
}

/// The change of an account to another status or role.
pub(super) fn relisted(account: &Account, new: &Account) -> Update {
    let update = account_change(account);
    account_listed(new).into_iter().fold(update, |update, (name, value)| update.set(&name, value))
}

pub(super) fn username_item(profile: &Profile) -> Result<Option<super::Item>> {
    let Some(username) = &profile.fields.username else { return Ok(None) };
    encode(&keys::username(username), USERNAME, &Handle { user_id: profile.id }).map(Some)
}

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// [`Conflict::AlreadyExists`], [`Conflict::EmailTaken`] or
    /// [`Conflict::UsernameTaken`]; [`Conflict::ConcurrentChange`] where the call
    /// has been made before.
    pub async fn create_account(&self, new: NewAccount<'_>) -> Result<()> {
        let NewAccount { account, profile, password_hash, session, identities, along } = new;
        let sign_in = SignIn { user_id: account.id, password_hash };
        let mut writes = vec![
            self.create(email_item(&account.email, &sign_in)?)?,
            self.create(account_item(account, profile)?)?,
            self.create(profile_item(profile)?)?,
        ];
        if let Some(session) = session {
            writes.push(self.create_session(session)?);
        }
        let of_along = writes.len();
        writes.extend(self.along(&along)?);
        writes.extend(self.appointed(account)?);
        let of_identities = writes.len();
        for identity in identities {
            writes.extend(self.create_identity(account.id, identity)?);
        }
        let named = writes.len();
        writes.extend(username_item(profile)?.map(|item| self.create(item)).transpose()?);
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            // Their own address is taken then, too.
            Err(refused) if refused.has(1) => Err(Error::Conflict(Conflict::AlreadyExists)),
            Err(refused) if refused.has(0) => Err(Error::Conflict(Conflict::EmailTaken)),
            Err(refused) if (of_identities..named).any(|index| refused.has(index)) => {
                Err(Error::Conflict(Conflict::AlreadyExists))
            }
            Err(refused) if along.once.is_some() && refused.has(of_along) => {
                Err(Error::Conflict(Conflict::ConcurrentChange))
            }
            Err(_) => Err(Error::Conflict(Conflict::UsernameTaken)),
        }
    }

    pub(super) fn create_session(&self, session: &Session) -> Result<TransactWriteItem> {
        let mut item = encode(&keys::session(session.user_id, session.id), SESSION, session)?;
        expire(&mut item, session.expiry());
        item.insert("version".to_owned(), number(1));
        self.create(item)
    }

    /// What signs in with this address.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn sign_in(&self, email: &Email) -> Result<Option<SignIn>> {
        self.get(&keys::email(email)).await?.as_ref().map(decode).transpose()
    }

    /// Who has this handle.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn user_by_username(
        &self,
        username: &crate::domain::contact::Username,
    ) -> Result<Option<UserId>> {
        let handle = self.get(&keys::username(username)).await?;
        Ok(handle.as_ref().map(decode::<Handle>).transpose()?.map(|handle| handle.user_id))
    }

    /// Sets a new password and ends the `ended` sessions. False the account has changed since it was read.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] where the password isn't the `old` one any more.
    pub async fn change_password(
        &self,
        account: &Account,
        old: Option<&Hash>,
        new: &Hash,
        now: Timestamp,
        ended: impl IntoIterator<Item = SessionId>,
        along: Along<'_>,
    ) -> Result<bool> {
        let value = |hash: &Hash| serde_dynamo::to_attribute_value(hash).map_err(Error::internal);
        let password = Update::new()
            .set("password_hash", value(new)?)
            .next_version()
            .require("password_hash", old.map(value).transpose()?);
        let mut changed =
            account_change(account).set("password_changed_at", string(now.to_string()));
        if old.is_none() {
            let mut providers = account.providers.clone();
            providers.insert(Provider::password());
            let providers = serde_dynamo::to_attribute_value(providers).map_err(Error::internal)?;
            changed = changed.set("providers", providers);
        }
        let mut writes = vec![
            self.update(&keys::email(&account.email), password.build())?,
            self.update(&keys::account(account.id), changed.build())?,
        ];
        writes.extend(self.along(&along)?);
        for session in ended {
            writes.push(self.delete(&keys::session(account.id, session))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Err(Error::WrongPassword),
            Err(_) => Ok(false),
        }
    }

    /// Marks an account deleted: its sessions end and its profile leaves reads
    /// and listings at once. False where account or profile have changed since
    /// they were read.
    ///
    /// # Errors
    /// [`Conflict::LastAdmin`].
    pub async fn delete_account(
        &self,
        person: &Person,
        deletion: Deletion,
        along: Along<'_>,
    ) -> Result<bool> {
        let Person { account, profile, sessions } = person;
        let value = serde_dynamo::to_attribute_value(deletion).map_err(Error::internal)?;
        let deleted = Account { deletion: Some(deletion), ..account.clone() };
        let mark = relisted(account, &deleted).set("deletion", value);
        let mut hide = Update::new()
            .set("deleted_at", string(deletion.deleted_at.to_string()))
            .next_version()
            .require("version", Some(number(profile.version)));
        for (name, value) in listed(Listing::Deleted, deletion.erase_at, account.id) {
            hide = hide.set(&name, value);
        }
        let mut writes = vec![
            self.update(&keys::account(account.id), mark.build())?,
            self.update(&keys::profile(account.id), hide.build())?,
        ];
        let recounted = self.recounted(account, &deleted)?;
        writes.extend(recounted.clone());
        writes.extend(self.along(&along)?);
        for session in sessions {
            writes.push(self.delete(&keys::session(account.id, session.id))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) || refused.has(1) => Ok(false),
            Err(refused) if recounted.is_some() && refused.has(2) => {
                Err(Error::Conflict(Conflict::LastAdmin))
            }
            Err(_) => Ok(false),
        }
    }

    /// Takes a deletion back and starts a session. False where the account has
    /// changed since it was read.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn restore_account(
        &self,
        account: &Account,
        profile: &Profile,
        session: &Session,
        along: Along<'_>,
    ) -> Result<bool> {
        let restored = Account { deletion: None, ..account.clone() };
        let unmark = relisted(account, &restored)
            .remove("deletion")
            // Some of it is gone then.
            .require(ERASING, None)
            .set("last_login_at", string(session.created_at.to_string()));
        let item = profile_item(profile)?;
        let mut show = Update::new().remove("deleted_at").next_version();
        for name in ["listing_pk", "listing_sk"] {
            show = show.set(name, item[name].clone());
        }
        let mut writes = vec![
            self.update(&keys::account(account.id), unmark.build())?,
            self.update(&keys::profile(account.id), show.require_exists("pk").build())?,
            self.create_session(session)?,
        ];
        writes.extend(self.recounted(account, &restored)?);
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// The write that counts an account in or out of the administrators, where
    /// the change makes it one or ends that; refused for the last of them.
    pub(super) fn recounted(
        &self,
        old: &Account,
        new: &Account,
    ) -> Result<Option<TransactWriteItem>> {
        match (is_admin(old), is_admin(new)) {
            (false, true) => self.appoint(new.id).map(Some),
            (true, false) => {
                // Who was made one in the table itself may not be among them.
                let dismiss = Update::new().take_but_last("ids", &new.id.to_string());
                self.update(&keys::admins(), dismiss.build()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The condition that an account is in use: otherwise an erasure may be under
    /// way, which would not see what is written beside it.
    pub(super) fn in_use(&self, id: UserId) -> Result<TransactWriteItem> {
        let in_use = Update::new().require_exists("pk").require("deletion", None);
        self.check(&keys::account(id), in_use.build())
    }

    /// The write that counts a new account among the administrators, where it
    /// is one.
    pub(super) fn appointed(&self, account: &Account) -> Result<Option<TransactWriteItem>> {
        is_admin(account).then(|| self.appoint(account.id)).transpose()
    }

    fn appoint(&self, id: UserId) -> Result<TransactWriteItem> {
        let appoint = Update::new().put("ids", &id.to_string());
        self.update(&keys::admins(), appoint.build())
    }

    /// Deletes whatever is there of these, a hundred at once.
    pub(super) async fn delete_all(&self, keys: &[Key]) -> Result<()> {
        for keys in keys.chunks(TRANSACTION) {
            let writes: Result<Vec<_>> = keys.iter().map(|key| self.delete(key)).collect();
            let deleted = self.transact(writes?).await?;
            deleted.map_err(|_| Error::internal("a delete without a condition was refused"))?;
        }
        Ok(())
    }
}

/// A change of an account as it was read, and of no other.
pub(super) fn account_change(account: &Account) -> Update {
    Update::new()
        .set("version", number(account.version + 1))
        .require("version", Some(number(account.version)))
}
