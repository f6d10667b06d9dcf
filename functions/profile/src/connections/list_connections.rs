//! `GET /v1/users/{user_id}/connections`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::connection::{Connection, Direction, State as ConnectionState};
use shared::http::{Credentials, Page, Params, Problem, Target};
use shared::store::Items;
use shared::{Context, Error, Result};

use super::{ConnectionView, List, of_user, page};

/// List connections and requests, the newest first.
///
/// Users whose account is deleted or deactivated are left out.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/connections", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("state" = Option<super::ConnectionState>, Query, description = "Only those in this state"),
        ("direction" = Option<Direction>, Query, description = "`in`: only those that others asked for"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<ConnectionView>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_connections(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    params: Params,
) -> Result<Answer<Page<ConnectionView>>, Error> {
    let (id, mut entries) = of_user(&context, &credential, &target).await?;
    let (state, direction) = (state(&params)?, direction(&params)?);
    entries.retain(|entry| {
        !entry.is_block()
            && state.is_none_or(|state| entry.state == state)
            && direction.is_none_or(|direction| entry.direction == direction)
    });
    let caller = credential.user_id();
    let name = format!("connections {id} {caller} {state:?} {direction:?}");
    let list = List { name, params: &params };
    let show = |entry: &Connection, others: &Items| {
        let viewer = others.viewer(entry.user_id, entry.other_id)?;
        let other = others.user(entry.other_id)?;
        Ok(other.and_then(|other| ConnectionView::new(&context, entry, viewer, other)))
    };
    page(&context, &list, entries, show).await.map(Answer)
}

fn state(params: &Params) -> Result<Option<ConnectionState>> {
    match params.get("state") {
        None => Ok(None),
        Some("pending") => Ok(Some(ConnectionState::Pending)),
        Some("accepted") => Ok(Some(ConnectionState::Accepted)),
        Some(_) => Err(Error::field("state", "invalid_value", "must be pending or accepted")),
    }
}

fn direction(params: &Params) -> Result<Option<Direction>> {
    match params.get("direction") {
        None => Ok(None),
        Some("in") => Ok(Some(Direction::In)),
        Some("out") => Ok(Some(Direction::Out)),
        Some(_) => Err(Error::field("direction", "invalid_value", "must be in or out")),
    }
}
