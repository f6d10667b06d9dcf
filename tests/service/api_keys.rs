//! API keys: what they are good for, and what they must not be.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use shared::tokens::SecretKey;
use tests::{Answer, Kith, PASSWORD, Person, send};

const KEYS: &str = "/v1/auth/api-keys";
const ME: &str = "/v1/users/me";

/// Somebody's program.
struct Program {
    nobody: Person,
    key: String,
    id: String,
}

impl Program {
    fn with(kith: &Kith, key: &str) -> Self {
        Self { nobody: kith.nobody(), key: key.to_owned(), id: String::new() }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.nobody.request(method, path).header("x-api-key", &self.key);
        send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }
}

async fn program(kith: &Kith, owner: &Person, scopes: &[&str]) -> Program {
    let answer = owner.post(KEYS, json!({"name": "test", "scopes": scopes})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    Program { id: answer.text("/id"), ..Program::with(kith, &answer.text("/key")) }
}

#[tokio::test]
async fn a_key_is_shown_once_and_listed_without_its_secret() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let body = json!({"name": " nightly ", "scopes": ["users:write", "users:read"]});
    let made = ada.post(KEYS, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let key = made.text("/key");
    assert!(key.starts_with("kith_ak_") && key.len() == 100, "{key}");
    assert!(key.starts_with(&made.text("/prefix")) && made.text("/prefix").len() == 18);
    assert_eq!(made.text("/name"), "nightly");
    assert_eq!(made.body["scopes"], json!(["users:read", "users:write"]));
    assert_eq!(made.body["expires_at"], Value::Null);
    assert_eq!(made.body["last_used_at"], Value::Null);
    assert!(made.header("cache-control").contains("no-store"));

    let list = ada.get(KEYS).await;
    let mut shown = made.body.clone();
    shown.as_object_mut().unwrap().remove("key");
    assert_eq!(list.body, json!({"items": [shown], "next_cursor": null}));

    // Nothing that is stored is worth the key.
    let client = kith.stack.context.sdk.dynamodb();
    let table = client.scan().table_name("kith").send().await.unwrap();
    let stored = format!("{:?}", table.items());
    assert!(!stored.contains(&key[18..]), "the secret is stored");

    let expired =
        json!({"name": "a", "scopes": ["users:read"], "expires_at": "2020-01-01T00:00:00Z"});
    assert_eq!(
        ada.post(KEYS, expired).await.errors(),
        [("expires_at".to_owned(), "out_of_range".to_owned())]
    );
    let bad = json!({"name": "", "scopes": ["users:fly"], "expires_at": "soon", "id": 1});
    let errors: BTreeSet<_> = ada.post(KEYS, bad).await.errors().into_iter().collect();
    let codes = [
        ("expires_at", "invalid_format"),
        ("id", "unknown_field"),
        ("name", "required"),
        ("scopes", "invalid_value"),
    ];
    assert_eq!(errors, codes.map(|(field, code)| (field.to_owned(), code.to_owned())).into());
    for scopes in [json!([]), json!("users:read"), json!([1])] {
        let answer = ada.post(KEYS, json!({"name": "a", "scopes": scopes})).await;
        answer.assert_problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn a_key_acts_as_its_owner_narrowed_by_its_scopes() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"display_name": "Ada"})).await;
    let bob = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    let reader = program(&kith, &ada, &["users:read"]).await;
    let writer = program(&kith, &ada, &["users:write"]).await;

    assert_eq!(reader.get(ME).await.text("/email"), ada.email);
    for path in ["/v1/users", "/v1/users/me/preferences", "/v1/users/me/sessions"] {
        assert_eq!(reader.get(path).await.status, 200, "{path}");
        writer.get(path).await.assert_problem(403, "forbidden");
    }
    assert_eq!(reader.get(&format!("/v1/users/{}", bob.id)).await.body["email"], Value::Null);
    reader.get("/v1/users?email=a%40b.example").await.assert_problem(403, "forbidden");
    reader.patch(ME, json!({"bio": "x"})).await.assert_problem(403, "forbidden");
    reader.call(Method::DELETE, ME, None).await.assert_problem(403, "forbidden");
    reader
        .call(Method::PUT, "/v1/users/me/preferences", Some(json!({})))
        .await
        .assert_problem(403, "forbidden");

    writer.get(ME).await.assert_problem(403, "forbidden");
    assert_eq!(writer.patch(ME, json!({"bio": "by a key"})).await.status, 200);
    assert_eq!(ada.get(ME).await.text("/bio"), "by a key");
    let others = format!("/v1/users/{}", bob.id);
    writer.patch(&others, json!({"bio": "x"})).await.assert_problem(404, "not_found");
    // No field makes more of it.
    writer.patch(ME, json!({"role": "admin"})).await.assert_problem(422, "validation_failed");
    writer
        .post("/v1/users", json!({"email": "n@example.com"}))
        .await
        .assert_problem(409, "already_exists");
    // Sessions of one's own can be ended; none of them is the key's.
    assert_eq!(writer.call(Method::DELETE, "/v1/users/me/sessions", None).await.status, 204);
    assert!(!ada.is_signed_in().await);
}

