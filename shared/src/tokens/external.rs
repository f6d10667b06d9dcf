//! People who have signed in elsewhere: bearer tokens of issuers that the
//! configuration names, and the cookie of an identity service.
//!
//! Their `user_id` follows from issuer and subject, so no look-up is needed.

mod jwks;
pub mod kratos;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use self::jwks::KeySet;
use self::kratos::Kratos;
use crate::config;
use crate::domain::account::Provider;
use crate::domain::email::Email;
use crate::domain::identity::MAX_SUBJECT;
use crate::domain::{Error, Result, Timestamp, UserId};
use crate::outbound::Outbound;

/// More than issuers put into a token; anything beyond isn't worth parsing.
const MAX_LENGTH: usize = 8192;

/// Clocks of issuers may be so much ahead.
const AHEAD: i64 = 60;

/// Ids are `UUIDv5` (RFC 9562, section 5.5) of the subject, in a space that is
/// the `UUIDv5` of the issuer in this one: so no issuer and subject run together
/// into those of another.
const NAMESPACE: Uuid = uuid::uuid!("9c1d4b1e-5a0a-4c0e-8a6b-0f2b6f5f8d3e");

const INVALID: Error = Error::InvalidToken("The token is malformed, or not one for this service.");

/// Somebody who has signed in elsewhere.
#[derive(Clone, Debug)]
pub struct Identity {
    pub user_id: UserId,
    /// The name of the issuer's configuration.
    pub provider: Provider,
    /// As the issuer knows it.
    pub email: Option<KnownEmail>,
}

#[derive(Clone, Debug)]
pub struct KnownEmail {
    pub email: Email,
    pub is_verified: bool,
}

impl Identity {
    /// `None` where the subject can't be one.
    fn new(
        issuer: &str,
        provider: &Provider,
        subject: &str,
        email: Option<KnownEmail>,
    ) -> Option<Self> {
        let user_id = user_id(issuer, subject)?;
        Some(Self { user_id, provider: provider.clone(), email })
    }
}

/// The id of an issuer's subject.
#[must_use]
pub fn user_id(issuer: &str, subject: &str) -> Option<UserId> {
    if subject.is_empty() || subject.chars().count() > MAX_SUBJECT {
        return None;
    }
    let space = Uuid::new_v5(&NAMESPACE, issuer.as_bytes());
    Some(Uuid::new_v5(&space, subject.as_bytes()).into())
}

/// All that vouch for people beside us.
pub struct External {
    issuers: Vec<Issuer>,
    kratos: Option<Kratos>,
}

/// One that signs tokens.
pub struct Issuer {
    name: Provider,
    iss: String,
    audience: Option<String>,
    keys: Keys,
}

enum Keys {
    /// Public keys, published by the issuer.
    Published(KeySet),
    /// HS256 with a secret that the issuer has too.
    Shared(DecodingKey),
}

/// What a token says, as far as it matters. Times are whole seconds.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    /// The subject in tokens of services that this one replaces.
    user_id: Option<String>,
    aud: Option<Audience>,
    exp: i64,
    nbf: Option<i64>,
    email: Option<Value>,
    email_verified: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, wanted: &str) -> bool {
        match self {
            Self::One(audience) => audience == wanted,
            Self::Many(audiences) => audiences.iter().any(|audience| audience == wanted),
        }
    }
}

impl External {
    #[must_use]
    pub fn new(config: &config::External) -> Self {
        Self {
            issuers: config.issuers.iter().map(Issuer::new).collect(),
            kratos: config.kratos_url.as_deref().map(Kratos::new),
        }
    }

    #[must_use]
    pub fn kratos(&self) -> Option<&Kratos> {
        self.kratos.as_ref()
    }

