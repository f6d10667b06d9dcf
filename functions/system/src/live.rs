//! `GET /health/live`

use axum::Json as Answer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::index::{SERVICE, VERSION};

#[derive(Debug, Serialize, ToSchema)]
pub struct Liveness {
    #[schema(example = "up")]
    status: &'static str,
    service: &'static str,
    version: &'static str,
}

/// Whether the process runs. Asks nobody else.
#[utoipa::path(
    get, path = "/health/live", tag = "system",
    responses((status = 200, body = Liveness)),
)]
pub async fn get_liveness() -> Answer<Liveness> {
    Answer(Liveness { status: "up", service: SERVICE, version: VERSION })
}
