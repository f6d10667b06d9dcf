//! Where somebody is signed in, and how to end it.

mod delete_session;
mod delete_sessions;
mod list_sessions;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users/{user_id}/sessions" => list_sessions::list_sessions,
    DELETE "/v1/users/{user_id}/sessions" => delete_sessions::delete_sessions,
    DELETE "/v1/users/{user_id}/sessions/{session_id}" => delete_session::delete_session,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    list_sessions::list_sessions,
    delete_sessions::delete_sessions,
    delete_session::delete_session,
))]
pub struct Api;
