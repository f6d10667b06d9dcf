//! The wish for an export, and whether it may be had.

use shared::domain::export::{Export, Progress, Scope};
use shared::domain::{Error, ExportId, UserId};
use shared::store::{Along, Attempt, Caller, Items, Wished, keys};
use shared::{Context, Result};

use shared::domain::activity::Act;

/// Begins an export, or finds the one that is under way.
pub async fn begin(context: &Context, user: UserId, scope: Scope, act: Act) -> Result<Export> {
    let now = context.now();
    let export = Export::new(context.new_id(), user, scope, now);
    let attempt = context.config.limits.export.map(|limit| Attempt {
        policy: "export",
        limit,
        // Nobody uses up another one's.
        who: act.actor.user().map_or_else(String::new, |actor| format!("{actor} {user}")),
    });
    context.store.count(attempt.as_slice(), now).await?;
    match context.store.begin_export(&export, now, Along::acts(&[act])).await? {
        Wished::Begun => Ok(export),
        Wished::UnderWay(export) => Ok(export),
    }
}

/// The export of this name, where it is of that scope and still known.
pub fn find(
    context: &Context,
    items: &Items,
    user: UserId,
    id: ExportId,
    scope: Scope,
) -> Result<Export> {
    let export: Option<Export> = items.get(&keys::export(user, id))?;
    let is_it = |export: &Export| export.scope == scope && context.now() < export.expires_at;
    export.filter(is_it).ok_or(Error::NotFound)
}

/// Refuses whoever isn't an administrator.
pub fn check_is_admin(caller: &Caller) -> Result<()> {
    if caller.is_admin() {
        return Ok(());
    }
    Err(Error::Forbidden("Only administrators may export all users."))
}

/// Whether reading the export hands out a link to it.
pub fn is_ready(context: &Context, export: &Export) -> bool {
    export.state(context.now()) == Progress::Ready
}
