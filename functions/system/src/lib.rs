//! The service about itself: what it is, whether it is well, how to use it.

mod health;
mod index;
mod live;
mod pages;
mod unmatched;

use axum::Router;
use shared::Context;
use utoipa::OpenApi;

mod routes {
    use crate::{health, index, live, pages};

    shared::routes! {
        GET "/" => index::get_index,
        GET "/health" => health::get_health,
        GET "/health/live" => live::get_liveness,
        GET "/openapi.json" => pages::get_openapi,
        GET "/docs" => pages::get_docs,
        GET "/console" => pages::get_console,
    }
}

pub use routes::ROUTES;

/// The routes of this group, and the answer to whatever has no route.
pub fn router() -> Router<Context> {
    routes::router().fallback(unmatched::refuse)
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    index::get_index,
    health::get_health,
    live::get_liveness,
    pages::get_openapi,
    pages::get_docs,
    pages::get_console,
))]
pub struct Api;
