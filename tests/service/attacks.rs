//! Attacks on what this service replaces, each a test here.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use futures_util::future::join_all;
use reqwest::Method;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, Person, send};

fn part(value: &Value) -> String {
    BASE64URL.encode(value.to_string())
}

fn parts(token: &str) -> (Value, Value, String) {
    let mut parts = token.split('.');
    let mut json =
        || serde_json::from_slice(&BASE64URL.decode(parts.next().unwrap()).unwrap()).unwrap();
    (json(), json(), parts.next().unwrap().to_owned())
}

/// Signs with a key of the attacker's choice.
fn hs256(header: &Value, claims: &Value, key: &[u8]) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_bytes());
    format!("{message}.{}", BASE64URL.encode(tag.as_ref()))
}

async fn refused(person: &Person, token: String) {
    let person = person.with_access_token(token.clone());
    let answer = person.get("/v1/users/me").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "invalid_token"), "{token}");
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let token = ada.access_token.clone().unwrap();
    let (header, claims, signature) = parts(&token);
    let with = |value: &Value, name: &str, to: Value| {
        let mut value = value.clone();
        value[name] = to;
        value
    };
    let assemble =
        |header: &Value, claims: &Value| format!("{}.{}.{signature}", part(header), part(claims));

    // No algorithm, with and without a signature.
    for none in ["none", "None", "NONE"] {
        let header = with(&header, "alg", json!(none));
        refused(&ada, assemble(&header, &claims)).await;
        refused(&ada, format!("{}.{}.", part(&header), part(&claims))).await;
    }
    // The public key as a shared secret.
    let jwks = kith.nobody().get("/.well-known/jwks.json").await.body;
    let decode = |name: &str| BASE64URL.decode(jwks["keys"][0][name].as_str().unwrap()).unwrap();
    let point = [vec![4], decode("x"), decode("y")].concat();
    let confused = with(&header, "alg", json!("HS256"));
    for key in
        [point.as_slice(), jwks.to_string().as_bytes(), jwks["keys"][0].to_string().as_bytes(), b""]
    {
        refused(&ada, hs256(&confused, &claims, key)).await;
    }
    // Claims and headers changed under the old signature.
    for (name, to) in [
        ("role", json!("admin")),
        ("exp", json!(9_999_999_999_i64)),
        ("sub", json!(kith.admin().await.id)),
    ] {
        refused(&ada, assemble(&header, &with(&claims, name, to))).await;
    }
    for kid in [
        json!(null),
        json!(""),
        json!("unknown"),
        json!("../../etc/passwd"),
        json!("https://evil.example/key"),
        json!("' OR 1=1"),
        json!("x".repeat(2000)),
        json!(7),
    ] {
        refused(&ada, assemble(&with(&header, "kid", kid), &claims)).await;
    }
    for (name, to) in [
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("alg", json!("RS256")),
        ("alg", json!("PS256")),
        ("alg", json!("ES384")),
        ("alg", json!("EdDSA")),
    ] {
        refused(&ada, assemble(&with(&header, name, to), &claims)).await;
    }
    // Pieces.
    for cut in [0, 10, token.len() / 2, token.len() - 10, token.len() - 1] {
        refused(&ada, token[..cut].to_owned()).await;
    }
    refused(&ada, format!("{token}x")).await;
    refused(&ada, format!("{token}.{signature}")).await;
    refused(&ada, "x".repeat(9000)).await;
    // A refresh token isn't an access token, nor the other way round.
    refused(&ada, ada.refresh_token.clone()).await;
    let crossed = ada.with_refresh_token(token);
    crossed.refresh().await.assert_problem(401, "invalid_token");
    assert!(ada.is_signed_in().await);
}

