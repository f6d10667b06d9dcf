//! Signing up, signing in, staying signed in, signing out.

mod change_password;
mod discovery;
mod jwks;
mod login;
mod logout;
mod refresh;
mod register;
mod restore;
mod tokens;

use register::WithProfileFields;
use utoipa::OpenApi;

shared::routes! {
    POST "/v1/auth/register" => register::register,
    POST "/v1/auth/login" => login::login,
    POST "/v1/auth/refresh" => refresh::refresh_tokens,
    POST "/v1/auth/restore" => restore::restore_account,
    POST "/v1/auth/logout" => logout::logout,
    PUT "/v1/auth/password" => change_password::change_password,
    GET "/.well-known/jwks.json" => jwks::get_jwks,
    GET "/.well-known/openid-configuration" => discovery::get_openid_configuration,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(
    paths(
        register::register,
        login::login,
        refresh::refresh_tokens,
        restore::restore_account,
        logout::logout,
        change_password::change_password,
        jwks::get_jwks,
        discovery::get_openid_configuration,
    ),
    modifiers(&WithProfileFields),
)]
pub struct Api;
