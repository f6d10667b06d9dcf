//! `GET /`

use axum::Json as Answer;
use serde::Serialize;
use utoipa::ToSchema;

/// Name and version under which the service reports itself.
pub const SERVICE: &str = "kith";
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Debug, Serialize, ToSchema)]
pub struct Index {
    #[schema(example = "kith")]
    service: &'static str,
    version: &'static str,
    links: Links,
}

/// Paths on this host.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    docs: &'static str,
    openapi: &'static str,
    console: &'static str,
    health: &'static str,
    jwks: &'static str,
    openid_configuration: &'static str,
}

/// What this is, and where to go from here.
#[utoipa::path(get, path = "/", tag = "system", responses((status = 200, body = Index)))]
pub async fn get_index() -> Answer<Index> {
    Answer(Index {
        service: SERVICE,
        version: VERSION,
        links: Links {
            docs: "/docs",
            openapi: "/openapi.json",
            console: "/console",
            health: "/health",
            jwks: "/.well-known/jwks.json",
            openid_configuration: "/.well-known/openid-configuration",
        },
    })
}