/// Tokens signed with the true key, as a mistake of ours or a neighbour who
/// shares it might.
#[tokio::test]
async fn truly_signed_tokens_with_wrong_claims_are_refused() {
    let kith = Kith::with(&[("JWT_ALGORITHM", "HS256")]).await;
    let ada = kith.somebody().await;
    let client = kith.stack.context.sdk.secrets_manager();
    let secret = client.get_secret_value().secret_id("kith/signing-keys").send().await.unwrap();
    let secret: Value = serde_json::from_str(secret.secret_string().unwrap()).unwrap();
    let key = BASE64URL.decode(secret["keys"][0]["k"].as_str().unwrap()).unwrap();
    let (header, claims, _) = parts(ada.access_token.as_ref().unwrap());
    let signed = |claims: &Value| hs256(&header, claims, &key);
    let good = ada.with_access_token(signed(&claims));
    assert!(good.is_signed_in().await, "the test's own signing works");
    for (name, to) in [
        ("exp", json!("9999999999")),
        ("exp", json!(1)),
        ("exp", json!(null)),
        ("exp", json!(-1)),
        ("exp", json!(9_999_999_999.5)),
        ("exp", json!(1e300)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(true)),
        ("exp", json!([9_999_999_999_i64])),
        ("aud", json!("other")),
        ("aud", json!(null)),
        ("aud", json!([])),
        ("iss", json!("https://evil.example")),
        ("iss", json!(null)),
        ("sub", json!("x")),
        ("sub", json!(null)),
        ("sid", json!(null)),
        ("sid", json!("x")),
    ] {
        let mut claims = claims.clone();
        claims[name] = to;
        refused(&ada, signed(&claims)).await;
    }
    for name in ["exp", "aud", "iss", "sub", "sid"] {
        let mut claims = claims.clone();
        claims.as_object_mut().unwrap().remove(name);
        refused(&ada, signed(&claims)).await;
    }
    // Headers as truly signed: what must be understood, and isn't; no or another type.
    for (name, to) in [
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("kid", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!(null)),
        ("alg", json!("HS512")),
    ] {
        let mut header = header.clone();
        header[name] = to;
        refused(&ada, hs256(&header, &claims, &key)).await;
    }
    for name in ["kid", "typ", "alg"] {
        let mut header = header.clone();
        header.as_object_mut().unwrap().remove(name);
        refused(&ada, hs256(&header, &claims, &key)).await;
    }
    // A claimed role is worth nothing: the account decides.
    let mut claims = claims.clone();
    claims["role"] = json!("admin");
    let pretender = ada.with_access_token(signed(&claims));
    pretender.get("/v1/users?email=admin@example.com").await.assert_problem(403, "forbidden");
}

/// An attacker's own key, brought along in every way that there is.
#[tokio::test]
async fn keys_that_tokens_bring_along_are_not_taken() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let (header, claims, _) = parts(ada.access_token.as_ref().unwrap());
    let (random, curve) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(curve, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(curve, pkcs8.as_ref(), &random).unwrap();
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "evil",
        "x": BASE64URL.encode(x), "y": BASE64URL.encode(y),
    });
    // Nothing may ask this address for a key.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    for kid in [&header["kid"], &json!("evil"), &json!(url)] {
        for (name, value) in [
            ("kid", kid),
            ("jwk", &jwk),
            ("jku", &json!(url)),
            ("x5u", &json!(url)),
            ("x5c", &json!([BASE64URL.encode(pkcs8.as_ref())])),
        ] {
            let mut header = header.clone();
            header["kid"] = kid.clone();
            header[name] = value.clone();
            let message = format!("{}.{}", part(&header), part(&claims));
            let signature = key.sign(&random, message.as_bytes()).unwrap();
            refused(&ada, format!("{message}.{}", BASE64URL.encode(signature.as_ref()))).await;
        }
    }
    assert!(listener.accept().is_err(), "a key was asked for");
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.wait(Duration::from_secs(15 * 60 - 5));
    assert!(ada.is_signed_in().await);
    kith.wait(Duration::from_secs(6));
    ada.get("/v1/users/me").await.assert_problem(401, "invalid_token");
    assert_eq!(ada.refresh().await.status, 200);
}

