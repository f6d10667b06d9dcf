//! Public keys that an issuer publishes (RFC 7517), as last read. One read at a
//! time, bounded in size and time, and seldom, whatever tokens ask for.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Request;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::domain::{Error, Result, Timestamp};
use crate::outbound::Outbound;

/// How old a copy may get before it is read again.
const AGE: Duration = Duration::from_hours(1);
/// How long a copy is good for while the issuer can't be read.
const KEPT: Duration = Duration::from_hours(24);
/// How often an unknown key id may cause a read.
const PAUSE: Duration = Duration::from_secs(10);
/// How long one read may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Keys of one issuer. They have a handful.
const MAX_KEYS: usize = 100;

/// The keys of one issuer.
pub(super) struct KeySet {
    issuer: String,
    /// `None`: as the issuer's discovery document says.
    uri: Option<String>,
    algorithms: Vec<Algorithm>,
    copy: RwLock<Copy>,
    /// Of those who want to read, one does.
    turn: Mutex<()>,
}

#[derive(Clone, Default)]
struct Copy {
    keys: Arc<Vec<PublicKey>>,
    read_at: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

struct PublicKey {
    kid: Option<String>,
    /// What it may verify: by its type, its own word, and the configuration.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// A key as it is published.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    pub fn new(issuer: String, uri: Option<String>, algorithms: Vec<Algorithm>) -> Self {
        let (copy, turn) = (RwLock::default(), Mutex::default());
        Self { issuer, uri, algorithms, copy, turn }
    }

    /// The key that a token of this header would be signed with.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it isn't known and the issuer can't be read.
    pub async fn find(
        &self,
        outbound: &Outbound,
        kid: Option<&str>,
        algorithm: Algorithm,
        now: Timestamp,
    ) -> Result<Option<DecodingKey>> {
        let is_within = |at: Option<Timestamp>, age| at.is_some_and(|at| now.since(at) < age);
        let copy = self.copy();
        if is_within(copy.read_at, AGE)
            && let Some(key) = copy.find(kid, algorithm)
        {
            return Ok(Some(key));
        }
        let _turn = self.turn.lock().await;
        // Somebody may have read them meanwhile, or tried to.
        if !is_within(self.copy().tried_at, PAUSE) {
            self.keep(|copy| copy.tried_at = Some(now));
            match self.read(outbound).await {
                Ok(keys) => self.keep(|copy| {
                    copy.keys = Arc::new(keys);
                    copy.read_at = Some(now);
                }),
                Err(error) => tracing::warn!(
                    target: "kith", issuer = self.issuer, ?error, "an issuer's keys can't be read"
                ),
            }
        }
        let copy = self.copy();
        let found = copy.find(kid, algorithm).filter(|_| is_within(copy.read_at, KEPT));
        // That nobody has such a key is known only from a copy that is new.
        if found.is_none() && copy.read_at < copy.tried_at {
            return Err(Error::unavailable("an issuer's keys can't be read"));
        }
        Ok(found)
    }

    fn copy(&self) -> Copy {
        self.copy.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, change: impl FnOnce(&mut Copy)) {
        change(&mut self.copy.write().unwrap_or_else(PoisonError::into_inner));
    }

    async fn read(&self, outbound: &Outbound) -> Result<Vec<PublicKey>> {
        #[derive(Deserialize)]
        struct Discovery {
            issuer: String,
            jwks_uri: String,
        }
        #[derive(Deserialize)]
        struct Published {
            keys: Vec<Value>,
        }
        let uri = if let Some(uri) = &self.uri {
            uri.clone()
        } else {
            let issuer = self.issuer.trim_end_matches('/');
            let document: Discovery =
                get(outbound, &format!("{issuer}/.well-known/openid-configuration")).await?;
            if document.issuer != self.issuer {
                return Err(Error::unavailable("the discovery document is another issuer's"));
            }
            document.jwks_uri
        };
        let Published { keys } = get(outbound, &uri).await?;
        if keys.len() > MAX_KEYS {
            return Err(Error::unavailable("the key set has too many keys"));
        }
        // Keys that we don't understand are others' (RFC 7517, section 5).
        let keys = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(keys.filter_map(|key| PublicKey::new(key, &self.algorithms)).collect())
    }
}

async fn get<T: DeserializeOwned>(outbound: &Outbound, uri: &str) -> Result<T> {
    let request = Request::get(uri).body(Vec::new()).map_err(Error::unavailable)?;
    let answer = outbound.send(request, PATIENCE).await.map_err(Error::unavailable)?;
    if answer.status() != http::StatusCode::OK {
        return Err(Error::unavailable(format!("{uri} answered {}", answer.status())));
    }
    serde_json::from_slice(answer.body()).map_err(Error::unavailable)
}

impl Copy {
    /// Without an id in the token, the only key that fits.
    fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        let mut fitting = self.keys.iter().filter(|key| {
            key.algorithms.contains(&algorithm) && (kid.is_none() || key.kid.as_deref() == kid)
        });
        let first = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then(|| first.key.clone())
    }
}

impl PublicKey {
    fn new(jwk: Jwk, allowed: &[Algorithm]) -> Option<Self> {
        let Jwk { kty, kid, alg, usage, crv, n, e, x, y } = jwk;
        if usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        let part = |text: Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text?).ok();
        let (possible, key): (&[_], _) = match (kty.as_str(), crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (part(n)?, part(e)?);
                (
                    &[Algorithm::RS256, Algorithm::PS256],
                    DecodingKey::from_rsa_raw_components(&n, &e),
                )
            }
            ("EC", Some("P-256")) => {
                let point = [vec![4], part(x)?, part(y)?].concat();
                (&[Algorithm::ES256], DecodingKey::from_ec_der(&point))
            }
            ("OKP", Some("Ed25519")) => (&[Algorithm::EdDSA], DecodingKey::from_ed_der(&part(x)?)),
            _ => return None,
        };
        let own: Option<Algorithm> = alg.as_deref().map(str::parse).transpose().ok()?;
        let may = |one: &Algorithm| allowed.contains(one) && own.is_none_or(|own| own == *one);
        let algorithms = possible.iter().copied().filter(may).collect();
        Some(Self { kid, algorithms, key })
    }
}
