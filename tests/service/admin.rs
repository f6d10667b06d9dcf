//! What administrators do to accounts.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};
use tests::{Answer, Kith, PASSWORD, Person, send};

const USERS: &str = "/v1/admin/users";
const SECRET: &str = "a secret that both services share, of 32 bytes and more";

pub async fn delete_mfa(who: &Person, user: &str, body: Value) -> Answer {
    send(who.request(Method::DELETE, &format!("{USERS}/{user}/mfa")).json(&body)).await
}

pub async fn shut(admin: &Person, user: &str) -> Answer {
    let body = json!({"is_active": false, "reason": "Sells spam."});
    admin.put(&format!("{USERS}/{user}/status"), body).await
}

async fn appoint(admin: &Person, user: &str) {
    let answer = admin.put(&format!("{USERS}/{user}/role"), json!({"role": "admin"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn login(kith: &Kith, who: &Person) -> Answer {
    let body = json!({"email": who.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", body).await
}

/// A program of somebody's, which calls by its key.
pub async fn program(owner: &Person, scopes: &[&str]) -> (String, String) {
    let answer = owner.post("/v1/auth/api-keys", json!({"name": "k", "scopes": scopes})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    (answer.text("/id"), answer.text("/key"))
}

pub async fn by_key(
    kith: &Kith,
    key: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let request = kith.nobody().request(method, path).header("x-api-key", key);
    send(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

/// Every call of the group, on this user.
pub fn calls(user: &str) -> Vec<(Method, String, Option<Value>)> {
    let about = |rest: &str| format!("{USERS}/{user}{rest}");
    let shut = json!({"is_active": false, "reason": "r"});
    vec![
        (Method::GET, USERS.to_owned(), None),
        (Method::GET, about(""), None),
        (Method::GET, format!("{USERS}/@nobody-has-it"), None),
        (Method::GET, format!("{USERS}/not-an-id"), None),
        (Method::PUT, about("/status"), Some(shut)),
        (Method::PUT, about("/status"), Some(json!({"is_active": 1}))),
        (Method::PUT, about("/role"), Some(json!({"role": "admin"}))),
        (Method::DELETE, about("/mfa"), Some(json!({"reason": "r"}))),
        (Method::GET, "/v1/admin/audit".to_owned(), None),
        (Method::GET, "/v1/admin/stats".to_owned(), None),
    ]
}

async fn call(who: &Person, (method, path, body): &(Method, String, Option<Value>)) -> Answer {
    let request = who.request(method.clone(), path);
    send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

#[tokio::test]
async fn nobody_but_an_administrator_comes_in() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let (ada, bob, cleo) = (kith.somebody().await, kith.somebody().await, kith.somebody().await);
    for who in [&bob, &cleo] {
        appoint(&admin, &who.id).await;
    }
    let all = ["users:read", "users:write", "users:read:all", "users:write:all"];
    let (_, key) = program(&admin, &all).await;
    let (_, good) = program(&bob, &["admin"]).await;
    let answer = by_key(&kith, &good, Method::GET, USERS, None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let demote = json!({"role": "user"});
    assert_eq!(admin.put(&format!("{USERS}/{}/role", bob.id), demote).await.status, 200);
    assert_eq!(shut(&admin, &cleo.id).await.status, 200);
    let before = admin.get("/v1/admin/audit").await.body;
    for one in calls(&ada.id) {
        let problem = |answer: Answer, status, code| answer.assert_problem(status, code);
        problem(call(&kith.nobody(), &one).await, 401, "authentication_required");
        problem(call(&ada, &one).await, 403, "forbidden");
        // The token of before still says that he is one.
        problem(call(&bob, &one).await, 403, "forbidden");
        problem(call(&cleo, &one).await, 401, "invalid_token");
        for key in [&key, &good] {
            let (method, path, body) = one.clone();
            problem(by_key(&kith, key, method, &path, body).await, 403, "forbidden");
        }
    }
    // Nothing was done, so nothing is audited.
    assert_eq!(admin.get("/v1/admin/audit").await.body, before);
    assert_eq!(ada.get("/v1/users/me").await.text("/role"), "user");
}

#[tokio::test]
async fn a_shut_account_is_dead_at_the_next_request_and_can_be_opened_again() {
    let kith =
        Kith::with(&[("EXTERNAL_HS256_SECRET", SECRET), ("EXTERNAL_HS256_ISSUER", "elsewhere")])
            .await;
    let admin = kith.admin().await;
    let ada = kith.somebody().await;
    let (_, key) = program(&ada, &["users:read"]).await;
    let claims = json!({
        "user_id": "7", "email": "out@elsewhere.example", "name": "Out",
        "exp": (kith.stack.context.now() + std::time::Duration::from_hours(1)).as_secs(),
    });
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let secret = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&secret, text.as_bytes()));
    let outsider = kith.nobody().with_access_token(format!("{text}.{tag}"));
    let made = outsider.post("/v1/users", json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);

    for id in [&ada.id, &made.text("/id")] {
        let answer = shut(&admin, id).await;
        assert_eq!((answer.status.as_u16(), answer.text("/status").as_str()), (200, "inactive"));
        assert_eq!(answer.body["is_active"], false);
    }
    let me = "/v1/users/me";
    ada.get(me).await.assert_problem(401, "invalid_token");
    ada.refresh().await.assert_problem(401, "invalid_token");
    by_key(&kith, &key, Method::GET, me, None).await.assert_problem(401, "invalid_token");
    outsider.get(me).await.assert_problem(401, "invalid_token");
    login(&kith, &ada).await.assert_problem(403, "account_disabled");
    let events = kith.events(&ada.id).await;
    let told = events.iter().filter(|event| event["detail-type"] == "user.status_changed");
    assert_eq!(told.count(), 1);

    let open = json!({"is_active": true});
    for id in [&ada.id, &made.text("/id")] {
        let answer = admin.put(&format!("{USERS}/{id}/status"), open.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.text("/status").as_str()), (200, "active"));
    }
    assert_eq!(login(&kith, &ada).await.status, 200);
    assert_eq!(outsider.get(me).await.status, 200);
    assert_eq!(by_key(&kith, &key, Method::GET, me, None).await.status, 200);
    // What was ended stays so.
    ada.get(me).await.assert_problem(401, "invalid_token");
    ada.refresh().await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn no_session_that_starts_meanwhile_outlives_the_shutting() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    for _ in 0..5 {
        let ada = kith.somebody().await;
        let sign_ins = join_all((0..4).map(|_| login(&kith, &ada)));
        let refreshes = join_all((0..2).map(|_| ada.refresh()));
        let (sign_ins, refreshes, done) = tokio::join!(sign_ins, refreshes, shut(&admin, &ada.id));
        assert_eq!(done.status, 200, "{}", done.body);
        for answer in sign_ins.iter().chain(&refreshes).filter(|answer| answer.status == 200) {
            let person = kith.nobody().with_access_token(answer.text("/access_token"));
            let person = person.with_refresh_token(answer.text("/refresh_token"));
            person.get("/v1/users/me").await.assert_problem(401, "invalid_token");
            person.refresh().await.assert_problem(401, "invalid_token");
        }
        // Nothing waits for the account to be opened again.
        let path = format!("{USERS}/{}", ada.id);
        assert_eq!(admin.get(&path).await.body["sessions"], json!([]));
    }
}

#[tokio::test]
async fn reasons_are_needed_and_bounded() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody().await;
    let long = "x".repeat(501);
    for (reason, code) in [
        (Value::Null, "required"),
        (json!("  "), "required"),
        (json!(7), "invalid_type"),
        (json!(long), "too_long"),
        (json!("a\u{0}b"), "invalid_characters"),
        (json!("a\nb"), "invalid_characters"),
        (json!("\u{1b}[31m"), "invalid_characters"),
    ] {
        let body = json!({"is_active": false, "reason": reason});
        let status = admin.put(&format!("{USERS}/{}/status", ada.id), body).await;
        let mfa = delete_mfa(&admin, &ada.id, json!({"reason": reason})).await;
        for answer in [status, mfa] {
            answer.assert_problem(422, "validation_failed");
            assert_eq!(answer.errors(), [("reason".to_owned(), code.to_owned())]);
        }
    }
    let path = format!("{USERS}/{}/role", ada.id);
    let unknown = admin.put(&path, json!({"role": "root", "x": 1})).await.errors();
    let named = [("role", "invalid_value"), ("x", "unknown_field")];
    assert_eq!(unknown, named.map(|(field, code)| (field.to_owned(), code.to_owned())));
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_role_counts_at_the_next_request_and_in_the_next_token() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody().await;
    let role_in = |answer: &Answer| {
        let token = answer.text("/access_token");
        let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&claims).unwrap()["role"].clone()
    };
    ada.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    appoint(&admin, &ada.id).await;
    assert_eq!(ada.get("/v1/admin/stats").await.status, 200);
    let refreshed = ada.refresh().await;
    assert_eq!(role_in(&refreshed), "admin");
    let ada = kith.signed_in(&login(&kith, &ada).await);
    let path = format!("{USERS}/me/role");
    let demoted = ada.put(&path, json!({"role": "user", "reason": "Leaves."})).await;
    assert_eq!(demoted.text("/role"), "user", "{}", demoted.body);
    ada.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    assert!(ada.is_signed_in().await);
    assert_eq!(role_in(&ada.refresh().await), "user");
}

#[tokio::test]
async fn the_last_administrator_stays_one_however_many_leave_at_once() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let mut admins = vec![admin.clone()];
    for _ in 0..2 {
        let one = kith.somebody().await;
        appoint(&admin, &one.id).await;
        admins.push(one);
    }
    let step_down = |n: usize| {
        let one = admins[n % 3].clone();
        async move {
            match n % 2 {
                0 => one.put(&format!("{USERS}/me/role"), json!({"role": "user"})).await,
                _ => shut(&one, "me").await,
            }
        }
    };
    let answers = join_all((0..20).map(step_down)).await;
    let refused = answers.iter().filter(|answer| answer.code() == "last_admin");
    assert!(refused.count() > 0);
    let mut left = Vec::new();
    for one in &admins {
        if one.get("/v1/admin/stats").await.status == 200 {
            left.push(one);
        }
    }
    let [last] = left[..] else { panic!("{} are left", left.len()) };
    let me = format!("{USERS}/me");
    last.put(&format!("{me}/role"), json!({"role": "user"}))
        .await
        .assert_problem(409, "last_admin");
    shut(last, "me").await.assert_problem(409, "last_admin");
    last.delete("/v1/users/me").await.assert_problem(409, "last_admin");
    assert_eq!(last.get("/v1/admin/stats").await.status, 200);
}

#[tokio::test]
async fn writes_go_by_versions_and_the_same_value_again_writes_nothing() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.somebody_with(json!({"username": "ada"})).await;
    let path = format!("{USERS}/@ada");
    let read = admin.get(&path).await;
    assert_eq!(read.status, 200, "{}", read.body);
    let tag = read.header("etag").to_owned();
    let current = admin.request(Method::GET, &path).header("if-none-match", &tag);
    assert_eq!(send(current).await.status, 304);
    let put = |what: &str, body: Value, tag: &str| {
        let request = admin.request(Method::PUT, &format!("{path}/{what}"));
        send(request.header("if-match", tag).json(&body))
    };
    let audited = admin.get("/v1/admin/audit").await.body["items"].as_array().unwrap().len();
    let same = put("status", json!({"is_active": true}), &tag).await;
    assert_eq!(
        (same.status.as_u16(), same.header("etag").split('-').next()),
        (200, tag.split('-').next())
    );
    assert_eq!(put("role", json!({"role": "user"}), &tag).await.status, 200);
    let items = admin.get("/v1/admin/audit").await.body["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), audited);
    let changed = put("role", json!({"role": "admin"}), &tag).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    put("role", json!({"role": "user"}), &tag).await.assert_problem(412, "version_mismatch");
    let stale = put("status", json!({"is_active": false, "reason": "r"}), &tag).await;
    stale.assert_problem(412, "version_mismatch");
    assert_eq!(put("role", json!({"role": "user"}), changed.header("etag")).await.status, 200);
    assert!(ada.is_signed_in().await);
    admin.get(&format!("{USERS}/@nobody")).await.assert_problem(404, "not_found");
    admin.get(&format!("{USERS}/nobody")).await.assert_problem(404, "not_found");
}

#[tokio::test]
async fn administrators_see_all_of_somebody_though_they_are_deleted() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let fields = json!({"display_name": "Ada", "phone": "+41791234567"});
    let ada = kith.somebody_with(fields).await;
    ada.patch("/v1/users/me/preferences", json!({"theme": "dark"})).await;
    let path = format!("{USERS}/{}", ada.id);
    let seen = admin.get(&path).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    for (pointer, expected) in [
        ("/email", json!(ada.email)),
        ("/phone", json!("+41791234567")),
        ("/status", json!("active")),
        ("/providers", json!(["password"])),
        ("/deletion", Value::Null),
        ("/has_second_factor", json!(false)),
        ("/preferences/theme", json!("dark")),
        ("/sessions/0/current", json!(false)),
        ("/identities", json!([])),
    ] {
        assert_eq!(seen.body.pointer(pointer), Some(&expected), "{pointer}");
    }
    assert!(!seen.body.to_string().contains("hash"));
    let activity = seen.body["activity"].as_array().unwrap();
    assert!(activity.iter().any(|act| act["type"] == "user.created"));
    let deleted = ada.delete("/v1/users/me").await;
    let seen = admin.get(&path).await;
    assert_eq!(seen.status, 200, "{}", seen.body);
    assert_eq!(seen.text("/status"), "deleted");
    assert_eq!(seen.text("/deletion/erase_at"), deleted.text("/erase_at"));
    assert_eq!(seen.text("/display_name"), "Ada");
    assert_eq!(seen.body["sessions"], json!([]));
    assert_eq!(seen.text("/activity/0/type"), "user.deleted");
    // Nobody else sees as much, and neither do other calls.
    admin.get(&format!("/v1/users/{}", ada.id)).await.assert_problem(404, "not_found");
    // Whoever is shut while deleted can't come back by restoring.
    let restore = login(&kith, &ada).await.text("/restore_token");
    assert_eq!(shut(&admin, &ada.id).await.text("/status"), "deleted");
    let restored = kith.nobody().post("/v1/auth/restore", json!({"restore_token": restore})).await;
    restored.assert_problem(403, "account_disabled");
}

#[tokio::test]
async fn a_lost_second_factor_is_taken_away_but_not_ones_own() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.verified().await;
    let reason = json!({"reason": "Lost the telephone."});
    delete_mfa(&admin, &ada.id, reason.clone()).await.assert_problem(404, "not_found");
    super::mfa::enrol(&kith, &ada).await;
    login(&kith, &ada).await.assert_problem(403, "mfa_required");
    let tag = admin.get(&format!("{USERS}/{}", ada.id)).await;
    assert_eq!(tag.body["has_second_factor"], true);
    assert_eq!(delete_mfa(&admin, &ada.id, reason.clone()).await.status, 204);
    ada.get("/v1/users/me").await.assert_problem(401, "invalid_token");
    ada.refresh().await.assert_problem(401, "invalid_token");
    assert_eq!(login(&kith, &ada).await.status, 200);
    // An administrator's session alone doesn't open what their factor guards.
    appoint(&admin, &ada.id).await;
    let ada = kith.signed_in(&login(&kith, &ada).await);
    super::mfa::enrol(&kith, &ada).await;
    delete_mfa(&ada, "me", reason.clone()).await.assert_problem(403, "forbidden");
    let (_, key) = program(&ada, &["admin"]).await;
    let path = format!("{USERS}/{}/mfa", ada.id);
    let own = by_key(&kith, &key, Method::DELETE, &path, Some(reason)).await;
    own.assert_problem(403, "forbidden");
    login(&kith, &ada).await.assert_problem(403, "mfa_required");
}
