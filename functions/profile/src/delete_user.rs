//! `DELETE /v1/users/{user_id}`

use std::time::Duration;

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use serde_json::json;
use shared::domain::account::Deletion;
use shared::domain::activity::AuditEntry;
use shared::domain::{Timestamp, UserId};
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Params, Preconditions, Problem, Target};
use shared::store::{Along, Caller, Person, Retries};
use shared::tokens::Credential;
use shared::{Context, Error, Result};
use tokio::time::timeout;
use utoipa::ToSchema;

/// An account on its way out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deletion)]
pub struct DeletionView {
    #[schema(value_type = String, format = "uuid")]
    id: UserId,
    #[schema(value_type = String, format = DateTime)]
    deleted_at: Timestamp,
    /// When the data goes for good; until then a sign-in can take it back.
    #[schema(value_type = String, format = DateTime)]
    erase_at: Timestamp,
}

/// Delete a user.
///
/// Sessions end and the profile disappears at once; the data goes after a
/// grace, during which signing in offers to take it back.
#[utoipa::path(
    delete, path = "/v1/users/{user_id}", tag = "profile",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("immediate" = Option<bool>, Query, description = "Without grace; administrators only"),
        ("If-Match" = Option<String>, Header, description = "Delete this version only"),
    ),
    responses(
        (status = 202, body = DeletionView),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_user(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Target,
    params: Params,
    preconditions: Preconditions,
) -> Result<(StatusCode, Answer<DeletionView>), Error> {
    let immediate = params.flag("immediate")?;
    let id = target.resolve(&context, Some(&credential)).await?;
    let store = &context.store;
    let mut retries = Retries::default();
    let grace = if immediate { Duration::ZERO } else { context.config.deletion_grace };
    loop {
        let (caller, person) = person(&context, &credential, id, immediate).await?;
        preconditions.check(person.profile.version)?;
        let deleted_at = context.now();
        let deletion = Deletion { deleted_at, erase_at: deleted_at + grace };
        let data = json!({"erase_at": deletion.erase_at});
        let act = context.act(caller.actor(), id, &client, "user.deleted", data);
        if store.delete_account(&person, deletion, Along::acts(&[act])).await? {
            if immediate {
                let (act, actor, now) = (context.new_id(), caller.actor(), context.now());
                let entry = AuditEntry::erasure(act, actor, id, now);
                // What takes longer is finished by the next hour's erasures.
                if let Ok(erased) = timeout(AT_ONCE, store.erase_account(&entry)).await {
                    erased?;
                }
            }
            let Deletion { deleted_at, erase_at } = deletion;
            return Ok((StatusCode::ACCEPTED, Answer(DeletionView { id, deleted_at, erase_at })));
        }
        retries.again().await?;
    }
}

/// The user to delete, where the caller may.
async fn person(
    context: &Context,
    credential: &Credential,
    id: UserId,
    immediate: bool,
) -> Result<(Caller, Person)> {
    let (caller, person) = context.store.authenticate_for(id, credential, context.now()).await?;
    if immediate && !caller.is_admin() {
        return Err(Error::Forbidden(IMMEDIATE));
    }
    // One that is deleted already can only be hurried on.
    if person.account.deletion.is_some() && !immediate {
        return Err(Error::NotFound);
    }
    Ok((caller, person))
}

/// How long somebody waits for an erasure.
const AT_ONCE: Duration = Duration::from_secs(20);

const IMMEDIATE: &str = "Only administrators may erase at once.";
