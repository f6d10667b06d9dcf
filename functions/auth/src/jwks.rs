//! `GET /.well-known/jwks.json`

use axum::Json as Answer;
use axum::extract::State;
use http::HeaderName;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use shared::tokens::keys::Jwk;
use shared::{Context, Error, Result};
use utoipa::ToSchema;

/// A JWK set (RFC 7517, section 5).
#[derive(Serialize, ToSchema)]
pub struct JwkSet {
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Jwk>,
}

/// Keys may be kept for as long as a new one is published before it signs.
pub const CACHEABLE: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "public, max-age=300")];

/// The public keys, with which other services verify access tokens on their own.
///
/// Empty where tokens are signed with a shared secret (HS256).
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "auth",
    responses((status = 200, body = JwkSet)),
)]
pub async fn get_jwks(
    State(context): State<Context>,
) -> Result<([(HeaderName, &'static str); 1], Answer<JwkSet>), Error> {
    let keys = context.keys.published().await?;
    let public = keys.keys.iter().map(|key| &key.jwk).filter(|jwk| jwk.is_public());
    let keys = public.map(Jwk::for_verification).collect();
    Ok((CACHEABLE, Answer(JwkSet { keys })))
}
