//! An issuer of tokens beside the service: its keys, and the server that
//! publishes them.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64URL};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What signs.
pub enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Secret(Vec<u8>),
}

impl Key {
    /// Made for these tests, since `ring` makes none.
    pub fn rsa() -> Self {
        let text: String = include_str!("rsa.pkcs8").split_whitespace().collect();
        let der = BASE64_STANDARD.decode(text).unwrap();
        Self::Rsa(RsaKeyPair::from_pkcs8(&der).unwrap())
    }

    pub fn p256() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref(), &random).unwrap())
    }

    pub fn ed25519() -> Self {
        let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(der.as_ref()).unwrap())
    }

    /// The modulus, which is as public as the key.
    pub fn modulus(&self) -> Vec<u8> {
        let Self::Rsa(pair) = self else { panic!("no RSA key") };
        RsaPublicKeyComponents::<Vec<u8>>::from(pair.public()).n
    }

    /// The public key as it is published.
    pub fn jwk(&self, kid: &str) -> Value {
        let part = |bytes: &[u8]| BASE64URL.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let RsaPublicKeyComponents { n, e } =
                    RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "use": "sig", "kid": kid, "n": part(&n), "e": part(&e)})
            }
            Self::P256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "alg": "ES256", "x": part(x), "y": part(y)})
            }
            Self::Ed25519(pair) => {
                let x = part(pair.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x})
            }
            Self::Secret(_) => panic!("a secret is never published"),
        }
    }

    /// A token of this header and these claims.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let (bytes, random) = (message.as_bytes(), SystemRandom::new());
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let padding: &dyn ring::signature::RsaEncoding =
                    if header["alg"] == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                pair.sign(padding, &random, bytes, &mut signature).unwrap();
                signature
            }
            Self::P256(pair) => pair.sign(&random, bytes).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(bytes).as_ref().to_vec(),
            Self::Secret(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                hmac::sign(&key, bytes).as_ref().to_vec()
            }
        };
        format!("{message}.{}", BASE64URL.encode(signature))
    }
}

/// How the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    Down,
    Slow,
    Huge,
    Crowded,
    Garbled,
}

/// An issuer's server.
pub struct Issuer {
    pub url: String,
    state: Arc<Published>,
}

struct Published {
    url: String,
    keys: Mutex<Vec<Value>>,
    mood: Mutex<Mood>,
    reads: AtomicU32,
    is_another: AtomicBool,
}

impl Issuer {
    pub async fn start(keys: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Published {
            url: url.clone(),
            keys: Mutex::new(keys),
            mood: Mutex::new(Mood::Well),
            reads: AtomicU32::new(0),
            is_another: AtomicBool::new(false),
        });
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys_of))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, state }
    }

    pub fn publish(&self, keys: Vec<Value>) {
        *self.state.keys.lock().unwrap() = keys;
    }

    pub fn is(&self, mood: Mood) {
        *self.state.mood.lock().unwrap() = mood;
    }

    /// From now on the discovery document names another issuer.
    pub fn pretend(&self) {
        self.state.is_another.store(true, Ordering::SeqCst);
    }

    /// How often the keys were asked for.
    pub fn reads(&self) -> u32 {
        self.state.reads.load(Ordering::SeqCst)
    }
}

async fn discovery(State(state): State<Arc<Published>>) -> Json<Value> {
    let issuer = if state.is_another.load(Ordering::SeqCst) {
        "https://another.example"
    } else {
        &state.url
    };
    Json(json!({"issuer": issuer, "jwks_uri": format!("{}/keys", state.url)}))
}

async fn keys_of(State(state): State<Arc<Published>>) -> Response {
    state.reads.fetch_add(1, Ordering::SeqCst);
    let keys = state.keys.lock().unwrap().clone();
    let mood = *state.mood.lock().unwrap();
    match mood {
        Mood::Well => Json(json!({"keys": keys})).into_response(),
        Mood::Down => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Slow => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Json(json!({"keys": keys})).into_response()
        }
        Mood::Huge => {
            let filler = "x".repeat(2 * 1024 * 1024);
            Json(json!({"keys": keys, "filler": filler})).into_response()
        }
        Mood::Crowded => {
            let many: Vec<_> = keys.iter().cycle().take(101).collect();
            Json(json!({"keys": many})).into_response()
        }
        Mood::Garbled => "not JSON".into_response(),
    }
}
