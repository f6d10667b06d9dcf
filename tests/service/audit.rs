//! The audit log: who has done what, to whom, why and from where.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person};

use super::admin::{by_key, delete_mfa, program, shut};

const AUDIT: &str = "/v1/admin/audit";
const USERS: &str = "/v1/admin/users";

fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().clone()
}

/// All pages of a list, one after the other.
async fn pages(admin: &Person, filter: &str, limit: usize) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = admin.get(&format!("{AUDIT}?limit={limit}{filter}{cursor}")).await;
        let page = items(&answer);
        assert!(page.len() <= limit);
        found.extend(page);
        match answer.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn every_act_of_an_administrator_is_told_with_who_whom_why_and_where() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let ada = kith.verified().await;
    let path = format!("{USERS}/{}", ada.id);
    super::mfa::enrol(&kith, &ada).await;
    assert_eq!(delete_mfa(&admin, &ada.id, json!({"reason": "Lost it."})).await.status, 204);
    shut(&admin, &ada.id).await;
    let (key_id, key) = program(&admin, &["admin"]).await;
    let open = json!({"is_active": true});
    let status = format!("{path}/status");
    assert_eq!(by_key(&kith, &key, Method::PUT, &status, Some(open)).await.status, 200);
    let role = json!({"role": "admin", "reason": "Joins."});
    assert_eq!(admin.put(&format!("{path}/role"), role).await.status, 200);
    assert_eq!(admin.delete(&format!("/v1/users/{}", ada.id)).await.status, 202);
    // What users do to their own data is no matter for the log.
    let bob = kith.somebody().await;
    bob.delete("/v1/users/me").await;

    let told = items(&admin.get(AUDIT).await);
    let expected = [
        ("user.deleted", "user", &admin.id, Value::Null),
        ("user.updated", "user", &admin.id, json!("Joins.")),
        ("user.status_changed", "api_key", &key_id, Value::Null),
        ("user.status_changed", "user", &admin.id, json!("Sells spam.")),
        ("totp.disabled", "user", &admin.id, json!("Lost it.")),
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (entry, (action, kind, actor, reason)) in told.iter().zip(expected) {
        assert_eq!(entry["action"], action);
        assert_eq!(entry["actor"], json!({"type": kind, "id": actor}), "{action}");
        assert_eq!(entry["target_id"], json!(ada.id));
        assert_eq!(entry["reason"], reason);
        assert_eq!(entry["ip_address"], "127.0.0.1");
        assert!(entry["changes"].is_object() && entry["created_at"].is_string());
        assert_eq!(entry.as_object().unwrap().len(), 8);
    }
    assert_eq!(told[3]["changes"], json!({"is_active": false}));
    // Its user sees that it was done, and neither why nor from where.
    let seen = admin.get(&path).await.body["activity"].clone();
    let mut acts = seen.as_array().unwrap().iter();
    let shut = acts.rfind(|act| act["type"] == "user.status_changed").unwrap();
    assert_eq!(shut["data"], json!({"is_active": false, "by": "administrator"}));
    assert_eq!((&shut["ip_address"], &shut["user_agent"]), (&Value::Null, &Value::Null));
    assert!(!shut.to_string().contains("spam"));
}

#[tokio::test]
async fn the_log_is_read_by_whom_and_by_whose_and_in_pages() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let (ada, bob) = (kith.somebody().await, kith.somebody().await);
    let (key_id, key) = program(&admin, &["admin"]).await;
    for n in 0..13 {
        let user = if n % 3 == 0 { &ada.id } else { &bob.id };
        let body = json!({"role": if n % 2 == 0 { "admin" } else { "user" }});
        let path = format!("{USERS}/{user}/role");
        let answer = if n % 4 == 1 {
            by_key(&kith, &key, Method::PUT, &path, Some(body)).await
        } else {
            admin.put(&path, body).await
        };
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let all = pages(&admin, "", 100).await;
    assert!(all.len() > 8, "{}", all.len());
    assert!(all.is_sorted_by(|a, b| a["id"].as_str() > b["id"].as_str()));
    let only = |pointer: &str, value: &str| {
        let all = all.iter().filter(|entry| entry.pointer(pointer) == Some(&json!(value)));
        all.cloned().collect::<Vec<_>>()
    };
    let by_key = only("/actor/id", &key_id);
    assert!(!by_key.is_empty() && by_key.len() < all.len());
    for (filter, expected) in [
        (String::new(), all.clone()),
        (format!("&target_id={}", ada.id), only("/target_id", &ada.id)),
        (format!("&target_id={}", bob.id), only("/target_id", &bob.id)),
        (format!("&actor_id={key_id}"), by_key),
        // The keys of somebody act for them.
        (format!("&actor_id={}", admin.id), all.clone()),
        (format!("&actor_id={}", ada.id), Vec::new()),
        (format!("&target_id={}", admin.id), Vec::new()),
    ] {
        for limit in [1, 4, 100] {
            assert_eq!(pages(&admin, &filter, limit).await, expected, "{filter} by {limit}");
        }
    }
    let cursor = admin.get(&format!("{AUDIT}?limit=1")).await.text("/next_cursor");
    let other = format!("{AUDIT}?limit=1&target_id={}&cursor={cursor}", ada.id);
    admin.get(&other).await.assert_problem(400, "invalid_cursor");
    let answer = admin.get(&format!("{AUDIT}?actor_id=x&target_id=")).await;
    assert_eq!(answer.errors(), [("target_id".to_owned(), "invalid_format".to_owned())]);
}

#[tokio::test]
async fn the_log_goes_back_over_months_and_ends_after_four_hundred_days() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let mut expected = Vec::new();
    for n in 0..9 {
        let admin = kith.admin().await;
        let path = format!("{USERS}/{}/role", ada.id);
        let body =
            json!({"role": if n % 2 == 0 { "admin" } else { "user" }, "reason": n.to_string()});
        assert_eq!(admin.put(&path, body).await.status, 200);
        expected.insert(0, n.to_string());
        kith.wait(Duration::from_hours(45 * 24));
    }
    // By now the first is 405 days old, the second 360.
    expected.pop();
    let admin = kith.admin().await;
    let by_target = format!("&target_id={}", ada.id);
    let by_actor = format!("&actor_id={}", admin.id);
    for filter in ["", &by_target, &by_actor] {
        for limit in [1, 3, 100] {
            let told = pages(&admin, filter, limit).await;
            let reasons: Vec<_> = told.iter().map(|entry| entry["reason"].clone()).collect();
            assert_eq!(reasons, expected, "{filter} by {limit}");
        }
    }
}
