//! JSON bodies.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};
use utoipa::Modify;
use utoipa::openapi::{AllOfBuilder, OpenApi, Ref, Schema};

use crate::domain::fields::{Fields, Reason};
use crate::domain::{Error, FieldError, Result};

/// Bytes that a JSON body may have.
pub const MAX_JSON: usize = 256 * 1024;

/// JSON or a JSON Merge Patch (RFC 7396).
const JSON: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// The fields of a JSON object sent as the body.
pub struct Json(pub Fields);

/// As [`Json`], with the bytes that were sent: by them an
/// [`IdempotencyKey`](super::IdempotencyKey) tells one request from another.
pub struct RawJson {
    pub fields: Fields,
    pub bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        RawJson::from_request(request, state).await.map(|body| Self(body.fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        // Few clients send a body there, and its fields are missed by name.
        let may_be_empty =
            request.method() == Method::DELETE && !request.headers().contains_key(CONTENT_TYPE);
        if !may_be_empty {
            check_type(&request, &JSON, "application/json, in UTF-8 and not encoded")?;
        }
        let bytes = read(request, MAX_JSON).await?;
        if may_be_empty && bytes.is_empty() {
            return Ok(Self { fields: Fields::new(Map::new()), bytes });
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Ok(Self { fields: Fields::new(object), bytes }),
            Ok(_) => {
                let Reason { code, message } = Reason::invalid_type("an object");
                Err(Error::Invalid(vec![FieldError::new("", code, message)]))
            }
            Err(error) => Err(Error::Malformed(format!("The body isn't valid JSON: {error}."))),
        }
    }
}

/// Whether the body is of one of these media types, in UTF-8 and not encoded.
///
/// # Errors
/// [`Error::UnsupportedMediaType`], which says that it must be as `expected`.
pub fn check_type(request: &Request, names: &[&str], expected: &'static str) -> Result<()> {
    let mut types = request.headers().get_all(CONTENT_TYPE).iter();
    let first = types.next().and_then(|value| value.to_str().ok());
    let is_one = first.is_some_and(|first| is_text_of(first, names)) && types.next().is_none();
    if is_one && !request.headers().contains_key(CONTENT_ENCODING) {
        Ok(())
    } else {
        Err(Error::UnsupportedMediaType(expected))
    }
}

/// A media type of these, in UTF-8 (RFC 8259, section 8.1).
fn is_text_of(content_type: &str, names: &[&str]) -> bool {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let media_type = parts.next().unwrap_or_default();
    let is_utf8 = |part: String| {
        part.strip_prefix("charset=").is_none_or(|charset| charset.trim_matches('"') == "utf-8")
    };
    names.contains(&media_type.as_str()) && parts.all(is_utf8)
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
