//! `GET /v1/users/{user_id}/blocks`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use shared::domain::connection::Connection;
use shared::domain::{Timestamp, UserId};
use shared::http::{Credentials, Page, Params, Problem, Target};
use shared::store::Items;
use shared::view::{self, Card};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::connections::{List, of_user, page};

/// Whom a user blocks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Block)]
pub struct BlockView {
    #[schema(value_type = String, format = "uuid")]
    user_id: UserId,
    /// `null` where the user couldn't see them either without the block.
    user: Option<Card>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// List whom a user blocks, the latest first.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/blocks", tag = "connections",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<BlockView>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_blocks(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    params: Params,
) -> Result<Answer<Page<BlockView>>, Error> {
    let (id, mut entries) = of_user(&context, &credential, &target).await?;
    entries.retain(Connection::is_block);
    let list = List { name: format!("blocks {id} {}", credential.user_id()), params: &params };
    let show = |entry: &Connection, others: &Items| view(&context, entry, others).map(Some);
    page(&context, &list, entries, show).await.map(Answer)
}

fn view(context: &Context, entry: &Connection, others: &Items) -> Result<BlockView> {
    let viewer = others.viewer(entry.user_id, entry.other_id)?;
    let user = others.user(entry.other_id)?.and_then(|(profile, account)| {
        view::card(profile, &account, viewer, &context.config.pictures_url)
    });
    Ok(BlockView { user_id: entry.other_id, user, created_at: entry.created_at })
}