#[tokio::test]
async fn odd_authorization_headers_are_refused_not_ignored() {
    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    let ada = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    let path = format!("/v1/users/{}", ada.id);
    let token = ada.access_token.clone().unwrap();
    let get = async |name: &str, value: &str| {
        send(kith.nobody().request(Method::GET, &path).header(name, value)).await
    };
    assert_eq!(get("authorization", &format!("bearer {token}")).await.status, 200);
    for value in ["Basic YTpi", "Bearer", "Bearer ", &token, "Bearer x", "Token x"] {
        get("authorization", value).await.assert_problem(401, "invalid_token");
    }
    get("x-api-key", "kith_made_up").await.assert_problem(401, "invalid_token");
    let both =
        kith.nobody().request(Method::GET, &path).header("x-api-key", "x").bearer_auth(&token);
    send(both).await.assert_problem(401, "invalid_token");
    kith.nobody().get("/v1/users/me").await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn invented_refresh_tokens_cannot_end_a_session() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let bytes = BASE64URL.decode(ada.refresh_token.trim_start_matches("kith_rt_")).unwrap();
    // The ids are no secret: everything but the secret and its tag is right.
    let mut invented = bytes.clone();
    invented[40] ^= 1;
    let mut other_session = bytes.clone();
    other_session[20] ^= 1;
    for bytes in [invented, other_session, bytes[..bytes.len() - 1].to_vec(), Vec::new()] {
        let token = format!("kith_rt_{}", BASE64URL.encode(bytes));
        let eve = kith.nobody().with_refresh_token(token);
        let (answer, requests) = kith.counting(eve.refresh()).await;
        answer.assert_problem(401, "invalid_token");
        assert_eq!(requests, 0, "made-up tokens aren't worth a request");
    }
    assert!(ada.is_signed_in().await);
    assert_eq!(ada.refresh().await.status, 200);
}

#[tokio::test]
async fn nothing_is_set_by_mass_assignment() {
    let kith = Kith::start().await;
    let fields = [
        ("role", json!("admin")),
        ("is_active", json!(false)),
        ("is_verified", json!(true)),
        ("id", json!("x")),
        ("version", json!(9)),
        ("entity", json!("account")),
        ("pk", json!("USER#x")),
        ("deleted_at", json!("x")),
        ("password_hash", json!("x")),
        ("user_id", json!("x")),
        ("__proto__", json!({})),
    ];
    for (name, value) in fields {
        let mut body = json!({"email": "eve@example.com", "password": PASSWORD});
        body[name] = value.clone();
        kith.nobody()
            .post("/v1/auth/register", body)
            .await
            .assert_problem(422, "validation_failed");
        let ada = kith.somebody().await;
        for path in ["/v1/users/me", "/v1/users/me/preferences"] {
            ada.patch(path, json!({name: value})).await.assert_problem(422, "validation_failed");
            ada.put(path, json!({name: value})).await.assert_problem(422, "validation_failed");
        }
    }
}

#[tokio::test]
async fn separators_in_what_clients_send_make_no_other_key() {
    let kith = Kith::start().await;
    let victim = kith.somebody().await;
    let email = format!("x#{}@example.com", "email");
    let eve = kith.somebody_with(json!({"email": email})).await;
    assert_eq!(eve.get("/v1/users/me").await.body["email"], email.as_str());
    for id in [
        format!("{}%23SELF%23PROFILE", victim.id),
        format!("USER%23{}", victim.id),
        "%23".to_owned(),
    ] {
        eve.get(&format!("/v1/users/{id}")).await.assert_problem(404, "not_found");
        eve.delete(&format!("/v1/users/me/sessions/{id}")).await.assert_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_changed_role_counts_at_the_next_request() {
    let kith = Kith::start().await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    let path = format!("/v1/users/{}", ada.id);
    let role = |name: &str| aws_sdk_dynamodb::types::AttributeValue::S(name.to_owned());
    eve.get(&path).await.assert_problem(404, "not_found");
    kith.set_account(&eve.id, "role", role("admin")).await;
    assert_eq!(eve.get(&path).await.status, 200);
    kith.set_account(&eve.id, "role", role("user")).await;
    eve.get(&path).await.assert_problem(404, "not_found");
}

/// A tripwire, not a measurement: without the dummy hash an unknown address is
/// answered many times faster, and that is what it catches.
#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let time = async |email: &str| {
        let mut times = Vec::new();
        for _ in 0..9 {
            let started = Instant::now();
            kith.nobody()
                .post("/v1/auth/login", json!({"email": email, "password": "wrong"}))
                .await;
            times.push(started.elapsed());
        }
        times.sort_unstable();
        times[4].as_secs_f64()
    };
    let (known, unknown) = (time(&ada.email).await, time("nobody@example.com").await);
    assert!(unknown > known / 3.0 && known > unknown / 3.0, "known {known}, unknown {unknown}");
}

