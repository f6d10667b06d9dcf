//! Profiles: read by whom their owners allow, written by their owners.

mod blocks;
mod connections;
mod create_user;
mod delete_user;
mod extensions;
mod get_user;
mod list_activity;
mod list_users;
mod replace_user;
mod update_user;

use blocks::{block_user, list_blocks, unblock_user};
use connections::{delete_connection, get_connection, list_connections, request_connection};
use shared::http::body::WithProfileFields;
use utoipa::OpenApi;

use extensions::{
    create_extension, delete_extension, get_extension, list_extensions, replace_extension,
    update_extension,
};

shared::routes! {
    GET "/v1/users" => list_users::list_users,
    POST "/v1/users" => create_user::create_user,
    GET "/v1/users/{user_id}" => get_user::get_user,
    PATCH "/v1/users/{user_id}" => update_user::update_user,
    PUT "/v1/users/{user_id}" => replace_user::replace_user,
    DELETE "/v1/users/{user_id}" => delete_user::delete_user,
    GET "/v1/users/{user_id}/activity" => list_activity::list_activity,
    GET "/v1/users/{user_id}/extensions" => list_extensions::list_extensions,
    POST "/v1/users/{user_id}/extensions" => create_extension::create_extension,
    GET "/v1/users/{user_id}/extensions/{extension_id}" => get_extension::get_extension,
    PUT "/v1/users/{user_id}/extensions/{extension_id}" => replace_extension::replace_extension,
    PATCH "/v1/users/{user_id}/extensions/{extension_id}" => update_extension::update_extension,
    DELETE "/v1/users/{user_id}/extensions/{extension_id}" => delete_extension::delete_extension,
    GET "/v1/users/{user_id}/connections" => list_connections::list_connections,
    GET "/v1/users/{user_id}/connections/{other_id}" => get_connection::get_connection,
    PUT "/v1/users/{user_id}/connections/{other_id}" => request_connection::request_connection,
    DELETE "/v1/users/{user_id}/connections/{other_id}" => delete_connection::delete_connection,
    GET "/v1/users/{user_id}/blocks" => list_blocks::list_blocks,
    PUT "/v1/users/{user_id}/blocks/{other_id}" => block_user::block_user,
    DELETE "/v1/users/{user_id}/blocks/{other_id}" => unblock_user::unblock_user,
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
        list_activity::list_activity,
        list_extensions::list_extensions,
        create_extension::create_extension,
        get_extension::get_extension,
        replace_extension::replace_extension,
        update_extension::update_extension,
        delete_extension::delete_extension,
        list_connections::list_connections,
        get_connection::get_connection,
        request_connection::request_connection,
        delete_connection::delete_connection,
        list_blocks::list_blocks,
        block_user::block_user,
        unblock_user::unblock_user,
    ),
    modifiers(&NEW_USER),
)]
pub struct Api;
