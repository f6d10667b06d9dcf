//! People who have signed in elsewhere.

#[path = "external/issuer.rs"]
mod issuer;
#[path = "external/kratos.rs"]
mod kratos;

use std::cell::RefCell;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Kith, Person, send};

use self::issuer::{Issuer, Key, Mood};

const ME: &str = "/v1/users/me";
const SECRET: &str = "a secret that both services share, of 32 bytes and more";

/// The service, trusting these issuers as `one`, `two`, ….
async fn trusting(issuers: &[&Issuer]) -> Kith {
    let names = ["one", "two"].iter().zip(issuers);
    let entries: Vec<_> = names
        .map(|(name, issuer)| {
            let algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
            json!({"name": name, "issuer": issuer.url, "audience": "kith", "algorithms": algorithms})
        })
        .collect();
    Kith::with(&[
        ("EXTERNAL_ISSUERS", &json!(entries).to_string()),
        ("EXTERNAL_HS256_SECRET", SECRET),
        ("EXTERNAL_HS256_ISSUER", "meetinity"),
    ])
    .await
}

fn header(alg: &str, kid: &str) -> Value {
    json!({"alg": alg, "kid": kid, "typ": "JWT"})
}

fn in_an_hour(kith: &Kith) -> i64 {
    (kith.stack.context.now() + Duration::from_hours(1)).as_secs()
}

fn claims(kith: &Kith, issuer: &Issuer, subject: &str) -> Value {
    json!({
        "iss": issuer.url, "sub": subject, "aud": ["other", "kith"], "exp": in_an_hour(kith),
        "email": format!("{subject}@elsewhere.example"), "email_verified": true,
    })
}

/// A token without its signature.
fn readable(token: &str) -> String {
    let parts = token.split('.').take(2).map(|part| BASE64URL.decode(part).unwrap());
    parts.map(|part| String::from_utf8(part).unwrap()).collect::<Vec<_>>().join(" ")
}

