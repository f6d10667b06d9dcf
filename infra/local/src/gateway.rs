//! What the API Gateway does in the cloud: tells the functions who calls, and
//! answers browsers that ask whether they may.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::{HeaderName, HeaderValue, Method};
use shared::http::Gateway;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The routes behind the gateway.
pub fn layer(service: Router, origins: &str) -> Router {
    service.layer(from_fn(describe)).layer(cors(origins))
}

async fn describe(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    #[expect(
        clippy::disallowed_methods,
        reason = "the gateway's id, which the API Gateway makes in the cloud"
    )]
    let request_id = uuid::Uuid::new_v4().to_string();
    request.extensions_mut().insert(Gateway { request_id, source_ip: peer.ip().to_string() });
    next.run(request).await
}

/// The same rules as `CorsConfiguration` in `template.yaml`.
fn cors(origins: &str) -> CorsLayer {
    let origins = origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
    let origins: Vec<_> = origins.filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let name = HeaderName::from_static;
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
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
        .max_age(Duration::from_hours(1))
}
