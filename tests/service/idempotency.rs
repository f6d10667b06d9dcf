//! Calls that are sent again, with an `Idempotency-Key`.

use std::io::Write as _;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use axum::extract::FromRequestParts as _;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use local::engines::{Fault, Service};
use reqwest::Method;
use ring::{digest, hmac};
use serde_json::{Value, json};
use shared::http::IdempotencyKey;
use tests::{Answer, Kith, PASSWORD, Person, send};

const REGISTER: &str = "/v1/auth/register";
const USERS: &str = "/v1/users";
const EXTENSIONS: &str = "/v1/users/me/extensions";
const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const MINUTE: Duration = Duration::from_mins(1);

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> Answer {
    send(person.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
}

fn sign_up(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

fn extension(kind: &str) -> Value {
    json!({"type": kind, "data": {"a": 1}})
}

fn is_reused(answer: &Answer) {
    answer.assert_problem(422, "validation_failed");
    let reused = ("Idempotency-Key".to_owned(), "idempotency_key_reused".to_owned());
    assert_eq!(answer.errors(), [reused]);
}

/// Holds that an answer is the very one that came before.
fn is_same(answer: &Answer, before: &Answer) {
    assert_eq!((answer.status, &answer.body), (before.status, &before.body));
    for header in ["location", "etag", "content-type", "cache-control"] {
        assert_eq!(answer.header(header), before.header(header), "{header}");
    }
    assert_ne!(answer.header("x-request-id"), before.header("x-request-id"));
}

async fn extensions(person: &Person) -> usize {
    let list = person.get(&format!("{EXTENSIONS}?limit=100")).await;
    list.body["items"].as_array().unwrap().len()
}

async fn table(kith: &Kith) -> Vec<shared::store::Item> {
    let client = kith.stack.context.sdk.dynamodb();
    let mut pages = client.scan().table_name("kith").into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    items
}

async fn accounts(kith: &Kith) -> usize {
    let is = |item: &shared::store::Item| item["sk"] == AttributeValue::S("SELF#ACCOUNT".into());
    table(kith).await.iter().filter(|item| is(item)).count()
}

#[tokio::test]
async fn a_call_sent_again_is_answered_again_and_done_once() {
    let kith = Kith::start().await;
    let (nobody, admin) = (kith.nobody(), kith.admin().await);
    let before = accounts(&kith).await;

    let body = sign_up("ada@example.com");
    let first = post(&nobody, REGISTER, KEY, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    is_same(&post(&nobody, REGISTER, KEY, &body).await, &first);
    let ada = kith.signed_in(&first);
    assert!(ada.is_signed_in().await);
    // The quoted form of the draft names the same call.
    is_same(&post(&nobody, REGISTER, &format!("\"{KEY}\""), &body).await, &first);

    let body = json!({"email": "bob@example.com"});
    let made = post(&admin, USERS, KEY, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.header("location"), format!("/v1/users/{}", made.text("/id")));
    is_same(&post(&admin, USERS, KEY, &body).await, &made);

    let made = post(&ada, EXTENSIONS, KEY, &extension("badge")).await;
    assert_eq!(made.status, 201, "{}", made.body);
    is_same(&post(&ada, EXTENSIONS, KEY, &extension("badge")).await, &made);
    assert_eq!((accounts(&kith).await - before, extensions(&ada).await), (2, 1));

    // The answer is what it was, though what it tells of has gone.
    assert_eq!(ada.delete(made.header("location")).await.status, 204);
    is_same(&post(&ada, EXTENSIONS, KEY, &extension("badge")).await, &made);
    assert_eq!(extensions(&ada).await, 0);
}

#[tokio::test]
async fn a_key_is_one_callers_for_one_route_and_one_body() {
    let kith = Kith::start().await;
    let (ada, bob, admin) = (kith.somebody().await, kith.somebody().await, kith.admin().await);
    let first = post(&ada, EXTENSIONS, KEY, &extension("one")).await;
    assert_eq!(first.status, 201);

    // Another body, be it by a blank.
    is_reused(&post(&ada, EXTENSIONS, KEY, &extension("two")).await);
    let request = ada.request(Method::POST, EXTENSIONS).header("Idempotency-Key", KEY);
    let blank = format!("{} ", extension("one"));
    is_reused(&send(request.header("content-type", "application/json").body(blank)).await);
    assert_eq!(extensions(&ada).await, 1);

    // Another caller, and another route.
    let other = post(&bob, EXTENSIONS, KEY, &extension("one")).await;
    assert_eq!((other.status.as_u16(), other.text("/id") == first.text("/id")), (201, false));
    for person in [&ada, &bob] {
        let path = format!("/v1/users/{}/extensions", person.id);
        let made = post(&admin, &path, KEY, &extension("one")).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(made.header("location").contains(&person.id));
    }
    assert_eq!((extensions(&ada).await, extensions(&bob).await), (2, 2));
    let made = post(&kith.nobody(), REGISTER, KEY, &sign_up("new@example.com")).await;
    assert_eq!(made.status, 201);
    is_reused(&post(&kith.nobody(), REGISTER, KEY, &sign_up("newer@example.com")).await);
    is_reused(&post(&kith.nobody(), REGISTER, KEY, &sign_up("new@example.com ")).await);

    // Case counts, and one letter more.
    for key in [KEY.to_uppercase(), format!("{KEY}0")] {
        assert_eq!(post(&ada, EXTENSIONS, &key, &extension("one")).await.status, 201);
    }
}

#[tokio::test]
async fn refusals_are_not_kept() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let wrong = json!({"email": "new@example.com", "password": "password"});
    let answer = post(&kith.nobody(), REGISTER, KEY, &wrong).await;
    answer.assert_problem(422, "validation_failed");
    let taken = sign_up(&ada.email);
    for _ in 0..2 {
        post(&kith.nobody(), REGISTER, KEY, &taken).await.assert_problem(409, "email_taken");
    }
    let right = sign_up("new@example.com");
    assert_eq!(post(&kith.nobody(), REGISTER, KEY, &right).await.status, 201);

    // Who may not do it isn't answered what somebody else was, nor they themself later.
    let admin = kith.somebody().await;
    let role = |role: &str| AttributeValue::S(role.to_owned());
    kith.set_account(&admin.id, "role", role("admin")).await;
    let body = json!({"email": "made@example.com"});
    assert_eq!(post(&admin, USERS, KEY, &body).await.status, 201);
    kith.set_account(&admin.id, "role", role("user")).await;
    post(&admin, USERS, KEY, &body).await.assert_problem(409, "already_exists");
    let path = format!("/v1/users/{}/extensions", admin.id);
    assert_eq!(post(&admin, &path, KEY, &extension("x")).await.status, 201);
    post(&ada, &path, KEY, &extension("x")).await.assert_problem(404, "not_found");
    let ended = admin.clone();
    assert_eq!(admin.post("/v1/auth/logout", json!({})).await.status, 204);
    post(&ended, &path, KEY, &extension("x")).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let first = post(&ada, EXTENSIONS, KEY, &extension("one")).await;
    kith.wait(23 * Duration::from_hours(1) + 59 * MINUTE);
    let ada = kith.sign_in(&ada.email, PASSWORD).await;
    is_same(&post(&ada, EXTENSIONS, KEY, &extension("one")).await, &first);
    kith.wait(MINUTE);
    // TTL needn't have come by: what has expired doesn't count, and is in nobody's way.
    let second = post(&ada, EXTENSIONS, KEY, &extension("two")).await;
    assert_eq!(second.status, 201, "{}", second.body);
    is_same(&post(&ada, EXTENSIONS, KEY, &extension("two")).await, &second);
    is_reused(&post(&ada, EXTENSIONS, KEY, &extension("one")).await);
    assert_eq!(extensions(&ada).await, 2);
}

#[tokio::test]
async fn of_many_at_once_one_is_done_and_all_are_answered_alike() {
    let kith = Kith::start().await;
    let (nobody, ada, admin) = (kith.nobody(), kith.somebody().await, kith.admin().await);
    let before = accounts(&kith).await;
    let (registration, user) = (sign_up("new@example.com"), json!({"email": "made@example.com"}));
    for (person, path, body) in [
        (&nobody, REGISTER, &registration),
        (&admin, USERS, &user),
        (&ada, EXTENSIONS, &extension("badge")),
    ] {
        let answers = join_all((0..50).map(|_| post(person, path, KEY, body))).await;
        for answer in &answers {
            assert_eq!(answer.status, 201, "{path}: {}", answer.body);
            is_alike(answer, &answers[0]);
        }
    }
    assert_eq!((accounts(&kith).await - before, extensions(&ada).await), (2, 1));
}

fn is_alike(answer: &Answer, first: &Answer) {
    assert_eq!(answer.body, first.body);
    assert_eq!(answer.header("location"), first.header("location"));
}

#[tokio::test]
async fn who_loses_the_answer_gets_it_the_second_time() {
    let kith = Kith::start().await;
    let body = sign_up("ada@example.com");
    // Somebody whose connection breaks after the change and before the answer.
    let address = kith.stack.url.strip_prefix("http://").unwrap().to_owned();
    let text = body.to_string();
    let mut socket = std::net::TcpStream::connect(&address).unwrap();
    write!(
        socket,
        "POST {REGISTER} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         idempotency-key: {KEY}\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
    let login = sign_up("ada@example.com");
    let patience = std::time::Instant::now() + Duration::from_secs(20);
    while kith.nobody().post("/v1/auth/login", login.clone()).await.status != 200 {
        assert!(std::time::Instant::now() < patience, "it was never done");
    }
    drop(socket);
    // Without a key there is no telling whose account it is.
    kith.nobody().post(REGISTER, body.clone()).await.assert_problem(409, "email_taken");
    let answer = post(&kith.nobody(), REGISTER, KEY, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(kith.signed_in(&answer).is_signed_in().await);

    // What failed before the change was made isn't answered, but done.
    let ada = kith.signed_in(&answer);
    kith.stack.engines.fail(Service::DynamoDb, Fault::Throttle);
    post(&ada, EXTENSIONS, KEY, &extension("x")).await.assert_problem(503, "unavailable");
    kith.stack.engines.fail(Service::DynamoDb, Fault::None);
    assert_eq!(post(&ada, EXTENSIONS, KEY, &extension("x")).await.status, 201);
    assert_eq!(extensions(&ada).await, 1);
}

#[tokio::test]
async fn a_malformed_key_is_refused_before_anything_is_done() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let long = "k".repeat(256);
    for key in ["", "\"", "\"\"", "\"open", "a b", "\"a b\"", "\"a\", \"b\"", "\"a\";b=1", &long] {
        let answer = post(&ada, EXTENSIONS, key, &extension("x")).await;
        answer.assert_problem(400, "malformed_request");
        assert!(answer.text("/detail").contains("Idempotency-Key"), "{key}");
    }
    let twice = ada.request(Method::POST, EXTENSIONS);
    let twice = twice.header("Idempotency-Key", "a").header("Idempotency-Key", "a");
    send(twice.json(&extension("x"))).await.assert_problem(400, "malformed_request");
    let bytes = reqwest::header::HeaderValue::from_bytes(b"k\xff").unwrap();
    let request = ada.request(Method::POST, EXTENSIONS).header("Idempotency-Key", bytes);
    send(request.json(&extension("x"))).await.assert_problem(400, "malformed_request");
    assert_eq!(extensions(&ada).await, 0);
    assert_eq!(post(&ada, EXTENSIONS, &long[1..], &extension("x")).await.status, 201);
}

#[tokio::test]
async fn what_is_kept_tells_the_reader_of_the_table_nothing() {
    let kith = Kith::start().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "display_name": "Ada L"});
    let answer = post(&kith.nobody(), REGISTER, KEY, &body).await;
    assert_eq!(answer.status, 201);
    let hash = digest::digest(&digest::SHA256, body.to_string().as_bytes());
    let key_hash = digest::digest(&digest::SHA256, KEY.as_bytes());
    let mut secrets: Vec<Vec<u8>> = [hash, key_hash]
        .iter()
        .flat_map(|hash| {
            let hex =
                hash.as_ref().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            let texts = [hex, BASE64_STANDARD.encode(hash), BASE64_URL_SAFE_NO_PAD.encode(hash)];
            texts.map(String::into_bytes).into_iter().chain([hash.as_ref().to_vec()])
        })
        .collect();
    let tokens = ["/access_token", "/refresh_token"].map(|token| answer.text(token).into_bytes());
    secrets.extend(tokens);
    secrets.extend([KEY, PASSWORD].map(|text| text.as_bytes().to_vec()));

    let mut kept = 0;
    for item in table(&kith).await {
        let is_record = item["pk"].as_s().unwrap().starts_with("ONCE#");
        kept += usize::from(is_record);
        for (name, value) in &item {
            let bytes = match value {
                AttributeValue::B(blob) => blob.as_ref().to_vec(),
                other => format!("{other:?}").into_bytes(),
            };
            let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            for secret in &secrets {
                assert!(!has(secret), "{name} holds {}", String::from_utf8_lossy(secret));
            }
            if is_record {
                for personal in ["ada@example.com", "Ada L", &answer.text("/user/id")] {
                    assert!(!has(personal.as_bytes()), "{name} holds {personal}");
                }
            }
        }
    }
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_key_costs_nothing_until_it_is_used_again() {
    let kith = Kith::start().await;
    let (nobody, ada, admin) = (kith.nobody(), kith.somebody().await, kith.admin().await);
    for (person, path, plain, keyed) in [
        (&nobody, REGISTER, sign_up("a@example.com"), sign_up("b@example.com")),
        (&admin, USERS, json!({"email": "c@example.com"}), json!({"email": "d@example.com"})),
        (&ada, EXTENSIONS, extension("one"), extension("two")),
    ] {
        let (answer, without) = kith.counting(person.post(path, plain)).await;
        assert_eq!(answer.status, 201);
        let (answer, first) = kith.counting(post(person, path, KEY, &keyed)).await;
        assert_eq!(answer.status, 201);
        let (answer, again) = kith.counting(post(person, path, KEY, &keyed)).await;
        assert_eq!(answer.status, 201);
        // A registration's answer lets in: whether it still may, two more tell.
        let more = if path == REGISTER { 3 } else { 1 };
        assert_eq!((first, again), (without, without + more), "{path}");
    }
}

#[tokio::test]
async fn a_registration_sent_again_is_answered_though_the_limit_is_used_up() {
    let kith = Kith::with(&[("RATE_LIMIT_REGISTER", "1/1h")]).await;
    let body = sign_up("ada@example.com");
    let first = post(&kith.nobody(), REGISTER, KEY, &body).await;
    assert_eq!(first.status, 201);
    is_same(&post(&kith.nobody(), REGISTER, KEY, &body).await, &first);
    let other = sign_up("bob@example.com");
    let answer = post(&kith.nobody(), REGISTER, "other", &other).await;
    answer.assert_problem(429, "rate_limited");
}

#[tokio::test]
async fn a_registration_sent_again_lets_nobody_in_whom_the_password_would_not() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    for (way, email) in
        [("password", "a@example.com"), ("shut", "b@example.com"), ("erased", "c@example.com")]
    {
        let answer = post(&kith.nobody(), REGISTER, way, &sign_up(email)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        is_same(&post(&kith.nobody(), REGISTER, way, &sign_up(email)).await, &answer);
        let person = kith.signed_in(&answer);
        let id = &person.id;
        let done = match way {
            "password" => {
                let change =
                    json!({"current_password": PASSWORD, "new_password": "another good one"});
                person.put("/v1/auth/password", change).await
            }
            "shut" => super::admin::shut(&admin, id).await,
            _ => admin.delete(&format!("/v1/users/{id}?immediate=true")).await,
        };
        assert!(done.status.is_success(), "{way}: {}", done.body);
        let again = post(&kith.nobody(), REGISTER, way, &sign_up(email)).await;
        again.assert_problem(409, "email_taken");
    }
}

#[tokio::test]
async fn an_import_with_a_key_is_made_once_and_no_other_with_it() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let lines = |of: &str| -> String {
        let line = |n: i32| json!({"email": format!("{of}{n}@example.com")}).to_string();
        (0..20).map(line).collect::<Vec<_>>().join("\n")
    };
    let import = |of: &str| {
        let request = admin.request(Method::POST, "/v1/admin/users/import");
        let request = request.header("Idempotency-Key", KEY);
        send(request.header("content-type", "application/x-ndjson").body(lines(of)))
    };
    let answers = join_all((0..8).map(|_| import("a"))).await;
    for answer in &answers {
        assert_eq!(
            (answer.status.as_u16(), &answer.body["imported"]),
            (200, &json!(20)),
            "{}",
            answer.body
        );
        assert_eq!(answer.body, answers[0].body);
    }
    is_reused(&import("b").await);
    let users = admin.get("/v1/admin/users?limit=100").await;
    assert_eq!(users.body["items"].as_array().unwrap().len(), 21);
}

#[tokio::test]
async fn who_signed_in_elsewhere_makes_their_account_once() {
    const SECRET: &str = "a secret that both services share, of 32 bytes and more";
    let kith =
        Kith::with(&[("EXTERNAL_HS256_SECRET", SECRET), ("EXTERNAL_HS256_ISSUER", "elsewhere")])
            .await;
    let now = kith.stack.context.now().as_secs();
    let claims = json!({"sub": "ada", "email": "ada@elsewhere.example", "exp": now + 3600});
    let parts = [json!({"alg": "HS256", "typ": "JWT"}), claims];
    let parts = parts.map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = parts.join(".");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    let ada = kith.nobody().with_access_token(format!("{message}.{tag}"));

    let body = json!({"display_name": "Ada"});
    let first = post(&ada, USERS, KEY, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    // Now they have an account, which would refuse another one.
    is_same(&post(&ada, USERS, KEY, &body).await, &first);
    is_reused(&post(&ada, USERS, KEY, &json!({"display_name": "Eve"})).await);
    ada.post(USERS, body).await.assert_problem(409, "already_exists");
}

#[tokio::test]
async fn an_answer_can_be_kept_after_changes_of_its_own() {
    let kith = Kith::start().await;
    let context = &kith.stack.context;
    let call = async |key: &str, body: &[u8]| {
        let request = http::Request::post("/v1/things?x=1").header("Idempotency-Key", key);
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let key = IdempotencyKey::from_request_parts(&mut parts, context).await.unwrap();
        key.of(context, None, body).await.unwrap()
    };
    let answer = |status: u16, body: &str| {
        let answer = http::Response::builder().status(status).header("content-type", "text/plain");
        answer.body(axum::body::Body::from(body.to_owned())).unwrap()
    };
    let text = async |answer: axum::response::Response| {
        let status = answer.status().as_u16();
        assert_eq!(answer.headers()["content-type"], "text/plain");
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    };
    let first = call(KEY, b"body").await;
    assert!(first.repeated(context).await.unwrap().is_none());
    let kept = first.keep(context, answer(202, "first")).await.unwrap();
    assert_eq!(text(kept).await, (202, "first".to_owned()));
    let again = call(KEY, b"body").await.repeated(context).await.unwrap();
    assert_eq!(text(again.unwrap()).await, (202, "first".to_owned()));
    // Of two at once the first to end counts.
    let late = call(KEY, b"body").await.keep(context, answer(202, "late")).await.unwrap();
    assert_eq!(text(late).await, (202, "first".to_owned()));
    assert!(call(KEY, b"other").await.repeated(context).await.is_err());

    // What is no success, or wouldn't fit an item, is answered and forgotten.
    for (key, status, body) in [("a", 422, "no"), ("b", 200, &*"x".repeat(350_001))] {
        let other = call(key, b"").await;
        let kept = other.keep(context, answer(status, body)).await.unwrap();
        assert_eq!(text(kept).await, (status, body.to_owned()));
        assert!(other.repeated(context).await.unwrap().is_none());
    }
    let large = "x".repeat(350_000);
    let kept = call("c", b"").await.keep(context, answer(200, &large)).await.unwrap();
    assert_eq!(text(kept).await, (200, large.clone()));
    let again = call("c", b"").await.repeated(context).await.unwrap();
    assert_eq!(text(again.unwrap()).await, (200, large));
}
