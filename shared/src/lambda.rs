//! The one entry of every HTTP function.

use std::fmt::Write as _;

use axum::Router;
use axum::body::Body;
pub use lambda_http::Error;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Adapter, LambdaEvent, RequestExt};
use tower::ServiceExt;

use crate::config::Config;
use crate::context::{Clock, Context, Rng};
use crate::http::{Gateway, layer};
use crate::telemetry;

/// Runs a group's routes under the Lambda Runtime API. Nothing is asked of any
/// service before the first request.
///
/// # Errors
/// What is missing in the environment; what the Runtime API reports.
pub async fn run(function: &'static str, router: Router<Context>) -> Result<(), Error> {
    let config = Config::from_env()?;
    telemetry::init(function, config.log_level);
    let context = Context::new(config, Clock::system(), Rng::system());
    let service = layer::service(router, context);
    let service = service.map_request(|request: lambda_http::Request| {
        let gateway = gateway(&request);
        let (mut parts, body) = request.into_parts();
        parts.extensions.insert(gateway);
        http::Request::from_parts(parts, Body::from(body.to_vec()))
    });
    // As `lambda_http::run` does it, with the event made safe before.
    let adapter = Adapter::from(service);
    lambda_runtime::run(adapter.map_request(|event: LambdaEvent<LambdaRequest>| LambdaEvent {
        payload: safe(event.payload),
        context: event.context,
    }))
    .await
}

/// An event that makes a request. `lambda_http` builds a URI of what the client
/// sent and panics where it can't, which would end the process.
fn safe(mut event: LambdaRequest) -> LambdaRequest {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event {
        // Nothing here goes by the host, which is the client's word.
        request.headers.remove(http::header::HOST);
        request.request_context.domain_name = None;
        request.raw_path = Some(encoded(request.raw_path.as_deref().unwrap_or("/")));
        request.raw_query_string = request.raw_query_string.as_deref().map(encoded);
    }
    event
}

/// What no part of a URI may hold (RFC 3986, appendix A), percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut uri, byte| {
        match byte {
            b'!' | b'$'..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => _ = write!(uri, "%{byte:02X}"),
        }
        uri
    })
}

fn gateway(request: &lambda_http::Request) -> Gateway {
    match request.request_context() {
        RequestContext::ApiGatewayV2(context) => Gateway {
            request_id: context.request_id.unwrap_or_default(),
            source_ip: context.http.source_ip.unwrap_or_default(),
        },
        // No other event is routed here; whatever comes gets an answer all the same.
        _ => Gateway { request_id: String::new(), source_ip: String::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_part_of_a_uri() {
        assert_eq!(encoded("/v1/users/@ada.l?a=%20&b=c+d"), "/v1/users/@ada.l?a=%20&b=c+d");
        let every: String = (0..=255).map(char::from).chain("語\u{202e}".chars()).collect();
        assert!(http::Uri::try_from(format!("/{}", encoded(&every))).is_ok());
    }
}
