//! What applications add to profiles.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, Person, send};

const MINE: &str = "/v1/users/me/extensions";

fn of(person: &Person) -> String {
    format!("/v1/users/{}/extensions", person.id)
}

fn badge(is_public: bool) -> Value {
    json!({"type": "badge", "data": {"points": 1}, "is_public": is_public})
}

async fn add(person: &Person, path: &str, body: Value) -> String {
    let made = person.post(path, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.header("location").to_owned()
}

async fn with(
    person: &Person,
    method: Method,
    path: &str,
    header: [&str; 2],
    body: Value,
) -> Answer {
    send(person.request(method, path).header(header[0], header[1]).json(&body)).await
}

fn types(list: &Answer) -> Vec<String> {
    let items = list.body["items"].as_array().unwrap().iter();
    items.map(|item| item["type"].as_str().unwrap().to_owned()).collect()
}

/// The items of a kind in the table that have this attribute.
async fn stored(kith: &Kith, entity: &str) -> Vec<String> {
    let client = kith.stack.context.sdk.dynamodb();
    let mut pages = client.scan().table_name("kith").into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        let item = item.unwrap();
        if item.get("entity").and_then(|value| value.as_s().ok()).is_some_and(|e| e == entity) {
            items.push(format!("{item:?}"));
        }
    }
    items
}

#[tokio::test]
async fn an_extension_is_added_read_changed_and_deleted() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let data = json!({
        "wide": 1e300, "large": 9_007_199_254_740_993_u64, "small": -0.5, "none": null,
        "empty": {}, "list": [], "text": " as it is\n", "nested": {"a": [{"b": {}}]},
    });
    let body = json!({"type": " cafe\u{301} ", "data": data});
    let made = ada.post(MINE, body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let path = made.header("location").to_owned();
    assert_eq!(path, format!("{}/{}", of(&ada), made.text("/id")));
    let names: BTreeSet<_> = made.body.as_object().unwrap().keys().map(String::as_str).collect();
    let all = ["created_at", "data", "id", "is_public", "sort_order", "type", "updated_at"];
    assert_eq!(names, all.into());
    assert_eq!((&made.body["data"], made.text("/type").as_str()), (&data, "caf\u{e9}"));
    assert_eq!((&made.body["is_public"], &made.body["sort_order"]), (&json!(false), &json!(0)));

    let read = ada.get(&path).await;
    assert_eq!((&read.body, read.header("etag")), (&made.body, made.header("etag")));
    let tag = read.header("etag").to_owned();
    let fresh = ada.request(Method::GET, &path).header("if-none-match", &tag);
    assert_eq!(send(fresh).await.status, 304);

    // Absent keeps, null removes or restores a default, a value sets; in `data`, too.
    let change =
        json!({"sort_order": -7, "is_public": true, "data": {"none": null, "empty": {"x": 1}}});
    let match_tag = ["if-match", tag.as_str()];
    let patched = with(&ada, Method::PATCH, &path, match_tag, change).await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert_eq!(patched.body["data"]["empty"], json!({"x": 1}));
    assert!(!patched.body["data"].as_object().unwrap().contains_key("none"));
    assert_eq!(patched.body["data"]["wide"], 1e300);
    assert_eq!(patched.body["sort_order"], -7);
    assert_eq!(patched.body["created_at"], made.body["created_at"]);
    assert_eq!(ada.get(&path).await.body, patched.body);
    let cleared = ada.patch(&path, json!({"sort_order": null, "is_public": null})).await;
    assert_eq!(
        (&cleared.body["is_public"], &cleared.body["sort_order"]),
        (&json!(false), &json!(0))
    );

    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        let stale = with(&ada, method, &path, match_tag, body.clone()).await;
        stale.assert_problem(412, "version_mismatch");
    }
    let replaced = ada.put(&path, json!({"type": "b", "data": {"only": null}})).await;
    assert_eq!(replaced.body["data"], json!({"only": null}));
    // What changes nothing makes no new version.
    let same = ada.put(&path, json!({"type": "b", "data": {"only": null}})).await;
    assert_eq!((&same.body, same.header("etag")), (&replaced.body, replaced.header("etag")));

    assert_eq!(ada.delete(&path).await.status, 204);
    for answer in [ada.get(&path).await, ada.delete(&path).await, ada.patch(&path, json!({})).await]
    {
        answer.assert_problem(404, "not_found");
    }
    ada.put(&path, body).await.assert_problem(404, "not_found");
    ada.get(&format!("{MINE}/none")).await.assert_problem(404, "not_found");
    assert_eq!(ada.get(MINE).await.body, json!({"items": [], "next_cursor": null}));
}

