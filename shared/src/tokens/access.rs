//! Access tokens: JWTs of the `at+jwt` type (RFC 9068) that other services can
//! verify on their own with `/.well-known/jwks.json`.

use jsonwebtoken::{Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use super::Keys;
use crate::config;
use crate::domain::account::Role;
use crate::domain::session::Session;
use crate::domain::{Error, Result, SessionId, Timestamp, UserId};

/// Longer than any token of ours; anything beyond isn't worth parsing.
const MAX_LENGTH: usize = 4096;

/// RFC 9068, section 2.1.
const TYPE: &str = "at+jwt";

/// What a token says. Times are seconds since the epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    /// The same as `sub`, under the name that services around use.
    pub user_id: UserId,
    pub email: String,
    pub name: Option<String>,
    /// As of the sign-in: the service itself goes by the account.
    pub role: Role,
    pub sid: SessionId,
    pub jti: String,
    pub iat: i64,
    pub exp: i64,
}

/// A signed access token for `session`. `jti` names this one token.
///
/// # Errors
/// Those of [`Keys::signing`].
pub async fn issue(
    keys: &Keys,
    config: &config::Tokens,
    session: &Session,
    jti: String,
    now: Timestamp,
) -> Result<String> {
    let signing = keys.signing().await?;
    let claims = Claims {
        iss: config.issuer.clone(),
        aud: config.audience.clone(),
        sub: session.user_id,
        user_id: session.user_id,
        email: session.email.to_string(),
        name: session.name.clone(),
        role: session.role,
        sid: session.id,
        jti,
        iat: now.as_secs(),
        exp: (now + config.lifetime).as_secs(),
    };
    let header = Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(signing.key.kid.clone()),
        ..Header::new(signing.key.algorithm)
    };
    encode(&header, &claims, &signing.key.key).map_err(Error::internal)
}

/// The claims of a token that is ours, unaltered, for us and not expired. That
/// its session lives, only the store can tell.
///
/// # Errors
/// [`Error::InvalidToken`], or those of [`Keys::verification`].
pub async fn verify(
    keys: &Keys,
    config: &config::Tokens,
    token: &str,
    now: Timestamp,
) -> Result<Claims> {
    let invalid = Error::InvalidToken("The access token is malformed or not ours.");
    if token.len() > MAX_LENGTH {
        return Err(invalid);
    }
    let Ok(header) = decode_header(token) else { return Err(invalid) };
    let has_type = header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
    // Where there are extensions that must be understood (RFC 7515, section
    // 4.1.11), there are none that we do. Keys that a token brings along or
    // points to are nothing to us.
    let (Some(kid), true, None) = (header.kid, has_type, header.crit) else { return Err(invalid) };
    let Some((verification, index)) = keys.verifying_key(&kid).await? else { return Err(invalid) };
    let key = &verification.keys[index];

    // The key decides on the algorithm, never the token.
    let mut validation = Validation::new(key.algorithm);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.set_issuer(&[&config.issuer]);
    validation.set_audience(&[&config.audience]);
    // The claims' types are checked by reading them; the time is the context's.
    validation.validate_exp = false;
    let Ok(token) = decode::<Claims>(token, &key.key, &validation) else { return Err(invalid) };
    if now.as_secs() >= token.claims.exp {
        return Err(Error::InvalidToken("The access token has expired."));
    }
    Ok(token.claims)
}
