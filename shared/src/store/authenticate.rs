//! Who calls, as the table knows it now: the session must live or the key be
//! good, and the account be in use. It costs no request of its own: what the
//! handler needs is read along.

use std::collections::HashMap;

use serde::de::DeserializeOwned;

use super::item::{Item, decode, is_entity};
use super::keys::{self, Key};
use super::{Store, StoredPreferences, accounts, preferences, sessions};
use crate::domain::account::{Account, Role};
use crate::domain::activity::Actor;
use crate::domain::api_key::{Access, ApiKey, Rights};
use crate::domain::profile::Profile;
use crate::domain::session::Session;
use crate::domain::{Error, Result, SessionId, Timestamp, UserId};
use crate::tokens::{Claims, Credential, PresentedKey};
use crate::view::Viewer;

const UNKNOWN_KEY: Error = Error::InvalidToken("The API key is unknown or has expired.");

/// A caller whose credential counts and whose account, where they have one, is
/// in use.
#[derive(Clone, Debug)]
pub struct Caller {
    id: UserId,
    /// Who signed in elsewhere may have none yet.
    pub account: Option<Account>,
    /// Of who came by one of ours.
    session: Option<Session>,
    rights: Rights,
    actor: Actor,
}

impl Caller {
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// As whom their acts are recorded.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Whether they may do what administrators do. By the account, so that a
    /// lost role is lost at once.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.rights.admin
    }

    /// Whether everybody's data is open to them: to read or to change, as the
    /// request does.
    #[must_use]
    pub fn reaches_everybody(&self) -> bool {
        self.rights.everybody
    }

    /// Whether this user's data is open to them: their own, or everybody's.
    #[must_use]
    pub fn may_access(&self, id: UserId) -> bool {
        self.id == id || self.rights.everybody
    }

    /// How they see this user, where `items` has what [`seen_keys`](super::seen_keys)
    /// names.
    ///
    /// # Errors
    /// [`Error::Internal`] where an item can't be read.
    pub fn viewer_of(&self, id: UserId, items: &Items) -> Result<Viewer> {
        Ok(match self.rights {
            _ if self.id == id => Viewer::Owner,
            Rights { admin: true, .. } => Viewer::Admin,
            Rights { everybody: true, .. } => Viewer::Service,
            _ => items.viewer(self.id, id)?,
        })
    }

    /// When their own session was last refreshed, where it is this user's.
    #[must_use]
    pub fn last_used_at(&self, id: UserId) -> Option<Timestamp> {
        self.session.as_ref().filter(|_| self.id == id).map(|session| session.last_used_at)
    }

    /// As [`SessionCaller::check_recent`].
    ///
    /// # Errors
    /// The same; [`Error::Forbidden`] where they didn't come by a session.
    pub fn check_recent(&self, now: Timestamp) -> Result<()> {
        match (&self.session, &self.account) {
            (Some(session), Some(account)) => check_recent(session, account, now),
            _ => Err(Error::Forbidden("This needs a session of this service.")),
        }
    }

    fn by_key(key: &ApiKey, account: Account, access: Access) -> Result<Self> {
        let rights = key.rights(account.role, access);
        let rights = rights.ok_or(Error::Forbidden("The API key lacks the scope for this."))?;
        let (id, actor) = (account.id, Actor::ApiKey { id: key.id, owner: account.id });
        Ok(Self { id, account: Some(account), session: None, rights, actor })
    }

    fn from_elsewhere(id: UserId, account: Option<Account>) -> Result<Self> {
        if account.as_ref().is_some_and(|account| !account.is_usable()) {
            return Err(Error::InvalidToken("The account is out of use."));
        }
        // An issuer can't show it.
        if account.as_ref().is_some_and(|account| account.has_second_factor) {
            return Err(Error::Forbidden("The account has a second factor: sign in here."));
        }
        let rights = account.as_ref().map_or(Rights::NONE, |account| Rights::of(account.role));
        Ok(Self { id, account, session: None, rights, actor: Actor::User { id } })
    }
}

