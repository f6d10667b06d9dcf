//! `GET /v1/admin/users`

use std::collections::BTreeSet;

use axum::Json as Answer;
use axum::extract::State;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::domain::UserId;
use shared::domain::account::{Account, Provider};
use shared::domain::profile::Profile;
use shared::domain::search::directory::{DirectoryEntry, DirectoryQuery, SearchText};
use shared::http::{Credentials, Page, Params, Problem, page};
use shared::store::keys::Listing;
use shared::store::{Items, user_keys};
use shared::{Context, Error, Result};

use crate::view::AdministeredUser;

/// Characters of a way to sign in: the name of an issuer may be its URL.
const MAX_PROVIDER: usize = 255;

/// List all users, deleted ones too.
///
/// The newest first; with `search`, in alphabetical order of what it finds. All
/// filters have to fit. Every word of `search` has to begin a word of names,
/// username or address, whatever its owner hides; what has an `@` begins the
/// whole address. With `search` or `provider`, changes show within seconds, and
/// a page may have fewer entries than asked for, even none, and a cursor.
#[utoipa::path(
    get, path = "/v1/admin/users", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("search" = Option<String>, Query, min_length = 1, max_length = 100, description = "Beginnings of words", example = "ada love"),
        ("status" = Option<String>, Query, description = "`active`, `inactive` or `deleted`"),
        ("role" = Option<String>, Query, description = "`user` or `admin`"),
        ("provider" = Option<String>, Query, description = "A way to sign in", example = "google"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<AdministeredUser>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_users(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    params: Params,
) -> Result<Answer<Page<AdministeredUser>>, Error> {
    let caller = crate::administrator(&context, &credential).await?;
    let (query, limit) = (query(&params)?, params.limit()?);
    // A cursor is one person's, for the same filters.
    let filters = ["search", "status", "role", "provider"].map(|name| params.get(name));
    let list = format!("admin users {} {filters:?}", caller.id());
    let after = page::position(&context, &list, &params).await?;
    let (users, next) = if query.text.is_none() && query.provider.is_none() {
        newest(&context, &query, after, limit).await?
    } else {
        in_directory(&context, &query, after, limit).await?
    };
    let pictures_url = &context.config.pictures_url;
    let items = users.into_iter();
    let items =
        items.map(|(profile, account)| AdministeredUser::new(profile, &account, pictures_url));
    let next_cursor = match next {
        Some(position) => Some(page::cursor(&context, &list, &position).await?),
        None => None,
    };
    Ok(Answer(Page { items: items.collect::<Result<_>>()?, next_cursor }))
}

type Users = (Vec<(Profile, Account)>, Option<String>);

async fn newest(
    context: &Context,
    query: &DirectoryQuery,
    after: Option<String>,
    limit: usize,
) -> Result<Users> {
    let listings: Vec<_> =
        query.kinds().map(|(status, role)| Listing::Accounts(status, role)).collect();
    let show = |id: UserId, items: &Items| {
        Ok(items.user(id)?.filter(|(profile, account)| fits(query, profile, account)))
    };
    let store = &context.store;
    let listed = store.list_users(&listings, None, after, limit, user_keys, show).await?;
    Ok((listed.users, listed.next))
}

/// From the index, which follows the table by moments: what is shown has to fit
/// as it is now.
async fn in_directory(
    context: &Context,
    query: &DirectoryQuery,
    after: Option<String>,
    limit: usize,
) -> Result<Users> {
    let (ids, next) = context.index.directory(query, after, limit).await?;
    let people = context.store.read(ids.iter().copied().flat_map(user_keys)).await?;
    let mut users = Vec::new();
    // Somebody whose status or role changes is in two places for a moment.
    let mut seen = BTreeSet::<UserId>::new();
    for id in ids.into_iter().filter(|id| seen.insert(*id)) {
        users.extend(people.user(id)?.filter(|(profile, account)| fits(query, profile, account)));
    }
    Ok((users, next))
}

fn fits(query: &DirectoryQuery, profile: &Profile, account: &Account) -> bool {
    query.finds(&DirectoryEntry::of(profile, account))
}

fn query(params: &Params) -> Result<DirectoryQuery> {
    let text = params.get("search").map(|text| within(text.trim(), 100, "search")).transpose()?;
    let provider = params.get("provider");
    let provider = provider.map(|name| within(name, MAX_PROVIDER, "provider")).transpose()?;
    Ok(DirectoryQuery {
        status: choice(params, "status", "active, inactive or deleted")?,
        role: choice(params, "role", "user or admin")?,
        provider: provider.map(Provider::issuer),
        text: text.map(SearchText::parse),
    })
}

fn within<'a>(text: &'a str, max: usize, name: &str) -> Result<&'a str> {
    match text.chars().count() {
        0 => Err(Error::field(name, "too_short", "must have at least 1 character")),
        count if count <= max => Ok(text),
        _ => Err(Error::field(name, "too_long", format!("must have at most {max} characters"))),
    }
}

fn choice<T: DeserializeOwned>(params: &Params, name: &str, all: &str) -> Result<Option<T>> {
    let value = params.get(name).map(|text| serde_json::from_value(Value::from(text)));
    let unknown = |_| Error::field(name, "invalid_value", format!("must be {all}"));
    value.transpose().map_err(unknown)
}