#[tokio::test]
async fn only_administrators_grant_what_concerns_everybody() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    for scope in ["users:read:all", "users:write:all", "live:write", "admin"] {
        let body = json!({"name": "a", "scopes": ["users:read", scope]});
        ada.post(KEYS, body).await.assert_problem(403, "forbidden");
    }
    assert_eq!(ada.get(KEYS).await.body["items"], json!([]));

    let hers = format!("/v1/users/{}", ada.id);
    let by_email = format!("/v1/users?email={}", ada.email);
    // The owner's role alone gives nothing.
    let narrow = program(&kith, &admin, &["users:read", "users:write"]).await;
    narrow.get(&hers).await.assert_problem(404, "not_found");
    narrow.get(&by_email).await.assert_problem(403, "forbidden");
    narrow.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    narrow.patch(&hers, json!({"bio": "x"})).await.assert_problem(404, "not_found");

    let reader = program(&kith, &admin, &["users:read:all"]).await;
    assert_eq!(reader.get(&hers).await.text("/email"), ada.email);
    assert_eq!(reader.get(&by_email).await.body["items"][0]["id"], ada.id);
    let listed = reader.get("/v1/users").await;
    assert!(listed.body["items"].as_array().unwrap().iter().any(|user| user["id"] == ada.id));
    assert_eq!(reader.get(&format!("{hers}/preferences")).await.status, 200);
    assert_eq!(reader.get(&format!("{hers}/sessions")).await.status, 200);
    reader.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    reader.patch(&hers, json!({"bio": "x"})).await.assert_problem(403, "forbidden");

    let writer = program(&kith, &admin, &["users:write:all"]).await;
    assert_eq!(writer.patch(&hers, json!({"bio": "by a service"})).await.status, 200);
    writer.get(&hers).await.assert_problem(403, "forbidden");
    let at_once = format!("{hers}?immediate=true");
    writer.call(Method::DELETE, &at_once, None).await.assert_problem(403, "forbidden");

    let whole = program(&kith, &admin, &["admin"]).await;
    assert_eq!(whole.get("/v1/admin/stats").await.status, 200);
    assert_eq!(whole.get(&hers).await.text("/bio"), "by a service");

    // What a role gave, the next request after its loss doesn't.
    kith.set_account(&admin.id, "role", AttributeValue::S("user".to_owned())).await;
    reader.get(&hers).await.assert_problem(403, "forbidden");
    writer.patch(&hers, json!({"bio": "x"})).await.assert_problem(403, "forbidden");
    whole.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    whole.get(&hers).await.assert_problem(403, "forbidden");
    assert_eq!(narrow.get(ME).await.status, 200);
}

