//! Connections and blocks. Both sides of a connection, and what each user's
//! account counts of them, are written in one transaction.

use aws_sdk_dynamodb::types::TransactWriteItem;

use super::audit::Along;
use super::erasure::ERASING;
use super::item::{Item, decode, encode, is_entity};
use super::keys::{self, Key};
use super::update::{Update, number};
use super::{Items, Store, user_keys};
use crate::domain::connection::{
    Connection, Direction, MAX_BLOCKS, MAX_CONNECTIONS, MAX_REQUESTS, Pair, State,
};
use crate::domain::profile::Profile;
use crate::domain::{Conflict, Error, Result, UserId};
use crate::view::Viewer;

pub(super) const CONNECTION: &str = "connection";

/// What accounts count, and how far.
const COUNTERS: [(&str, u64); 3] =
    [("connections", MAX_CONNECTIONS), ("requests_sent", MAX_REQUESTS), ("blocks", MAX_BLOCKS)];

/// Others whom one transaction frees of an erased user: two writes each.
const LEFT_AT_ONCE: usize = 50;

/// The keys of how two users stand to each other.
#[must_use]
pub fn pair_keys(user: UserId, other: UserId) -> [Key; 2] {
    [keys::connection(user, other), keys::connection(other, user)]
}

/// The keys of what `viewer` needs to see a user: [`user_keys`], and how that
/// user stands to them.
pub fn seen_keys(viewer: UserId, id: UserId) -> impl Iterator<Item = Key> {
    let standing = (viewer != id).then(|| keys::connection(id, viewer));
    user_keys(id).into_iter().chain(standing)
}

impl Items {
    /// How two users stand to each other, by [`pair_keys`].
    ///
    /// # Errors
    /// [`Error::Internal`] where an item can't be read.
    pub fn pair(&self, user: UserId, other: UserId) -> Result<Pair> {
        let own = self.get(&keys::connection(user, other))?;
        let theirs = self.get(&keys::connection(other, user))?;
        Ok(Pair { user, other, own, theirs })
    }

    /// As whom somebody without further rights sees another user, by [`seen_keys`].
    ///
    /// # Errors
    /// As [`Self::pair`].
    pub fn viewer(&self, viewer: UserId, id: UserId) -> Result<Viewer> {
        let standing: Option<Connection> = self.get(&keys::connection(id, viewer))?;
        Ok(Viewer::of(standing.as_ref()))
    }
}

impl Store {
    /// Changes how two users stand to each other, where they stand as in `old`,
    /// and their accounts are there and, for what is new, not deleted. Where
    /// somebody is `asked`, their profile must be as it was read: it may have
    /// become private. False where any of it has changed.
    ///
    /// # Errors
    /// [`Conflict::ConnectionLimit`] where one of them has as many as they may.
    pub async fn change_connection(
        &self,
        old: &Pair,
        new: &Pair,
        asked: Option<&Profile>,
        along: Along<'_>,
    ) -> Result<bool> {
        let sides = [
            (old.user, old.own.as_ref(), new.own.as_ref()),
            (old.other, old.theirs.as_ref(), new.theirs.as_ref()),
        ];
        let mut writes = Vec::new();
        for (_, old, new) in sides {
            writes.extend(self.connection(old, new)?);
        }
        let items = writes.len();
        for (user, old, new) in sides {
            writes.extend(self.recount(user, old, new)?);
        }
        let accounts = writes.len();
        if let Some(profile) = asked {
            let same = Update::new()
                .require("version", Some(number(profile.version)))
                .require("deleted_at", None);
            writes.push(self.check(&keys::profile(profile.id), same.build())?);
        }
        writes.extend(self.along(&along)?);
        let Err(refused) = self.transact(writes).await? else { return Ok(true) };
        if (0..items).any(|index| refused.has(index)) {
            return Ok(false);
        }
        // An account that is in use refuses for one reason only.
        let is_full = |item: &Item| !item.contains_key("deletion");
        let mut of_accounts =
            refused.0.iter().filter(|(index, _)| (items..accounts).contains(index));
        if of_accounts.any(|(_, item)| item.as_ref().is_some_and(is_full)) {
            return Err(Error::Conflict(Conflict::ConnectionLimit));
        }
        Ok(false)
    }

