//! What has no route: behind the API Gateway it all comes here.

use std::collections::BTreeMap;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::ALLOW;
use serde::Deserialize;
use serde_json::Value;
use shared::Error;

use crate::pages::OPENAPI;

#[derive(Deserialize)]
struct Document {
    paths: BTreeMap<String, BTreeMap<String, Value>>,
}

/// 405 with the methods of the path where it has any, else 404.
pub async fn refuse(request: Request) -> Response {
    match methods(request.uri().path()) {
        Some(allow) => {
            let mut response = Error::MethodNotAllowed.into_response();
            if let Ok(allow) = HeaderValue::try_from(allow) {
                response.headers_mut().insert(ALLOW, allow);
            }
            response
        }
        None => Error::NotFound.into_response(),
    }
}

/// The methods of a path, as the `OpenAPI` document has them.
fn methods(path: &str) -> Option<String> {
    let document: Document = serde_json::from_str(OPENAPI).ok()?;
    let mut router = matchit::Router::new();
    for (template, operations) in document.paths {
        let methods: Vec<_> = operations.keys().map(|name| name.to_uppercase()).collect();
        router.insert(template, methods.join(",")).ok()?;
    }
    router.at(path).ok().map(|found| found.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_has_methods_and_others_have_none() {
        assert_eq!(methods("/v1/auth/login").as_deref(), Some("POST"));
        assert_eq!(methods("/v1/users/x").as_deref(), Some("DELETE,GET,PATCH,PUT"));
        assert_eq!(methods("/v1/nothing"), None);
    }
}