#[tokio::test]
async fn keys_are_made_and_ended_by_sessions_only_and_lately() {
    let kith = Kith::start().await;
    let (ada, bob, admin) = (kith.somebody().await, kith.somebody().await, kith.admin().await);
    let hers = program(&kith, &ada, &["users:read", "users:write"]).await;
    let whole = program(&kith, &admin, &["admin", "users:read:all", "users:write:all"]).await;
    for program in [&hers, &whole] {
        let path = format!("{KEYS}/{}", program.id);
        let new = json!({"name": "b", "scopes": ["users:read"]});
        program.post(KEYS, new).await.assert_problem(403, "forbidden");
        program.get(KEYS).await.assert_problem(403, "forbidden");
        program.call(Method::DELETE, &path, None).await.assert_problem(403, "forbidden");
        program.post("/v1/auth/logout", json!({})).await.assert_problem(403, "forbidden");
        let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
        let change = program.call(Method::PUT, "/v1/auth/password", Some(change)).await;
        change.assert_problem(403, "forbidden");
    }
    // Nobody ends another's, nor learns that it is there.
    let path = format!("{KEYS}/{}", hers.id);
    bob.delete(&path).await.assert_problem(404, "not_found");
    admin.delete(&path).await.assert_problem(404, "not_found");
    ada.delete(&format!("{KEYS}/x")).await.assert_problem(404, "not_found");
    assert_eq!(bob.get(KEYS).await.body["items"], json!([]));

    kith.wait(Duration::from_secs(15 * 60 + 1));
    let ada = ada_again(&ada).await;
    let new = json!({"name": "b", "scopes": ["users:read"]});
    ada.post(KEYS, new).await.assert_problem(403, "reauthentication_required");
    // To end one is never too late.
    assert_eq!(hers.get(ME).await.status, 200);
    assert_eq!(ada.delete(&path).await.status, 204);
    hers.get(ME).await.assert_problem(401, "invalid_token");
    ada.delete(&path).await.assert_problem(404, "not_found");
}

/// The same session with a new access token.
async fn ada_again(ada: &Person) -> Person {
    let answer = ada.refresh().await;
    assert_eq!(answer.status, 200);
    ada.with_access_token(answer.text("/access_token"))
}

#[tokio::test]
async fn a_key_ends_with_its_time_its_owner_and_their_password() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let expiry = kith.stack.context.now() + Duration::from_hours(1);
    let body = json!({"name": "a", "scopes": ["users:read"], "expires_at": expiry.to_string()});
    let made = ada.post(KEYS, body).await;
    let brief = Program::with(&kith, &made.text("/key"));
    let lasting = program(&kith, &ada, &["users:read"]).await;
    assert_eq!(brief.get(ME).await.status, 200);
    kith.wait(Duration::from_hours(1));
    brief.get(ME).await.assert_problem(401, "invalid_token");
    let ada = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(ada.get(KEYS).await.body["items"].as_array().unwrap().len(), 1);

    // Whoever takes an account back leaves no key of a thief's behind.
    let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
    assert_eq!(ada.put("/v1/auth/password", change).await.status, 204);
    lasting.get(ME).await.assert_problem(401, "invalid_token");
    assert_eq!(ada.get(KEYS).await.body["items"], json!([]));
    kith.wait(Duration::from_millis(2));
    let third = program(&kith, &ada, &["users:read"]).await;
    assert_eq!(third.get(ME).await.status, 200);

    let off = |value| AttributeValue::Bool(value);
    kith.set_account(&ada.id, "is_active", off(false)).await;
    third.get(ME).await.assert_problem(401, "invalid_token");
    kith.set_account(&ada.id, "is_active", off(true)).await;
    assert_eq!(third.get(ME).await.status, 200);
    assert_eq!(ada.delete(ME).await.status, 202);
    third.get(ME).await.assert_problem(401, "invalid_token");

    // An erasure takes the keys along.
    let admin = kith.admin().await;
    let erase = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&erase).await.status, 202);
    third.get(ME).await.assert_problem(401, "invalid_token");
    let client = kith.stack.context.sdk.dynamodb();
    let table = client.scan().table_name("kith").send().await.unwrap();
    assert!(!format!("{:?}", table.items()).contains(&third.id));
}

