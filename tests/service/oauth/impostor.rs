//! A provider that answers whatever a test wants, with keys of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What it answers. Everything can be replaced.
pub struct Says {
    pub discovery: Value,
    /// Bytes before the discovery document, and how long each of the answers takes.
    pub padding: usize,
    pub delay: Duration,
    /// The token endpoint's answer.
    pub tokens: Value,
    pub keys: Value,
    pub userinfo: Value,
    /// How often the keys were asked for.
    pub key_reads: u32,
}

/// A running impostor.
pub struct Impostor {
    pub issuer: String,
    pub says: Arc<Mutex<Says>>,
    key: Ed25519KeyPair,
}

type Shared = Arc<Mutex<Says>>;

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

impl Impostor {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let says = Says {
            discovery: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"),
                "token_endpoint": format!("{issuer}/token"),
                "userinfo_endpoint": format!("{issuer}/me"),
                "jwks_uri": format!("{issuer}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
            }),
            padding: 0,
            delay: Duration::ZERO,
            tokens: Value::Null,
            keys: json!({"keys": [{
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": "own",
                "x": base64url(key.public_key()),
            }]}),
            userinfo: Value::Null,
            key_reads: 0,
        };
        let says = Arc::new(Mutex::new(says));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(keys))
            .route("/token", post(tokens))
            .route("/me", get(userinfo))
            .with_state(Arc::clone(&says));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { issuer, says, key }
    }

    /// Changes what it says.
    pub fn say(&self, change: impl FnOnce(&mut Says)) {
        change(&mut self.says.lock().unwrap());
    }

    /// What an honest provider would put into an ID token.
    pub fn claims(&self, nonce: &str) -> Value {
        let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
        json!({
            "iss": self.issuer, "aud": "kith", "sub": "mallory", "nonce": nonce,
            "iat": now, "exp": now + 300, "email": "mallory@example.com", "email_verified": true,
        })
    }

    /// An ID token of these claims under this header, signed with the key that
    /// the key set names `own`.
    pub fn token(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
        let signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", base64url(signature))
    }

    /// Answers the next exchange with this ID token.
    pub fn hand_out(&self, token: &str) {
        let tokens = json!({"access_token": "at", "token_type": "Bearer", "id_token": token});
        self.say(|says| says.tokens = tokens);
    }
}

fn answer(value: &Value) -> Response {
    ([("content-type", "application/json")], value.to_string()).into_response()
}

async fn delay(says: &Shared) {
    let delay = says.lock().unwrap().delay;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}

async fn discovery(State(says): State<Shared>) -> Response {
    delay(&says).await;
    let says = says.lock().unwrap();
    let text = " ".repeat(says.padding) + &says.discovery.to_string();
    ([("content-type", "application/json")], text).into_response()
}

async fn keys(State(says): State<Shared>) -> Response {
    let mut says = says.lock().unwrap();
    says.key_reads += 1;
    answer(&says.keys)
}

async fn tokens(State(says): State<Shared>) -> Response {
    delay(&says).await;
    answer(&says.lock().unwrap().tokens)
}

async fn userinfo(State(says): State<Shared>) -> Response {
    answer(&says.lock().unwrap().userinfo)
}
