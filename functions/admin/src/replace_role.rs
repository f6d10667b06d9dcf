//! `PUT /v1/admin/users/{user_id}/role`

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use shared::domain::account::{Account, Role};
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::{Along, Person, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::view::AdministeredUser;

/// What somebody may do.
#[derive(ToSchema)]
#[schema(as = RoleChange)]
#[expect(dead_code, reason = "it only documents the body")]
struct RoleBody {
    role: Role,
    /// Why.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Make somebody an administrator, or end that.
///
/// Counts at the next request, and in the next access token. Nobody is signed
/// out.
#[utoipa::path(
    put, path = "/v1/admin/users/{user_id}/role", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body = RoleBody,
    responses(
        (status = 200, body = AdministeredUser, headers(("ETag" = String))),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_admin`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_role(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Result<Target, Error>,
    preconditions: Preconditions,
    Json(mut fields): Json,
) -> Result<Response, Error> {
    let (caller, id) = crate::about(&context, &credential, target).await?;
    let role = fields.required::<Role>("role");
    let reason = crate::why(&mut fields, false);
    let role = fields.finish(role)?;
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(id, context.now()).await?.ok_or(Error::NotFound)?;
        let Person { account, profile, .. } = &person;
        preconditions.check(account.version)?;
        let data = json!({"updated_fields": ["role"], "role": role});
        let act = context.act(caller.actor(), id, &client, "user.updated", data);
        let acts = [act.as_administrator(reason.as_ref().map(ToString::to_string))];
        let changed = if account.role == role {
            Some(account.clone())
        } else {
            let done = context.store.change_role(&person, role, Along::acts(&acts)).await?;
            let version = account.version + 1;
            done.then(|| Account { role, version, ..account.clone() })
        };
        if let Some(account) = changed {
            let pictures_url = &context.config.pictures_url;
            let user = AdministeredUser::new(profile.clone(), &account, pictures_url)?;
            return resource_response(account.version, &user);
        }
        retries.again().await?;
    }
}
