//! The `OpenAPI` document of all groups, from the annotations on their handlers.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
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
        profile::Api::openapi(),
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
    document.servers = Some(vec![Server::new("/")]);
    #[expect(clippy::expect_used, reason = "a document of strings always serialises")]
    let json = document.to_pretty_json().expect("JSON");
    json + "\n"
}
