//! Exports: all that is stored of a user, for them to take along, and all users
//! for administrators. The handlers only note what is wished for; the export
//! worker makes it.

mod create_export;
mod create_full_export;
mod get_export;
mod get_full_export;
mod view;
mod wish;

use utoipa::OpenApi;

shared::routes! {
    POST "/v1/users/{user_id}/export" => create_export::create_export,
    GET "/v1/users/{user_id}/export/{export_id}" => get_export::get_export,
    POST "/v1/admin/export" => create_full_export::create_full_export,
    GET "/v1/admin/export/{export_id}" => get_full_export::get_full_export,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    create_export::create_export,
    get_export::get_export,
    create_full_export::create_full_export,
    get_full_export::get_full_export,
))]
pub struct Api;
