//! Sessions: started, refreshed, ended.

use aws_sdk_dynamodb::types::TransactWriteItem;
use serde_dynamo::to_attribute_value;

use super::accounts::account_change;
use super::audit::Along;
use super::item::{decode, ttl};
use super::keys;
use super::update::Update;
use super::{Person, Store, string};
use crate::domain::account::Account;
use crate::domain::passkey::Use;
use crate::domain::session::{self, Lifetimes, Session};
use crate::domain::{Error, Result, SessionId, Timestamp, UserId};
use crate::passwords::Hash;
use crate::tokens::RefreshToken;

pub(super) const SESSION: &str = "session";

/// What a refresh token was good for.
#[derive(Debug)]
pub enum Refreshed {
    /// The session goes on; the token's successor is the current one.
    Renewed(Box<Session>),
    /// The token had been replaced before, too long ago: somebody has a copy.
    Reused,
    /// No such session any more.
    Ended,
}

/// What a session starts under: conditions and writes of its own transaction.
#[derive(Clone, Debug)]
pub enum Guard {
    /// The account as it was read is enough.
    None,
    /// The password is still the one that was verified; its hash by today's
    /// rules takes the place of an older one.
    Password { verified: Hash, rehashed: Option<Hash> },
    /// No code of this step of time, nor a later one, has been used.
    Totp { step: i64 },
    /// The recovery code of this hash is left.
    RecoveryCode { hash: String },
    /// The passkey is there as it was verified, and the ceremony not over.
    Passkey(Box<Use>),
}

impl Guard {
    /// What a refusal by its condition means.
    pub(super) fn refusal(&self) -> Error {
        match self {
            Self::None => Error::internal("no condition, and refused"),
            Self::Password { .. } | Self::Passkey(_) => Error::InvalidCredentials,
            Self::Totp { .. } | Self::RecoveryCode { .. } => Error::InvalidCode,
        }
    }
}

