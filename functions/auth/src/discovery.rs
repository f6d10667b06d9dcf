//! `GET /.well-known/openid-configuration`

use axum::Json as Answer;
use axum::extract::State;
use http::HeaderName;
use serde::Serialize;
use shared::Context;
use utoipa::ToSchema;

use crate::jwks::CACHEABLE;

/// Issuer metadata (OpenID Connect Discovery 1.0, section 3), as far as
/// verifying an access token needs it.
#[derive(Serialize, ToSchema)]
pub struct Metadata {
    issuer: String,
    #[schema(format = "uri")]
    jwks_uri: String,
    response_types_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [String; 1],
}

/// Where the issuer's keys are.
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "auth",
    responses((status = 200, body = Metadata)),
)]
pub async fn get_openid_configuration(
    State(context): State<Context>,
) -> ([(HeaderName, &'static str); 1], Answer<Metadata>) {
    let config = &context.config.tokens;
    let metadata = Metadata {
        issuer: config.issuer.clone(),
        jwks_uri: format!("{}/.well-known/jwks.json", config.issuer.trim_end_matches('/')),
        response_types_supported: ["token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [config.algorithm.to_string()],
    };
    (CACHEABLE, Answer(metadata))
}
