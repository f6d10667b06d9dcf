//! Pictures of people: uploaded, shown, generated for those who have none.
//!
//! What is uploaded is processed at once ([`upload_picture`]) or, where it is
//! too large for that, put into the storage by the client and processed by the
//! picture worker. Both end in [`publish`].

mod create_upload;
mod delete_picture;
mod get_picture;
mod get_upload;
mod owned;
pub mod publish;
mod upload_picture;

use utoipa::OpenApi;

shared::routes! {
    GET "/v1/users/{user_id}/picture" => get_picture::get_picture,
    PUT "/v1/users/{user_id}/picture" => upload_picture::upload_picture,
    POST "/v1/users/{user_id}/picture" => upload_picture::upload_picture,
    DELETE "/v1/users/{user_id}/picture" => delete_picture::delete_picture,
    POST "/v1/users/{user_id}/picture/upload" => create_upload::create_upload,
    GET "/v1/users/{user_id}/picture/upload/{upload_id}" => get_upload::get_upload,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    get_picture::get_picture,
    upload_picture::upload_picture,
    delete_picture::delete_picture,
    create_upload::create_upload,
    get_upload::get_upload,
))]
pub struct Api;
