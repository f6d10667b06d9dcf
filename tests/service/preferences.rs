use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Kith, send};

const PATH: &str = "/v1/users/me/preferences";

#[tokio::test]
async fn defaults_are_answered_before_anything_is_stored() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let answer = ada.get(PATH).await;
    insta::assert_json_snapshot!(answer.body);
    assert_eq!(ada.get(&format!("/v1/users/{}/preferences", ada.id)).await.body, answer.body);
}

#[tokio::test]
async fn a_patch_merges_and_null_restores_a_default() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let patch = json!({
        "theme": "dark", "timezone": "europe/paris", "notifications": {"sms": true},
        "discovery": {"age_min": 30, "industries": ["Rail", "Sea"]}, "custom": {"a": {"b": 1, "c": 1e300}},
    });
    let answer = ada.patch(PATH, patch).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["timezone"], "Europe/Paris");
    assert_eq!(answer.body["notifications"]["email"], true);
    let answer = ada.patch(PATH, json!({"theme": null, "custom": {"a": {"b": null}}})).await;
    assert_eq!(answer.body["theme"], "system");
    assert_eq!(answer.body["custom"], json!({"a": {"c": 1e300}}));
    assert_eq!(answer.body["discovery"]["industries"], json!(["Rail", "Sea"]));
    assert_eq!(ada.get(PATH).await.body, answer.body);
    let replaced = ada.put(PATH, json!({"theme": "light", "custom": {"x": null}})).await;
    assert_eq!(replaced.body["discovery"]["age_min"], 18);
    assert_eq!(replaced.body["custom"], json!({"x": null}));
}

#[tokio::test]
async fn every_rule_has_its_code_and_nothing_is_half_written() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let before = ada.get(PATH).await.body;
    let mut deep = json!({});
    for _ in 0..8 {
        deep = json!({"x": deep});
    }
    let many: Vec<_> = (0..51).map(|n| n.to_string()).collect();
    for (patch, field, code) in [
        (json!({"theme": "blue"}), "theme", "invalid_value"),
        (json!({"language": "not a language"}), "language", "invalid_format"),
        (json!({"timezone": "Mars/Base"}), "timezone", "invalid_format"),
        (json!({"notifications": {"email": "yes"}}), "notifications.email", "invalid_type"),
        (json!({"notifications": []}), "notifications", "invalid_type"),
        (json!({"notifications": {"fax": true}}), "notifications.fax", "unknown_field"),
        (json!({"discovery": {"age_min": 12}}), "discovery.age_min", "out_of_range"),
        (json!({"discovery": {"age_min": 18.5}}), "discovery.age_min", "invalid_type"),
        (json!({"discovery": {"age_max": 17}}), "discovery.age_min", "out_of_range"),
        (
            json!({"discovery": {"location_radius_km": 0}}),
            "discovery.location_radius_km",
            "out_of_range",
        ),
        (
            json!({"discovery": {"location_radius_km": 20_001}}),
            "discovery.location_radius_km",
            "out_of_range",
        ),
        (json!({"discovery": {"interests": many}}), "discovery.interests", "too_many"),
        (json!({"discovery": {"interests": ["a", "a"]}}), "discovery.interests", "not_unique"),
        (json!({"discovery": {"interests": ["x".repeat(101)]}}), "discovery.interests", "too_long"),
        (json!({"custom": []}), "custom", "invalid_type"),
        (json!({"custom": ""}), "custom", "invalid_type"),
        (json!({"theme": ""}), "theme", "invalid_value"),
        (json!({"notifications": {"email": ""}}), "notifications.email", "invalid_type"),
        (json!({"custom": deep}), "custom", "too_deep"),
        (json!({"custom": {"x": "y".repeat(16 * 1024)}}), "custom", "too_long"),
        (json!({"theme": "dark", "surprise": 1}), "surprise", "unknown_field"),
    ] {
        let answer = ada.patch(PATH, patch.clone()).await;
        answer.assert_problem(422, "validation_failed");
        assert_eq!(answer.errors(), [(field.to_owned(), code.to_owned())], "{patch}");
    }
    assert_eq!(ada.get(PATH).await.body, before);
}

#[tokio::test]
async fn writers_at_once_lose_nothing_of_each_other() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let custom = |n: usize| json!({"custom": {format!("key{n}"): n}});
    let switches = ["sms", "newsletter", "marketing"];
    let mut patches: Vec<Value> = (0..7).map(custom).collect();
    patches.extend(switches.map(|name| json!({"notifications": {name: true}})));
    patches.push(json!({"theme": "dark"}));
    let answers = join_all(patches.into_iter().map(|patch| ada.patch(PATH, patch))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let end = ada.get(PATH).await.body;
    assert_eq!(end["custom"].as_object().unwrap().len(), 7);
    assert!(switches.iter().all(|name| end["notifications"][name] == true));
    assert_eq!(end["theme"], "dark");
}

#[tokio::test]
async fn stale_writers_are_told() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let tag = ada.get(PATH).await.header("etag").to_owned();
    let patch = async |tag: &str, theme: &str| {
        let request = ada.request(Method::PATCH, PATH).header("if-match", tag);
        send(request.json(&json!({"theme": theme}))).await
    };
    let first = patch(&tag, "dark").await;
    assert_eq!(first.status, 200);
    patch(&tag, "light").await.assert_problem(412, "version_mismatch");
    assert_eq!(patch(first.header("etag"), "light").await.status, 200);
    let request = ada.request(Method::GET, PATH);
    let current = ada.get(PATH).await.header("etag").to_owned();
    assert_eq!(send(request.header("if-none-match", current)).await.status, 304);
}

#[tokio::test]
async fn preferences_are_their_owners_and_the_administrators() {
    let kith = Kith::start().await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    let path = format!("/v1/users/{}/preferences", ada.id);
    eve.get(&path).await.assert_problem(404, "not_found");
    eve.patch(&path, json!({"theme": "dark"})).await.assert_problem(404, "not_found");
    eve.put(&path, json!({})).await.assert_problem(404, "not_found");
    kith.nobody().get(&path).await.assert_problem(401, "authentication_required");
    let admin = kith.admin().await;
    assert_eq!(admin.patch(&path, json!({"theme": "dark"})).await.status, 200);
    assert_eq!(ada.get(PATH).await.body["theme"], "dark");
    let unknown = "/v1/users/01900000-0000-7000-8000-000000000000/preferences";
    admin.get(unknown).await.assert_problem(404, "not_found");
}
