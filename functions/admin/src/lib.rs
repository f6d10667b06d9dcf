//! Administration: for administrators only.

mod get_statistics;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/admin/stats" => get_statistics::get_statistics,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(get_statistics::get_statistics))]
pub struct Api;