#[tokio::test]
async fn no_other_text_is_a_key() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.somebody().await, kith.somebody().await);
    let hers = program(&kith, &ada, &["users:read"]).await;
    let key = &hers.key;
    let swapped = key.chars().map(|c| match c {
        c if c.is_ascii_lowercase() => c.to_ascii_uppercase(),
        c => c.to_ascii_lowercase(),
    });
    let mistyped = [
        key[..99].to_owned(),
        key[..94].to_owned(),
        format!("{key}0"),
        key.to_uppercase(),
        key.to_lowercase(),
        swapped.collect(),
        "kith_ak_".to_owned(),
        "x".to_owned(),
        "0".repeat(4000),
        ada.access_token.clone().unwrap(),
    ];
    for text in mistyped {
        let (answer, requests) = kith.counting(Program::with(&kith, &text).get(ME)).await;
        answer.assert_problem(401, "invalid_token");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        assert_eq!(requests, 0, "{text} was looked up");
    }
    // Well-formed ones that nobody was given.
    let id = |text: &str| text.parse().unwrap();
    let secret = |owner: &Person, key: &str| {
        SecretKey::new(key.parse().unwrap(), id(&owner.id), [7; 32]).reveal()
    };
    let foreign = program(&kith, &bob, &["users:read"]).await;
    let own = SecretKey::parse(key).unwrap();
    let theirs = SecretKey::parse(&foreign.key).unwrap();
    for forged in [
        secret(&ada, &hers.id),
        secret(&ada, &foreign.id),
        // The secret of one's own key under another's name.
        reveal_as(&theirs, &own),
    ] {
        Program::with(&kith, &forged).get(ME).await.assert_problem(401, "invalid_token");
    }
    assert_eq!(hers.get(ME).await.status, 200);
}

/// The first key's secret with the second's id and owner.
fn reveal_as(secret: &SecretKey, name: &SecretKey) -> String {
    let mut forged = secret.clone();
    (forged.id, forged.user_id) = (name.id, name.user_id);
    forged.reveal()
}

#[tokio::test]
async fn a_key_goes_into_its_own_header_and_before_all_others() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.somebody().await, kith.somebody().await);
    let hers = program(&kith, &ada, &["users:read"]).await;
    ada.with_access_token(hers.key.clone()).get(ME).await.assert_problem(401, "invalid_token");
    let both = bob.request(Method::GET, ME).header("x-api-key", &hers.key);
    assert_eq!(send(both).await.text("/id"), ada.id);
    // A bad key isn't made good by a good token, not even where nobody is needed.
    for path in [ME, "/v1/users"] {
        let bad = bob.request(Method::GET, path).header("x-api-key", "kith_ak_x");
        send(bad).await.assert_problem(401, "invalid_token");
    }
    let empty = bob.request(Method::GET, ME).header("x-api-key", "");
    send(empty).await.assert_problem(401, "invalid_token");
    let twice = kith.nobody().request(Method::GET, ME).header("x-api-key", &hers.key);
    send(twice.header("x-api-key", &hers.key)).await.assert_problem(401, "invalid_token");
    let in_query = format!("{ME}?api_key={}", hers.key);
    kith.nobody().get(&in_query).await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn somebody_has_25_keys_at_most_however_many_ask_at_once() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let new = |n: usize| {
        let ada = ada.clone();
        async move {
            ada.post(KEYS, json!({"name": format!("key {n}"), "scopes": ["users:read"]})).await
        }
    };
    for n in 0..22 {
        assert_eq!(new(n).await.status, 201);
    }
    let at_once = (22..30).map(|n| tokio::spawn(new(n)));
    let mut made = 0;
    for answer in at_once.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        if answer.status == 201 {
            made += 1;
        } else {
            assert!(["validation_failed", "concurrent_change"].contains(&answer.code().as_str()));
        }
    }
    assert_eq!(made, 3);
    let first = ada.get(&format!("{KEYS}?limit=20")).await;
    let cursor = first.text("/next_cursor");
    let rest = ada.get(&format!("{KEYS}?limit=20&cursor={cursor}")).await;
    let count = |answer: &Answer| answer.body["items"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&rest)), (20, 5));
    assert_eq!(rest.body["next_cursor"], Value::Null);
    let bob = kith.somebody().await;
    bob.get(&format!("{KEYS}?cursor={cursor}")).await.assert_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let hers = program(&kith, &ada, &["users:read"]).await;
    let used = async || ada.get(KEYS).await.text("/items/0/last_used_at");
    assert_eq!(kith.counting(hers.get(ME)).await.1, 2);
    let first = used().await;
    assert!(!first.is_empty());
    assert_eq!(kith.counting(hers.get(ME)).await.1, 1);
    assert_eq!(used().await, first);
    kith.wait(Duration::from_secs(61));
    assert_eq!(kith.counting(hers.get(ME)).await.1, 2);
    assert!(used().await > first);
    // A key's use is no event.
    let events = kith.events(&ada.id).await;
    assert!(events.iter().all(|event| !event.to_string().contains(&hers.id)));
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own_that_others_cannot_use_up() {
    let kith = Kith::with(&[("RATE_LIMIT_API_KEY", "3/1m")]).await;
    let ada = kith.somebody().await;
    let hers = program(&kith, &ada, &["users:read"]).await;
    // Who knows but its id uses up nothing.
    let id = hers.id.parse().unwrap();
    let forged = SecretKey::new(id, ada.id.parse().unwrap(), [7; 32]).reveal();
    for _ in 0..5 {
        let answer = Program::with(&kith, &forged).get(ME).await;
        assert!([401, 429].contains(&answer.status.as_u16()));
    }
    // A request that asks twice of who it is counts once.
    for path in [ME, "/v1/users/search?q=ma", "/v1/users/@nobody_there"] {
        assert_ne!(hers.get(path).await.status, 429, "{path}");
    }
    let refused = hers.get(ME).await;
    refused.assert_problem(429, "rate_limited");
    assert!(refused.header("ratelimit-policy").starts_with("\"api-key\""));
    assert_eq!(ada.get(ME).await.status, 200);
    kith.wait(Duration::from_secs(61));
    let (answer, requests) = kith.counting(hers.get(ME)).await;
    assert_eq!(answer.status, 200);
    // The caller, the count, and the use that is noted.
    assert_eq!(requests, 3);
    // The caller, and the count, which asks how it stands.
    assert_eq!(kith.counting(hers.get(ME)).await.1, 3);
}

