//! `GET /openapi.json`, `GET /docs`, `GET /console`: files that are part of the
//! binary.

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use ring::digest::{SHA256, digest};

/// The API's description, made from the handlers' annotations.
pub const OPENAPI: &str = include_str!("../../../infra/openapi.json");

const DOCS: &str = include_str!("../assets/docs.html");
const CONSOLE: &str = include_str!("../assets/console.html");

/// The pages change with a deployment only.
const CACHING: &str = "public, max-age=300";

/// The API's description (`OpenAPI` 3.1).
#[utoipa::path(
    get, path = "/openapi.json", tag = "system",
    responses((status = 200, body = Object)),
)]
pub async fn get_openapi() -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, CACHING)], OPENAPI).into_response()
}

/// The API's reference, for people.
#[utoipa::path(
    get, path = "/docs", tag = "system",
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub async fn get_docs() -> Response {
    page(DOCS)
}

/// The console: one's own account, and everybody's for administrators.
#[utoipa::path(
    get, path = "/console", tag = "system",
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub async fn get_console() -> Response {
    page(CONSOLE)
}

/// A page that may run its own script and style and nothing else.
fn page(html: &'static str) -> Response {
    let policy = format!(
        "default-src 'none'; connect-src 'self'; img-src 'self' data: blob:; \
         style-src {}; script-src {}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        source(html, "<style>", "</style>"),
        source(html, "<script>", "</script>"),
    );
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, policy.as_str()),
        (CACHE_CONTROL, CACHING),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, html).into_response()
}

/// The hash source of the one element between two tags (CSP 3, section 2.3.1).
fn source(html: &str, open: &str, close: &str) -> String {
    let inner = html.split_once(open).and_then(|(_, rest)| rest.split_once(close));
    let hash = digest(&SHA256, inner.map_or("", |(inner, _)| inner).as_bytes());
    format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
}