impl From<SessionCaller> for Caller {
    fn from(SessionCaller { session, account }: SessionCaller) -> Self {
        let rights = Rights::of(account.role);
        let (id, actor) = (account.id, Actor::User { id: account.id });
        Self { id, account: Some(account), session: Some(session), rights, actor }
    }
}

/// A caller who came by a session of ours, for what only sessions may do.
#[derive(Clone, Debug)]
pub struct SessionCaller {
    pub session: Session,
    pub account: Account,
}

impl SessionCaller {
    #[must_use]
    pub fn id(&self) -> UserId {
        self.account.id
    }

    /// As whom their acts are recorded.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User { id: self.account.id }
    }

    #[must_use]
    pub fn session_id(&self) -> SessionId {
        self.session.id
    }

    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.account.role == Role::Admin
    }

    /// Whether the caller has shown who they are so lately, and so well, that
    /// they may change how they sign in.
    ///
    /// # Errors
    /// [`Error::ReauthenticationRequired`].
    pub fn check_recent(&self, now: Timestamp) -> Result<()> {
        check_recent(&self.session, &self.account, now)
    }

    /// Whether they may add a way to sign in that outlives a new password: not
    /// with an address that may be somebody else's, who would have it opened.
    ///
    /// # Errors
    /// [`Error::EmailNotVerified`]; those of [`Self::check_recent`].
    pub fn check_may_enrol(&self, now: Timestamp) -> Result<()> {
        if !self.account.is_verified {
            return Err(Error::EmailNotVerified);
        }
        self.check_recent(now)
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

fn check_recent(session: &Session, account: &Account, now: Timestamp) -> Result<()> {
    let is_whole =
        !account.has_second_factor || session.amr.iter().any(|method| method.is_second_factor());
    if is_whole && session.is_recent(now) { Ok(()) } else { Err(Error::ReauthenticationRequired) }
}

/// Items by their key.
#[derive(Debug, Default)]
pub struct Items(HashMap<Key, Item>);

impl Items {
    pub(super) fn extend(&mut self, items: impl Iterator<Item = Item>) -> Result<()> {
        for item in items {
            self.0.insert(Key::of(&item)?, item);
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
    /// An API key's try is counted meanwhile, once per credential.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the session has ended, the key isn't good
    /// or the account is out of use; [`Error::Forbidden`] where the key may not
    /// do what the request does; [`Error::RateLimited`].
    pub async fn authenticate(
        &self,
        credential: &Credential,
        now: Timestamp,
        also: impl IntoIterator<Item = Key>,
    ) -> Result<(Caller, Items)> {
        let id = credential.user_id();
        match credential {
            Credential::Session(claims) => {
                let (caller, items) = self.authenticate_session(claims, now, also).await?;
                Ok((caller.into(), items))
            }
            Credential::ApiKey(presented) => {
                let also = also.into_iter().collect();
                // Large, and seldom the one.
                Box::pin(self.authenticate_key(presented, now, also)).await
            }
            Credential::External(identity) => {
                let keys = [keys::account(id)].into_iter().chain(also).collect();
                let items = self.batch_get(keys).await?;
                Ok((Caller::from_elsewhere(identity.user_id, items.account(id)?)?, items))
            }
        }
    }

    async fn authenticate_key(
        &self,
        presented: &PresentedKey,
        now: Timestamp,
        also: Vec<Key>,
    ) -> Result<(Caller, Items)> {
        let id = presented.user_id();
        let own = keys::api_key(id, presented.id());
        let keys = [own.clone(), keys::account(id)].into_iter().chain(also).collect();
        let items = self.batch_get(keys).await?;
        let (key, account) = (items.get::<ApiKey>(&own)?, items.account(id)?);
        let (Some(key), Some(account)) = (key, account) else { return Err(UNKNOWN_KEY) };
        if !presented.is(&key) || !key.is_live(&account, now) {
            return Err(UNKNOWN_KEY);
        }
        // Not before: made-up keys would leave a counter each.
        presented.once(|| async { self.count(presented.attempt().as_slice(), now).await }).await?;
        self.touch_api_key(&key, id, now).await;
        Ok((Caller::by_key(&key, account, presented.access)?, items))
    }

    /// As [`Self::authenticate`], by a session of ours.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] where the session has ended or the account is
    /// out of use.
    pub async fn authenticate_session(
        &self,
        claims: &Claims,
        now: Timestamp,
        also: impl IntoIterator<Item = Key>,
    ) -> Result<(SessionCaller, Items)> {
        let session = keys::session(claims.sub, claims.sid);
        let account = keys::account(claims.sub);
        let keys = [session.clone(), account.clone()].into_iter().chain(also).collect();
        let items = self.batch_get(keys).await?;
        let caller = SessionCaller::new(items.get(&session)?, items.get(&account)?, now)?;
        Ok((caller, items))
    }

    /// The caller with their profile and all their live sessions, in one query.
    ///
    /// # Errors
    /// As [`Self::authenticate_session`].
    pub async fn authenticate_with_sessions(
        &self,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<(SessionCaller, Profile, Vec<Session>)> {
        let person = self.person(claims.sub, now).await?;
        let Some(Person { account, profile, sessions }) = person else {
            return Err(Error::InvalidToken("The session has ended."));
        };
        let current = sessions.iter().find(|session| session.id == claims.sid).cloned();
        Ok((SessionCaller::new(current, Some(account), now)?, profile, sessions))
    }

    /// The caller, and a user whose data is open to them with their live
    /// sessions: one query, where it is the user's own session that asks.
    ///
    /// # Errors
    /// As [`Self::authenticate`]; [`Error::NotFound`] where the user isn't
    /// there, or isn't open to the caller.
    pub async fn authenticate_for(
        &self,
        id: UserId,
        credential: &Credential,
        now: Timestamp,
    ) -> Result<(Caller, Person)> {
        if let Credential::Session(claims) = credential
            && claims.sub == id
        {
            let (caller, profile, sessions) = self.authenticate_with_sessions(claims, now).await?;
            let account = caller.account.clone();
            return Ok((caller.into(), Person { account, profile, sessions }));
        }
        let (caller, _) = self.authenticate(credential, now, []).await?;
        if !caller.may_access(id) {
            return Err(Error::NotFound);
        }
        Ok((caller, self.person(id, now).await?.ok_or(Error::NotFound)?))
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
        person_of(&self.query(&keys::user(id), from, to).await?, now)
    }

    /// The same with the preferences, which are among what is read.
    pub(super) async fn person_with_preferences(
        &self,
        id: UserId,
        now: Timestamp,
    ) -> Result<Option<(Person, StoredPreferences)>> {
        let (from, to) = keys::SELF_AND_SESSIONS;
        let items = self.query(&keys::user(id), from, to).await?;
        let stored = items.iter().find(|item| is_entity(item, preferences::PREFERENCES));
        let preferences = stored.map(StoredPreferences::read).transpose()?.unwrap_or_default();
        Ok(person_of(&items, now)?.map(|person| (person, preferences)))
    }
}

fn person_of(items: &[Item], now: Timestamp) -> Result<Option<Person>> {
    let one = |entity| items.iter().find(|item| is_entity(item, entity));
    let (Some(account), Some(profile)) = (one(accounts::ACCOUNT), one(accounts::PROFILE)) else {
        return Ok(None);
    };
    let sessions = items.iter().filter(|item| is_entity(item, sessions::SESSION));
    let sessions: Result<Vec<Session>> = sessions.map(decode).collect();
    let mut sessions = sessions?;
    sessions.retain(|session| session.is_live(now));
    Ok(Some(Person { account: decode(account)?, profile: decode(profile)?, sessions }))
}

/// What one query knows of a user.
#[derive(Debug)]
pub struct Person {
    pub account: Account,
    pub profile: Profile,
    pub sessions: Vec<Session>,
}