    /// The issuer that a token names, not verified yet; `None` where it is to be
    /// one of ours. A token that names nobody is to be signed with the shared
    /// secret, if there is one.
    #[must_use]
    pub fn issuer_of(&self, token: &str) -> Option<&Issuer> {
        #[derive(Deserialize)]
        struct Claimed {
            iss: Option<String>,
        }
        if self.issuers.is_empty() || token.len() > MAX_LENGTH {
            return None;
        }
        let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let Claimed { iss } = serde_json::from_slice(&payload).ok()?;
        self.issuers.iter().find(|issuer| match &iss {
            Some(iss) => issuer.iss == *iss,
            None => matches!(issuer.keys, Keys::Shared(_)),
        })
    }
}

impl Issuer {
    fn new(config: &config::Issuer) -> Self {
        let config::Issuer { name, issuer, audience, keys } = config;
        let keys = match keys {
            config::IssuerKeys::Published { jwks_uri, algorithms } => {
                Keys::Published(KeySet::new(issuer.clone(), jwks_uri.clone(), algorithms.clone()))
            }
            config::IssuerKeys::Shared(secret) => {
                Keys::Shared(DecodingKey::from_secret(secret.reveal()))
            }
        };
        let (name, iss, audience) = (name.clone(), issuer.clone(), audience.clone());
        Self { name, iss, audience, keys }
    }

    /// Who a token speaks of, where it is this issuer's, unaltered, for us and
    /// of this time.
    ///
    /// # Errors
    /// [`Error::InvalidToken`]; [`Error::Unavailable`] where the issuer's keys
    /// can't be read.
    pub async fn verify(
        &self,
        outbound: &Outbound,
        token: &str,
        now: Timestamp,
    ) -> Result<Identity> {
        let header = decode_header(token).map_err(|_| INVALID)?;
        // Extensions that must be understood, and aren't (RFC 7515, section 4.1.11).
        if header.crit.is_some() {
            return Err(INVALID);
        }
        let claims = match &self.keys {
            Keys::Shared(key) => read(token, key, Algorithm::HS256)?,
            Keys::Published(keys) => {
                let Header { alg, kid, .. } = header;
                let key = keys.find(outbound, kid.as_deref(), alg, now).await?;
                read(token, &key.ok_or(INVALID)?, alg)?
            }
        };
        self.check(&claims, now)?;
        let subject = claims.sub.or(match self.keys {
            Keys::Shared(_) => claims.user_id,
            Keys::Published(_) => None,
        });
        let email = known_email(claims.email.as_ref(), claims.email_verified.as_ref());
        let subject = subject.ok_or(INVALID)?;
        Identity::new(&self.iss, &self.name, &subject, email).ok_or(INVALID)
    }

    fn check(&self, claims: &Claims, now: Timestamp) -> Result<()> {
        let is_issuer = match (&claims.iss, &self.keys) {
            (Some(iss), _) => *iss == self.iss,
            (None, Keys::Shared(_)) => true,
            (None, Keys::Published(_)) => false,
        };
        let is_for_us = match (&self.audience, &claims.aud) {
            (Some(wanted), Some(audience)) => audience.has(wanted),
            (None, None) => true,
            // Meant for somebody, of whom we don't know that it is us.
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !is_issuer || !is_for_us {
            return Err(INVALID);
        }
        let now = now.as_secs();
        if now >= claims.exp {
            return Err(Error::InvalidToken("The token has expired."));
        }
        if claims.nbf.is_some_and(|from| from > now + AHEAD) {
            return Err(Error::InvalidToken("The token isn't good yet."));
        }
        Ok(())
    }
}

/// The claims of a token that this key signed with this algorithm.
fn read(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Claims> {
    let mut validation = Validation::new(algorithm);
    // All that is checked of claims, `Issuer::check` does, by our clock.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode(token, key, &validation).map(|token| token.claims).map_err(|_| INVALID)
}

/// Verified only where the issuer says so in so many words.
fn known_email(email: Option<&Value>, is_verified: Option<&Value>) -> Option<KnownEmail> {
    let email = Email::parse(email?.as_str()?).ok()?;
    Some(KnownEmail { email, is_verified: is_verified == Some(&Value::Bool(true)) })
}
