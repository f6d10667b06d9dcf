//! Credentials of a request. They say who somebody claims to be, verified; that
//! the session still lives, `Store::authenticate` tells.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::context::Context;
use crate::domain::{Error, Result};
use crate::tokens::{Claims, access};

/// Of a caller who must have signed in.
#[derive(Debug)]
pub struct Credentials(pub Claims);

/// Of a caller who may have. Bad credentials are refused here too, not ignored.
#[derive(Debug)]
pub struct MaybeCredentials(pub Option<Claims>);

impl FromRequestParts<Context> for MaybeCredentials {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self> {
        if parts.headers.contains_key("x-api-key") {
            return Err(Error::InvalidToken("The API key is unknown."));
        }
        let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
        let Some(header) = headers.next() else { return Ok(Self(None)) };
        let bearer = header
            .to_str()
            .ok()
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        // Of two headers nobody could say which one counts.
        let (Some((_, token)), None) = (bearer, headers.next()) else {
            return Err(Error::InvalidToken("The Authorization header isn't one bearer token."));
        };
        let config = &context.config.tokens;
        access::verify(&context.keys, config, token.trim(), context.now())
            .await
            .map(|claims| Self(Some(claims)))
    }
}

impl FromRequestParts<Context> for Credentials {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self> {
        let MaybeCredentials(claims) = MaybeCredentials::from_request_parts(parts, context).await?;
        claims.map(Self).ok_or(Error::AuthenticationRequired)
    }
}
