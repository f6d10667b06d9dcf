//! Who calls, as the table knows it now: the session must live and the account
//! be in use. It costs no request of its own: what the handler needs is read
//! along.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::item::{Item, decode, is_entity};
use super::keys::{self, Key};
use super::{Store, accounts, sessions};
use crate::domain::account::{Account, Role};
use crate::domain::profile::Profile;
use crate::domain::session::Session;
use crate::domain::{Error, Result, SessionId, Timestamp, UserId};
use crate::tokens::Claims;

/// A caller whose session lives and whose account is in use.
#[derive(Clone, Debug)]
pub struct Caller {
    pub session: Session,
    pub account: Account,
}

impl Caller {
    #[must_use]
    pub fn id(&self) -> UserId {
        self.account.id
    }

    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.session.id
    }

    /// By the account, so that a lost role is lost at once.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.account.role == Role::Admin
    }

    fn new(session: Option<Session>, account: Option<Account>, now: Timestamp) -> Result<Self> {
        match (session, account) {
            (Some(session), Some(account)) if session.is_live(now) && account.is_usable() => {
                Ok(Self { session, account })
            }
            _ => Err(Error::InvalidToken("The session has ended.")),
        }
    }
}

/// Items by their key.
#[derive(Debug, Default)]
pub struct Items(HashMap<Key, Item>);

impl Items {
    pub(super) fn extend(&mut self, items: impl Iterator<Item = Item>) -> Result<()> {
        for item in items {
            let part = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
            let (Some(pk), Some(sk)) = (part("pk"), part("sk")) else {
                return Err(Error::internal("an item without its key"));
            };
            self.0.insert(Key { pk, sk }, item);
        }
        Ok(())
    }

    pub(super) fn raw(&self, key: &Key) -> Option<&Item> {
        self.0.get(key)
    }

    /// # Errors
    /// [`Error::Internal`] where the item can't be read.
    pub fn get<T: DeserializeOwned>(&self, key: &Key) -> Result<Option<T>> {
        self.0.get(key).map(decode).transpose()
    }

    /// # Errors
    /// As [`Self::get`].
    pub fn account(&self, id: UserId) -> Result<Option<Account>> {
        self.get(&keys::account(id))
    }

    /// A user's profile and account, where both are there.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn user(&self, id: UserId) -> Result<Option<(Profile, Account)>> {
        Ok(self.get(&keys::profile(id))?.zip(self.get(&keys::account(id))?))
    }
}

/// The keys of what [`Items::user`] gives.
#[must_use]
pub fn user_keys(id: UserId) -> [Key; 2] {
    [keys::account(id), keys::profile(id)]
}

impl Store {
    /// The caller, and the items of `also`, in one request (per hundred keys).
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the session has ended or the account is
    /// out of use.
    pub async fn authenticate(
        &self,
        claims: &Claims,
        now: Timestamp,
        also: impl IntoIterator<Item = Key>,
    ) -> Result<(Caller, Items)> {
        let session = keys::session(claims.sub, claims.sid);
        let account = keys::account(claims.sub);
        let keys = [session.clone(), account.clone()].into_iter().chain(also).collect();
        let items = self.batch_get(keys).await?;
        let caller = Caller::new(items.get(&session)?, items.get(&account)?, now)?;
        Ok((caller, items))
    }

    /// The caller with their profile and all their live sessions, in one query.
    ///
    /// # Errors
    /// As [`Self::authenticate`].
    pub async fn authenticate_with_sessions(
        &self,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<(Caller, Profile, Vec<Session>)> {
        let person = self.person(claims.sub, now).await?;
        let Some(Person { account, profile, sessions }) = person else {
            return Err(Error::InvalidToken("The session has ended."));
        };
        let current = sessions.iter().find(|session| session.id == claims.sid).cloned();
        Ok((Caller::new(current, Some(account), now)?, profile, sessions))
    }

    /// Items for nobody in particular, in one request (per hundred keys).
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn read(&self, keys: impl IntoIterator<Item = Key>) -> Result<Items> {
        self.batch_get(keys.into_iter().collect()).await
    }

    /// Account, profile and live sessions of a user, in one query.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn person(&self, id: UserId, now: Timestamp) -> Result<Option<Person>> {
        let (from, to) = keys::SELF_AND_SESSIONS;
        let items = self.query(&keys::user(id), from, to).await?;
        let one = |entity| items.iter().find(|item| is_entity(item, entity));
        let (Some(account), Some(profile)) = (one(accounts::ACCOUNT), one(accounts::PROFILE))
        else {
            return Ok(None);
        };
        let sessions = items.iter().filter(|item| is_entity(item, sessions::SESSION));
        let sessions: Result<Vec<Session>> = sessions.map(decode).collect();
        let mut sessions = sessions?;
        sessions.retain(|session| session.is_live(now));
        Ok(Some(Person { account: decode(account)?, profile: decode(profile)?, sessions }))
    }
}

/// What one query knows of a user.
#[derive(Debug)]
pub struct Person {
    pub account: Account,
    pub profile: Profile,
    pub sessions: Vec<Session>,
}
