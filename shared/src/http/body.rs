//! JSON bodies.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::{AllOfBuilder, OpenApi, Ref, Schema};

use crate::domain::fields::{Fields, Reason};
use crate::domain::{Error, FieldError, Result};

/// Bytes that a JSON body may have.
pub const MAX_JSON: usize = 256 * 1024;

/// The fields of a JSON object sent as the body.
pub struct Json(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let mut types = request.headers().get_all(CONTENT_TYPE).iter();
        let is_json = types.next().and_then(|value| value.to_str().ok()).is_some_and(is_json);
        if !is_json || types.next().is_some() || request.headers().contains_key(CONTENT_ENCODING) {
            return Err(Error::UnsupportedMediaType("application/json, in UTF-8 and not encoded"));
        }
        let body = read(request, MAX_JSON).await?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(object)) => Ok(Self(Fields::new(object))),
            Ok(_) => {
                let Reason { code, message } = Reason::invalid_type("an object");
                Err(Error::Invalid(vec![FieldError::new("", code, message)]))
            }
            Err(error) => Err(Error::Malformed(format!("The body isn't valid JSON: {error}."))),
        }
    }
}

/// `application/json` or a JSON Merge Patch, in UTF-8 (RFC 8259, section 8.1).
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let media_type = parts.next().unwrap_or_default();
    let is_utf8 = |part: String| {
        part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8")
    };
    matches!(media_type.as_str(), "application/json" | "application/merge-patch+json")
        && parts.all(is_utf8)
}

/// A body of at most `limit` bytes; one that announces more isn't read at all.
///
/// # Errors
/// [`Error::PayloadTooLarge`], [`Error::Malformed`] where it breaks off.
pub async fn read(request: Request<Body>, limit: usize) -> Result<Bytes> {
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Error::PayloadTooLarge(limit));
    }
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Error::PayloadTooLarge(limit)),
        Err(_) => Err(Error::Malformed("The body broke off.".to_owned())),
    }
}

/// Documents that a body of this name takes the fields of a profile too.
pub struct WithProfileFields(pub &'static str);

impl Modify for WithProfileFields {
    fn modify(&self, document: &mut OpenApi) {
        let schemas = document.components.get_or_insert_default();
        if let Some(own) = schemas.schemas.remove(self.0) {
            let both = AllOfBuilder::new().item(own).item(Ref::from_schema_name("ProfileFields"));
            schemas.schemas.insert(self.0.to_owned(), Schema::AllOf(both.build()).into());
        }
    }
}
