//! The user that a path names: `{user_id}` is an id, `me`, or `@<username>`.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::context::Context;
use crate::domain::account::Account;
use crate::domain::contact::Username;
use crate::domain::profile::Profile;
use crate::domain::{Error, Result, Timestamp, UserId};
use crate::store::{seen_keys, user_keys};
use crate::tokens::Credential;
use crate::view::{self, Viewer};

/// Whom a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Me,
    Id(UserId),
    Username(Username),
}

/// A user whom somebody looks at. How much they may see, the view decides.
#[derive(Clone, Debug)]
pub struct Seen {
    pub profile: Profile,
    pub account: Account,
    pub viewer: Viewer,
    /// When the viewer's own session was last refreshed, where it is the user's.
    pub last_used_at: Option<Timestamp>,
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

    /// The user, as far as a caller may know of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody has this name who may be found by it;
    /// [`Error::AuthenticationRequired`], [`Error::InvalidToken`].
    pub async fn look(&self, context: &Context, credential: Option<&Credential>) -> Result<Seen> {
        if credential.is_none() && !context.config.allow_public_profiles {
            return Err(Error::AuthenticationRequired);
        }
        let id = self.resolve(context, credential).await?;
        let (items, viewer, last_used_at) = match credential {
            Some(credential) => {
                let keys = seen_keys(credential.user_id(), id);
                let (caller, items) =
                    context.store.authenticate(credential, context.now(), keys).await?;
                let viewer = caller.viewer_of(id, &items)?;
                (items, viewer, caller.last_used_at(id))
            }
            None => (context.store.read(user_keys(id)).await?, Viewer::Anonymous, None),
        };
        let (profile, account) = items.user(id)?.ok_or(Error::NotFound)?;
        let wish = profile.fields.privacy.fields.get("username");
        let is_findable = viewer.is_full() || wish.is_none_or(|wish| *wish <= viewer.audience());
        // Who has been asked by somebody private knows them by their card, not by this.
        let is_findable = is_findable && view::shows(&profile, &account, viewer);
        if matches!(self, Self::Username(_)) && !is_findable {
            return Err(Error::NotFound);
        }
        Ok(Seen { profile, account, viewer, last_used_at })
    }

    /// The user's id: a username is looked up.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nobody has the username;
    /// [`Error::AuthenticationRequired`] for `me` of nobody.
    pub async fn resolve(
        &self,
        context: &Context,
        credential: Option<&Credential>,
    ) -> Result<UserId> {
        match self {
            Self::Me => credential.map(Credential::user_id).ok_or(Error::AuthenticationRequired),
            Self::Id(id) => Ok(*id),
            Self::Username(username) => {
                let id = context.store.user_by_username(username).await?;
                if let (None, Some(credential)) = (id, credential) {
                    // An ended session learns nothing, not even who isn't there.
                    context.store.authenticate(credential, context.now(), []).await?;
                }
                id.ok_or(Error::NotFound)
            }
        }
    }
}
