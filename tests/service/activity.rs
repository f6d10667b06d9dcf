//! What was done to somebody's data, as they see it and as it is audited.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use local::engines::{Fault, Service};
use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::UserId;
use shared::store::{Filing, keys};
use tests::authenticator::Browser;
use tests::{Answer, Kith, PASSWORD, Person, send};

use super::mfa;
use super::passkeys;
use super::pictures::{MINE as PICTURE, png};
use super::uploads;

const ME: &str = "/v1/users/me";
const ACTIVITY: &str = "/v1/users/me/activity";
const PREFERENCES: &str = "/v1/users/me/preferences";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const NEW_PASSWORD: &str = "another good one";

/// A call from the browser.
async fn call(person: &Person, method: Method, path: &str, body: Value) -> Answer {
    send(person.request(method, path).header("user-agent", BROWSER).json(&body)).await
}

/// What somebody's activity shows, newest first.
pub async fn activity(viewer: &Person, path: &str) -> Vec<Value> {
    let answer = viewer.get(&format!("{path}?limit=100")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().clone()
}

pub fn kinds(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["type"].as_str().unwrap()).collect()
}

/// Everything in the table.
async fn table(kith: &Kith) -> Vec<HashMap<String, AttributeValue>> {
    let client = kith.stack.context.sdk.dynamodb();
    let pages = client.scan().table_name("kith").into_paginator().items().send();
    pages.collect::<Result<_, _>>().await.unwrap()
}

/// All items of a kind, as text.
async fn stored(kith: &Kith, kind: &str) -> Vec<String> {
    let is_kind = |item: &HashMap<String, AttributeValue>| {
        item.get("entity").and_then(|entity| entity.as_s().ok()).is_some_and(|name| name == kind)
    };
    let items = table(kith).await;
    items.iter().filter(|item| is_kind(item)).map(|item| format!("{item:?}")).collect()
}