/// The calls that are about a user, from the document, but for those that only
/// administrators know.
fn calls() -> Vec<(Method, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut calls = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        if path.contains("{user_id}") && !path.starts_with("/v1/admin/") {
            for method in operations.as_object().unwrap().keys() {
                calls.push((method.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    calls
}

#[tokio::test]
async fn no_call_about_a_user_is_open_to_those_it_is_not_for() {
    let kith = Kith::start().await;
    let (ada, bob, shut) = (kith.somebody().await, kith.somebody().await, kith.somebody().await);
    let admin = kith.admin().await;
    let means = json!({"content_type": "image/png", "content_length": 10});
    let upload = ada.post("/v1/users/me/picture/upload", means).await.text("/upload_id");
    let session = ada.get("/v1/users/me/sessions").await.text("/items/0/id");
    let lesser = program(&kith, &admin, &["users:read", "users:write"]).await;
    let reader = program(&kith, &admin, &["users:read:all"]).await;
    let writer = program(&kith, &admin, &["users:write:all"]).await;
    let blind = program(&kith, &ada, &["users:write"]).await;
    let mute = program(&kith, &ada, &["users:read"]).await;
    kith.set_account(&shut.id, "is_active", AttributeValue::Bool(false)).await;
    let before = (ada.get(ME).await.body, ada.get("/v1/users/me/sessions").await.body);

    let calls = calls();
    assert!(calls.len() >= 16, "{calls:?}");
    for (method, path) in calls {
        let path = path
            .replace("{user_id}", &ada.id)
            .replace("{session_id}", &session)
            .replace("{upload_id}", &upload)
            .replace(['{', '}'], "");
        let is_read = method == Method::GET;
        let body = (!is_read).then(|| json!({}));
        let refused = async |who: &Person, statuses: &[u16]| {
            let request = who.request(method.clone(), &path);
            let answer = send(match &body {
                Some(body) => request.json(body),
                None => request,
            });
            let status = answer.await.status.as_u16();
            assert!(statuses.contains(&status), "{method} {path}: {status}");
        };
        refused(&kith.nobody(), &[401]).await;
        refused(&bob, &[404]).await;
        refused(&shut, &[401]).await;
        refused(&ada.with_access_token("x.y.z"), &[401]).await;
        let keys: [(&Program, u16); 3] = if is_read {
            [(&lesser, 404), (&writer, 403), (&blind, 403)]
        } else {
            [(&lesser, 404), (&reader, 403), (&mute, 403)]
        };
        for (program, status) in keys {
            let answer = program.call(method.clone(), &path, body.clone()).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.body);
        }
    }
    let after = (ada.get(ME).await.body, ada.get("/v1/users/me/sessions").await.body);
    assert_eq!(after, before);
}
