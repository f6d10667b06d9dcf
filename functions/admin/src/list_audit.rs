//! `GET /v1/admin/audit`

use axum::Json as Answer;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::domain::activity::{Actor, AuditEntry};
use shared::domain::{ActId, Timestamp, UserId};
use shared::http::{Credentials, Page, Params, Problem, page};
use shared::store::AuditQuery;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
struct ActorView {
    /// `user`, `api_key` or `system`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The user's id, or the key's.
    #[schema(format = "uuid")]
    id: Option<String>,
}

impl From<Actor> for ActorView {
    fn from(actor: Actor) -> Self {
        match actor {
            Actor::User { id } => Self { kind: "user", id: Some(id.to_string()) },
            Actor::ApiKey { id, owner: _ } => Self { kind: "api_key", id: Some(id.to_string()) },
            Actor::System => Self { kind: "system", id: None },
        }
    }
}

/// What somebody did to a user's data that isn't theirs, or as an administrator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditEntryView {
    #[schema(value_type = String, format = "uuid")]
    id: ActId,
    actor: ActorView,
    /// As events call it.
    #[schema(example = "user.status_changed")]
    action: String,
    #[schema(value_type = Option<String>, format = "uuid")]
    target_id: Option<UserId>,
    reason: Option<String>,
    /// More of it, by action.
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
    ip_address: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { id, actor, action, target_id, reason, changes, ip_address, created_at } =
            entry;
        let actor = actor.into();
        Self { id, actor, action, target_id, reason, changes, ip_address, created_at }
    }
}

/// Read the audit log, newest first.
///
/// What administrators and services did to others' data, and the service by
/// itself. Entries are kept for 400 days. With `actor_id`, a page may have fewer
/// entries than asked for, even none, and a cursor.
#[utoipa::path(
    get, path = "/v1/admin/audit", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("target_id" = Option<String>, Query, description = "Whom it was done to"),
        ("actor_id" = Option<String>, Query, description = "Who did it: a user, also by their keys, or one key"),
        ("limit" = Option<u8>, Query, minimum = 1, maximum = 100, description = "Entries of a page, 20 by default"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before"),
    ),
    responses(
        (status = 200, body = Page<AuditEntryView>),
        (status = 400, description = "`invalid_cursor`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn list_audit(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    params: Params,
) -> Result<Answer<Page<AuditEntryView>>, Error> {
    let caller = crate::administrator(&context, &credential).await?;
    let query = AuditQuery { target: id(&params, "target_id")?, actor: id(&params, "actor_id")? };
    let limit = params.limit()?;
    let list = format!("audit {} {:?} {:?}", caller.id(), query.target, query.actor);
    let after = page::position(&context, &list, &params).await?;
    let after = after.map(|id| id.parse().map_err(|_| Error::InvalidCursor)).transpose()?;
    let (entries, next) = context.store.audit_log(query, after, limit, context.now()).await?;
    let next_cursor = match next {
        Some(end) => Some(page::cursor(&context, &list, &end.to_string()).await?),
        None => None,
    };
    let items = entries.into_iter().map(AuditEntryView::from).collect();
    Ok(Answer(Page { items, next_cursor }))
}

fn id(params: &Params, name: &str) -> Result<Option<UserId>> {
    let id = params.get(name).map(str::parse).transpose();
    id.map_err(|_| Error::field(name, "invalid_format", "must be an id"))
}
