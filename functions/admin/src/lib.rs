//! Administration: for administrators only.

mod delete_mfa;
mod get_statistics;
mod get_user;
mod import_users;
mod list_audit;
mod list_users;
mod replace_role;
mod replace_status;
mod view;

use shared::domain::UserId;
use shared::domain::fields::{Fields, Reason};
use shared::domain::text::Name;
use shared::http::Target;
use shared::store::Caller;
use shared::tokens::Credential;
use shared::{Context, Error, Result};
use utoipa::OpenApi;

shared::routes! {
    GET "/v1/admin/users" => list_users::list_users,
    GET "/v1/admin/users/{user_id}" => get_user::get_user,
    PUT "/v1/admin/users/{user_id}/status" => replace_status::replace_status,
    PUT "/v1/admin/users/{user_id}/role" => replace_role::replace_role,
    DELETE "/v1/admin/users/{user_id}/mfa" => delete_mfa::delete_mfa,
    GET "/v1/admin/stats" => get_statistics::get_statistics,
    GET "/v1/admin/audit" => list_audit::list_audit,
    POST "/v1/admin/users/import" => import_users::import_users,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    list_users::list_users,
    get_user::get_user,
    replace_status::replace_status,
    replace_role::replace_role,
    delete_mfa::delete_mfa,
    get_statistics::get_statistics,
    list_audit::list_audit,
    import_users::import_users,
))]
pub struct Api;

/// Why an administrator does something.
type Why = Name<500>;

/// The caller, where they may administer. Asked for before anything else, so
/// that nobody else learns what there is.
async fn administrator(context: &Context, credential: &Credential) -> Result<Caller> {
    let (caller, _) = context.store.authenticate(credential, context.now(), []).await?;
    if caller.is_admin() {
        Ok(caller)
    } else {
        Err(Error::Forbidden("Only administrators may do this."))
    }
}

/// The administrator who calls, and whom the call is about.
async fn about(
    context: &Context,
    credential: &Credential,
    target: Result<Target>,
) -> Result<(Caller, UserId)> {
    let caller = administrator(context, credential).await?;
    Ok((caller, target?.resolve(context, Some(credential)).await?))
}

/// The reason in a body, which has to be there where it `is_needed`.
fn why(fields: &mut Fields, is_needed: bool) -> Option<Why> {
    let why = fields.optional("reason");
    if is_needed && why.is_none() && !fields.has_error("reason") {
        fields.error("reason", Reason::required());
    }
    why
}
