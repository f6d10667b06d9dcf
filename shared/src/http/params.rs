//! Query parameters.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;

use crate::domain::{Error, Result};

/// The parameters of a query string; of one given twice, the last.
#[derive(Debug, Default)]
pub struct Params(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(_) => Err(Error::Malformed("The query string can't be read.".to_owned())),
        }
    }
}

impl Params {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A switch: `true` or `false`, off where it isn't there.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Error::field(name, "invalid_type", "must be true or false")),
        }
    }

    /// How many entries a page may have: 1–100, 20 where it isn't said.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn limit(&self) -> Result<usize> {
        match self.get("limit").map(str::parse) {
            None => Ok(20),
            Some(Ok(limit @ 1..=100)) => Ok(limit),
            Some(_) => Err(Error::field("limit", "out_of_range", "must be between 1 and 100")),
        }
    }
}