/// What the audit log says was done, by kind.
pub async fn audited(kith: &Kith) -> Vec<String> {
    let audit = stored(kith, "audit").await;
    let action = |item: &String| {
        item.split_once("\"action\": S(\"").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    let mut actions: Vec<_> = audit.iter().map(action).collect();
    actions.sort();
    actions
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a line for each call")]
async fn each_call_leaves_its_entry_and_no_entry_has_a_secret() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    // Whatever becomes of the others, this session of an administrator reads.
    let admin = kith.admin().await;
    let path = format!("/v1/users/{}/activity", ada.id);
    let mut known: BTreeSet<String> = BTreeSet::new();
    macro_rules! leaves {
        ($kinds:expr, $status:literal, $call:expr) => {{
            let answer = $call.await;
            assert_eq!(answer.status, $status, "{:?}: {}", $kinds, answer.body);
            kith.stack.settled().await;
            let mut new = activity(&admin, &path).await;
            new.retain(|entry| known.insert(entry["id"].to_string()));
            new.reverse();
            assert_eq!(kinds(&new), $kinds, "{new:?}");
            for entry in &new {
                assert_eq!(entry["ip_address"], "127.0.0.1", "{entry}");
                assert!(entry["created_at"].as_str().unwrap().ends_with('Z'));
            }
            (answer, new)
        }};
    }
    let mut secrets = vec![PASSWORD.to_owned(), NEW_PASSWORD.to_owned(), "argon2".to_owned()];
    let (_, new) = leaves!(["user.created"], 200, ada.get(ME));
    assert!(new[0]["data"]["session_id"].is_string());

    let fields = json!({"display_name": "Ada", "phone": "+442079460999", "bio": "Poet of numbers"});
    let (_, new) = leaves!(["user.updated"], 200, call(&ada, Method::PATCH, ME, fields));
    assert_eq!(new[0]["user_agent"], BROWSER);
    let told = json!({"display_name": {"old": null, "new": "Ada"}, "phone": {}, "bio": {}});
    assert_eq!(new[0]["data"], json!({"changes": told}));
    let handle = json!({"username": "ada"});
    leaves!(["user.updated"], 200, call(&ada, Method::PATCH, ME, handle));
    let (_, new) = leaves!(["user.updated"], 200, call(&ada, Method::PUT, ME, json!({})));
    assert_eq!(new[0]["data"]["changes"]["username"], json!({"old": "ada", "new": null}));
    leaves!([""; 0], 200, call(&ada, Method::PUT, ME, json!({})));
    secrets.extend(["+4420".to_owned(), "Poet".to_owned()]);

    let custom = json!({"custom": {"notes": "only mine"}, "theme": "dark"});
    let first = call(&ada, Method::PATCH, PREFERENCES, custom);
    let (_, new) = leaves!(["preferences.updated"], 200, first);
    assert_eq!(new[0]["data"], json!({"changes": {"custom": {}, "theme": {}}}));
    let light = call(&ada, Method::PATCH, PREFERENCES, json!({"theme": "light"}));
    let (_, new) = leaves!(["preferences.updated"], 200, light);
    assert_eq!(new[0]["user_agent"], BROWSER);
    let defaults = call(&ada, Method::PUT, PREFERENCES, json!({}));
    leaves!(["preferences.updated"], 200, defaults);
    secrets.push("only mine".to_owned());

    let put = ada.request(Method::PUT, PICTURE).header("content-type", "image/png");
    let put = send(put.header("user-agent", BROWSER).body(png([1, 2, 3])));
    let (_, new) = leaves!(["picture.updated"], 200, put);
    assert_eq!(new[0]["data"], json!({"source": "uploaded"}));
    assert_eq!(new[0]["user_agent"], BROWSER);
    leaves!(["picture.deleted"], 204, ada.delete(PICTURE));
    let prepared = uploads::prepare(&ada, png([3, 2, 1]).len()).await;
    assert_eq!(uploads::upload(&prepared, png([3, 2, 1])).await, 200);
    leaves!(["picture.updated"], 200, ada.get(ME));

    let login = json!({"email": ada.email, "password": PASSWORD});
    let wrong = json!({"email": ada.email, "password": "a wrong one"});
    let nobody = kith.nobody();
    // Strangers could fill somebody's activity.
    let failed = call(&nobody, Method::POST, "/v1/auth/login", wrong);
    leaves!([""; 0], 401, failed);
    let sign_in = || call(&nobody, Method::POST, "/v1/auth/login", login.clone());
    let (answer, new) = leaves!(["session.created"], 200, sign_in());
    assert_eq!(new[0]["data"]["amr"], json!(["pwd"]));
    let second = kith.signed_in(&answer);
    leaves!(["session.revoked"], 204, second.post("/v1/auth/logout", json!({})));
    let (_, new) = leaves!(["session.created"], 200, sign_in());
    let session = new[0]["data"]["session_id"].as_str().unwrap();
    let of_session = format!("/v1/users/me/sessions/{session}");
    let (_, new) = leaves!(["session.revoked"], 204, ada.delete(&of_session));
    assert_eq!(new[0]["data"]["session_id"], session);
    leaves!(["session.created"], 200, sign_in());
    let (_, new) = leaves!(["session.revoked"], 204, ada.delete("/v1/users/me/sessions"));
    assert_eq!(new[0]["data"], json!({"count": 1}));
    leaves!([""; 0], 204, ada.delete("/v1/users/me/sessions"));

    let keys = "/v1/auth/api-keys";
    let new_key = json!({"name": "nightly", "scopes": ["users:read"]});
    let (key, new) = leaves!(["api_key.created"], 201, ada.post(keys, new_key));
    assert_eq!(new[0]["data"]["name"], "nightly");
    secrets.push(key.text("/key"));
    let of_key = format!("{keys}/{}", key.text("/id"));
    leaves!(["api_key.deleted"], 204, ada.delete(&of_key));
    leaves!([""; 0], 404, ada.delete(&of_key));

    let token = kith.mailed_token(&ada.email).await;
    secrets.push(token.clone());
    let verify = |token: &str| {
        let body = json!({"token": token});
        let nobody = nobody.clone();
        async move { nobody.post("/v1/auth/email/verify", body).await }
    };
    leaves!(["user.email_verified"], 204, verify(&token));
    leaves!([""; 0], 401, verify(&token));

    let mut browser = Browser::at(&kith.origin());
    let passkey = passkeys::new(&ada, &mut browser, "Phone").await;
    secrets.push(passkey["credential"]["id"].as_str().unwrap().to_owned());
    let created = ada.post("/v1/auth/passkeys", passkey);
    let (passkey, new) = leaves!(["passkey.created"], 201, created);
    assert_eq!(new[0]["data"]["name"], "Phone");
    let of_passkey = format!("/v1/auth/passkeys/{}", passkey.text("/id"));
    let named = ada.patch(&of_passkey, json!({"name": "Key"}));
    leaves!(["passkey.updated"], 200, named);
    leaves!(["passkey.deleted"], 204, ada.delete(&of_passkey));

    let begun = ada.post("/v1/auth/mfa/totp", json!({}));
    let (begun, _) = leaves!(["totp.started"], 201, begun);
    secrets.push(begun.text("/secret"));
    let app = mfa::App::new(&begun.text("/secret"));
    let code = app.code(&kith, 0);
    let (confirmed, _) = leaves!(["totp.enabled"], 200, mfa::confirm(&ada, &code));
    secrets.extend(mfa::recovery_codes(&confirmed));
    let codes = ada.post("/v1/auth/mfa/recovery-codes", json!({}));
    let (codes, _) = leaves!(["recovery_codes.replaced"], 200, codes);
    secrets.extend(mfa::recovery_codes(&codes));
    leaves!(["totp.disabled"], 204, ada.delete("/v1/auth/mfa/totp"));

    let password = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let wrong = json!({"current_password": "wrong", "new_password": NEW_PASSWORD});
    leaves!([""; 0], 403, ada.put("/v1/auth/password", wrong));
    leaves!(["user.password_changed"], 204, ada.put("/v1/auth/password", password));
    let email = json!({"new_email": "ada@example.org", "current_password": NEW_PASSWORD});
    let asked = ada.put("/v1/auth/email", email);
    let (_, new) = leaves!(["user.email_change_requested"], 202, asked);
    assert_eq!(new[0]["data"], json!({}));
    let token = kith.mailed_token("ada@example.org").await;
    secrets.push(token.clone());
    let (_, new) = leaves!(["user.updated"], 204, verify(&token));
    assert_eq!(new[0]["data"], json!({"changes": {"email": {}}}));
    secrets.push("ada@example.org".to_owned());
    let forgot = nobody.post("/v1/auth/password/forgot", json!({"email": "ada@example.org"}));
    leaves!([""; 0], 202, forgot);
    let token = kith.mailed_token("ada@example.org").await;
    secrets.push(token.clone());
    let reset = json!({"token": token, "new_password": PASSWORD});
    let reset = nobody.post("/v1/auth/password/reset", reset);
    let (_, new) = leaves!(["user.password_changed"], 204, reset);
    assert_eq!(new[0]["data"], json!({"by_mail": true}));

    let ada = kith.sign_in("ada@example.org", PASSWORD).await;
    secrets.extend([ada.access_token.clone().unwrap(), ada.refresh_token.clone()]);
    let deletion = ada.delete(ME).await;
    assert_eq!(deletion.status, 202);
    admin.get(&path).await.assert_problem(404, "not_found");
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let token = nobody.post("/v1/auth/login", login).await.text("/restore_token");
    secrets.push(token.clone());
    let restore = nobody.post("/v1/auth/restore", json!({"restore_token": token}));
    leaves!(["session.created", "user.deleted", "user.restored"], 200, restore);

    let mut kept = stored(&kith, "activity").await;
    assert!(kept.len() > 25);
    let items = table(&kith).await;
    let carried = items.iter().filter_map(|item| item.get("activity"));
    kept.extend(carried.map(|activity| format!("{activity:?}")));
    for secret in secrets {
        assert!(!kept.iter().any(|entry| entry.contains(&secret)), "{secret}");
    }
}

#[tokio::test]
async fn a_refresh_token_used_twice_shows_as_the_end_of_its_session() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let copy = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(copy.refresh().await.status, 200);
    kith.wait(Duration::from_secs(11));
    copy.refresh().await.assert_problem(401, "token_reused");
    let entries = activity(&ada, ACTIVITY).await;
    assert_eq!(kinds(&entries)[0], "session.revoked");
    assert_eq!(entries[0]["data"]["cause"], "token_reused");
    assert_eq!(
        (&entries[0]["data"]["by"], &entries[0]["ip_address"]),
        (&json!("system"), &Value::Null)
    );
    assert_eq!(audited(&kith).await, ["session.revoked"]);
}

