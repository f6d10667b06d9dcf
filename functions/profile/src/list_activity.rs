//! `GET /v1/users/{user_id}/activity`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::ActId;
use shared::http::{Credentials, Page, Params, Problem, Target, page};
use shared::store::keys;
use shared::view::ActivityView;
use shared::{Context, Error, Result};

/// List what was done to a user's data, newest first.
///
/// For its user, administrators and services.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/activity", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<ActivityView>),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_activity(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    params: Params,
) -> Result<Answer<Page<ActivityView>>, Error> {
    let (store, now) = (&context.store, context.now());
    let id = target.resolve(&context, Some(&credential)).await?;
    let also = [keys::account(id), keys::profile(id), keys::preferences(id)];
    let (caller, items) = store.authenticate(&credential, now, also).await?;
    let is_there = items.account(id)?.is_some_and(|account| account.deletion.is_none());
    if !caller.may_access(id) || !is_there {
        return Err(Error::NotFound);
    }
    let limit = params.limit()?;
    let list = format!("activity {id} {}", credential.user_id());
    let before = page::position(&context, &list, &params).await?;
    let before: Option<ActId> =
        before.map(|act| act.parse().map_err(|_| Error::InvalidCursor)).transpose()?;

    let since = now - context.config.activity_retention;
    let mut entries = store.activity(id, since, before, limit + 1).await?;
    // What was done a moment ago the stream may not have filed yet.
    let carried = items.carried(id)?.into_iter();
    entries.extend(carried.filter(|entry| before.is_none_or(|before| entry.id < before)));
    // The retention of the time of the act, and that of now.
    entries.retain(|entry| now < entry.expires_at && since < entry.created_at);
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
    entries.dedup_by_key(|entry| entry.id);
    let next_cursor = if entries.len() > limit {
        entries.truncate(limit);
        let end = entries.last().map(|entry| entry.id.to_string()).unwrap_or_default();
        Some(page::cursor(&context, &list, &end).await?)
    } else {
        None
    };
    Ok(Answer(Page { items: entries.into_iter().map(ActivityView::from).collect(), next_cursor }))
}