#[tokio::test]
async fn every_rule_of_an_extension_has_its_code() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let path = add(&ada, MINE, badge(false)).await;
    let before = ada.get(&path).await.body;
    let mut deep = json!({});
    for _ in 0..8 {
        deep = json!({"x": deep});
    }
    // {"x":""} takes eight bytes.
    let of_size = |bytes: usize| json!({"x": "y".repeat(bytes - 8)});
    for (field, value, code) in [
        ("type", json!(1), "invalid_type"),
        ("type", json!(null), "required"),
        ("type", json!("  "), "required"),
        ("type", json!("x".repeat(51)), "too_long"),
        ("type", json!("a\nb"), "invalid_characters"),
        ("data", json!(null), "required"),
        ("data", json!([]), "invalid_type"),
        ("data", json!("{}"), "invalid_type"),
        ("data", deep, "too_deep"),
        ("data", of_size(32 * 1024 + 1), "too_long"),
        ("is_public", json!("yes"), "invalid_type"),
        ("sort_order", json!(1.5), "invalid_type"),
        ("sort_order", json!("1"), "invalid_type"),
        ("sort_order", json!(2_147_483_648_i64), "out_of_range"),
        ("id", json!("x"), "read_only"),
        ("created_at", json!(null), "read_only"),
        ("updated_at", json!("x"), "read_only"),
        ("user_id", json!("x"), "unknown_field"),
        ("version", json!(1), "unknown_field"),
    ] {
        let mut whole = badge(false);
        whole[field] = value.clone();
        for answer in [
            ada.post(MINE, whole.clone()).await,
            ada.put(&path, whole).await,
            ada.patch(&path, json!({ field: value.clone() })).await,
        ] {
            answer.assert_problem(422, "validation_failed");
            assert_eq!(answer.errors(), [(field.to_owned(), code.to_owned())], "{value}");
        }
    }
    assert_eq!(ada.post(MINE, json!({})).await.errors().len(), 2);
    assert_eq!(ada.get(&path).await.body, before);
    let most = json!({"type": "é".repeat(50), "data": of_size(32 * 1024), "sort_order": i32::MIN});
    let path = add(&ada, MINE, most).await;
    // What is merged has bounds as a whole.
    let more = ada.patch(&path, json!({"data": {"z": 1}})).await;
    assert_eq!(more.errors(), [("data".to_owned(), "too_long".to_owned())]);
}

#[tokio::test]
async fn others_see_public_extensions_of_profiles_that_they_may_see() {
    let kith = Kith::start().await;
    let owner = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    let (stranger, admin) = (kith.somebody().await, kith.admin().await);
    let shown = add(&owner, MINE, badge(true)).await;
    let hidden = add(&owner, MINE, json!({"type": "note", "data": {}})).await;
    let list = of(&owner);
    for person in [&owner, &admin] {
        assert_eq!(types(&person.get(&list).await), ["badge", "note"]);
        assert_eq!(person.get(&hidden).await.status, 200);
    }
    assert_eq!(types(&stranger.get(&list).await), ["badge"]);
    assert_eq!(types(&stranger.get(&format!("{list}?type=note")).await), [""; 0]);
    assert_eq!(stranger.get(&shown).await.body, owner.get(&shown).await.body);
    stranger.get(&hidden).await.assert_problem(404, "not_found");
    // One user's extension isn't another's.
    let id = shown.rsplit('/').next().unwrap();
    for person in [&stranger, &admin] {
        person.get(&format!("{}/{id}", of(&stranger))).await.assert_problem(404, "not_found");
    }
    for path in [&list, &shown, &hidden] {
        kith.nobody().get(path).await.assert_problem(401, "authentication_required");
    }
    // What others see, they don't change.
    for path in [&shown, &hidden] {
        for answer in [
            stranger.put(path, badge(true)).await,
            stranger.patch(path, json!({"sort_order": 1})).await,
            stranger.patch(path, json!({"nonsense": 1})).await,
            stranger.delete(path).await,
        ] {
            answer.assert_problem(404, "not_found");
        }
    }
    stranger.post(&list, badge(true)).await.assert_problem(404, "not_found");
    for profile in ["connections", "private"] {
        owner.patch("/v1/users/me", json!({"privacy": {"profile": profile}})).await;
        for path in [&list, &shown, &hidden] {
            stranger.get(path).await.assert_problem(404, "not_found");
        }
    }
    owner.patch("/v1/users/me", json!({"privacy": {"profile": "public"}})).await;
    assert_eq!(owner.delete("/v1/users/me").await.status, 202);
    for person in [&stranger, &admin] {
        for path in [&list, &shown] {
            person.get(path).await.assert_problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn where_profiles_are_public_to_all_so_are_their_public_extensions() {
    let kith = Kith::with(&[("ALLOW_PUBLIC_PROFILES", "true")]).await;
    let owner = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    let shown = add(&owner, MINE, badge(true)).await;
    let hidden = add(&owner, MINE, json!({"type": "note", "data": {}})).await;
    let nobody = kith.nobody();
    assert_eq!(types(&nobody.get(&of(&owner)).await), ["badge"]);
    assert_eq!(nobody.get(&shown).await.status, 200);
    nobody.get(&hidden).await.assert_problem(404, "not_found");
    nobody.post(&of(&owner), badge(true)).await.assert_problem(401, "authentication_required");
    nobody.delete(&shown).await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn a_user_has_fifty_however_many_are_added_at_once() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let count = |answers: &[Answer], status: u16| {
        answers.iter().filter(|answer| answer.status == status).count()
    };
    let answers = join_all((0..60).map(|_| ada.post(MINE, badge(false)))).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (50, 10));
    let refused = answers.iter().find(|answer| answer.status == 409).unwrap();
    refused.assert_problem(409, "extension_limit");
    // Ten that delete the same one make room for one.
    let made = answers.iter().find(|answer| answer.status == 201).unwrap();
    let path = made.header("location");
    let deleted = join_all((0..10).map(|_| ada.delete(path))).await;
    assert_eq!((count(&deleted, 204), count(&deleted, 404)), (1, 9));
    let answers = join_all((0..5).map(|_| ada.post(MINE, badge(false)))).await;
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, 4));
    let list = ada.get(&format!("{MINE}?limit=100")).await;
    assert_eq!((types(&list).len(), &list.body["next_cursor"]), (50, &Value::Null));
}