#[tokio::test]
async fn what_others_do_is_audited_and_does_not_tell_where_they_are() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"username": "ada", "display_name": "Ada"})).await;
    let other = kith.sign_in(&ada.email, PASSWORD).await;
    let admin = kith.admin().await;
    let key = json!({"name": "service", "scopes": ["users:write", "users:write:all"]});
    let key = admin.post("/v1/auth/api-keys", key).await.text("/key");
    let of_ada = format!("/v1/users/{}", ada.id);
    let preferences = format!("{of_ada}/preferences");
    let dark = json!({"theme": "dark"});
    let other_session = other.get("/v1/users/me/sessions").await;
    let other_session = other_session.body["items"].as_array().unwrap().iter();
    let other_session = other_session.clone().find(|item| item["current"] == true).unwrap();
    let session = format!("{of_ada}/sessions/{}", other_session["id"].as_str().unwrap());
    let picture = format!("{of_ada}/picture");
    let calls = [
        (Method::PATCH, of_ada.clone(), json!({"display_name": "A."}), 200, "user.updated"),
        (Method::PATCH, of_ada.clone(), json!({"username": "ada.l"}), 200, "user.updated"),
        (Method::PUT, of_ada.clone(), json!({"bio": "b"}), 200, "user.updated"),
        (Method::PATCH, preferences.clone(), dark, 200, "preferences.updated"),
        (Method::PUT, preferences, json!({}), 200, "preferences.updated"),
        (Method::DELETE, picture, json!({}), 204, "picture.deleted"),
        (Method::DELETE, session, json!({}), 204, "session.revoked"),
    ];
    let mut expected = Vec::new();
    for (method, path, body, status, kind) in calls {
        let answer = call(&admin, method, &path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let entry = activity(&ada, ACTIVITY).await.remove(0);
        assert_eq!(entry["type"], kind, "{path}");
        assert_eq!(entry["data"]["by"], "administrator", "{path}");
        let where_from = (&entry["ip_address"], &entry["user_agent"]);
        assert_eq!(where_from, (&Value::Null, &Value::Null), "{path}");
        expected.push(kind);
        expected.sort_unstable();
        assert_eq!(audited(&kith).await, expected, "{path}");
    }
    let by_service = kith.nobody().request(Method::PATCH, &of_ada).header("x-api-key", &key);
    assert_eq!(send(by_service.json(&json!({"bio": "c"}))).await.status, 200);
    let entry = activity(&ada, ACTIVITY).await.remove(0);
    assert_eq!((&entry["data"]["by"], &entry["ip_address"]), (&json!("service"), &Value::Null));
    // The log tells where they are, and who, but not what the names were.
    let log = stored(&kith, "audit").await;
    assert!(log.iter().all(|entry| entry.contains("127.0.0.1") && entry.contains(&admin.id)));
    assert!(!log.iter().any(|entry| entry.contains("\"A.\"") || entry.contains("ada.l")));
    // The administrator's own are nobody else's.
    assert_eq!(kinds(&activity(&admin, ACTIVITY).await)[0], "api_key.created");
}

