//! Passkeys (Web Authentication, Level 3): registered by whoever is signed in,
//! and good for signing in without a password.
//!
//! Both take two calls, a ceremony: the first gives the client a challenge, the
//! second takes what an authenticator has made of it. Between them the client
//! holds what the service must remember ([`ceremony`]), so that the first call
//! writes nothing. A function of its own, since no other needs the library that
//! verifies ([`relying_party`]).

mod ceremony;
mod create_passkey;
mod delete_passkey;
mod list_passkeys;
mod relying_party;
mod sign_in;
mod start_registration;
mod start_sign_in;
mod update_passkey;
mod view;

use utoipa::OpenApi;

shared::routes! {
    POST "/v1/auth/passkeys/registration" => start_registration::start_registration,
    GET "/v1/auth/passkeys" => list_passkeys::list_passkeys,
    POST "/v1/auth/passkeys" => create_passkey::create_passkey,
    PATCH "/v1/auth/passkeys/{passkey_id}" => update_passkey::update_passkey,
    DELETE "/v1/auth/passkeys/{passkey_id}" => delete_passkey::delete_passkey,
    POST "/v1/auth/passkeys/sign-in/options" => start_sign_in::start_sign_in,
    POST "/v1/auth/passkeys/sign-in" => sign_in::sign_in_with_passkey,
}

/// The group's part of the `OpenAPI` document.
#[derive(OpenApi)]
#[openapi(paths(
    start_registration::start_registration,
    list_passkeys::list_passkeys,
    create_passkey::create_passkey,
    update_passkey::update_passkey,
    delete_passkey::delete_passkey,
    start_sign_in::start_sign_in,
    sign_in::sign_in_with_passkey,
))]
pub struct Api;
