//! Conditional requests (RFC 9110, section 13) and the entity tags they go by.
//!
//! A tag is `"<version>-<hash of the body>"`. `If-None-Match` compares it whole:
//! it stands for these very bytes. `If-Match` goes by the version, which counts
//! the changes of what the request would change: a sign-in elsewhere alters
//! `last_login_at` in the body, but is no edit that a writer could lose.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use ring::digest;
use serde::Serialize;

use crate::domain::{Error, Result};

/// The conditions that a request sets.
#[derive(Debug, Default)]
pub struct Preconditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self {
            if_match: list(&parts.headers, &IF_MATCH),
            if_none_match: list(&parts.headers, &IF_NONE_MATCH),
        })
    }
}

/// All values of a header that is a list, or `None` where it isn't there.
fn list(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

impl Preconditions {
    /// Checks a write's conditions against the current version. True where the
    /// client asked for exactly this one, so that the write must too.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`].
    pub fn check(&self, version: u64) -> Result<bool> {
        // What is there already mustn't be.
        if self.if_none_match.as_deref().is_some_and(|tags| tags.trim() == "*") {
            return Err(Error::VersionMismatch);
        }
        let Some(tags) = &self.if_match else { return Ok(false) };
        if tags.trim() == "*" {
            return Ok(false);
        }
        // Strong comparison: a weak tag (`W/"…"`) never matches.
        let is_current = |tag: &str| {
            let tag = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
            let (number, _) = tag.split_once('-')?;
            (number.parse() == Ok(version)).then_some(())
        };
        if tags.split(',').any(|tag| is_current(tag).is_some()) {
            Ok(true)
        } else {
            Err(Error::VersionMismatch)
        }
    }

    /// Checks a write's conditions where there is nothing yet.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`] where the client asks for any version.
    pub fn check_absent(&self) -> Result<()> {
        if self.if_match.is_some() { Err(Error::VersionMismatch) } else { Ok(()) }
    }

    /// Whether the client has what bears the `current` tag.
    #[must_use]
    pub fn has(&self, current: &str) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| {
            tags.split(',').any(|tag| {
                let tag = tag.trim();
                tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == current
            })
        })
    }

    /// The answer to a read: the resource, or 304 where the client has it.
    ///
    /// # Errors
    /// [`Error::Internal`] where the resource can't be serialised.
    pub fn answer(&self, version: u64, resource: &impl Serialize) -> Result<Response> {
        let response = resource_response(version, resource)?;
        let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
        if tag.is_some_and(|tag| self.has(tag)) {
            let (mut parts, _) = response.into_parts();
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(CONTENT_TYPE);
            return Ok(Response::from_parts(parts, axum::body::Body::empty()));
        }
        Ok(response)
    }
}

/// A resource with its tag: personal, to be asked for again each time.
///
/// # Errors
/// [`Error::Internal`] where it can't be serialised.
pub fn resource_response(version: u64, resource: &impl Serialize) -> Result<Response> {
    let body = serde_json::to_vec(resource).map_err(Error::internal)?;
    let hash = digest::digest(&digest::SHA256, &body);
    let hash = BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..12]);
    let tag = HeaderValue::try_from(format!("\"{version}-{hash}\"")).map_err(Error::internal)?;
    let headers = [
        (ETAG, tag),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    Ok((headers, body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(if_match: Option<&str>, if_none_match: Option<&str>) -> Preconditions {
        Preconditions {
            if_match: if_match.map(str::to_owned),
            if_none_match: if_none_match.map(str::to_owned),
        }
    }

    #[test]
    fn if_match_goes_by_the_version() {
        assert!(!given(None, None).check(3).unwrap());
        assert!(!given(Some("*"), None).check(3).unwrap());
        assert!(given(Some("\"2-a\", \"3-b\""), None).check(3).unwrap());
        assert!(given(None, Some("*")).check(3).is_err());
        for stale in ["\"2-a\"", "W/\"3-a\"", "3-a", "\"3\"", "", "\"-\"", "\u{fffd}"] {
            assert!(given(Some(stale), None).check(3).is_err(), "{stale}");
        }
    }

    #[test]
    fn if_none_match_goes_by_the_bytes() {
        let fresh = given(None, None).answer(1, &"body").unwrap();
        let tag = fresh.headers()[ETAG].to_str().unwrap();
        for known in [tag, "*", &format!("W/{tag}"), &format!("\"x\", {tag}")] {
            assert_eq!(
                given(None, Some(known)).answer(1, &"body").unwrap().status(),
                304,
                "{known}"
            );
        }
        assert_eq!(given(None, Some(tag)).answer(1, &"other").unwrap().status(), 200);
    }
}
