//! Signing up, signing in, staying signed in, signing out.

mod attempts;
mod change_email;
mod change_password;
mod create_api_key;
mod current_password;
mod delete_api_key;
mod discovery;
mod forgot_password;
mod jwks;
mod list_api_keys;
mod login;
mod logout;
mod mfa;
mod reauthenticate;
mod refresh;
mod register;
mod request_verification;
mod reset_password;
mod restore;
mod verify_email;

use shared::http::body::WithProfileFields;
use utoipa::OpenApi;

shared::routes! {
    POST "/v1/auth/register" => register::register,
    POST "/v1/auth/login" => login::login,
    POST "/v1/auth/refresh" => refresh::refresh_tokens,
    POST "/v1/auth/restore" => restore::restore_account,
    POST "/v1/auth/logout" => logout::logout,
    PUT "/v1/auth/password" => change_password::change_password,
    POST "/v1/auth/password/forgot" => forgot_password::forgot_password,
    POST "/v1/auth/password/reset" => reset_password::reset_password,
    POST "/v1/auth/email/verification" => request_verification::request_verification,
    POST "/v1/auth/email/verify" => verify_email::verify_email,
    PUT "/v1/auth/email" => change_email::change_email,
    GET "/v1/auth/api-keys" => list_api_keys::list_api_keys,
    POST "/v1/auth/api-keys" => create_api_key::create_api_key,
    DELETE "/v1/auth/api-keys/{key_id}" => delete_api_key::delete_api_key,
    POST "/v1/auth/reauthenticate" => reauthenticate::reauthenticate,
    GET "/v1/auth/mfa" => mfa::get_mfa::get_mfa,
    POST "/v1/auth/mfa/totp" => mfa::start_totp::start_totp,
    POST "/v1/auth/mfa/totp/confirm" => mfa::confirm_totp::confirm_totp,
    DELETE "/v1/auth/mfa/totp" => mfa::delete_totp::delete_totp,
    POST "/v1/auth/mfa/recovery-codes" => mfa::replace_recovery_codes::replace_recovery_codes,
    POST "/v1/auth/mfa/verify" => mfa::verify_mfa::verify_mfa,
    GET "/.well-known/jwks.json" => jwks::get_jwks,
    GET "/.well-known/openid-configuration" => discovery::get_openid_configuration,
}

const REGISTRATION: WithProfileFields = WithProfileFields("Registration");

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
        forgot_password::forgot_password,
        reset_password::reset_password,
        request_verification::request_verification,
        verify_email::verify_email,
        change_email::change_email,
        list_api_keys::list_api_keys,
        create_api_key::create_api_key,
        delete_api_key::delete_api_key,
        reauthenticate::reauthenticate,
        mfa::get_mfa::get_mfa,
        mfa::start_totp::start_totp,
        mfa::confirm_totp::confirm_totp,
        mfa::delete_totp::delete_totp,
        mfa::replace_recovery_codes::replace_recovery_codes,
        mfa::verify_mfa::verify_mfa,
        jwks::get_jwks,
        discovery::get_openid_configuration,
    ),
    modifiers(&REGISTRATION),
)]
pub struct Api;