#[tokio::test]
async fn racing_deletions_and_sign_ins_leave_no_live_session() {
    let kith = Kith::start().await;
    for _ in 0..3 {
        let ada = kith.somebody().await;
        let body = json!({"email": ada.email, "password": PASSWORD});
        let logins = (0..4).map(|_| {
            let (nobody, body) = (kith.nobody(), body.clone());
            async move { nobody.post("/v1/auth/login", body).await }
        });
        let (logins, deleted) = tokio::join!(join_all(logins), ada.delete("/v1/users/me"));
        assert_eq!(deleted.status, 202);
        for login in logins.iter().filter(|login| login.status == 200) {
            assert!(!kith.signed_in(login).is_signed_in().await);
        }
    }
}

#[tokio::test]
async fn a_sign_in_with_the_old_password_does_not_outlive_its_change() {
    let kith = Kith::with(&[("MAX_ACTIVE_SESSIONS", "50")]).await;
    let ada = kith.somebody().await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let logins = (0..20).map(|_| {
        let (nobody, login) = (kith.nobody(), login.clone());
        async move { nobody.post("/v1/auth/login", login).await }
    });
    let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
    let (logins, changed) = tokio::join!(join_all(logins), ada.put("/v1/auth/password", change));
    assert_eq!(changed.status, 204);
    for login in logins {
        match login.status.as_u16() {
            200 => assert!(!kith.signed_in(&login).is_signed_in().await),
            _ => login.assert_problem(401, "invalid_credentials"),
        }
    }
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn an_erasure_that_meets_writers_leaves_nothing() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    for n in 0..12 {
        let ada = kith.somebody().await;
        let path = format!("/v1/users/{}?immediate=true", ada.id);
        let name = json!({"username": format!("name{n}")});
        let (erased, ..) = tokio::join!(
            admin.delete(&path),
            ada.patch("/v1/users/me", name),
            ada.patch("/v1/users/me/preferences", json!({"theme": "dark"})),
        );
        assert_eq!(erased.status, 202, "{}", erased.body);
        assert_eq!(super::erasure::left_of(&kith, &ada.id, &[&ada.email]).await, [""; 0]);
    }
}

#[tokio::test]
async fn an_ended_session_learns_nothing() {
    let kith = Kith::start().await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    ada.patch("/v1/users/me", json!({"username": "ada"})).await;
    assert_eq!(eve.post("/v1/auth/logout", json!({})).await.status, 204);
    for path in [
        "/v1/users/@ada",
        "/v1/users/@nobody",
        "/v1/users?limit=0",
        "/v1/users/me/sessions?limit=0",
    ] {
        eve.get(path).await.assert_problem(401, "invalid_token");
    }
    let wrong = json!({"bio": 1, "theme": 1});
    eve.patch("/v1/users/me", wrong.clone()).await.assert_problem(401, "invalid_token");
    eve.put("/v1/users/me", wrong.clone()).await.assert_problem(401, "invalid_token");
    eve.patch("/v1/users/me/preferences", wrong.clone()).await.assert_problem(401, "invalid_token");
    eve.put("/v1/auth/password", wrong.clone()).await.assert_problem(401, "invalid_token");
    // Nor does anybody learn what is wrong with a change that isn't theirs to make.
    let path = format!("/v1/users/{}", kith.somebody().await.id);
    ada.patch(&path, wrong.clone()).await.assert_problem(404, "not_found");
    ada.patch(&format!("{path}/preferences"), wrong).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn an_answer_is_not_much_larger_than_what_provoked_it() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let body: serde_json::Map<_, _> = (0..20_000).map(|n| (format!("f{n}"), json!(1))).collect();
    let answer = ada.patch("/v1/users/me", Value::Object(body)).await;
    answer.assert_problem(422, "validation_failed");
    assert_eq!(answer.errors().len(), 50);
}
