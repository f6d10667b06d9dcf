//! The keys, from Secrets Manager: the signing secret that only functions which
//! start sessions may read, and the verification secret that every function may. `functions/keys`
//! makes and rotates them.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::sealed::Cipher;
use crate::config::Config;
use crate::domain::{Error, Result, Timestamp};

/// How old a copy of the signing keys may get before it is read again: the
/// time that a rotation takes to reach every execution environment.
pub const SIGNING_KEYS_AGE: Duration = Duration::from_mins(5);

/// How old a copy of the verification keys may get: the time that a retired
/// key is still taken where nothing asks for a newer one.
const VERIFICATION_KEYS_AGE: Duration = Duration::from_hours(1);

/// How often an unknown key id may cause a read, so that made-up ids can't
/// turn into requests.
const UNKNOWN_KEY_PAUSE: Duration = Duration::from_secs(10);

/// What the signing secret holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningSecret {
    /// The first signs.
    pub keys: Vec<Jwk>,
    /// Derives and authenticates refresh tokens and restore tokens.
    pub refresh_key: String,
}

/// What the verification secret holds.
#[derive(Clone, Serialize, Deserialize)]
pub struct VerificationSecret {
    /// Newest first.
    pub keys: Vec<PublishedKey>,
    /// Hides cursors.
    pub cursor_key: String,
}

/// A key that verifies, without its private part.
#[derive(Clone, Serialize, Deserialize)]
pub struct PublishedKey {
    #[serde(flatten)]
    pub jwk: Jwk,
    /// When another key took over. What this one has signed is good for a token's
    /// life from then on, and a little longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
}

/// A key in JSON form (RFC 7517): P-256, Ed25519 or symmetric.
#[derive(Clone, Serialize, Deserialize)]
pub struct Jwk {
    pub kty: String,
    pub kid: String,
    pub alg: String,
    #[serde(rename = "use")]
    pub usage: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Private: of P-256 and Ed25519.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub d: Option<String>,
    /// Secret: of a symmetric key, which verifies with what it signs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub k: Option<String>,
}

impl Jwk {
    /// The part that verifiers need.
    #[must_use]
    pub fn for_verification(&self) -> Self {
        Self { d: None, ..self.clone() }
    }

    /// Whether everybody may see [`Self::for_verification`].
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.k.is_none()
    }
}

/// A key that verifies access tokens.
pub struct VerifyingKey {
    pub algorithm: Algorithm,
    pub key: DecodingKey,
    pub jwk: Jwk,
}

/// A key that signs access tokens.
pub struct SigningKey {
    pub kid: String,
    pub algorithm: Algorithm,
    pub key: EncodingKey,
}

/// The signing secret, parsed.
pub struct Signing {
    pub key: SigningKey,
    pub refresh_key: hmac::Key,
    /// The cursor key's counterpart for what only functions that sign may seal.
    pub seal_key: hmac::Key,
    /// Hides what only functions that sign may read: secrets of second factors,
    /// ceremonies of passkeys.
    pub cipher: Cipher,
}

/// The verification secret, parsed.
pub struct Verification {
    pub keys: Vec<VerifyingKey>,
    pub cursors: Cipher,
    /// Names calls that may be sent again, and derives what their answers are
    /// sealed with.
    pub repeats: hmac::Key,
}

impl Verification {
    fn key(&self, kid: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.jwk.kid == kid)
    }
}

/// Reads the keys when they are first needed and keeps them for the life of
/// the process.
pub struct Keys {
    client: Client,
    verification_id: String,
    signing_id: Option<String>,
    verification: RwLock<Option<Copy<Verification>>>,
    signing: RwLock<Option<Copy<Signing>>>,
}

struct Copy<T> {
    value: Arc<T>,
    read_at: Instant,
}

impl Keys {
    #[must_use]
    pub fn new(client: Client, config: &Config) -> Self {
        super::crypto::install();
        Self {
            client,
            verification_id: config.verification_keys_secret.clone(),
            signing_id: config.signing_keys_secret.clone(),
            verification: RwLock::new(None),
            signing: RwLock::new(None),
        }
    }

    /// What verifies, as last read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where Secrets Manager is; [`Error::Internal`]
    /// where the secret isn't ours.
    pub async fn verification(&self) -> Result<Arc<Verification>> {
        self.verification_of(VERIFICATION_KEYS_AGE).await
    }

    /// What verifies, as others should know it: no older than what signs.
    ///
    /// # Errors
    /// As [`Self::verification`].
    pub async fn published(&self) -> Result<Arc<Verification>> {
        self.verification_of(SIGNING_KEYS_AGE).await
    }

    async fn verification_of(&self, age: Duration) -> Result<Arc<Verification>> {
        match fresh(&self.verification, age) {
            Some(keys) => Ok(keys),
            None => self.read_verification().await,
        }
    }

