//! Finding people by name.

mod search_users;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users/search" => search_users::search_users,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(search_users::search_users))]
pub struct Api;
