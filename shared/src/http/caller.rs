//! Credentials of a request: an API key, else a bearer token, else the cookie of
//! an identity service. They say who somebody claims to be, verified; that it
//! still counts, `Store::authenticate` tells.

use axum::extract::FromRequestParts;
use http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};

use crate::context::Context;
use crate::domain::api_key::Access;
use crate::domain::{Error, Result};
use crate::telemetry;
use crate::tokens::external::kratos;
use crate::tokens::{Claims, Credential, PresentedKey, SecretKey, access};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Of a caller who must have signed in.
#[derive(Debug)]
pub struct Credentials(pub Credential);

/// Of a caller who may have. Bad credentials are refused here too, not ignored.
#[derive(Debug)]
pub struct MaybeCredentials(pub Option<Credential>);

/// Of a caller who must have signed in here, in person: for what keys and
/// people from elsewhere can't do.
#[derive(Debug)]
pub struct SessionCredentials(pub Claims);

impl FromRequestParts<Context> for MaybeCredentials {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self> {
        let access = access(&parts.method);
        // The first that is there counts, and no other when it is bad.
        if let Some(text) = one(&parts.headers, &X_API_KEY)? {
            let key = SecretKey::parse(text)
                .ok_or(Error::InvalidToken("The API key isn't one, or was mistyped."))?;
            telemetry::note_api_key(key.id);
            let key = PresentedKey::new(key, access, context.config.limits.api_key);
            return Ok(Self(Some(Credential::ApiKey(key))));
        }
        if let Some(header) = one(&parts.headers, &AUTHORIZATION)? {
            return bearer(context, header).await.map(|credential| Self(Some(credential)));
        }
        if let Some(kratos) = context.external.kratos()
            && let Some(cookie) = kratos::cookie(parts.headers.get_all(COOKIE))?
        {
            if access == Access::Write {
                check_origin(&parts.headers, &context.config.cors_origins)?;
            }
            let identity = kratos.whoami(context.outbound(), cookie, context.now()).await?;
            return Ok(Self(Some(Credential::External(identity))));
        }
        Ok(Self(None))
    }
}

impl FromRequestParts<Context> for Credentials {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self> {
        let MaybeCredentials(credential) =
            MaybeCredentials::from_request_parts(parts, context).await?;
        credential.map(Self).ok_or(Error::AuthenticationRequired)
    }
}

impl FromRequestParts<Context> for SessionCredentials {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self> {
        match Credentials::from_request_parts(parts, context).await? {
            Credentials(Credential::Session(claims)) => Ok(Self(claims)),
            _ => Err(Error::Forbidden("This needs a session of this service.")),
        }
    }
}

fn access(method: &Method) -> Access {
    if method.is_safe() { Access::Read } else { Access::Write }
}

/// The one header of that name. Of two nobody could say which one counts.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(Error::InvalidToken("The credentials' header isn't one text.")),
    }
}

async fn bearer(context: &Context, header: &str) -> Result<Credential> {
    let bearer = header.split_once(' ');
    let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (_, token) =
        bearer.ok_or(Error::InvalidToken("The Authorization header isn't one bearer token."))?;
    let (token, now) = (token.trim(), context.now());
    if let Some(issuer) = context.external.issuer_of(token) {
        return issuer.verify(context.outbound(), token, now).await.map(Credential::External);
    }
    let claims = access::verify(&context.keys, &context.config.tokens, token, now).await?;
    Ok(Credential::Session(claims))
}

/// A browser sends a cookie along whoever makes it ask. So what changes
/// something must come from a page that may: one of the configured origins, or
/// of the API's own. Browsers say which, and pages can't make them lie.
fn check_origin(headers: &HeaderMap, allowed: &[String]) -> Result<()> {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = text(&SEC_FETCH_SITE) == Some("same-origin");
    let is_allowed = text(&ORIGIN).is_some_and(|origin| allowed.iter().any(|one| one == origin));
    if is_own || is_allowed {
        return Ok(());
    }
    Err(Error::Forbidden("A cookie changes nothing from this origin."))
}