#[tokio::test]
async fn activity_is_its_owners_and_the_administrators() {
    let kith = Kith::start().await;
    let public = json!({"username": "ada", "privacy": {"profile": "public"}});
    let (ada, eve) = (kith.somebody_with(public).await, kith.somebody().await);
    let admin = kith.admin().await;
    let path = format!("/v1/users/{}/activity", ada.id);
    let own = activity(&ada, &path).await;
    assert_eq!(kinds(&own), ["user.created"]);
    assert_eq!(activity(&ada, "/v1/users/@ada/activity").await, own);
    assert_eq!(activity(&admin, &path).await, own);
    eve.get(&path).await.assert_problem(404, "not_found");
    eve.get("/v1/users/@ada/activity").await.assert_problem(404, "not_found");
    let unknown = format!("/v1/users/{}/activity", kith.stack.context.new_id::<UserId>());
    for viewer in [&eve, &admin] {
        viewer.get(&unknown).await.assert_problem(404, "not_found");
    }
    kith.nobody().get(&path).await.assert_problem(401, "authentication_required");
    let by_key = async |scopes: Value| {
        let key = json!({"name": "service", "scopes": scopes});
        let key = admin.post("/v1/auth/api-keys", key).await.text("/key");
        send(kith.nobody().request(Method::GET, &path).header("x-api-key", key)).await
    };
    assert_eq!(by_key(json!(["users:read:all", "users:read"])).await.body["items"], json!(own));
    by_key(json!(["users:read"])).await.assert_problem(404, "not_found");
    // A cursor is one reader's, of one list.
    for name in ["Ada", "A."] {
        ada.patch(ME, json!({"display_name": name})).await;
    }
    kith.stack.settled().await;
    let cursor = ada.get(&format!("{ACTIVITY}?limit=1")).await.text("/next_cursor");
    let next = ada.get(&format!("{ACTIVITY}?limit=1&cursor={cursor}")).await;
    assert_eq!(next.body["items"][0]["data"]["changes"]["display_name"]["new"], "Ada");
    for (viewer, path) in [(&admin, path.as_str()), (&eve, ACTIVITY)] {
        viewer.get(&format!("{path}?cursor={cursor}")).await.assert_problem(400, "invalid_cursor");
    }
    ada.get(&format!("{ACTIVITY}?limit=0")).await.assert_problem(422, "validation_failed");
    assert_eq!(eve.post("/v1/auth/logout", json!({})).await.status, 204);
    eve.get(ACTIVITY).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_change_shows_at_once_and_once_though_the_stream_is_late() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    ada.patch(PREFERENCES, json!({"theme": "dark"})).await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    ada.patch(ME, json!({"bio": "b"})).await;
    ada.patch(PREFERENCES, json!({"theme": "light"})).await;
    let expected = ["preferences.updated", "user.updated", "preferences.updated", "user.created"];
    let early = activity(&ada, ACTIVITY).await;
    assert_eq!(kinds(&early), expected);
    // Each page has what belongs there.
    let mut paged = Vec::new();
    let mut path = format!("{ACTIVITY}?limit=1");
    loop {
        let page = ada.get(&path).await;
        paged.extend(page.body["items"].as_array().unwrap().clone());
        match page.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("{ACTIVITY}?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, early);
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    assert_eq!(stored(&kith, "activity").await.len(), 4);
    assert_eq!(activity(&ada, ACTIVITY).await, early);
}

#[tokio::test]
async fn a_record_that_comes_again_files_an_act_once_and_brings_none_back() {
    let kith = Kith::with(&[("ACTIVITY_RETENTION", "2h")]).await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    ada.patch(ME, json!({"bio": "b"})).await;
    let context = &kith.stack.context;
    let id: UserId = ada.id.parse().unwrap();
    let items = context.store.read([keys::profile(id)]).await.unwrap();
    let activity = items.carried(id).unwrap().remove(0);
    let carried = Filing { activity, from: keys::profile(id) };
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    let before = stored(&kith, "activity").await.len();
    context.store.file_activity(&carried, context.now()).await.unwrap();
    assert_eq!(stored(&kith, "activity").await.len(), before);
    // A dead letter may be sent again days later.
    kith.wait(Duration::from_hours(2));
    let key = keys::activity(id, carried.activity.id);
    let text = |text: String| AttributeValue::S(text);
    let gone = context.sdk.dynamodb().delete_item().table_name("kith");
    gone.key("pk", text(key.pk)).key("sk", text(key.sk)).send().await.unwrap();
    context.store.file_activity(&carried, context.now()).await.unwrap();
    assert_eq!(stored(&kith, "activity").await.len(), before - 1);
}

#[tokio::test]
async fn what_is_older_than_the_retention_shows_no_more() {
    let kith = Kith::with(&[("ACTIVITY_RETENTION", "2h")]).await;
    let ada = kith.somebody().await;
    ada.patch(ME, json!({"bio": "b"})).await;
    ada.patch(PREFERENCES, json!({"theme": "dark"})).await;
    ada.patch(PREFERENCES, json!({"theme": "light"})).await;
    kith.stack.settled().await;
    assert_eq!(activity(&ada, ACTIVITY).await.len(), 4);
    kith.wait(Duration::from_hours(1));
    let ada = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(activity(&ada, ACTIVITY).await.len(), 5);
    kith.wait(Duration::from_hours(1));
    let ada = kith.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(kinds(&activity(&ada, ACTIVITY).await), ["session.created", "session.created"]);
    let page = ada.get(&format!("{ACTIVITY}?limit=2")).await;
    assert_eq!(page.body["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_cursor_that_outlives_what_it_points_at_leads_to_the_end() {
    let kith = Kith::with(&[("ACTIVITY_RETENTION", "2h")]).await;
    let ada = kith.somebody().await;
    ada.patch(ME, json!({"bio": "b"})).await;
    kith.stack.settled().await;
    let key = json!({"name": "k", "scopes": ["users:read"]});
    let key = ada.post("/v1/auth/api-keys", key).await.text("/key");
    let by_key = async |path: &str| {
        send(kith.nobody().request(Method::GET, path).header("x-api-key", &key)).await
    };
    let page = by_key(&format!("{ACTIVITY}?limit=2")).await;
    let cursor = page.text("/next_cursor");
    assert!(!cursor.is_empty());
    kith.wait(Duration::from_hours(3));
    let page = by_key(&format!("{ACTIVITY}?cursor={cursor}")).await;
    assert_eq!(page.body, json!({"items": [], "next_cursor": null}));
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_no_entry() {
    let kith = Kith::start().await;
    kith.somebody_with(json!({"username": "taken"})).await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    ada.patch(PREFERENCES, json!({"theme": "dark"})).await;
    let of_ada = format!("/v1/users/{}", ada.id);
    let before = activity(&ada, ACTIVITY).await;
    let stale = async |person: &Person, method: Method, path: &str, body: Value| {
        send(person.request(method, path).header("if-match", "\"99-x\"").json(&body)).await
    };
    let unknown = kith.stack.context.new_id::<UserId>();
    let bio = json!({"bio": "new"});
    for (status, answer) in [
        (412, stale(&ada, Method::PATCH, ME, bio.clone()).await),
        (412, stale(&admin, Method::PATCH, &of_ada, bio).await),
        (412, stale(&ada, Method::PUT, PREFERENCES, json!({})).await),
        (412, stale(&ada, Method::DELETE, PICTURE, json!({})).await),
        (409, ada.patch(ME, json!({"username": "taken"})).await),
        (409, admin.patch(&of_ada, json!({"username": "taken"})).await),
        (422, ada.patch(ME, json!({"website": "x"})).await),
        (422, ada.patch(PREFERENCES, json!({"theme": "pink"})).await),
        (404, ada.delete(&format!("/v1/users/me/sessions/{unknown}")).await),
        (404, ada.delete(&format!("/v1/auth/api-keys/{unknown}")).await),
        (404, ada.delete(&format!("/v1/auth/passkeys/{unknown}")).await),
        (404, ada.delete("/v1/users/me/identities/google").await),
        (401, kith.nobody().post("/v1/auth/email/verify", json!({"token": "x"})).await),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    kith.stack.settled().await;
    assert_eq!(activity(&ada, ACTIVITY).await, before);
    assert_eq!(audited(&kith).await, [""; 0]);
}

#[tokio::test]
async fn where_a_call_comes_from_is_the_gateways_word_and_bounded() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let agent = format!("Evil\tAgent\u{85}{}", "é".repeat(700));
    let agent = reqwest::header::HeaderValue::from_bytes(agent.as_bytes()).unwrap();
    for (path, body) in [
        (ME, json!({"bio": "b"})),
        (ME, json!({"username": "ada"})),
        (PREFERENCES, json!({"theme": "dark"})),
    ] {
        let mut request = ada.request(Method::PATCH, path).header("user-agent", &agent);
        for name in ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip"] {
            request = request.header(name, "198.51.100.9");
        }
        assert_eq!(send(request.json(&body)).await.status, 200);
        let entry = activity(&ada, ACTIVITY).await.remove(0);
        assert_eq!(entry["ip_address"], "127.0.0.1");
        let agent = entry["user_agent"].as_str().unwrap();
        assert!(agent.starts_with("EvilAgenté"), "{agent}");
        assert_eq!(agent.chars().count(), 512);
    }
}

#[tokio::test]
async fn parallel_changes_lose_neither_fields_nor_entries() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let names = ["bio", "location", "job_title", "company", "industry"];
    let changes = (0..50).map(|n| {
        let name = names[n % names.len()];
        let mut patch = json!({});
        patch[name] = json!(format!("{name} {n}"));
        let ada = ada.clone();
        async move { ada.patch(ME, patch).await }
    });
    for answer in join_all(changes).await {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let me = ada.get(ME).await.body;
    for name in names {
        assert!(me[name].as_str().unwrap().starts_with(name), "{me}");
    }
    kith.stack.settled().await;
    let entries = activity(&ada, ACTIVITY).await;
    assert_eq!(entries.len(), 51);
    for name in names {
        let of_name = entries.iter().filter(|entry| !entry["data"]["changes"][name].is_null());
        assert_eq!(of_name.count(), 10, "{name}");
    }
}

#[tokio::test]
async fn nothing_is_filed_of_somebody_who_has_been_erased() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    ada.patch(ME, json!({"bio": "b"})).await;
    let erase = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&erase).await.status, 202);
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    let activity = stored(&kith, "activity").await;
    assert!(!activity.iter().any(|item| item.contains(&ada.id)), "{activity:?}");
    // That it was done, the log knows.
    assert_eq!(audited(&kith).await, ["user.deleted", "user.erased"]);
}

#[tokio::test]
async fn what_is_filed_stays_nowhere_else() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    ada.patch(ME, json!({"bio": "b"})).await;
    ada.patch("/v1/users/me/preferences", json!({"theme": "dark"})).await;
    ada.patch("/v1/users/me/preferences", json!({"theme": "light"})).await;
    kith.stack.settled().await;
    for item in table(&kith).await {
        assert!(!item.contains_key("activity"), "{item:?}");
    }
    let types = activity(&ada, "/v1/users/me/activity").await;
    let types: Vec<_> = types.iter().map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        ["preferences.updated", "preferences.updated", "user.updated", "user.created"]
    );
}

