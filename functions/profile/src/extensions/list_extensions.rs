//! `GET /v1/users/{user_id}/extensions`

use axum::Json as Answer;
use axum::extract::State;
use serde_json::Value;
use shared::domain::ExtensionId;
use shared::domain::extension::{Extension, SortOrder};
use shared::domain::fields::Field;
use shared::domain::text::Name;
use shared::http::{MaybeCredentials, Page, Params, Problem, Target, page};
use shared::tokens::Credential;
use shared::{Context, Error, Result};

use super::{ExtensionView, sees_all};

/// List extensions by `sort_order`, those of the same by age.
///
/// Owner and administrators see all; others the public ones of users whose
/// profile they may see.
#[utoipa::path(
    get, path = "/v1/users/{user_id}/extensions", tag = "profile",
    security((), ("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("type" = Option<String>, Query, description = "Of this type only"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<ExtensionView>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_extensions(
    State(context): State<Context>,
    MaybeCredentials(credential): MaybeCredentials,
    target: Target,
    params: Params,
) -> Result<Answer<Page<ExtensionView>>, Error> {
    let seen = target.look(&context, credential.as_ref()).await?;
    let user = seen.profile.id;
    let sees_all = sees_all(seen)?;
    let (limit, kind) = (params.limit()?, kind(&params)?);
    // A cursor is one person's, with the same rights.
    let who = credential.as_ref().map(Credential::user_id);
    let who = who.map(|id| id.to_string()).unwrap_or_default();
    let of = kind.as_ref().map(Name::as_str).unwrap_or_default();
    let list = format!("extensions {user} {who} {sees_all} {of}");
    let after = page::position(&context, &list, &params).await?;
    let after = after.map(|after| parse(&after).ok_or(Error::InvalidCursor)).transpose()?;

    let mut extensions = context.store.extensions(user).await?;
    extensions.retain(|extension| {
        (sees_all || extension.content.is_public)
            && kind.as_ref().is_none_or(|kind| extension.content.kind == *kind)
            && after.is_none_or(|after| position(extension) > after)
    });
    let has_more = extensions.len() > limit;
    extensions.truncate(limit);
    let next_cursor = match extensions.last().filter(|_| has_more).map(position) {
        Some((SortOrder(order), id)) => {
            Some(page::cursor(&context, &list, &format!("{order} {id}")).await?)
        }
        None => None,
    };
    let items = extensions.into_iter().map(ExtensionView::from).collect();
    Ok(Answer(Page { items, next_cursor }))
}

fn kind(params: &Params) -> Result<Option<Name<50>>> {
    let kind = params.get("type").map(|kind| Name::read(Value::from(kind)));
    kind.transpose().map_err(|reason| Error::field("type", reason.code, reason.message))
}

/// The place in the list: ids grow with time.
fn position(extension: &Extension) -> (SortOrder, ExtensionId) {
    (extension.content.sort_order, extension.id)
}

fn parse(position: &str) -> Option<(SortOrder, ExtensionId)> {
    let (order, id) = position.split_once(' ')?;
    Some((SortOrder(order.parse().ok()?), id.parse().ok()?))
}
