//! The function that makes the signing keys, called as Secrets Manager calls it.

use serde_json::{Value, json};
use tests::PASSWORD;
use tests::runtime_api::{Event, Function};

use crate::deployment::Deployment;

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];

/// One step of a rotation of the stack's signing keys.
async fn step(keys: &mut Function, step: &str, version: &str) -> Result<Value, Value> {
    let mut event = Event::sample("keys-rotate").event;
    event["Step"] = json!(step);
    event["SecretId"] = json!("kith/signing-keys");
    event["ClientRequestToken"] = json!(version);
    keys.invoke(&event).await.result
}

/// The ids of the public keys, the newest first.
async fn published(lambda: &Deployment) -> Vec<String> {
    let mut auth = lambda.function("auth", &[]).await;
    let jwks = auth.call(&Event::sample("auth-get-jwks")).await.body;
    let keys = jwks["keys"].as_array().cloned().unwrap_or_default();
    for key in &keys {
        assert_eq!(key["d"], Value::Null, "a private key");
    }
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// What signs a new token, and the token.
async fn sign_in(lambda: &Deployment, email: &str) -> (String, String) {
    let mut auth = lambda.function("auth", &[]).await;
    let login = json!({"email": email, "password": PASSWORD});
    let answer = auth.call(&Event::sample("auth-login").json(&login)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = answer.text("/access_token");
    let header = jsonwebtoken::decode_header(&token).unwrap();
    (header.kid.unwrap(), token)
}

#[tokio::test]
async fn a_rotation_changes_the_signing_key_and_signs_nobody_out() {
    let lambda = Deployment::start().await;
    let zoe = lambda.kith.somebody().await;
    let before = published(&lambda).await;
    let (old, token) = sign_in(&lambda, &zoe.email).await;
    assert_eq!(before, std::slice::from_ref(&old));

    let mut keys = lambda.function("keys", &[]).await;
    let version = "7c1f8a52-3d64-4f0e-9b27-5e8d1c6a0f43";
    for name in STEPS {
        // Secrets Manager repeats steps that it knows no end of.
        for _ in 0..2 {
            assert_eq!(step(&mut keys, name, version).await, Ok(Value::Null), "{name}");
        }
        let (kid, _) = sign_in(&lambda, &zoe.email).await;
        let is_last = name == "finishSecret";
        assert_eq!(kid != old, is_last, "the new key signs after {name}");
        let expected = if name == "createSecret" { 1 } else { 2 };
        assert_eq!(published(&lambda).await.len(), expected, "after {name}");
    }

    let (new, new_token) = sign_in(&lambda, &zoe.email).await;
    assert_eq!(published(&lambda).await, [new, old]);
    let mut profile = lambda.function("profile", &[]).await;
    for token in [token, new_token] {
        let me = Event::sample("profile-get-user").by(&token);
        assert_eq!(profile.call(&me).await.status, 200);
    }
}

/// A rotation from its first step to its last.
async fn rotate(keys: &mut Function, version: u8) {
    let version = format!("00000000-0000-4000-8000-0000000000{version:02}");
    for name in STEPS {
        assert_eq!(step(keys, name, &version).await, Ok(Value::Null), "{name}");
    }
}

/// Whether a fresh execution environment takes a token.
async fn is_taken(lambda: &Deployment, token: &str) -> bool {
    let mut profile = lambda.function("profile", &[]).await;
    let answer = profile.call(&Event::sample("profile-get-user").by(token)).await;
    if answer.status != 200 {
        answer.assert_problem(401, "invalid_token");
    }
    answer.status == 200
}

#[tokio::test]
async fn rotations_in_quick_succession_sign_nobody_out() {
    let lambda = Deployment::start().await;
    let zoe = lambda.kith.somebody().await;
    let mut keys = lambda.function("keys", &[]).await;
    let mut signed = vec![sign_in(&lambda, &zoe.email).await];
    for version in 1..=3 {
        rotate(&mut keys, version).await;
        signed.push(sign_in(&lambda, &zoe.email).await);
    }
    let newest_first: Vec<_> = signed.iter().rev().map(|(kid, _)| kid.clone()).collect();
    assert_eq!(published(&lambda).await, newest_first);
    for (kid, token) in &signed {
        assert!(is_taken(&lambda, token).await, "{kid}");
    }
    // Over HTTP the token of the oldest key is as good.
    assert!(zoe.is_signed_in().await);
}

#[tokio::test]
async fn a_key_whose_tokens_have_expired_is_dropped_and_its_private_part_before() {
    let lambda = Deployment::start().await;
    let zoe = lambda.kith.somebody().await;
    let client = lambda.kith.stack.context.sdk.secrets_manager();
    let secret = async |id: &str| -> Value {
        let secret = client.get_secret_value().secret_id(id).send().await.unwrap();
        serde_json::from_str(secret.secret_string().unwrap()).unwrap()
    };
    let mut keys = lambda.function("keys", &[]).await;
    let (old, token) = sign_in(&lambda, &zoe.email).await;
    rotate(&mut keys, 1).await;
    // Of what signs, only the newest key is left.
    let signing = secret("kith/signing-keys").await;
    assert_eq!(signing["keys"].as_array().unwrap().len(), 1);
    assert_ne!(signing["keys"][0]["kid"], json!(old));

    // When the old one stopped is noted, and nobody is shown it.
    let mut verification = secret("kith/verification-keys").await;
    assert_eq!(verification["keys"][1]["kid"], json!(old));
    assert!(verification["keys"][1]["retired_at"].is_string());
    assert_eq!(verification["keys"][0]["retired_at"], Value::Null);
    let mut auth = lambda.function("auth", &[]).await;
    let shown = auth.call(&Event::sample("auth-get-jwks")).await.body;
    assert!(!shown.to_string().contains("retired_at"), "{shown}");

    // As if that had been a while ago.
    verification["keys"][1]["retired_at"] = json!("2026-01-01T00:00:00.000Z");
    let put = client.put_secret_value().secret_id("kith/verification-keys");
    put.secret_string(verification.to_string()).send().await.unwrap();
    assert!(is_taken(&lambda, &token).await, "it takes a rotation to drop a key");
    let (_, between) = sign_in(&lambda, &zoe.email).await;
    rotate(&mut keys, 2).await;
    assert!(!published(&lambda).await.contains(&old));
    assert!(!is_taken(&lambda, &token).await);
    assert!(is_taken(&lambda, &between).await);
}

#[tokio::test]
async fn a_step_out_of_turn_fails_and_the_function_lives_on() {
    let lambda = Deployment::start().await;
    let mut keys = lambda.function("keys", &[]).await;
    let version = "7c1f8a52-3d64-4f0e-9b27-5e8d1c6a0f43";
    for name in ["setSecret", "testSecret", "finishSecret", "dropSecret"] {
        let error = step(&mut keys, name, version).await.unwrap_err();
        assert!(error["errorMessage"].is_string(), "{name}: {error}");
    }
    for name in STEPS {
        assert_eq!(step(&mut keys, name, version).await, Ok(Value::Null), "{name}");
    }
}
