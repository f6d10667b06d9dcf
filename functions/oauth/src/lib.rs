//! Signing in with identity providers: OAuth 2.0's code flow with PKCE, state
//! and nonce (RFC 9700, OpenID Connect Core 1.0), and the identities that
//! accounts have.
//!
//! A sign-in begins in [`start_oauth`], goes to the provider and comes back to
//! [`finish_oauth`], in the same browser: what must not be forgotten between is
//! in a cookie that nobody else can read or make ([`flow`]). What the provider
//! says is verified in [`provider`]; whose account it is, [`link`] decides.

mod client_secrets;
mod delete_identity;
mod exchange_code;
mod finish_oauth;
mod flow;
mod link;
mod list_identities;
mod provider;
mod start_oauth;
mod verify;
mod vouched;

use axum::{Extension, Router};
use shared::Context;
use utoipa::OpenApi;

use provider::Providers;

mod routes {
    use super::{delete_identity, exchange_code, finish_oauth, list_identities, start_oauth};

    shared::routes! {
        GET "/v1/auth/oauth/{provider}" => start_oauth::start_oauth,
        GET "/v1/auth/oauth/{provider}/callback" => finish_oauth::finish_oauth,
        POST "/v1/auth/oauth/token" => exchange_code::exchange_code,
        GET "/v1/users/{user_id}/identities" => list_identities::list_identities,
        DELETE "/v1/users/{user_id}/identities/{provider}" => delete_identity::delete_identity,
    }
}

pub use routes::ROUTES;

/// The routes of this group, with what they remember of providers.
pub fn router() -> Router<Context> {
    routes::router().route_layer(Extension(Providers::default()))
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    start_oauth::start_oauth,
    finish_oauth::finish_oauth,
    exchange_code::exchange_code,
    list_identities::list_identities,
    delete_identity::delete_identity,
))]
pub struct Api;
