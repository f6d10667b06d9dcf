//! The one entry of every HTTP function.

use axum::Router;
use axum::body::Body;
pub use lambda_http::Error;
use lambda_http::RequestExt;
use lambda_http::request::RequestContext;
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
    lambda_http::run(service).await
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
