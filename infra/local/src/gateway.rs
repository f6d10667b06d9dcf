//! What the API Gateway does in the cloud: tells the functions who calls, and
//! answers browsers that ask whether they may.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH,
    IF_NONE_MATCH, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use shared::config::ConfigError;
use shared::http::Gateway;
use tower::ServiceExt as _;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// Bytes that the API Gateway takes.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// The routes behind the gateway. A preflight ends here; any other request,
/// `OPTIONS` too, is the routes'.
pub fn layer(service: Router, origins: Vec<HeaderValue>) -> Router {
    let service = service.layer(from_fn(describe));
    let plain = service.clone();
    let may_be_preflight = |request: &Request| {
        request.method() != Method::OPTIONS
            || request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    };
    let route = move |request: Request, next: Next| {
        let plain = plain.clone();
        async move {
            if may_be_preflight(&request) {
                Ok(next.run(request).await)
            } else {
                plain.oneshot(request).await
            }
        }
    };
    service.layer(cors(origins)).layer(from_fn(route))
}

/// The origins of `CORS_ORIGINS`, separated by commas.
///
/// # Errors
/// What isn't an origin: scheme, host and maybe a port.
pub fn origins(text: &str) -> Result<Vec<HeaderValue>, ConfigError> {
    let origins = text.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let parse = |origin: &str| {
        let (_, host) = origin.split_once("://")?;
        let is_host = !host.is_empty() && !host.contains(['/', '*', ' ', '?', '#', '@']);
        is_host.then_some(())?;
        HeaderValue::from_str(origin).ok()
    };
    let wrong = |origin: &str| ConfigError {
        variable: "CORS_ORIGINS",
        problem: format!("can't be read: {origin:?} isn't an origin like https://app.example.com"),
    };
    origins.map(|origin| parse(origin).ok_or_else(|| wrong(origin))).collect()
}

async fn describe(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    #[expect(
        clippy::disallowed_methods,
        reason = "the gateway's id, which the API Gateway makes in the cloud"
    )]
    let request_id = uuid::Uuid::new_v4().to_string();
    let Ok(mut request) = received(request).await else {
        // It broke off: nobody is left to read an answer.
        return StatusCode::BAD_REQUEST.into_response();
    };
    request.extensions_mut().insert(Gateway { request_id, source_ip: peer.ip().to_string() });
    next.run(request).await
}

/// The request with all of its body, as the gateway hands it on: a connection
/// whose request nobody reads to its end can't be used again. What the gateway
/// wouldn't take, or doesn't announce its length, is left to the routes.
async fn received(request: Request) -> Result<Request, axum::Error> {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|text| text.parse().ok()).is_none_or(|length: usize| length > MAX_BODY) {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY).await?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The same rules as `CorsConfiguration` in `template.yaml`.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_MATCH,
            IF_NONE_MATCH,
            name("idempotency-key"),
            name("x-api-key"),
            name("x-correlation-id"),
            name("traceparent"),
        ])
        .expose_headers([
            ETAG,
            LOCATION,
            RETRY_AFTER,
            WWW_AUTHENTICATE,
            name("x-request-id"),
            name("x-correlation-id"),
            name("ratelimit"),
            name("ratelimit-policy"),
        ])
        .max_age(Duration::from_mins(10))
}
