//! Profiles: read by whom their owners allow, written by their owners.

mod create_user;
mod delete_user;
mod get_user;
mod list_users;
mod replace_user;
mod update_user;

use shared::http::body::WithProfileFields;
use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users" => list_users::list_users,
    POST "/v1/users" => create_user::create_user,
    GET "/v1/users/{user_id}" => get_user::get_user,
    PATCH "/v1/users/{user_id}" => update_user::update_user,
    PUT "/v1/users/{user_id}" => replace_user::replace_user,
    DELETE "/v1/users/{user_id}" => delete_user::delete_user,
}

const NEW_USER: WithProfileFields = WithProfileFields("NewUser");

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(
    paths(
        list_users::list_users,
        create_user::create_user,
        get_user::get_user,
        update_user::update_user,
        replace_user::replace_user,
        delete_user::delete_user,
    ),
    modifiers(&NEW_USER),
)]
pub struct Api;
