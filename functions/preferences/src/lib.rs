//! How somebody wants the applications to be.

mod get_preferences;
mod replace_preferences;
mod update_preferences;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users/{user_id}/preferences" => get_preferences::get_preferences,
    PUT "/v1/users/{user_id}/preferences" => replace_preferences::replace_preferences,
    PATCH "/v1/users/{user_id}/preferences" => update_preferences::update_preferences,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    get_preferences::get_preferences,
    replace_preferences::replace_preferences,
    update_preferences::update_preferences,
))]
pub struct Api;
