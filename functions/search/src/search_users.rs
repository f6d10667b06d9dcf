//! `GET /v1/users/search`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use shared::domain::UserId;
use shared::domain::account::Account;
use shared::domain::profile::Profile;
use shared::domain::search::Query;
use shared::http::{MaybeCredentials, Page, Params, Problem, page};
use shared::store::{Found, seen_keys, user_keys};
use shared::tokens::Credential;
use shared::view::{self, PictureView, User, Viewer};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Fills of a page before it is given up as it is: the people that a page may
/// lack have just hidden or gone.
const ROUNDS: usize = 3;

/// Somebody as a search shows them. What the caller may not see is `null`.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundUser {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    display_name: Option<String>,
    full_name: Option<String>,
    picture: PictureView,
    location: Option<String>,
    job_title: Option<String>,
    company: Option<String>,
}

/// Find people by name.
///
/// Every word of `q` must match a word of display, first or last name, or its
/// beginning, in any order; case, accents and width don't matter. A word of five
/// letters may have one typing error, of nine two, all words together four. The best match comes first:
/// whole words, then beginnings, then those with errors. Private profiles are
/// never found.
#[utoipa::path(
    get, path = "/v1/users/search", tag = "search",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("q" = String, Query, min_length = 2, max_length = 100, description = "What to look for", example = "ada love"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<FoundUser>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`authentication_required`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn search_users(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    params: Params,
) -> Result<Answer<Page<FoundUser>>, Error> {
    if credential.is_none() && !context.config.allow_public_profiles {
        return Err(Error::AuthenticationRequired);
    }
    let text = text(&params)?;
    let (query, limit) = (Query::parse(text), params.limit()?);
    // A cursor is one person's, for one query.
    let who =
        credential.as_ref().map(|credential| credential.user_id().to_string()).unwrap_or_default();
    let list = format!("search {who} {text}");
    let mut after = page::position(&context, &list, &params).await?;
    let mut items = Vec::new();
    for _ in 0..ROUNDS {
        let wanted = limit - items.len();
        let is_member = credential.is_some();
        let (found, next) =
            context.index.search(&query, is_member, after.as_deref(), wanted).await?;
        items.extend(show(&context, credential.as_ref(), &query, found).await?);
        after = next;
        if after.is_none() || items.len() == limit {
            break;
        }
    }
    let next_cursor = match after {
        Some(position) => Some(page::cursor(&context, &list, &position).await?),
        None => None,
    };
    Ok(Answer(Page { items, next_cursor }))
}

fn text(params: &Params) -> Result<&str> {
    let text = params.get("q").ok_or_else(|| Error::field("q", "required", "is required"))?.trim();
    match text.chars().count() {
        0..2 => Err(Error::field("q", "too_short", "must have at least 2 characters")),
        2..=100 => Ok(text),
        _ => Err(Error::field("q", "too_long", "must have at most 100 characters")),
    }
}

/// Those of the people found who are still there, may be seen, and still have
/// the names that they were found by: the index follows the table by moments.
async fn show(
    context: &Context,
    credential: Option<&Credential>,
    query: &Query,
    found: Vec<Found>,
) -> Result<Vec<FoundUser>> {
    let ids = found.iter().map(|found| found.id);
    let (caller, people) = match credential {
        Some(credential) => {
            let keys = ids.flat_map(|id| seen_keys(credential.user_id(), id));
            let (caller, people) =
                context.store.authenticate(credential, context.now(), keys).await?;
            (Some(caller), people)
        }
        None => (None, context.store.read(ids.flat_map(user_keys)).await?),
    };
    let mut shown = Vec::new();
    for Found { id, .. } in found {
        let Some(person) = people.user(id)? else { continue };
        let viewer = match &caller {
            Some(caller) => caller.viewer_of(id, &people)?,
            None => Viewer::Anonymous,
        };
        shown.extend(view(context, query, viewer, person));
    }
    Ok(shown)
}

fn view(
    context: &Context,
    query: &Query,
    viewer: Viewer,
    (profile, account): (Profile, Account),
) -> Option<FoundUser> {
    // By what members know of them, as the index has it, whoever asks.
    let words = view::names(profile.clone(), &account)?.words();
    query.rank(words.iter().map(String::as_str))?;
    let user = view::user(profile, &account, viewer, None, &context.config.pictures_url)?;
    let User { id, display_name, full_name, picture, location, job_title, company, .. } = user;
    Some(FoundUser { id, display_name, full_name, picture, location, job_title, company })
}
