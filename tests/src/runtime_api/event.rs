//! Events: the samples of `infra/events`, changed.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// The root of the repository.
///
/// # Panics
/// Where this package isn't in one.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace around this package")
}

/// An event and the function that it is for.
#[derive(Clone)]
pub struct Event {
    pub function: String,
    pub event: Value,
}

impl Event {
    /// A sample, with whatever tokens and bodies it has.
    ///
    /// # Panics
    /// Where there is none of that name.
    #[must_use]
    pub fn sample(name: &str) -> Self {
        let path = root().join("infra/events").join(format!("{name}.json"));
        let event = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let function = name.split('-').next().unwrap_or_default().to_owned();
        Self { function, event: serde_json::from_slice(&event).expect("JSON") }
    }

    /// From somebody who is signed in.
    #[must_use]
    pub fn by(self, access_token: &str) -> Self {
        self.header("authorization", &format!("Bearer {access_token}"))
    }

    /// With a header; of several values, the gateway joins them by commas.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.event["headers"][name] = json!(value);
        self
    }

    /// With cookies, which the gateway takes out of the headers.
    #[must_use]
    pub fn cookies(mut self, cookies: &[&str]) -> Self {
        self.event["cookies"] = json!(cookies);
        self
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.event["body"] = json!(body.to_string());
        self.event["isBase64Encoded"] = json!(false);
        self
    }

    /// With a body that the gateway takes for binary.
    #[must_use]
    pub fn base64(mut self, body: &[u8]) -> Self {
        self.event["body"] = json!(BASE64_STANDARD.encode(body));
        self.event["isBase64Encoded"] = json!(true);
        self
    }

    /// To another path.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.event["rawPath"] = json!(path);
        self.event["requestContext"]["http"]["path"] = json!(path);
        self
    }

    /// By another method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.event["requestContext"]["http"]["method"] = json!(method);
        self
    }

    /// With a query string.
    #[must_use]
    pub fn query(mut self, query: &str) -> Self {
        self.event["rawQueryString"] = json!(query);
        self
    }

    /// From another address.
    #[must_use]
    pub fn from(mut self, source_ip: &str) -> Self {
        self.event["requestContext"]["http"]["sourceIp"] = json!(source_ip);
        self
    }

    /// The gateway's id of this request.
    ///
    /// # Panics
    /// Where it isn't a request.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.event["requestContext"]["requestId"].as_str().expect("a sample with an id")
    }
}
