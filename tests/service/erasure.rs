//! The end of deleted accounts: nothing is left but that it happened.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::engines::{Fault, Service};
use serde_json::{Value, json};
use shared::domain::activity::{Actor, AuditEntry};
use shared::store::Item;
use tests::{Kith, PASSWORD, Person};

use super::everything::{self, OWN_WORDS, attribute, items, put_item, text, user};
use super::pictures::objects;

const GRACE: Duration = Duration::from_hours(30 * 24);

/// Items and objects in which anything of somebody shows, but for the audit log.
pub async fn left_of(kith: &Kith, id: &str, words: &[&str]) -> Vec<String> {
    // What the audit log says of them goes with the next call.
    kith.stack.eraser.invoke().await.unwrap();
    kith.stack.settled().await;
    let shows = |text: &String| text.contains(id) || words.iter().any(|word| text.contains(word));
    let mut stored = items(kith).await;
    stored.retain(|item| !is_trace(item, id));
    for item in &mut stored {
        forget_company(item, id);
    }
    let stored = stored.into_iter().map(|item| format!("{item:?}"));
    let index = kith.index().await.into_iter().map(|entry| format!("{entry:?}"));
    let folded: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
    let index = index
        .filter(|text| text.contains(id) || folded.iter().any(|word| text.contains(word.as_str())));
    let objects = objects(kith, "").await.into_iter();
    stored.filter(shows).chain(index).chain(objects.filter(shows)).collect()
}

/// Others' own history goes on saying with which id they were connected, which is nobody's now.
fn forget_company(item: &mut Item, id: &str) {
    let is_activity = attribute(item, "entity") == "activity";
    if let Some(AttributeValue::M(data)) = item.get_mut("data").filter(|_| is_activity)
        && data.get("other_id") == Some(&text(id))
    {
        data.remove("other_id");
    }
}

/// Whether an item is an entry of the audit log that says nothing of whom it is about.
fn is_trace(item: &Item, id: &str) -> bool {
    let map = |name| item.get(name).and_then(|value| value.as_m().ok());
    attribute(item, "entity") == "audit"
        && attribute(item, "target_id") == id
        && map("changes").is_some_and(HashMap::is_empty)
        && !item.contains_key("reason")
        && map("actor").is_some_and(|actor| !format!("{actor:?}").contains(id))
}

/// The actions in the audit log about somebody, oldest first.
async fn traces(kith: &Kith, id: &str) -> Vec<String> {
    let mut entries: Vec<_> = items(kith).await;
    entries.retain(|item| attribute(item, "entity") == "audit");
    entries.retain(|item| attribute(item, "target_id") == id);
    entries.sort_by_key(|item| attribute(item, "sk").to_owned());
    entries.iter().map(|item| attribute(item, "action").to_owned()).collect()
}

#[tokio::test]
async fn after_the_grace_nothing_is_left_but_that_it_happened() {
    let kith = Kith::start().await;
    let (friend, admin) = (kith.somebody().await, kith.admin().await);
    let ada = everything::somebody(&kith, &friend).await;
    let path = format!("/v1/users/{}", ada.id);
    assert_eq!(admin.patch(&path, json!({"company": "Quixwell"})).await.status, 200);
    assert_eq!(ada.post("/v1/users/me/export", json!({})).await.status, 202);
    assert!(!left_of(&kith, &ada.id, &OWN_WORDS).await.is_empty());
    assert_eq!(admin.delete(&path).await.status, 202);

    kith.wait(GRACE.saturating_sub(Duration::from_mins(1)));
    kith.stack.eraser.invoke().await.unwrap();
    let login = json!({"email": ada.email, "password": PASSWORD});
    let answer = kith.nobody().post("/v1/auth/login", login.clone()).await;
    answer.assert_problem(403, "mfa_required"); // A minute is left.
    kith.wait(Duration::from_mins(2));
    kith.stack.eraser.invoke().await.unwrap();
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(401, "invalid_credentials");
    assert_eq!(left_of(&kith, &ada.id, &OWN_WORDS).await, [""; 0]);
    assert_eq!(traces(&kith, &ada.id).await.last().map(String::as_str), Some("user.erased"));

    let events = kith.events(&ada.id).await;
    let deleted: Vec<_> =
        events.iter().filter(|event| event["detail"]["erased"] == json!(true)).collect();
    assert_eq!(deleted.len(), 1, "{events:?}");
    assert_eq!(deleted[0]["detail-type"], "user.deleted");
    kith.stack.eraser.invoke().await.unwrap();
    assert_eq!(traces(&kith, &ada.id).await.iter().filter(|act| *act == "user.erased").count(), 1);
}

