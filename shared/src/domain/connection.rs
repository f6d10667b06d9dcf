//! How two users stand to each other: who asks whom, who is connected, who
//! blocks whom. Each has an item of their own; the two are changed together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Conflict, Error, Result, Timestamp, UserId};

/// Connections and open requests, of both directions, that a user may have.
pub const MAX_CONNECTIONS: u64 = 5_000;
/// Requests that a user may have sent and nobody has answered.
pub const MAX_REQUESTS: u64 = 500;
/// Users whom a user may block.
pub const MAX_BLOCKS: u64 = 5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// One has asked, the other hasn't answered.
    Pending,
    Accepted,
    /// No connection: the user blocks the other.
    Blocked,
}

/// Who has asked whom, as one of the two sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The other has asked.
    In,
    /// The user has; of a block, who blocks.
    Out,
}

impl Direction {
    /// As the other one sees it.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

/// How a user stands to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    pub user_id: UserId,
    pub other_id: UserId,
    pub state: State,
    pub direction: Direction,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Grows with every change, and from one life of a connection to the next,
    /// since it is at least the milliseconds of its time. The same on both sides.
    pub version: u64,
}

impl Connection {
    fn new(
        (user_id, other_id): (UserId, UserId),
        state: State,
        direction: Direction,
        now: Timestamp,
    ) -> Self {
        let version = u64::try_from(now.as_millis()).unwrap_or(0).max(1);
        let (created_at, updated_at) = (now, now);
        Self { user_id, other_id, state, direction, created_at, updated_at, version }
    }

    fn accepted(&self, now: Timestamp) -> Self {
        let version = u64::try_from(now.as_millis()).unwrap_or(0).max(self.version + 1);
        Self { state: State::Accepted, updated_at: now, version, ..self.clone() }
    }

    #[must_use]
    pub fn is_block(&self) -> bool {
        self.state == State::Blocked
    }
}

/// How two users stand to each other. A connection is on both sides or on
/// none; a block is on its user's side alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub user: UserId,
    pub other: UserId,
    /// On the user's side.
    pub own: Option<Connection>,
    /// On the other's.
    pub theirs: Option<Connection>,
}

