//! Somebody who has used all that there is, for whatever concerns all of a user.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::store::Item;
use tests::authenticator::Browser;
use tests::{Kith, Person};

use super::pictures::{png, put};

/// What the sort keys of a user's items begin with, and of which kind they are:
/// every row of the table in `shared/src/store/keys.rs`.
pub const KINDS: [(&str, &str); 15] = [
    ("SELF#ACCOUNT", "account"),
    ("SELF#PREFERENCES", "preferences"),
    ("SELF#PROFILE", "profile"),
    ("ACTIVITY#", "activity"),
    ("APIKEY#", "api_key"),
    ("CODE#", "sign_in_code"),
    ("CONNECTION#", "connection"),
    ("EXPORT#", "export"),
    ("EXTENSION#", "extension"),
    ("FACTOR#", "factor"),
    ("IDENTITY#", "identity"),
    ("PASSKEY#", "passkey"),
    ("SESSION#", "session"),
    ("TOKEN#", "one_time_token"),
    ("UPLOAD#", "upload"),
];

/// Texts of theirs, which are nobody else's.
pub const OWN_WORDS: [&str; 6] =
    ["Zenobia", "Quixwell", "zenobia.quix", "Zanzibarland", "zenobia@example.org", "Quixphone"];

/// Signs somebody up who has everything, and is connected with `friend`.
pub async fn somebody(kith: &Kith, friend: &Person) -> Person {
    let fields = json!({
        "email": "zenobia@example.org", "display_name": "Zenobia", "last_name": "Quixwell",
        "username": "zenobia.quix", "privacy": {"profile": "public"},
    });
    let person = kith.somebody_with(fields).await;
    let link = kith.mailed_token(&person.email).await;
    let verify = json!({"token": link});
    assert_eq!(kith.nobody().post("/v1/auth/email/verify", verify).await.status, 204);
    let forgot = json!({"email": person.email});
    assert_eq!(kith.nobody().post("/v1/auth/password/forgot", forgot).await.status, 202);
    assert_eq!(person.patch("/v1/users/me", json!({"location": "Zanzibarland"})).await.status, 200);
    let wishes = json!({"theme": "dark", "custom": {"n": 1.5}});
    assert_eq!(person.patch("/v1/users/me/preferences", wishes).await.status, 200);
    assert_eq!(put(&person, png([1, 2, 3])).await.status, 200);
    super::uploads::prepare(&person, 100).await;
    let key = json!({"name": "Quixkey", "scopes": ["users:read"]});
    assert_eq!(person.post("/v1/auth/api-keys", key).await.status, 201);
    let mut browser = Browser::at(&kith.origin());
    let passkey = super::passkeys::new(&person, &mut browser, "Quixphone").await;
    assert_eq!(person.post("/v1/auth/passkeys", passkey).await.status, 201);
    let app = super::mfa::begin(&person).await;
    assert_eq!(super::mfa::confirm(&person, &app.code(kith, 0)).await.status, 200);

    put_item(kith, (&user(&person.id), "IDENTITY#corp"), "identity", identity()).await;
    let sign_in = "IDENTITY#https://id.example.com#quix-7";
    let whose = vec![("user_id", text(&person.id)), ("provider", text("corp"))];
    put_item(kith, (sign_in, "IDENTITY"), "identity_sign_in", whose).await;
    put_item(kith, (&user(&person.id), "CODE#c2VjcmV0"), "sign_in_code", vec![]).await;
    let extension = json!({"type": "badge", "data": {"level": 7}});
    assert_eq!(person.post("/v1/users/me/extensions", extension).await.status, 201);
    let connection = |other: &Person| format!("/v1/users/me/connections/{}", other.id);
    assert_eq!(friend.put(&connection(&person), json!({})).await.status, 201);
    assert_eq!(person.put(&connection(friend), json!({})).await.status, 200);
    kith.stack.settled().await;
    person
}

const THEN: &str = "2026-11-20T10:00:00.000Z";
fn identity() -> Vec<(&'static str, AttributeValue)> {
    vec![
        ("provider", text("corp")),
        ("issuer", text("https://id.example.com")),
        ("subject", text("quix-7")),
        ("linked_at", text(THEN)),
    ]
}

pub fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub fn user(id: &str) -> String {
    format!("USER#{id}")
}

/// Writes an item as calls of others would.
pub async fn put_item(
    kith: &Kith,
    (pk, sk): (&str, &str),
    entity: &str,
    attributes: Vec<(&str, AttributeValue)>,
) {
    let client = kith.stack.context.sdk.dynamodb();
    let mut put = client.put_item().table_name("kith");
    let own = [("pk", text(pk)), ("sk", text(sk)), ("entity", text(entity))];
    for (name, value) in own.into_iter().chain(attributes) {
        put = put.item(name, value);
    }
    put.send().await.unwrap();
}

/// All items of the table.
pub async fn items(kith: &Kith) -> Vec<Item> {
    let client = kith.stack.context.sdk.dynamodb();
    let mut pages = client.scan().table_name("kith").into_paginator().items().send();
    let mut items = Vec::new();
    while let Some(item) = pages.next().await {
        items.push(item.unwrap());
    }
    items
}

/// The text of an attribute, empty where there is none.
pub fn attribute<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}
