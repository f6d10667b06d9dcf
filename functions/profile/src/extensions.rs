//! What applications add to a profile.

pub mod create_extension;
pub mod delete_extension;
pub mod get_extension;
pub mod list_extensions;
pub mod replace_extension;
pub mod update_extension;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use shared::domain::activity::Act;
use shared::domain::extension::{Extension, ExtensionContent, SortOrder};
use shared::domain::session::Client;
use shared::domain::{ExtensionId, Timestamp, UserId};
use shared::http::target::Seen;
use shared::store::{Caller, keys};
use shared::tokens::Credential;
use shared::{Context, Error, Result, view};
use utoipa::ToSchema;

/// An extension as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Extension)]
pub struct ExtensionView {
    #[schema(value_type = String, format = "uuid")]
    id: ExtensionId,
    #[serde(rename = "type")]
    kind: String,
    data: Map<String, Value>,
    is_public: bool,
    sort_order: i32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Extension> for ExtensionView {
    fn from(extension: Extension) -> Self {
        let Extension { id, content, created_at, updated_at, version: _ } = extension;
        let ExtensionContent { kind, data, is_public, sort_order: SortOrder(sort_order) } = content;
        Self { id, kind: kind.to_string(), data, is_public, sort_order, created_at, updated_at }
    }
}

/// The extension that a path names; `None` where it can't name any.
fn named(path: &HashMap<String, String>) -> Option<ExtensionId> {
    path.get("extension_id")?.parse().ok()
}

/// A caller who may change a user's extensions, and the one they name.
async fn own(
    context: &Context,
    credential: &Credential,
    user: UserId,
    extension: Option<ExtensionId>,
) -> Result<(Caller, Option<Extension>)> {
    let also = extension.map(|extension| keys::extension(user, extension));
    let also = also.into_iter().chain([keys::account(user)]);
    let (caller, items) = context.store.authenticate(credential, context.now(), also).await?;
    let is_there = items.account(user)?.is_some_and(|account| account.deletion.is_none());
    if !caller.may_access(user) || !is_there {
        return Err(Error::NotFound);
    }
    let extension = extension.map(|id| items.extension(user, id)).transpose()?.flatten();
    Ok((caller, extension))
}

/// Whether somebody who looks sees all extensions, or the public ones.
///
/// # Errors
/// [`Error::NotFound`] where they see no more than the user's card.
fn sees_all(seen: Seen) -> Result<bool> {
    let Seen { profile, account, viewer, .. } = seen;
    let user = view::user(profile, &account, viewer, None, "");
    if user.is_none_or(|user| user.is_card()) {
        return Err(Error::NotFound);
    }
    Ok(viewer.is_full())
}

/// What is done to an extension; what it holds isn't told.
fn act(
    context: &Context,
    caller: &Caller,
    user: UserId,
    client: &Client,
    kind: &'static str,
    extension: &Extension,
) -> Act {
    let data = json!({"extension_id": extension.id, "type": extension.content.kind});
    context.act(caller.actor(), user, client, kind, data)
}
