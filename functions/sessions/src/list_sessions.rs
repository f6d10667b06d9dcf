//! `GET /v1/users/{user_id}/sessions`, and what the group shares.

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::{SessionId, UserId};
use shared::http::{Credentials, Page, Params, Problem, Target, page};
use shared::store::{Caller, Person};
use shared::tokens::Credential;
use shared::view::SessionView;
use shared::{Context, Error, Result};

/// List sessions, newest first.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/sessions", tag = "sessions",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<SessionView>),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_sessions(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    target: Target,
    params: Params,
) -> Result<Answer<Page<SessionView>>, Error> {
    let id = target.resolve(&context, Some(&credential)).await?;
    let (_, Person { mut sessions, .. }) = person(&context, &credential, id).await?;
    let limit = params.limit()?;
    let list = format!("sessions {id} {}", credential.user_id());
    if let Some(after) = page::position(&context, &list, &params).await? {
        let after: SessionId = after.parse().map_err(|_| Error::InvalidCursor)?;
        sessions.retain(|session| session.id < after);
    }
    // An id is the time of the sign-in.
    sessions.sort_unstable_by_key(|session| std::cmp::Reverse(session.id));
    let next_cursor = if sessions.len() > limit {
        sessions.truncate(limit);
        let end = sessions.last().map(|session| session.id.to_string()).unwrap_or_default();
        Some(page::cursor(&context, &list, &end).await?)
    } else {
        None
    };
    let items =
        sessions.into_iter().map(|session| SessionView::new(session, credential.session_id()));
    Ok(Answer(Page { items: items.collect(), next_cursor }))
}

/// The caller, and a user whose sessions they may see and end: themself, or
/// anybody for administrators and services.
pub async fn person(
    context: &Context,
    credential: &Credential,
    id: UserId,
) -> Result<(Caller, Person)> {
    let (caller, person) = context.store.authenticate_for(id, credential, context.now()).await?;
    if person.account.deletion.is_some() {
        return Err(Error::NotFound);
    }
    Ok((caller, person))
}
