//! `GET /v1/users`

use axum::Json as Answer;
use axum::extract::State;
use shared::domain::UserId;
use shared::domain::email::Email;
use shared::http::{Credentials, MaybeCredentials, Page, Params, Problem, Target, page};
use shared::store::keys::{Key, Listing};
use shared::store::{Caller, Items, seen_keys, user_keys};
use shared::tokens::Credential;
use shared::view::{self, User, Viewer};
use shared::{Context, Error, Result};

/// Ids that one request may ask for.
const MAX_IDS: usize = 100;

/// List users: the newest first, or those asked for.
///
/// Shows what the caller may see. `ids` answers up to 100 users in the order
/// they were asked for, leaving out whom the caller may not see. `email` looks
/// up one address exactly; administrators and keys with `users:read:all` only.
#[utoipa::path(
    get, path = "/v1/users", tag = "profile",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
        ("ids" = Option<String>, Query, description = "Ids, separated by commas"),
        ("email" = Option<String>, Query, description = "A mail address"),
    ),
    responses(
        (status = 200, body = Page<User>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_users(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    params: Params,
) -> Result<Answer<Page<User>>, Error> {
    if credential.is_none() && !context.config.allow_public_profiles {
        return Err(Error::AuthenticationRequired);
    }
    let page = match (params.get("ids"), params.get("email")) {
        (Some(_), Some(_)) => Err(Error::field("email", "conflicting", "can't be asked with ids")),
        (Some(ids), None) => by_ids(&context, credential.as_ref(), ids).await,
        (None, Some(email)) => by_email(&context, credential, email).await,
        (None, None) => newest(&context, credential.as_ref(), &params).await,
    };
    page.map(Answer)
}

async fn by_ids(
    context: &Context,
    credential: Option<&Credential>,
    ids: &str,
) -> Result<Page<User>> {
    let invalid = || Error::field("ids", "invalid_format", "must be user ids and commas");
    let mut wanted = Vec::<UserId>::new();
    for text in ids.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let id = match Target::parse(text) {
            Some(Target::Id(id)) => id,
            Some(Target::Me) => credential.map(Credential::user_id).ok_or_else(invalid)?,
            _ => return Err(invalid()),
        };
        if !wanted.contains(&id) {
            wanted.push(id);
        }
        if wanted.len() > MAX_IDS {
            return Err(Error::field("ids", "too_many", "must be at most 100"));
        }
    }
    let keys = wanted.iter().flat_map(|id| keys(credential, *id));
    let (caller, items) = match credential {
        Some(credential) => {
            let (caller, items) =
                context.store.authenticate(credential, context.now(), keys).await?;
            (Some(caller), items)
        }
        None => (None, context.store.read(keys).await?),
    };
    let mut users = Vec::new();
    for id in wanted {
        users.extend(show(context, caller.as_ref(), id, &items)?);
    }
    Ok(Page::whole(users))
}

async fn by_email(
    context: &Context,
    credential: Option<Credential>,
    email: &str,
) -> Result<Page<User>> {
    let Credentials(credential) =
        credential.map(Credentials).ok_or(Error::AuthenticationRequired)?;
    let (caller, _) = context.store.authenticate(&credential, context.now(), []).await?;
    if !caller.reaches_everybody() {
        return Err(Error::Forbidden("Only administrators and services may look up addresses."));
    }
    let email =
        Email::parse(email).map_err(|reason| Error::field("email", reason.code, reason.message))?;
    let Some(sign_in) = context.store.sign_in(&email).await? else {
        return Ok(Page::whole(Vec::new()));
    };
    let items = context.store.read(user_keys(sign_in.user_id)).await?;
    let user = show(context, Some(&caller), sign_in.user_id, &items)?;
    Ok(Page::whole(user.into_iter().collect()))
}

async fn newest(
    context: &Context,
    credential: Option<&Credential>,
    params: &Params,
) -> Result<Page<User>> {
    let (caller, own) = match credential {
        Some(credential) => {
            let keys = user_keys(credential.user_id());
            let (caller, items) =
                context.store.authenticate(credential, context.now(), keys).await?;
            (Some(caller), items.user(credential.user_id())?.map(|(profile, _)| profile))
        }
        None => (None, None),
    };
    let sees_all = caller.as_ref().is_some_and(Caller::reaches_everybody);
    let listings: &[Listing] =
        if sees_all { &[Listing::Open, Listing::Closed] } else { &[Listing::Open] };
    // A cursor is one person's, with the same rights.
    let who = caller.as_ref().map(|caller| caller.id().to_string()).unwrap_or_default();
    let list = format!("users {who} {sees_all}");
    let limit = params.limit()?;
    let after = page::position(context, &list, params).await?;
    let keys = |id| keys(credential, id);
    let show = |id, items: &Items| show(context, caller.as_ref(), id, items);
    let listed = context.store.list_users(listings, own.as_ref(), after, limit, keys, show).await?;
    let next_cursor = match listed.next {
        Some(position) => Some(page::cursor(context, &list, &position).await?),
        None => None,
    };
    Ok(Page { items: listed.users, next_cursor })
}

/// The keys of what it takes to show a user to whoever calls.
fn keys(credential: Option<&Credential>, id: UserId) -> Vec<Key> {
    match credential {
        Some(credential) => seen_keys(credential.user_id(), id).collect(),
        None => user_keys(id).into(),
    }
}

fn show(
    context: &Context,
    caller: Option<&Caller>,
    id: UserId,
    items: &Items,
) -> Result<Option<User>> {
    let Some((profile, account)) = items.user(id)? else { return Ok(None) };
    let viewer = match caller {
        Some(caller) => caller.viewer_of(id, items)?,
        None => Viewer::Anonymous,
    };
    let last_used_at = caller.and_then(|caller| caller.last_used_at(id));
    let pictures_url = &context.config.pictures_url;
    Ok(view::user(profile, &account, viewer, last_used_at, pictures_url))
}
