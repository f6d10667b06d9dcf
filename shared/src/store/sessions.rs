//! Sessions: started, refreshed, ended.

use serde_dynamo::to_attribute_value;

use super::accounts::account_change;
use super::item::{decode, ttl};
use super::keys;
use super::update::Update;
use super::{Person, Store, string};
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

impl Store {
    /// Adds a session to a user's, ending the least recently used beyond `max`.
    /// False where the account has changed since it was read, as by another
    /// sign-in: so the number holds under any concurrency.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] where the password that was `verified` has
    /// been changed meanwhile.
    pub async fn start_session(
        &self,
        person: &Person,
        session: &Session,
        verified: &Hash,
        max: usize,
    ) -> Result<bool> {
        let Person { account, sessions, .. } = person;
        let login =
            account_change(account).set("last_login_at", string(session.created_at.to_string()));
        let password = to_attribute_value(verified).map_err(Error::internal)?;
        let unchanged = Update::new().require("password_hash", Some(password));
        let mut writes = vec![
            self.check(&keys::email(&account.email), unchanged.build())?,
            self.update(&keys::account(account.id), login.build())?,
            self.create_session(session)?,
        ];
        for ended in session::to_evict(sessions.clone(), max) {
            writes.push(self.delete(&keys::session(account.id, ended))?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(refused) if refused.has(0) => Err(Error::InvalidCredentials),
            Err(_) => Ok(false),
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
    pub async fn end_session(&self, user: UserId, session: SessionId) -> Result<bool> {
        let answer = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::session(user, session).item()))
            .return_values(aws_sdk_dynamodb::types::ReturnValue::AllOld)
            .return_consumed_capacity(aws_sdk_dynamodb::types::ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(super::failure)?;
        Ok(answer.attributes.is_some())
    }

    /// Ends all sessions of a person but `kept`. False where the account has
    /// changed since it was read: there may be a new one.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn end_sessions(&self, person: &Person, kept: Option<SessionId>) -> Result<bool> {
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
        Ok(self.transact(writes).await?.is_ok())
    }
}