#[tokio::test]
async fn who_comes_after_inherits_nothing() {
    let kith = Kith::start().await;
    let (friend, admin) = (kith.somebody().await, kith.admin().await);
    let ada = everything::somebody(&kith, &friend).await;
    kith.stack.settled().await;
    let reset = kith.mailed_token(&ada.email).await;
    let key = json!({"name": "old", "scopes": ["users:read"]});
    let key = ada.post("/v1/auth/api-keys", key).await.text("/key");
    let path = format!("/v1/users/{}", ada.id);
    assert_eq!(admin.delete(&format!("{path}?immediate=true")).await.status, 202);
    assert_eq!(left_of(&kith, &ada.id, &OWN_WORDS).await, [""; 0]);

    let again = json!({"email": ada.email, "password": "another long password", "username": "zenobia.quix"});
    let again = kith.nobody().post("/v1/auth/register", again).await;
    assert_eq!(again.status, 201, "{}", again.body);
    let new = kith.signed_in(&again);
    assert_ne!(new.id, ada.id);
    assert_eq!(again.body["user"]["display_name"], Value::Null);
    assert_eq!(new.get("/v1/users/me/preferences").await.body["theme"], "system");
    assert_eq!(new.get("/v1/users/me/sessions").await.body["items"].as_array().unwrap().len(), 1);
    for list in ["/v1/auth/api-keys", "/v1/auth/passkeys", "/v1/users/me/identities"] {
        assert_eq!(new.get(list).await.body["items"], json!([]), "{list}");
    }
    assert!(!ada.is_signed_in().await);
    ada.refresh().await.assert_problem(401, "invalid_token");
    let by_key = kith.nobody().request(reqwest::Method::GET, "/v1/users/me");
    tests::send(by_key.header("x-api-key", key)).await.assert_problem(401, "invalid_token");
    let reset = json!({"token": reset, "new_password": "stolen long password"});
    let reset = kith.nobody().post("/v1/auth/password/reset", reset).await;
    assert!(reset.status.is_client_error(), "{}", reset.body);
    let login = json!({"email": ada.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(401, "invalid_credentials");
    assert_eq!(admin.get(&path).await.status, 404);
}

#[tokio::test]
async fn an_erasure_that_breaks_off_is_finished_by_the_next() {
    let kith = Kith::start().await;
    let friend = kith.somebody().await;
    let ada = everything::somebody(&kith, &friend).await;
    let other = kith.somebody().await;
    for person in [&ada, &other] {
        assert_eq!(person.delete("/v1/users/me").await.status, 202);
    }
    kith.stack.settled().await;
    kith.wait(GRACE + Duration::from_mins(1));
    // All but what the last write takes is gone.
    let client = kith.stack.context.sdk.dynamodb();
    kith.set_account(&ada.id, "erasing", aws_sdk_dynamodb::types::AttributeValue::Bool(true)).await;
    for item in items(&kith).await {
        let sk = attribute(&item, "sk");
        let stays = sk.starts_with("SELF#ACCOUNT") || sk.starts_with("SELF#PROFILE");
        if attribute(&item, "pk") == user(&ada.id) && !stays {
            let delete = client.delete_item().table_name("kith");
            let delete = delete.key("pk", item["pk"].clone()).key("sk", item["sk"].clone());
            delete.send().await.unwrap();
        }
    }
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::Throttle);
    assert!(kith.stack.eraser.invoke().await.is_err());
    kith.stack.engines.fail(Service::DynamoDbOfEvents, Fault::None);
    // Nor does somebody hold it up whose items can't be read.
    let broken = "01900000-0000-7000-8000-000000000001";
    for shard in 0..4 {
        let place = vec![
            ("listing_pk", text(&format!("LISTING#DELETED#{shard}"))),
            ("listing_sk", text(&format!("2020-01-01T00:00:00.000Z#{broken}"))),
        ];
        let sk = format!("SELF#{shard}");
        put_item(&kith, (&user(broken), &sk), "profile", place).await;
    }
    put_item(&kith, (&user(broken), "SELF#ACCOUNT"), "account", vec![("id", text("?"))]).await;
    let failed = kith.stack.eraser.invoke().await;
    assert!(failed.is_err(), "it is an operator's to mend");
    for person in [&ada, &other] {
        assert_eq!(traces(&kith, &person.id).await, ["user.erased"]);
        let left: Vec<_> = items(&kith).await;
        let left = left.iter().filter(|item| attribute(item, "pk") == user(&person.id));
        assert_eq!(left.count(), 0);
    }
}

async fn offer(kith: &Kith, person: &Person) -> String {
    let login = json!({"email": person.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.text("/restore_token")
}

#[tokio::test]
async fn a_restore_in_the_last_moment_leaves_somebody_wholly_there_or_wholly_gone() {
    let kith = Kith::start().await;
    let (mut there, mut gone) = (0, 0);
    for n in 0..10 {
        let name = format!("name{n}");
        let ada = kith.somebody_with(json!({"username": name, "bio": "x"})).await;
        assert_eq!(ada.delete("/v1/users/me").await.status, 202);
        let restore = json!({"restore_token": offer(&kith, &ada).await});
        // The eraser's clock says that the time has come, the other's that it hasn't.
        let now = kith.stack.context.now() + GRACE + Duration::from_mins(1);
        let id = ada.id.parse().unwrap();
        let entry = AuditEntry::erasure(kith.stack.context.new_id(), Actor::System, id, now);
        let nobody = kith.nobody();
        let erase = kith.stack.context.store.erase_account(&entry);
        let call = nobody.post("/v1/auth/restore", restore.clone());
        // Whoever is asked first isn't always the faster one.
        let (erased, restored) = if n % 2 == 0 {
            tokio::join!(erase, call)
        } else {
            let (restored, erased) = tokio::join!(call, erase);
            (erased, restored)
        };
        let erased = erased.unwrap();
        assert_ne!(erased, restored.status == 200, "{}", restored.body);
        if erased {
            gone += 1;
            assert_eq!(left_of(&kith, &ada.id, &[&ada.email]).await, [""; 0]);
            nobody.post("/v1/auth/restore", restore).await.assert_problem(401, "invalid_token");
        } else {
            there += 1;
            let ada = kith.signed_in(&restored);
            let me = ada.get("/v1/users/me").await;
            assert_eq!((me.text("/bio"), me.text("/username")), ("x".to_owned(), name));
        }
    }
    assert_eq!(there + gone, 10);
    // Whoever has begun to erase isn't overtaken.
    let ada = kith.somebody().await;
    ada.delete("/v1/users/me").await;
    let restore = json!({"restore_token": offer(&kith, &ada).await});
    kith.set_account(&ada.id, "erasing", aws_sdk_dynamodb::types::AttributeValue::Bool(true)).await;
    let refused = kith.nobody().post("/v1/auth/restore", restore).await;
    assert_ne!(refused.status, 200, "{}", refused.body);
}

#[tokio::test]
async fn where_an_administrator_acted_goes_with_them() {
    let kith = Kith::start().await;
    let (admin, eve, ada) = (kith.admin().await, kith.somebody().await, kith.somebody().await);
    let path = |of: &Person, part: &str| format!("/v1/admin/users/{}/{part}", of.id);
    let role = |role: &str| json!({"role": role, "reason": "Vacation."});
    assert_eq!(admin.put(&path(&eve, "role"), role("admin")).await.status, 200);
    assert_eq!(super::admin::shut(&eve, &ada.id).await.status, 200);
    assert_eq!(admin.put(&path(&eve, "role"), role("user")).await.status, 200);
    let by_eve = |items: Vec<Item>| {
        let by =
            |item: &Item| item.get("actor").is_some_and(|by| format!("{by:?}").contains(&eve.id));
        items.into_iter().find(|item| attribute(item, "entity") == "audit" && by(item)).unwrap()
    };
    assert_eq!(attribute(&by_eve(items(&kith).await), "ip_address"), "127.0.0.1");
    let erase = format!("/v1/users/{}?immediate=true", eve.id);
    assert_eq!(admin.delete(&erase).await.status, 202);
    kith.stack.eraser.invoke().await.unwrap();
    let entry = by_eve(items(&kith).await);
    assert!(!entry.contains_key("ip_address"), "{entry:?}");
    assert_eq!(attribute(&entry, "reason"), "Sells spam.");
    let left = items(&kith).await;
    assert!(!left.iter().any(|item| attribute(item, "pk").starts_with("ERASED#")));
}

#[tokio::test]
async fn however_much_there_is_of_somebody_all_of_it_goes() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.somebody().await, kith.admin().await);
    for n in 0..250 {
        let change = json!({"bio": format!("{n}")});
        assert_eq!(ada.patch("/v1/users/me", change).await.status, 200);
    }
    kith.stack.settled().await;
    let of_ada = |item: &&Item| attribute(item, "pk") == user(&ada.id);
    assert!(items(&kith).await.iter().filter(of_ada).count() > 250);
    let erase = format!("/v1/users/{}?immediate=true", ada.id);
    assert_eq!(admin.delete(&erase).await.status, 202);
    assert_eq!(left_of(&kith, &ada.id, &[&ada.email]).await, [""; 0]);
}
