//! JSON bodies.

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::Value;

use crate::domain::fields::{Fields, Reason};
use crate::domain::{Error, FieldError, Result};

/// Bytes that a JSON body may have.
pub const MAX_JSON: usize = 256 * 1024;

/// The fields of a JSON object sent as the body.
#[derive(Debug)]
pub struct Json(pub Fields);

impl<S: Send + Sync> FromRequest<S> for Json {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|value| {
            value.to_str().is_ok_and(|value| is_json(value.split(';').next().unwrap_or_default()))
        });
        if !is_json {
            return Err(Error::UnsupportedMediaType("application/json"));
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

/// `application/json` and everything `+json`, like a merge patch.
fn is_json(media_type: &str) -> bool {
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
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