impl Pair {
    /// The connection or request between them.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        self.own.as_ref().filter(|own| !own.is_block())
    }

    #[must_use]
    pub fn is_blocking(&self) -> bool {
        self.own.as_ref().is_some_and(Connection::is_block)
    }

    /// After the user has asked, or has said yes where the other has asked;
    /// `None` where nothing is left to do.
    ///
    /// # Errors
    /// [`Conflict::Blocked`] where they block the other; [`Error::NotFound`]
    /// where the other blocks them.
    pub fn ask(&self, now: Timestamp) -> Result<Option<Self>> {
        let (own, theirs) = (self.own.as_ref(), self.theirs.as_ref());
        if self.is_blocking() {
            return Err(Error::Conflict(Conflict::Blocked));
        }
        if theirs.is_some_and(Connection::is_block) {
            return Err(Error::NotFound);
        }
        let side = |ids, direction| Some(Connection::new(ids, State::Pending, direction, now));
        Ok(match (own, theirs) {
            (None, _) => Some(Self {
                own: side((self.user, self.other), Direction::Out),
                theirs: side((self.other, self.user), Direction::In),
                ..self.clone()
            }),
            (Some(Connection { state: State::Pending, direction: Direction::In, .. }), _) => {
                let accept = |side: &Connection| side.accepted(now);
                Some(Self { own: own.map(accept), theirs: theirs.map(accept), ..self.clone() })
            }
            _ => None,
        })
    }

    /// After the connection or request has ended; `None` where there is none.
    #[must_use]
    pub fn part(&self) -> Option<Self> {
        self.connection()?;
        Some(Self { own: None, theirs: None, ..self.clone() })
    }

    /// After the user has blocked the other; `None` where they do already. The
    /// other's own block stays.
    #[must_use]
    pub fn block(&self, now: Timestamp) -> Option<Self> {
        if self.is_blocking() {
            return None;
        }
        let block = Connection::new((self.user, self.other), State::Blocked, Direction::Out, now);
        let theirs = self.theirs.clone().filter(Connection::is_block);
        Some(Self { own: Some(block), theirs, ..self.clone() })
    }

    /// After the user has taken their block back; `None` where there is none.
    /// What it ended doesn't come back.
    #[must_use]
    pub fn unblock(&self) -> Option<Self> {
        self.is_blocking().then(|| Self { own: None, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids() -> (UserId, UserId) {
        (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into())
    }

    fn at(n: usize) -> Timestamp {
        Timestamp::from_millis(1_000 + i64::try_from(n).unwrap())
    }

    fn strangers() -> Pair {
        let (user, other) = ids();
        Pair { user, other, own: None, theirs: None }
    }

    fn turned(pair: Pair) -> Pair {
        let Pair { user, other, own, theirs } = pair;
        Pair { user: other, other: user, own: theirs, theirs: own }
    }

    fn is_whole(pair: &Pair) -> bool {
        let connection = |side: &Option<Connection>| side.clone().filter(|side| !side.is_block());
        match (connection(&pair.own), connection(&pair.theirs)) {
            (None, None) => true,
            (Some(own), Some(theirs)) => {
                own.direction != theirs.direction
                    && (own.state, own.version, own.created_at)
                        == (theirs.state, theirs.version, theirs.created_at)
                    && own.other_id == theirs.user_id
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn whatever_the_two_do_both_sides_agree(acts in prop::collection::vec((any::<bool>(), 0..4u8), 0..40)) {
            let mut pair = strangers();
            for (n, (is_other, act)) in acts.into_iter().enumerate() {
                let mine = if is_other { turned(pair.clone()) } else { pair.clone() };
                let before = mine.clone();
                let after = match act {
                    0 => mine.ask(at(n)).unwrap_or(None),
                    1 => mine.part(),
                    2 => mine.block(at(n)),
                    _ => mine.unblock(),
                };
                let after = after.unwrap_or(mine);
                prop_assert!(is_whole(&after), "{after:?}");
                let is_accepted = |pair: &Pair| pair.connection().is_some_and(|c| c.state == State::Accepted);
                if is_accepted(&after) && !is_accepted(&before) {
                    prop_assert_eq!(before.own.unwrap().direction, Direction::In, "only the asked one accepts");
                }
                pair = if is_other { turned(after) } else { after };
            }
        }
    }

    #[test]
    fn asking_twice_is_asking_once_and_asking_back_accepts() {
        let asked = strangers().ask(at(0)).unwrap().unwrap();
        assert_eq!(asked.ask(at(1)).unwrap(), None);
        let accepted = turned(asked).ask(at(1)).unwrap().unwrap();
        assert_eq!(accepted.own.as_ref().unwrap().state, State::Accepted);
        assert_eq!(accepted.own.as_ref().unwrap().direction, Direction::In);
        assert_eq!(accepted.ask(at(2)).unwrap(), None);
        assert_eq!(turned(accepted).part().unwrap(), strangers());
    }

    #[test]
    fn a_block_ends_what_was_and_is_seen_by_its_user_only() {
        let connected = turned(strangers().ask(at(0)).unwrap().unwrap()).ask(at(1)).unwrap();
        let blocked = connected.unwrap().block(at(2)).unwrap();
        assert_eq!(blocked.theirs, None);
        assert!(matches!(blocked.ask(at(3)), Err(Error::Conflict(Conflict::Blocked))));
        assert!(matches!(turned(blocked.clone()).ask(at(3)), Err(Error::NotFound)));
        assert_eq!(turned(blocked.clone()).part(), None);
        assert_eq!(turned(blocked.clone()).unblock(), None);
        let both = turned(blocked).block(at(4)).unwrap();
        assert!(both.theirs.as_ref().unwrap().is_block());
        assert!(both.unblock().unwrap().theirs.is_some());
    }
}
