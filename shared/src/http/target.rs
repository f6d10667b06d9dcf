//! The user that a path names: `{user_id}` is an id, `me`, or `@<username>`.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::context::Context;
use crate::domain::contact::Username;
use crate::domain::{Error, Result, UserId};
use crate::tokens::Claims;

/// Whom a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Me,
    Id(UserId),
    Username(Username),
}

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(path) = Path::<HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        Self::parse(path.get("user_id").map_or("", String::as_str)).ok_or(Error::NotFound)
    }
}

impl Target {
    /// `None` where the text can't name anybody.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix('@') {
            Some(username) => username.parse().ok().map(Self::Username),
            None if text == "me" => Some(Self::Me),
            None => text.parse().ok().map(Self::Id),
        }
    }

    /// The user's id: a username is looked up.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody has the username;
    /// [`Error::AuthenticationRequired`] for `me` of nobody.
    pub async fn resolve(&self, context: &Context, claims: Option<&Claims>) -> Result<UserId> {
        match self {
            Self::Me => claims.map(|claims| claims.sub).ok_or(Error::AuthenticationRequired),
            Self::Id(id) => Ok(*id),
            Self::Username(username) => {
                let id = context.store.user_by_username(username).await?;
                if let (None, Some(claims)) = (id, claims) {
                    // An ended session learns nothing, not even who isn't there.
                    context.store.authenticate(claims, context.now(), []).await?;
                }
                id.ok_or(Error::NotFound)
            }
        }
    }
}
