//! The `OpenAPI` document of all groups, from the annotations on their handlers.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, OpenApi as Document, Server};
use utoipa::{OpenApi, openapi};

/// The document, as `infra/openapi.json` holds it.
///
/// # Panics
/// Never: the document is made of strings.
#[must_use]
pub fn openapi() -> String {
    let mut info = Info::new("Kith", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "Accounts, profiles, pictures, search, preferences and sessions. Errors are problem documents \
         (RFC 9457); `code` is stable."
            .to_owned(),
    );
    let mut document = Document::new(info, openapi::Paths::new());
    for group in [
        auth::Api::openapi(),
        passkeys::Api::openapi(),
        oauth::Api::openapi(),
        profile::Api::openapi(),
        exports::Api::openapi(),
        picture::Api::openapi(),
        preferences::Api::openapi(),
        search::Api::openapi(),
        sessions::Api::openapi(),
        admin::Api::openapi(),
        system::Api::openapi(),
    ] {
        document.merge(group);
    }
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("access_token", SecurityScheme::Http(bearer));
    let key = ApiKeyValue::with_description("X-API-Key", "As `POST /v1/auth/api-keys` made it");
    components.add_security_scheme("api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    let cookie = "Of Ory Kratos, where the service is configured to trust one";
    let cookie = ApiKeyValue::with_description("ory_kratos_session", cookie);
    components
        .add_security_scheme("session_cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document.servers = Some(vec![Server::new("/")]);
    #[expect(clippy::expect_used, reason = "a document of strings always serialises")]
    let mut document = serde_json::to_value(document).expect("JSON");
    // By name, whichever order the maps of this build keep.
    document.sort_all_objects();
    format!("{document:#}\n")
}