#[tokio::test]
async fn writers_at_once_lose_nothing_of_each_other() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let path = add(&ada, MINE, badge(false)).await;
    let write = async |n: usize| ada.patch(&path, json!({"data": {format!("k{n}"): n}})).await;
    let answers = join_all((0..20).map(write)).await;
    let order = ada.patch(&path, json!({"sort_order": 3})).await;
    assert!(answers.iter().chain([&order]).all(|answer| answer.status == 200));
    let read = ada.get(&path).await.body;
    assert_eq!(read["data"].as_object().unwrap().len(), 21);
    assert_eq!(read["sort_order"], 3);
}

#[tokio::test]
async fn a_list_is_in_order_and_its_pages_are_its_callers() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"privacy": {"profile": "public"}})).await;
    for (kind, order) in [("d", 5), ("b", 0), ("a", -3), ("c", 0), ("b", i32::MAX)] {
        let body = json!({"type": kind, "data": {}, "sort_order": order, "is_public": true});
        add(&ada, MINE, body).await;
    }
    let page = |person: &Person, query: &str| {
        let (person, path) = (person.clone(), format!("{}?{query}", of(&ada)));
        async move { person.get(&path).await }
    };
    let mut found = Vec::new();
    let mut query = "limit=2".to_owned();
    let mut cursors = Vec::new();
    loop {
        let answer = page(&ada, &query).await;
        found.extend(types(&answer));
        let Some(cursor) = answer.body["next_cursor"].as_str() else { break };
        cursors.push(cursor.to_owned());
        query = format!("limit=2&cursor={cursor}");
    }
    assert_eq!((found.join(""), cursors.len()), ("abcdb".to_owned(), 2));
    assert_eq!(types(&page(&ada, "type=b").await), ["b", "b"]);
    // A cursor is good for its list and its caller only.
    let (bob, eve, cursor) = (kith.somebody().await, kith.somebody().await, &cursors[0]);
    let of_bob = page(&bob, "limit=1").await.text("/next_cursor");
    assert_eq!(types(&page(&bob, &format!("cursor={of_bob}")).await).len(), 4);
    for answer in [
        page(&eve, &format!("cursor={of_bob}")).await,
        page(&bob, &format!("cursor={cursor}")).await,
        page(&ada, &format!("cursor={cursor}&type=b")).await,
        page(&ada, "cursor=abc").await,
        bob.get(&format!("{MINE}?cursor={cursor}")).await,
    ] {
        answer.assert_problem(400, "invalid_cursor");
    }
    for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("type=%0a", "type")] {
        assert_eq!(page(&ada, query).await.errors()[0].0, field);
    }
}

#[tokio::test]
async fn what_is_done_is_recorded_without_what_it_says() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    let before = kith.events(&ada.id).await.len();
    let path = add(&ada, MINE, json!({"type": "badge", "data": {"x": "a secret"}})).await;
    assert_eq!(ada.patch(&path, json!({"data": {"y": "another secret"}})).await.status, 200);
    assert_eq!(stored(&kith, "audit").await.len(), 0);
    assert_eq!(admin.patch(&path, json!({"sort_order": 1})).await.status, 200);
    assert_eq!(admin.delete(&path).await.status, 204);
    let acts = stored(&kith, "activity").await;
    for (kind, times) in
        [("extension.created", 1), ("extension.updated", 2), ("extension.deleted", 1)]
    {
        assert_eq!(acts.iter().filter(|act| act.contains(kind)).count(), times, "{kind}");
    }
    let audited = stored(&kith, "audit").await;
    assert_eq!(audited.len(), 2);
    assert!(audited.iter().all(|entry| entry.contains(&ada.id) && entry.contains(&admin.id)));
    assert!(acts.iter().chain(&audited).all(|act| !act.contains("secret")));
    assert_eq!(kith.events(&ada.id).await.len(), before);
}

#[tokio::test]
async fn an_erasure_takes_extensions_along() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    add(&ada, MINE, badge(true)).await;
    assert_eq!(stored(&kith, "extension").await.len(), 1);
    let path = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&path).await.status, 202);
    assert_eq!(stored(&kith, "extension").await.len(), 0);
    admin.post(&of(&ada), badge(true)).await.assert_problem(404, "not_found");
}