    /// The key of that id: an unknown one may be new, so it is looked for in
    /// Secrets Manager, but not more often than every ten seconds.
    ///
    /// # Errors
    /// As [`Self::verification`].
    pub async fn verifying_key(&self, kid: &str) -> Result<Option<(Arc<Verification>, usize)>> {
        let keys = self.verification().await?;
        if let Some(index) = keys.key(kid) {
            return Ok(Some((keys, index)));
        }
        if fresh(&self.verification, UNKNOWN_KEY_PAUSE).is_some() {
            return Ok(None);
        }
        let keys = self.read_verification().await?;
        Ok(keys.key(kid).map(|index| (keys, index)))
    }

    /// What signs.
    ///
    /// # Errors
    /// As [`Self::verification`]; [`Error::Internal`] in functions that may not sign.
    pub async fn signing(&self) -> Result<Arc<Signing>> {
        if let Some(keys) = fresh(&self.signing, SIGNING_KEYS_AGE) {
            return Ok(keys);
        }
        let id = self.signing_id.as_deref().ok_or_else(|| Error::internal("no signing keys"))?;
        let secret: SigningSecret = self.read(id).await?;
        let newest = secret.keys.first().ok_or_else(|| {
            // The first rotation of a new stack hasn't ended yet.
            Error::unavailable("the signing secret holds no key yet")
        })?;
        let signing = Signing {
            key: signing_key(newest)?,
            refresh_key: derived(&secret.refresh_key, "kith refresh token"),
            seal_key: derived(&secret.refresh_key, "kith restore token"),
            cipher: Cipher::new(&derived(&secret.refresh_key, "kith second factor"))?,
        };
        Ok(keep(&self.signing, signing))
    }

    async fn read_verification(&self) -> Result<Arc<Verification>> {
        let secret: VerificationSecret = self.read(&self.verification_id).await?;
        let keys = secret.keys.into_iter().map(|key| verifying_key(key.jwk));
        let keys: Result<Vec<_>> = keys.collect();
        let cursors = Cipher::new(&derived(&secret.cursor_key, "kith cursor"))?;
        let repeats = derived(&secret.cursor_key, "kith idempotency");
        let verification = Verification { keys: keys?, cursors, repeats };
        Ok(keep(&self.verification, verification))
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, id: &str) -> Result<T> {
        let answer =
            self.client.get_secret_value().secret_id(id).send().await.map_err(|error| {
                Error::unavailable(format!("reading {id}: {}", DisplayErrorContext(&error)))
            })?;
        let text = answer.secret_string().unwrap_or_default();
        // The parser's message may quote the secret, so it stays here.
        serde_json::from_str(text)
            .map_err(|_| Error::internal(format!("secret {id} isn't in its form")))
    }
}

fn fresh<T>(slot: &RwLock<Option<Copy<T>>>, age: Duration) -> Option<Arc<T>> {
    let slot = slot.read().unwrap_or_else(PoisonError::into_inner);
    slot.as_ref().filter(|copy| copy.read_at.elapsed() <= age).map(|copy| Arc::clone(&copy.value))
}

fn keep<T>(slot: &RwLock<Option<Copy<T>>>, value: T) -> Arc<T> {
    let value = Arc::new(value);
    let copy = Copy { value: Arc::clone(&value), read_at: Instant::now() };
    *slot.write().unwrap_or_else(PoisonError::into_inner) = Some(copy);
    value
}

/// One secret text serves several purposes by a key derived for each.
fn derived(secret: &str, purpose: &str) -> hmac::Key {
    let root = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose.as_bytes()).as_ref())
}

fn bytes(part: Option<&String>) -> Result<Vec<u8>> {
    let part = part.ok_or_else(|| Error::internal("a key lacks a part"))?;
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Error::internal("a key's part isn't base64url"))
}

fn verifying_key(jwk: Jwk) -> Result<VerifyingKey> {
    let (algorithm, key) = match jwk.alg.as_str() {
        "ES256" => {
            let point = [vec![4], bytes(jwk.x.as_ref())?, bytes(jwk.y.as_ref())?].concat();
            (Algorithm::ES256, DecodingKey::from_ec_der(&point))
        }
        "EdDSA" => (Algorithm::EdDSA, DecodingKey::from_ed_der(&bytes(jwk.x.as_ref())?)),
        "HS256" => (Algorithm::HS256, DecodingKey::from_secret(&bytes(jwk.k.as_ref())?)),
        other => return Err(Error::internal(format!("unknown key algorithm {other:?}"))),
    };
    Ok(VerifyingKey { algorithm, key, jwk })
}

fn signing_key(jwk: &Jwk) -> Result<SigningKey> {
    let (algorithm, key) = match jwk.alg.as_str() {
        "ES256" => {
            let (d, x, y) =
                (bytes(jwk.d.as_ref())?, bytes(jwk.x.as_ref())?, bytes(jwk.y.as_ref())?);
            (Algorithm::ES256, EncodingKey::from_ec_der(&[d, vec![4], x, y].concat()))
        }
        "EdDSA" => (Algorithm::EdDSA, EncodingKey::from_ed_der(&bytes(jwk.d.as_ref())?)),
        "HS256" => (Algorithm::HS256, EncodingKey::from_secret(&bytes(jwk.k.as_ref())?)),
        other => return Err(Error::internal(format!("unknown key algorithm {other:?}"))),
    };
    Ok(SigningKey { kid: jwk.kid.clone(), algorithm, key })
}