#[tokio::test]
async fn nothing_is_filed_while_an_erasure_is_under_way() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    ada.patch(ME, json!({"bio": "late"})).await;
    // As an erasure begins: the account is still there.
    let now = kith.stack.context.now().to_string();
    let deletion = ["deleted_at", "erase_at"];
    let deletion = deletion.map(|name| (name.to_owned(), AttributeValue::S(now.clone())));
    kith.set_account(&ada.id, "deletion", AttributeValue::M(deletion.into())).await;
    // Its session hasn't gone yet; signing out asks nobody but the table.
    ada.post("/v1/auth/logout", json!({})).await.assert_problem(401, "invalid_token");
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    let filed = stored(&kith, "activity").await;
    let of_ada = filed.iter().filter(|item| item.contains(&ada.id));
    assert_eq!(of_ada.count(), 1, "the sign-up, and no more: {filed:?}");
}

#[tokio::test]
async fn what_was_done_before_a_deletion_is_filed_within_its_grace() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    ada.patch(ME, json!({"bio": "late"})).await;
    assert_eq!(ada.delete(ME).await.status, 202);
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    kith.stack.settled().await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    let token = kith.nobody().post("/v1/auth/login", login).await.text("/restore_token");
    let restored = kith.nobody().post("/v1/auth/restore", json!({"restore_token": token})).await;
    let ada = kith.signed_in(&restored);
    let expected = ["user.restored", "user.deleted", "user.updated", "user.created"];
    assert_eq!(kinds(&activity(&ada, ACTIVITY).await), expected);
}
