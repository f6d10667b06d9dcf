//! `PUT /v1/admin/users/{user_id}/status`

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use shared::domain::account::Account;
use shared::http::conditional::resource_response;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::{Along, Person, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

use crate::view::AdministeredUser;

/// Whether an account may be used.
#[derive(ToSchema)]
#[schema(as = StatusChange)]
#[expect(dead_code, reason = "it only documents the body")]
struct StatusBody {
    is_active: bool,
    /// Why. Has to be there where the account is shut.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Shut an account, or open it again.
///
/// A shut account's sessions and keys are dead at the next request, and it can't
/// sign in. Nothing of its data goes.
#[utoipa::path(
    put, path = "/v1/admin/users/{user_id}/status", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, `me`, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body = StatusBody,
    responses(
        (status = 200, body = AdministeredUser, headers(("ETag" = String))),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_admin`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn replace_status(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Result<Target, Error>,
    preconditions: Preconditions,
    Json(mut fields): Json,
) -> Result<Response, Error> {
    let (caller, id) = crate::about(&context, &credential, target).await?;
    let is_active = fields.required::<bool>("is_active");
    let reason = crate::why(&mut fields, is_active == Some(false));
    let is_active = fields.finish(is_active)?;
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(id, context.now()).await?.ok_or(Error::NotFound)?;
        let Person { account, profile, .. } = &person;
        preconditions.check(account.version)?;
        let data = json!({"is_active": is_active});
        let act = context.act(caller.actor(), id, &client, "user.status_changed", data);
        let acts = [act.as_administrator(reason.as_ref().map(ToString::to_string))];
        let changed = if account.is_active == is_active {
            Some(account.clone())
        } else {
            let done = context.store.change_status(&person, is_active, Along::acts(&acts)).await?;
            let version = account.version + 1;
            done.then(|| Account { is_active, version, ..account.clone() })
        };
        if let Some(account) = changed {
            let pictures_url = &context.config.pictures_url;
            let user = AdministeredUser::new(profile.clone(), &account, pictures_url)?;
            return resource_response(account.version, &user);
        }
        retries.again().await?;
    }
}
