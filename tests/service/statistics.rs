//! How many users there are.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, Person};

async fn statistics(kith: &Kith, admin: &Person) -> Value {
    kith.stack.settled().await;
    let answer = admin.get("/v1/admin/stats").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn users_are_counted_once_whatever_becomes_of_them() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let providers = |password: u32| json!({"password": password, "google": 0, "linkedin": 0});
    let expected = |total: u32, active: u32, verified: u32, searchable: u32| {
        json!({
            "total_users": total, "active_users": active, "verified_users": verified,
            "searchable_users": searchable, "providers": providers(total),
        })
    };
    assert_eq!(statistics(&kith, &admin).await, expected(1, 1, 1, 0));
    let ada = kith.known_as("Ada").await;
    let bob = kith.known_as("Bob").await;
    let private = kith.somebody_with(json!({"display_name": "Cleo"})).await;
    assert_eq!(statistics(&kith, &admin).await, expected(4, 4, 1, 2));

    kith.set_account(&ada.id, "is_verified", AttributeValue::Bool(true)).await;
    kith.set_account(&bob.id, "is_active", AttributeValue::Bool(false)).await;
    private.patch("/v1/users/me", json!({"privacy": {"profile": "connections"}})).await;
    assert_eq!(statistics(&kith, &admin).await, expected(4, 3, 2, 2));

    assert_eq!(ada.delete("/v1/users/me").await.status, 202);
    assert_eq!(statistics(&kith, &admin).await, expected(3, 2, 1, 1));
    let login = json!({"email": ada.email, "password": PASSWORD});
    let restore = kith.nobody().post("/v1/auth/login", login).await.text("/restore_token");
    kith.nobody().post("/v1/auth/restore", json!({"restore_token": restore})).await;
    assert_eq!(statistics(&kith, &admin).await, expected(4, 3, 2, 2));

    for person in [&ada, &private] {
        let path = format!("/v1/users/{}?immediate=true", person.id);
        assert_eq!(admin.delete(&path).await.status, 202);
    }
    assert_eq!(statistics(&kith, &admin).await, expected(2, 1, 1, 0));
    // Nothing of them is left.
    let left = kith.index().await.into_iter().filter(|(key, item)| {
        [&ada, &private].iter().any(|person| format!("{key:?}{item:?}").contains(&person.id))
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn only_administrators_see_statistics() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    ada.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
    kith.nobody().get("/v1/admin/stats").await.assert_problem(401, "authentication_required");
    let admin = kith.admin().await;
    assert_eq!(admin.get("/v1/admin/stats").await.status, 200);
    kith.set_account(&admin.id, "role", AttributeValue::S("user".to_owned())).await;
    admin.get("/v1/admin/stats").await.assert_problem(403, "forbidden");
}

#[tokio::test]
async fn a_hundred_sign_ups_at_once_are_a_hundred_more() {
    let kith = Kith::start().await;
    let admin = kith.admin().await;
    let before = statistics(&kith, &admin).await["total_users"].as_u64().unwrap();
    let people = (0..100).map(|_| kith.somebody_with(json!({"display_name": "Maria"})));
    futures_util::future::join_all(people).await;
    assert_eq!(statistics(&kith, &admin).await["total_users"], before + 100);
}
