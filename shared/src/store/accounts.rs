//! Accounts: how they come to be, are deleted, restored and erased, and the
//! passwords they sign in with.

use serde::{Deserialize, Serialize};

use super::item::{decode, encode, expire};
use super::keys::{self, Key, Listing};
use super::sessions::SESSION;
use super::update::{Update, number};
use super::{Person, Store, string};
use crate::domain::account::{Account, Deletion, Provider};
use crate::domain::email::Email;
use crate::domain::identity::Identity;
use crate::domain::mail::Mail;
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
    pub mail: Option<&'a Mail>,
    /// Who they are at providers.
    pub identities: &'a [Identity],
}

/// Who has a handle.
#[derive(Debug, Serialize, Deserialize)]
struct Handle {
    user_id: UserId,
}

/// A profile's item, with its place in the listing.
pub(super) fn profile_item(profile: &Profile) -> Result<super::Item> {
    let mut item = encode(&keys::profile(profile.id), PROFILE, profile)?;
    let listing = Listing::from(profile.fields.privacy.profile);
    let position = keys::listing_position(profile.created_at, profile.id);
    item.insert("listing_pk".to_owned(), string(listing.of(profile.id)));
    item.insert("listing_sk".to_owned(), string(position));
    Ok(item)
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
    /// [`Conflict::UsernameTaken`].
    pub async fn create_account(&self, new: NewAccount<'_>) -> Result<()> {
        let NewAccount { account, profile, password_hash, session, mail, identities } = new;
        let sign_in = SignIn { user_id: account.id, password_hash };
        let mut item = encode(&keys::account(account.id), ACCOUNT, account)?;
        item.extend(profile.fields.name().map(|name| (CREATED_NAME.to_owned(), string(name))));
        let mut writes = vec![
            self.create(encode(&keys::email(&account.email), EMAIL, &sign_in)?)?,
            self.create(item)?,
            self.create(profile_item(profile)?)?,
        ];
        if let Some(session) = session {
            writes.push(self.create_session(session)?);
        }
        writes.extend(mail.map(|mail| self.mail(mail)).transpose()?);
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
            Err(_) => Err(Error::Conflict(Conflict::UsernameTaken)),
        }
    }

    pub(super) fn create_session(
        &self,
        session: &Session,
    ) -> Result<aws_sdk_dynamodb::types::TransactWriteItem> {
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

    /// Sets a new password, ends the `ended` sessions and has `mail` sent. False
    /// where the account has changed since it was read.
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
        mail: Option<&Mail>,
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
        writes.extend(mail.map(|mail| self.mail(mail)).transpose()?);
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
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn delete_account(&self, person: &Person, deletion: Deletion) -> Result<bool> {
        let Person { account, profile, sessions } = person;
        let value = serde_dynamo::to_attribute_value(deletion).map_err(Error::internal)?;
        let mark = account_change(account).set("deletion", value);
        let hide = Update::new()
            .set("deleted_at", string(deletion.deleted_at.to_string()))
            .remove("listing_pk")
            .remove("listing_sk")
            .next_version()
            .require("version", Some(number(profile.version)));
        let mut writes = vec![
            self.update(&keys::account(account.id), mark.build())?,
            self.update(&keys::profile(account.id), hide.build())?,
        ];
        for session in sessions {
            writes.push(self.delete(&keys::session(account.id, session.id))?);
        }
        Ok(self.transact(writes).await?.is_ok())
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
    ) -> Result<bool> {
        let unmark = account_change(account)
            .remove("deletion")
            .set("last_login_at", string(session.created_at.to_string()));
        let item = profile_item(profile)?;
        let mut show = Update::new().remove("deleted_at").next_version();
        for name in ["listing_pk", "listing_sk"] {
            show = show.set(name, item[name].clone());
        }
        let writes = vec![
            self.update(&keys::account(account.id), unmark.build())?,
            self.update(&keys::profile(account.id), show.require_exists("pk").build())?,
            self.create_session(session)?,
        ];
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Removes all that is stored of a deleted account. What names it goes
    /// last, so that a broken-off erasure can be taken up again.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn erase_account(&self, account: &Account, profile: &Profile) -> Result<()> {
        let (from, to) = keys::EVERYTHING;
        let items = self.query(&keys::user(account.id), from, to).await?;
        // Before the items that tell of them.
        self.delete_all(&Self::sign_ins_of(&items)?).await?;
        let sort_keys = items.iter().filter_map(|item| item.get("sk")?.as_s().ok());
        let own = sort_keys.map(|sk| Key { pk: keys::user(account.id), sk: sk.clone() });
        let rest: Vec<_> = own.filter(|key| *key != keys::account(account.id)).collect();
        self.delete_all(&rest).await?;
        let mut names = vec![keys::email(&account.email), keys::account(account.id)];
        names.extend(profile.fields.username.as_ref().map(keys::username));
        self.delete_all(&names).await
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