fn with(value: &Value, name: &str, to: Value) -> Value {
    let mut value = value.clone();
    value[name] = to;
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

fn holder(kith: &Kith, token: String) -> Person {
    kith.nobody().with_access_token(token)
}

#[tokio::test]
async fn people_of_a_trusted_issuer_make_their_profile_and_use_it() {
    let keys = [
        (Key::rsa(), "RS256"),
        (Key::rsa(), "PS256"),
        (Key::p256(), "ES256"),
        (Key::ed25519(), "EdDSA"),
    ];
    let jwks = keys.iter().map(|(key, alg)| with(&key.jwk(alg), "alg", json!(alg))).collect();
    let issuer = Issuer::start(jwks).await;
    let kith = trusting(&[&issuer]).await;
    for (key, alg) in &keys {
        let subject = format!("ada-{}", alg.to_lowercase());
        let token = key.sign(&header(alg, alg), &claims(&kith, &issuer, &subject));
        let ada = holder(&kith, token);
        // Known, but without a profile yet.
        ada.get(ME).await.assert_problem(404, "not_found");
        ada.get("/v1/users/me/preferences").await.assert_problem(404, "not_found");
        ada.patch(ME, json!({"bio": "x"})).await.assert_problem(404, "not_found");
        ada.put("/v1/users/me/preferences", json!({})).await.assert_problem(404, "not_found");
        let made = ada.post("/v1/users", json!({"display_name": "Ada"})).await;
        assert_eq!(made.status, 201, "{alg}: {}", made.body);
        assert_eq!(made.header("location"), format!("/v1/users/{}", made.text("/id")));
        assert_eq!(made.text("/email"), format!("{subject}@elsewhere.example"));
        assert_eq!(made.body["is_verified"], true);
        assert_eq!(made.body["role"], "user");
        let id = shared::tokens::external::user_id(&issuer.url, &subject).unwrap();
        assert_eq!(made.text("/id"), id.to_string());
        ada.post("/v1/users", json!({})).await.assert_problem(409, "already_exists");

        let (me, requests) = kith.counting(ada.get(ME)).await;
        assert_eq!((me.status.as_u16(), requests), (200, 1));
        assert_eq!(me.body["id"], made.body["id"]);
        assert_eq!(ada.patch(ME, json!({"bio": "b"})).await.status, 200);
        assert_eq!(ada.get("/v1/users/me/preferences").await.status, 200);
        assert_eq!(ada.get("/v1/users/me/sessions").await.body["items"], json!([]));
        // What takes a session of ours.
        ada.get("/v1/auth/api-keys").await.assert_problem(403, "forbidden");
        ada.post("/v1/auth/logout", json!({})).await.assert_problem(403, "forbidden");
        // The account counts, not the token.
        kith.set_account(&me.text("/id"), "is_active", AttributeValue::Bool(false)).await;
        ada.get(ME).await.assert_problem(401, "invalid_token");
        ada.post("/v1/users", json!({})).await.assert_problem(401, "invalid_token");
    }
    assert_eq!(issuer.reads(), 1);
}

#[tokio::test]
async fn forged_tokens_of_an_issuer_are_refused() {
    let (rsa, p256, spare) = (Key::rsa(), Key::p256(), Key::p256());
    let jwks = vec![rsa.jwk("rsa"), p256.jwk("p256"), spare.jwk("spare")];
    let issuer = Issuer::start(jwks).await;
    let (other_key, published) = (Key::p256(), Key::ed25519());
    let other = Issuer::start(vec![other_key.jwk("p256"), published.jwk("ed")]).await;
    let kith = trusting(&[&issuer, &other]).await;
    let good = claims(&kith, &issuer, "ada");
    let es = header("ES256", "p256");
    let wrong = RefCell::new(Vec::new());
    let is = async |token: String, status: u16| {
        let answer = holder(&kith, token.clone()).get(ME).await;
        if answer.status.as_u16() != status {
            wrong.borrow_mut().push(readable(&token));
        }
    };
    // The one that all others are made of.
    is(p256.sign(&es, &good), 404).await;

    // No algorithm, or a key's text as a secret.
    let message = p256.sign(&es, &good);
    let message = message.rsplit_once('.').unwrap().0;
    for alg in ["none", "None", "NONE", ""] {
        let token = p256.sign(&with(&es, "alg", json!(alg)), &good);
        is(format!("{}.", token.rsplit_once('.').unwrap().0), 401).await;
        is(token, 401).await;
    }
    is(format!("{message}."), 401).await;
    is(message.to_owned(), 401).await;
    let jwk = rsa.jwk("rsa").to_string().into_bytes();
    for secret in [rsa.modulus(), jwk, Vec::new(), SECRET.as_bytes().to_vec()] {
        is(Key::Secret(secret).sign(&header("HS256", "rsa"), &good), 401).await;
    }
    // A key under another algorithm or name, or none of the issuer's.
    is(rsa.sign(&header("RS256", "p256"), &good), 401).await;
    is(p256.sign(&header("RS256", "p256"), &good), 401).await;
    is(p256.sign(&header("ES256", "rsa"), &good), 401).await;
    is(other_key.sign(&es, &good), 401).await;
    is(published.sign(&header("EdDSA", "ed"), &good), 401).await;
    // The other issuer may speak for its own people only.
    is(other_key.sign(&es, &claims(&kith, &other, "ada")), 404).await;
    is(p256.sign(&es, &claims(&kith, &other, "ada")), 401).await;

    let now = kith.stack.context.now().as_secs();
    for claims in [
        with(&good, "exp", json!(in_an_hour(&kith).to_string())),
        with(&good, "exp", json!(1e10)),
        with(&good, "exp", json!(i64::MAX.to_string())),
        with(&good, "exp", json!(now)),
        with(&good, "exp", json!(null)),
        without(&good, "exp"),
        with(&good, "nbf", json!(now + 120)),
        with(&good, "nbf", json!("0")),
        with(&good, "aud", json!("another")),
        with(&good, "aud", json!(["another", "kit"])),
        with(&good, "aud", json!([])),
        with(&good, "aud", json!(null)),
        with(&good, "aud", json!({"kith": true})),
        without(&good, "aud"),
        with(&good, "sub", json!("")),
        with(&good, "sub", json!(1)),
        with(&good, "sub", json!("x".repeat(256))),
        without(&good, "sub"),
        with(&without(&good, "sub"), "user_id", json!("ada")),
        with(&good, "iss", json!(format!("{}/", issuer.url))),
        with(&good, "iss", json!("meetinity")),
        with(&good, "iss", json!([issuer.url])),
        with(&good, "iss", json!(kith.stack.url)),
        without(&good, "iss"),
    ] {
        is(p256.sign(&es, &claims), 401).await;
    }
    for header in [
        with(&es, "crit", json!(["exp"])),
        with(&es, "kid", json!(1)),
        with(&es, "kid", json!("../../p256")),
        with(&es, "kid", json!("http://127.0.0.1:1/keys")),
        // Two keys, of which each would fit.
        without(&es, "kid"),
    ] {
        is(p256.sign(&header, &good), 401).await;
    }
    // Brought along by the token itself.
    let mallory = Key::p256();
    let own = with(&es, "jwk", mallory.jwk("p256"));
    is(mallory.sign(&own, &good), 401).await;
    is(mallory.sign(&with(&es, "jku", json!(format!("{}/keys", other.url))), &good), 401).await;
    // A token without a name for its key has the only one that fits.
    is(rsa.sign(&json!({"alg": "RS256"}), &good), 404).await;
    // Clocks may differ by a minute.
    is(p256.sign(&es, &with(&good, "nbf", json!(now + 30))), 404).await;
    is(p256.sign(&es, &with(&good, "aud", json!("kith"))), 404).await;
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn made_up_key_ids_cause_one_read_in_ten_seconds() {
    let (old, new) = (Key::p256(), Key::p256());
    let issuer = Issuer::start(vec![old.jwk("old")]).await;
    let kith = trusting(&[&issuer]).await;
    let token =
        |key: &Key, kid: &str| key.sign(&header("ES256", kid), &claims(&kith, &issuer, "ada"));
    let get = |token: String| {
        let holder = holder(&kith, token);
        async move { holder.get(ME).await.status.as_u16() }
    };
    // Those who come at once share one read.
    let many = (0..20).map(|_| get(token(&old, "old")));
    assert!(join_all(many).await.iter().all(|status| *status == 404));
    assert_eq!(issuer.reads(), 1);
    kith.wait(Duration::from_secs(11));
    let made_up = (0..30).map(|n| get(token(&old, &format!("made-up-{n}"))));
    assert!(join_all(made_up).await.iter().all(|status| *status == 401));
    assert_eq!(issuer.reads(), 2);

    // A new key is known after the pause, an old one goes with the next read.
    issuer.publish(vec![new.jwk("new")]);
    assert_eq!(get(token(&new, "new")).await, 401);
    assert_eq!(issuer.reads(), 2);
    kith.wait(Duration::from_secs(11));
    assert_eq!(get(token(&new, "new")).await, 404);
    assert_eq!(get(token(&old, "old")).await, 401);
    assert_eq!(issuer.reads(), 3);
    // Without being asked for, keys are read anew each hour.
    kith.wait(Duration::from_secs(3601));
    assert_eq!(get(token(&new, "new")).await, 404);
    assert_eq!(get(token(&new, "new")).await, 404);
    assert_eq!(issuer.reads(), 4);
}

#[tokio::test]
async fn an_issuer_that_fails_is_our_trouble_and_not_the_callers() {
    let (key, next) = (Key::p256(), Key::p256());
    let issuer = Issuer::start(vec![key.jwk("k")]).await;
    let kith = trusting(&[&issuer]).await;
    let get = async |key: &Key, kid: &str| {
        let token = key.sign(&header("ES256", kid), &claims(&kith, &issuer, "ada"));
        holder(&kith, token).get(ME).await
    };
    for mood in [Mood::Down, Mood::Huge, Mood::Crowded, Mood::Garbled, Mood::Slow] {
        issuer.is(mood);
        let started = Instant::now();
        get(&key, "k").await.assert_problem(503, "unavailable");
        assert!(started.elapsed() < Duration::from_secs(4), "{mood:?}");
        // Nobody waits for it again so soon.
        let reads = issuer.reads();
        get(&key, "k").await.assert_problem(503, "unavailable");
        assert_eq!(issuer.reads(), reads);
        kith.wait(Duration::from_secs(11));
    }
    issuer.is(Mood::Well);
    assert_eq!(get(&key, "k").await.status, 404);
    // What was known stays known for a day, and what wasn't isn't refused.
    issuer.is(Mood::Down);
    kith.wait(Duration::from_hours(2));
    assert_eq!(get(&key, "k").await.status, 404);
    get(&next, "next").await.assert_problem(503, "unavailable");
    kith.wait(Duration::from_hours(23));
    get(&key, "k").await.assert_problem(503, "unavailable");
    // Others aren't concerned.
    let ada = kith.somebody().await;
    assert_eq!(ada.get(ME).await.status, 200);

    let pretender = Issuer::start(vec![key.jwk("k")]).await;
    pretender.pretend();
    let kith = trusting(&[&pretender]).await;
    let token = key.sign(&header("ES256", "k"), &claims(&kith, &pretender, "ada"));
    holder(&kith, token).get(ME).await.assert_problem(503, "unavailable");
}

#[tokio::test]
async fn tokens_of_the_services_before_are_taken_by_their_secret() {
    let issuer = Issuer::start(Vec::new()).await;
    let kith = trusting(&[&issuer]).await;
    let id = "6f1c9a9e-0c55-4d1e-9d63-0d7c0c7c7a11";
    let claims = json!({
        "user_id": id, "email": "ada@meetinity.example", "name": "Ada", "role": "admin",
        "exp": in_an_hour(&kith), "iat": 1, "jti": "token-id",
    });
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let secret = Key::Secret(SECRET.as_bytes().to_vec());
    let ada = holder(&kith, secret.sign(&header, &claims));
    let made = ada.post("/v1/users", json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    // Its role is what the account says, its address what nobody has verified.
    assert_eq!((made.text("/role").as_str(), &made.body["is_verified"]), ("user", &json!(false)));
    let expected = shared::tokens::external::user_id("meetinity", id).unwrap();
    assert_eq!(made.text("/id"), expected.to_string());
    ada.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    // The same subject under the other name, and with the issuer's.
    let by_sub = with(&without(&claims, "user_id"), "sub", json!(id));
    for claims in [by_sub, with(&claims, "iss", json!("meetinity"))] {
        assert_eq!(
            holder(&kith, secret.sign(&header, &claims)).get(ME).await.text("/id"),
            made.text("/id")
        );
    }
    for claims in [
        without(&claims, "exp"),
        with(&claims, "exp", json!(in_an_hour(&kith).to_string())),
        with(&claims, "aud", json!("another")),
        with(&claims, "iss", json!(issuer.url)),
        with(&claims, "iss", json!("quizztok")),
        without(&claims, "user_id"),
    ] {
        let answer = holder(&kith, secret.sign(&header, &claims)).get(ME).await;
        answer.assert_problem(401, "invalid_token");
    }
    let wrong = Key::Secret(b"another secret of at least 32 bytes".to_vec());
    holder(&kith, wrong.sign(&header, &claims)).get(ME).await.assert_problem(401, "invalid_token");
    // Without the setting, nobody's.
    let kith = Kith::start().await;
    let token = secret.sign(&header, &claims);
    holder(&kith, token).get(ME).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn nobody_takes_an_account_over_by_an_address() {
    let key = Key::p256();
    let issuer = Issuer::start(vec![key.jwk("k")]).await;
    let kith = trusting(&[&issuer]).await;
    let bob = kith.somebody().await;
    let es = header("ES256", "k");
    let base = claims(&kith, &issuer, "ada");
    let theirs = with(&base, "email", json!(bob.email));
    let thief = holder(&kith, key.sign(&es, &theirs));
    thief.post("/v1/users", json!({})).await.assert_problem(409, "email_taken");
    thief.get(ME).await.assert_problem(404, "not_found");
    // An address is the issuer's word, where it has one.
    let ada = holder(&kith, key.sign(&es, &base));
    let other = ada.post("/v1/users", json!({"email": "other@example.com"})).await;
    assert_eq!(other.errors(), [("email".to_owned(), "mismatch".to_owned())]);
    for field in ["id", "role", "is_verified", "is_active", "providers"] {
        let answer = ada.post("/v1/users", json!({field: true})).await;
        answer.assert_problem(422, "validation_failed");
    }
    // Where it has none, the caller's word is no proof.
    let silent = holder(&kith, key.sign(&es, &without(&base, "email")));
    let needed = silent.post("/v1/users", json!({})).await;
    assert_eq!(needed.errors(), [("email".to_owned(), "required".to_owned())]);
    let made = silent.post("/v1/users", json!({"email": "ada@example.com"})).await;
    assert_eq!((made.status.as_u16(), &made.body["is_verified"]), (201, &json!(false)));
    for verified in [json!(false), json!("true"), json!(1), json!(null)] {
        let subject = format!("s{verified}").replace('"', "q");
        let claims = with(&claims(&kith, &issuer, &subject), "email_verified", verified);
        let made = holder(&kith, key.sign(&es, &claims)).post("/v1/users", json!({})).await;
        assert_eq!((made.status.as_u16(), &made.body["is_verified"]), (201, &json!(false)));
    }
    // And the address's owner isn't mailed a password for what is shared.
    let forgot = json!({"email": "ada@example.com"});
    kith.nobody().post("/v1/auth/password/forgot", forgot).await;
    assert!(kith.mails("ada@example.com").await.is_empty());
    // A second factor isn't an issuer's to show.
    kith.set_account(&made.text("/id"), "has_second_factor", AttributeValue::Bool(true)).await;
    silent.get(ME).await.assert_problem(403, "forbidden");
    // Nor does a password come in where none was set.
    let login = json!({"email": "ada@example.com", "password": ""});
    assert!(kith.nobody().post("/v1/auth/login", login).await.status.is_client_error());
}

#[tokio::test]
async fn services_and_administrators_make_users_others_do_not() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    ada.post("/v1/users", json!({"email": "n@example.com"}))
        .await
        .assert_problem(409, "already_exists");
    kith.nobody().post("/v1/users", json!({})).await.assert_problem(401, "authentication_required");
    let made = admin.post("/v1/users", json!({"email": "New@Example.com", "bio": "b"})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.text("/email"), "new@example.com");
    let path = made.header("location").to_owned();
    assert_eq!(admin.get(&path).await.header("etag"), made.header("etag"));
    admin
        .post("/v1/users", json!({"email": "new@example.com"}))
        .await
        .assert_problem(409, "email_taken");
    admin.post("/v1/users", json!({})).await.assert_problem(422, "validation_failed");
    let body = json!({"name": "service", "scopes": ["users:write:all"]});
    let key = admin.post("/v1/auth/api-keys", body).await.text("/key");
    let service = |body: Value| {
        kith.nobody().request(Method::POST, "/v1/users").header("x-api-key", &key).json(&body)
    };
    let made = send(service(json!({"email": "two@example.com"}))).await;
    assert_eq!((made.status.as_u16(), &made.body["is_verified"]), (201, &json!(false)));
    let events = kith.events(&made.text("/id")).await;
    assert_eq!(events[0]["detail-type"], "user.created");
}