impl Store {
    /// Adds a session to a user's, ending the least recently used beyond `max`.
    /// False where the account has changed since it was read, as by another
    /// sign-in: so the number holds under any concurrency.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] where the `guard` doesn't hold: the
    /// password has been changed meanwhile.
    pub async fn start_session(
        &self,
        person: &Person,
        session: &Session,
        guard: &Guard,
        along: Along<'_>,
        max: usize,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let mut login =
            account_change(account).set("last_login_at", string(session.created_at.to_string()));
        let device = session.client.device();
        if let Some(devices) = device.and_then(|device| account.devices_with(&device)) {
            login = login.set("devices", to_attribute_value(devices).map_err(Error::internal)?);
        }
        let mut writes = vec![
            self.update(&keys::account(account.id), login.build())?,
            self.create_session(session)?,
        ];
        let guarded = writes.len();
        writes.extend(self.guard(account, guard, session.created_at)?);
        let guarded = guarded..writes.len();
        writes.extend(self.along(&along)?);
        for ended in session::to_evict(sessions.clone(), max) {
            writes.push(self.delete(&keys::session(account.id, ended))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            // Another change of the account may be why the guard doesn't hold.
            Err(refused) if refused.has(0) => Ok(false),
            Err(refused) if guarded.into_iter().any(|index| refused.has(index)) => {
                Err(guard.refusal())
            }
            Err(_) => Ok(false),
        }
    }

    /// Uses up what a guard holds that is good once, where no session starts.
    ///
    /// # Errors
    /// The guard's, where it doesn't hold.
    pub async fn use_guard(&self, account: &Account, guard: &Guard, now: Timestamp) -> Result<()> {
        if matches!(guard, Guard::None | Guard::Password { .. }) {
            return Ok(());
        }
        let writes = self.guard(account, guard, now)?;
        self.transact(writes).await?.map_err(|_| guard.refusal())
    }

    pub(super) fn guard(
        &self,
        account: &Account,
        guard: &Guard,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>> {
        match guard {
            Guard::None => Ok(Vec::new()),
            Guard::Totp { step } => Ok(vec![self.use_step(account.id, *step)?]),
            Guard::RecoveryCode { hash } => Ok(vec![self.use_recovery_code(account.id, hash)?]),
            Guard::Passkey(used) => self.use_passkey(used, now),
            Guard::Password { verified, rehashed } => {
                let value = |hash| to_attribute_value(hash).map_err(Error::internal);
                let key = keys::email(&account.email);
                let is_verified = Update::new().require("password_hash", Some(value(verified)?));
                match rehashed {
                    None => Ok(vec![self.check(&key, is_verified.build())?]),
                    Some(hash) => {
                        let rehash = is_verified.set("password_hash", value(hash)?).next_version();
                        Ok(vec![self.update(&key, rehash.build())?])
                    }
                }
            }
        }
    }

    /// Exchanges a refresh token for its successor, in one conditional update.
    /// Presented again within the grace, it finds its successor in place.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn refresh_session(
        &self,
        token: &RefreshToken,
        successor: &RefreshToken,
        client: &session::Client,
        lifetimes: Lifetimes,
        now: Timestamp,
    ) -> Result<Refreshed> {
        let key = keys::session(token.user_id, token.session_id);
        let time = |time: Timestamp| string(time.to_string());
        let mut update = Update::new()
            .shift("previous_hash", "older_hash")
            .shift("rotated_at", "older_rotated_at")
            .set("previous_hash", string(token.hash()))
            .set("refresh_hash", string(successor.hash()))
            .set("rotated_at", time(now))
            .set("last_used_at", time(now))
            .set("expires_at", time(now + lifetimes.idle))
            .set("ttl", ttl(now + lifetimes.idle))
            .next_version()
            .require("refresh_hash", Some(string(token.hash())))
            .require_that("expires_at", ">", time(now))
            .require_that("ends_at", ">", time(now));
        for (name, value) in
            [("ip_address", &client.ip_address), ("user_agent", &client.user_agent)]
        {
            if value.is_some() {
                let value = to_attribute_value(value).map_err(Error::internal)?;
                update = update.set_in("client", name, value);
            }
        }
        match self.apply(&key, update.build()).await? {
            Ok(item) => Ok(Refreshed::Renewed(Box::new(decode(&item)?))),
            Err(None) => Ok(Refreshed::Ended),
            Err(Some(item)) => {
                let session: Session = decode(&item)?;
                if !session.is_live(now) {
                    Ok(Refreshed::Ended)
                } else if session.is_in_grace(&token.hash(), now) {
                    Ok(Refreshed::Renewed(Box::new(session)))
                } else {
                    Ok(Refreshed::Reused)
                }
            }
        }
    }

    /// Ends a session. False where there is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn end_session(
        &self,
        user: UserId,
        session: SessionId,
        along: Along<'_>,
    ) -> Result<bool> {
        let is_there = Update::new().require_exists("pk");
        let ended = self.delete_if(&keys::session(user, session), is_there.build())?;
        let mut writes = vec![ended, self.in_use(user)?];
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Ends all sessions of a person but `kept`. False where the account has
    /// changed since it was read: there may be a new one.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn end_sessions(
        &self,
        person: &Person,
        kept: Option<SessionId>,
        along: Along<'_>,
    ) -> Result<bool> {
        let ended = person.sessions.iter().map(|session| session.id);
        let mut writes =
            vec![self.update(
                &keys::account(person.account.id),
                account_change(&person.account).build(),
            )?];
        for session in ended.filter(|id| Some(*id) != kept) {
            writes.push(self.delete(&keys::session(person.account.id, session))?);
        }
        if writes.len() == 1 {
            return Ok(true);
        }
        writes.extend(self.along(&along)?);
        Ok(self.transact(writes).await?.is_ok())
    }
}
