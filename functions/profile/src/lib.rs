//! Profiles: read by whom their owners allow, written by their owners.

mod delete_user;
mod get_user;
mod list_users;
mod replace_user;
mod update_user;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users" => list_users::list_users,
    GET "/v1/users/{user_id}" => get_user::get_user,
    PATCH "/v1/users/{user_id}" => update_user::update_user,
    PUT "/v1/users/{user_id}" => replace_user::replace_user,
    DELETE "/v1/users/{user_id}" => delete_user::delete_user,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    list_users::list_users,
    get_user::get_user,
    update_user::update_user,
    replace_user::replace_user,
    delete_user::delete_user,
))]
pub struct Api;
