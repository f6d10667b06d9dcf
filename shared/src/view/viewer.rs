//! Who somebody is to the user whom they look at.

use crate::domain::connection::{Connection, Direction, State};
use crate::domain::privacy::Visibility;

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The user: everything.
    Owner,
    /// An administrator: everything.
    Admin,
    /// A program that everybody's data is open to: everything.
    Service,
    /// Somebody whom the user is connected with.
    Connection,
    /// Somebody whom the user has asked to connect: a member, who knows their card.
    Asked,
    /// Somebody who is signed in.
    Member,
    /// Nobody known.
    Anonymous,
    /// Somebody whom the user blocks: to them, there is no such user.
    Blocked,
}

impl Viewer {
    /// Somebody without further rights, whom the user stands to like that.
    #[must_use]
    pub fn of(standing: Option<&Connection>) -> Self {
        match standing.map(|standing| (standing.state, standing.direction)) {
            Some((State::Accepted, _)) => Self::Connection,
            Some((State::Pending, Direction::Out)) => Self::Asked,
            Some((State::Blocked, _)) => Self::Blocked,
            Some((State::Pending, Direction::In)) | None => Self::Member,
        }
    }

    /// Whether they see everything.
    #[must_use]
    pub fn is_full(self) -> bool {
        matches!(self, Self::Owner | Self::Admin | Self::Service)
    }

    /// The closest audience that they belong to.
    #[must_use]
    pub fn audience(self) -> Visibility {
        match self {
            Self::Owner | Self::Admin | Self::Service => Visibility::Private,
            Self::Connection => Visibility::Connections,
            Self::Asked | Self::Member | Self::Anonymous | Self::Blocked => Visibility::Public,
        }
    }
}