    /// All connections, requests and blocks of a user.
    ///
    /// # Errors
    /// [`Error::Unavailable`], [`Error::Internal`].
    pub async fn connections(&self, user: UserId) -> Result<Vec<Connection>> {
        let (from, to) = keys::CONNECTIONS;
        self.query(&keys::user(user), from, to).await?.iter().map(decode).collect()
    }

    /// Takes an erased user out of what others have, and count. `items` are
    /// the user's own.
    pub(super) async fn leave_connections(&self, items: &[Item]) -> Result<()> {
        for others in connections_of(items)?.chunks(LEFT_AT_ONCE) {
            if self.leave(others).await? {
                continue;
            }
            // One of them has ended theirs meanwhile: that one refuses, and only that.
            for one in others {
                self.leave(std::slice::from_ref(one)).await?;
            }
        }
        Ok(())
    }

    async fn leave(&self, others: &[Connection]) -> Result<bool> {
        let mut writes = Vec::new();
        for theirs in others {
            writes.extend(self.connection(Some(theirs), None)?);
            writes.extend(self.recount(theirs.user_id, Some(theirs), None)?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    /// The write of one side, where it is as it was.
    fn connection(
        &self,
        old: Option<&Connection>,
        new: Option<&Connection>,
    ) -> Result<Option<TransactWriteItem>> {
        if old == new {
            return Ok(None);
        }
        let Some(new) = new else { return old.map(|old| self.part(old)).transpose() };
        let item = encode(&keys::connection(new.user_id, new.other_id), CONNECTION, new)?;
        self.replace(item, old.map_or(0, |old| old.version)).map(Some)
    }

    fn part(&self, old: &Connection) -> Result<TransactWriteItem> {
        let same = Update::new().require("version", Some(number(old.version)));
        self.delete_if(&keys::connection(old.user_id, old.other_id), same.build())
    }

    /// The write that counts one side's change at its user's account; or checks
    /// the account, where the change counts for nothing.
    fn recount(
        &self,
        user: UserId,
        old: Option<&Connection>,
        new: Option<&Connection>,
    ) -> Result<Option<TransactWriteItem>> {
        if old == new {
            return Ok(None);
        }
        // Of who is being erased, nothing is written any more.
        let mut update = Update::new().require_exists("pk").require(ERASING, None);
        if new.is_some() {
            update = update.require("deletion", None);
        }
        let mut is_counted = false;
        for ((name, limit), (old, new)) in COUNTERS.into_iter().zip(counts(old).zip(counts(new))) {
            if new > old {
                update = update.require_absent_or(name, "<", number(limit));
            }
            if new != old {
                update = update.add(name, new - old);
                is_counted = true;
            }
        }
        let (account, change) = (keys::account(user), update.build());
        let write =
            if is_counted { self.update(&account, change) } else { self.check(&account, change) };
        write.map(Some)
    }
}

/// What one side counts for, in the order of [`COUNTERS`].
fn counts(connection: Option<&Connection>) -> impl Iterator<Item = i64> {
    let counts = match connection.map(|connection| (connection.state, connection.direction)) {
        None => [0, 0, 0],
        Some((State::Blocked, _)) => [0, 0, 1],
        Some((State::Pending, Direction::Out)) => [1, 1, 0],
        Some((State::Pending, Direction::In) | (State::Accepted, _)) => [1, 0, 0],
    };
    counts.into_iter()
}

/// The other sides of the connections among a user's items. Blocks have none.
fn connections_of(items: &[Item]) -> Result<Vec<Connection>> {
    let own = items.iter().filter(|item| is_entity(item, CONNECTION)).map(decode::<Connection>);
    let own: Result<Vec<_>> = own.collect();
    let theirs = own?.into_iter().filter(|own| !own.is_block()).map(|own| Connection {
        user_id: own.other_id,
        other_id: own.user_id,
        direction: own.direction.turned(),
        ..own
    });
    Ok(theirs.collect())
}
