//! Connections: asked for, accepted, ended; and what they share with blocks.

pub mod delete_connection;
pub mod get_connection;
pub mod list_connections;
pub mod request_connection;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use shared::domain::account::Account;
use shared::domain::activity::Act;
use shared::domain::connection::{Connection, Direction, Pair, State};
use shared::domain::profile::Profile;
use shared::domain::session::Client;
use shared::domain::{Timestamp, UserId};
use shared::http::{Page, Params, Target, page};
use shared::store::keys;
use shared::store::{Caller, Items, pair_keys, seen_keys, user_keys};
use shared::tokens::Credential;
use shared::view::{self, Card, Viewer};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Fills of a page before it is given up as it is: others may have gone.
const ROUNDS: usize = 3;

/// A connection, or a request for one, as one of the two sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionView {
    /// The other one.
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    user: Card,
    state: ConnectionState,
    /// `in`: the other one has asked.
    direction: Direction,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionState {
    Pending,
    Accepted,
}

impl ConnectionState {
    /// `None` of a block, which is no connection.
    fn of(state: State) -> Option<Self> {
        match state {
            State::Pending => Some(Self::Pending),
            State::Accepted => Some(Self::Accepted),
            State::Blocked => None,
        }
    }
}

impl ConnectionView {
    /// `None` where the other one isn't there, or this is no connection.
    /// `viewer` is as whom the user sees the other.
    fn new(
        context: &Context,
        own: &Connection,
        viewer: Viewer,
        (profile, account): (Profile, Account),
    ) -> Option<Self> {
        if !account.is_usable() {
            return None;
        }
        let id = profile.id;
        let user = view::card(profile, &account, viewer, &context.config.pictures_url);
        let Connection { other_id, state, direction, created_at, updated_at, .. } = *own;
        Some(Self {
            user_id: other_id,
            // Whom one has asked may hide before they answer.
            user: user.unwrap_or_else(|| Card::hidden(id, &context.config.pictures_url)),
            state: ConnectionState::of(state)?,
            direction,
            created_at,
            updated_at,
        })
    }
}

/// Two users of a path, how they stand, and who asks.
pub struct Two {
    pub caller: Caller,
    pub pair: Pair,
    /// The other one, where they are there.
    pub other: Option<(Profile, Account)>,
}

/// Reads the users of `{user_id}` and `{other_id}`, in one request.
///
/// # Errors
/// [`Error::NotFound`] where the first one's data isn't open to the caller, or
/// they aren't there.
pub async fn two(
    context: &Context,
    credential: &Credential,
    target: &Target,
    path: &HashMap<String, String>,
) -> Result<Two> {
    let id = target.resolve(context, Some(credential)).await?;
    let other = path.get("other_id").and_then(|other| other.parse::<UserId>().ok());
    let keys = other
        .into_iter()
        .flat_map(|other| pair_keys(id, other).into_iter().chain(user_keys(other)));
    let keys = keys.chain([keys::account(id)]);
    let (caller, items) = context.store.authenticate(credential, context.now(), keys).await?;
    check_open(&caller, &items, id)?;
    let other = other.ok_or(Error::NotFound)?;
    Ok(Two { caller, pair: items.pair(id, other)?, other: items.user(other)? })
}

/// Whether the caller may see and change what is this user's, who must be there.
fn check_open(caller: &Caller, items: &Items, id: UserId) -> Result<()> {
    let account = items.account(id)?.filter(|account| account.deletion.is_none());
    if caller.may_access(id) && account.is_some() { Ok(()) } else { Err(Error::NotFound) }
}

/// The change of a connection in both users' activity. Where the caller is,
/// only their own tells.
pub fn acts(
    context: &Context,
    caller: &Caller,
    client: &Client,
    kind: &'static str,
    pair: &Pair,
) -> Vec<Act> {
    let data = |side: &Connection| json!({"other_id": side.other_id, "direction": side.direction});
    let (Some(own), Some(theirs)) = (&pair.own, &pair.theirs) else { return Vec::new() };
    let act = context.act(caller.actor(), own.user_id, client, kind, data(own));
    let Value::Object(data) = data(theirs) else { return vec![act] };
    let shared = act.shared_with(theirs.user_id, data);
    vec![act, shared]
}

/// What a list is called, for its cursors, and how it is asked for.
pub struct List<'a> {
    pub name: String,
    pub params: &'a Params,
}

/// The connections and blocks of a user that is open to the caller.
pub async fn of_user(
    context: &Context,
    credential: &Credential,
    target: &Target,
) -> Result<(UserId, Vec<Connection>)> {
    let id = target.resolve(context, Some(credential)).await?;
    let (caller, items) =
        context.store.authenticate(credential, context.now(), [keys::account(id)]).await?;
    check_open(&caller, &items, id)?;
    Ok((id, context.store.connections(id).await?))
}

/// A page of a user's connections or blocks, the newest first, without those
/// that `show` leaves out.
pub async fn page<T>(
    context: &Context,
    list: &List<'_>,
    mut entries: Vec<Connection>,
    show: impl Fn(&Connection, &Items) -> Result<Option<T>>,
) -> Result<Page<T>> {
    let position = |entry: &Connection| format!("{}#{}", entry.created_at, entry.other_id);
    let limit = list.params.limit()?;
    if let Some(after) = page::position(context, &list.name, list.params).await? {
        entries.retain(|entry| position(entry) < after);
    }
    entries.sort_by_cached_key(|entry| std::cmp::Reverse(position(entry)));
    let mut entries = entries.into_iter().peekable();
    let (mut items, mut looked_at) = (Vec::new(), None);
    for _ in 0..ROUNDS {
        let next: Vec<_> = entries.by_ref().take(limit - items.len()).collect();
        let Some(end) = next.last() else { break };
        looked_at = Some(position(end));
        let keys = next.iter().flat_map(|entry| seen_keys(entry.user_id, entry.other_id));
        let others = context.store.read(keys).await?;
        for entry in &next {
            items.extend(show(entry, &others)?);
        }
    }
    let next_cursor = match looked_at.filter(|_| entries.peek().is_some()) {
        Some(end) => Some(page::cursor(context, &list.name, &end).await?),
        None => None,
    };
    Ok(Page { items, next_cursor })
}
