//! What every request goes through, whatever its route: an id, a meter, an
//! error's rendering, one line in the log.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, USER_AGENT, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::problem;
use crate::context::Context;
use crate::domain::session::Client;
use crate::domain::{Error, Result};
use crate::telemetry;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Bytes of path and query.
pub const MAX_URI: usize = 8 * 1024;
/// Bytes of all header names and values.
pub const MAX_HEADERS: usize = 10 * 1024;

/// What the gateway says of a request. Nothing in it comes from a header that
/// the client could set.
#[derive(Clone, Debug)]
pub struct Gateway {
    pub request_id: String,
    pub source_ip: String,
}

/// The routes as a service: errors rendered, requests logged.
pub fn service(router: Router<Context>, context: Context) -> Router {
    router.layer(from_fn(handle)).with_state(context)
}

async fn handle(
    gateway: Option<Extension<Gateway>>,
    endpoint: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    static WARM: AtomicBool = AtomicBool::new(false);
    let cold_start = !WARM.swap(true, Ordering::Relaxed);
    let started = Instant::now();
    let request_id = gateway.map_or_else(String::new, |Extension(gateway)| gateway.request_id);
    let correlation_id = correlation_id(request.headers()).unwrap_or_else(|| request_id.clone());
    let method = request.method().clone();

    let (mut response, meter) = match bounded(&request) {
        Ok(()) => telemetry::metered(next.run(request)).await,
        Err(error) => (error.into_response(), Arc::default()),
    };

    let error = response.extensions_mut().remove::<Arc<Error>>().or_else(|| unrouted(&response));
    if let Some(error) = &error {
        response = problem::render(response, error, &request_id);
    }
    finish(response.headers_mut(), &request_id, &correlation_id);
    tracing::info!(
        target: "kith",
        correlation_id,
        request_id,
        method = method.as_str(),
        endpoint = endpoint.as_ref().map_or("unmatched", MatchedPath::as_str),
        status_code = response.status().as_u16(),
        duration_ms = started.elapsed().as_secs_f64() * 1000.0,
        cold_start,
        function = telemetry::function(),
        api_key = meter.api_key().map(tracing::field::display),
        dynamodb.requests = meter.requests(),
        dynamodb.consumed_capacity = meter.capacity(),
        "request"
    );
    // The cause: once, here, and nowhere else.
    match error.as_deref() {
        Some(Error::Internal(cause)) => {
            tracing::error!(target: "kith", correlation_id, request_id, %cause, "internal error");
        }
        Some(Error::Unavailable(cause)) => {
            tracing::warn!(target: "kith", correlation_id, request_id, %cause, "dependency failed");
        }
        _ => {}
    }
    response
}

/// The bounds of an API Gateway HTTP API, which hold wherever the routes run.
fn bounded(request: &Request) -> Result<()> {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    let headers = request.headers().iter();
    let headers: usize = headers.map(|(name, value)| name.as_str().len() + value.len()).sum();
    if uri > MAX_URI {
        Err(Error::UriTooLong)
    } else if headers > MAX_HEADERS {
        Err(Error::HeadersTooLarge)
    } else {
        Ok(())
    }
}

/// What `axum` says of a request that no handler saw.
fn unrouted(response: &Response) -> Option<Arc<Error>> {
    let is_bare = !response.headers().contains_key(CONTENT_TYPE);
    match response.status() {
        StatusCode::NOT_FOUND if is_bare => Some(Arc::new(Error::NotFound)),
        StatusCode::METHOD_NOT_ALLOWED if is_bare => Some(Arc::new(Error::MethodNotAllowed)),
        _ => None,
    }
}

/// The headers of every answer.
fn finish(headers: &mut HeaderMap, request_id: &str, correlation_id: &str) {
    for (name, id) in [(X_REQUEST_ID, request_id), (X_CORRELATION_ID, correlation_id)] {
        if let Ok(value) = HeaderValue::from_str(id) {
            headers.insert(name, value);
        }
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// The client's own id for what it is doing, or its trace's (W3C Trace Context,
/// section 3.2), as far as it is fit to be a header and a log field.
fn correlation_id(headers: &HeaderMap) -> Option<String> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_id = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
    };
    let is_trace_id = |id: &&str| {
        let is_hex = id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        id.len() == 32 && is_hex && id.bytes().any(|b| b != b'0')
    };
    text(&X_CORRELATION_ID)
        .filter(is_id)
        .or_else(|| text(&TRACEPARENT)?.split('-').nth(1).filter(is_trace_id))
        .map(str::to_owned)
}

/// Who called, as sessions remember it.
pub struct CallingClient(pub Client);

impl<S: Send + Sync> FromRequestParts<S> for CallingClient {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let user_agent = parts.headers.get(USER_AGENT).map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            text.chars().filter(|c| !c.is_control()).take(512).collect()
        });
        let ip_address = parts.extensions.get::<Gateway>().map(|gateway| gateway.source_ip.clone());
        Ok(Self(Client { device_name: None, user_agent, ip_address }))
    }
}

/// Whom a rate limit counts: an IPv4 address, or the /64 network of an IPv6
/// one, of which a single customer has 2^64 addresses.
#[must_use]
pub fn network(source_ip: &str) -> String {
    match source_ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv6_is_counted_by_its_network() {
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network("2001:db8::1"), network("2001:db8:0:0:ffff::2"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
    }

    #[test]
    fn a_correlation_id_is_taken_where_it_is_harmless() {
        let with = |name: HeaderName, value: &str| {
            correlation_id(&HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]))
        };
        assert_eq!(with(X_CORRELATION_ID, "order-7").as_deref(), Some("order-7"));
        assert_eq!(with(X_CORRELATION_ID, "<script>"), None);
        assert_eq!(with(X_CORRELATION_ID, &"x".repeat(129)), None);
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(with(TRACEPARENT, &parent).as_deref(), Some(trace));
    }
}
