//! `DELETE /v1/admin/users/{user_id}/mfa`

use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use shared::http::layer::CallingClient;
use shared::http::{Credentials, Json, Preconditions, Problem, Target};
use shared::store::{Along, Retries};
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// Why a second factor is taken away.
#[derive(ToSchema)]
#[schema(as = SecondFactorRemoval)]
#[expect(dead_code, reason = "it only documents the body")]
struct RemovalBody {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

const OWN: &str = "Your own second factor goes by /v1/auth/mfa/totp, which asks for it.";

/// Take somebody's second factor away, which they have lost.
///
/// The authenticator app and the recovery codes go; passkeys stay. Sessions end.
#[utoipa::path(
    delete, path = "/v1/admin/users/{user_id}/mfa", tag = "admin",
    security(("access_token" = []), ("api_key" = []), ("session_cookie" = [])),
    params(
        ("user_id" = String, Path, description = "An id, or `@` and a username"),
        ("If-Match" = Option<String>, Header, description = "Change this version only"),
    ),
    request_body = RemovalBody,
    responses(
        (status = 204),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`version_mismatch`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`validation_failed`", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn delete_mfa(
    State(context): State<Context>,
    Credentials(credential): Credentials,
    CallingClient(client): CallingClient,
    target: Result<Target, Error>,
    preconditions: Preconditions,
    Json(mut fields): Json,
) -> Result<StatusCode, Error> {
    let (caller, id) = crate::about(&context, &credential, target).await?;
    // Whoever has an administrator's session mustn't take the factor off that guards it.
    if caller.id() == id {
        return Err(Error::Forbidden(OWN));
    }
    let reason = fields.required::<crate::Why>("reason");
    let reason = fields.finish(reason)?.to_string();
    let mut retries = Retries::default();
    loop {
        let person = context.store.person(id, context.now()).await?.ok_or(Error::NotFound)?;
        if !person.account.has_second_factor {
            return Err(Error::NotFound);
        }
        preconditions.check(person.account.version)?;
        let act = context.act(caller.actor(), id, &client, "totp.disabled", json!({}));
        let act = act.as_administrator(Some(reason.clone()));
        if context.store.take_second_factor(&person, Along::acts(&[act])).await? {
            return Ok(StatusCode::NO_CONTENT);
        }
        retries.again().await?;
    }
}
