//! What clients see while the database is down, and what is left behind.

use std::time::{Duration, Instant};

use local::engines::{Fault, Service};
use serde_json::json;
use tests::{Kith, PASSWORD};

#[tokio::test]
async fn a_database_that_fails_is_unavailable_within_bounds_and_nothing_is_half_written() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"bio": "before"})).await;
    let engines = &kith.stack.engines;
    let count = async || {
        let client = kith.stack.context.sdk.dynamodb();
        client.scan().table_name("kith").send().await.unwrap().count()
    };
    let items = count().await;
    for fault in [Fault::Throttle, Fault::Refuse] {
        engines.fail(Service::DynamoDb, fault);
        let register = json!({"email": "new@example.com", "password": PASSWORD, "username": "new"});
        let login = json!({"email": ada.email, "password": PASSWORD});
        let started = Instant::now();
        let nobody = kith.nobody();
        for answer in [
            ada.get("/v1/users/me").await,
            ada.patch("/v1/users/me", json!({"bio": "after"})).await,
            ada.get("/v1/users/me/sessions").await,
            ada.get("/v1/users").await,
            ada.refresh().await,
            nobody.post("/v1/auth/login", login).await,
            nobody.post("/v1/auth/register", register).await,
        ] {
            answer.assert_problem(503, "unavailable");
            assert_eq!(answer.header("retry-after"), "1");
            assert!(
                !answer.body.to_string().to_lowercase().contains("dynamodb"),
                "{}",
                answer.body
            );
        }
        assert!(started.elapsed() < Duration::from_secs(7 * 6));
        let health = nobody.get("/health").await;
        assert_eq!(health.status, 503);
        assert_eq!(health.body["status"], "down");
        assert_eq!(health.body["dependencies"]["database"]["status"], "down");
        assert_eq!(health.body["dependencies"]["secrets"]["status"], "up");
        assert_eq!(nobody.get("/health/live").await.status, 200);
        engines.fail(Service::DynamoDb, Fault::None);
    }
    assert_eq!(count().await, items);
    assert_eq!(ada.get("/v1/users/me").await.body["bio"], "before");
    assert_eq!(ada.refresh().await.status, 200);
}

#[tokio::test]
async fn without_secrets_nobody_gets_in_and_health_says_why() {
    let kith = Kith::start().await;
    let engines = &kith.stack.engines;
    engines.fail(Service::SecretsManager, Fault::Refuse);
    let health = kith.nobody().get("/health").await;
    assert_eq!(health.status, 503);
    assert_eq!(health.body["dependencies"]["secrets"]["status"], "down");
    engines.fail(Service::SecretsManager, Fault::None);
    assert_eq!(kith.nobody().get("/health").await.status, 200);
}

#[tokio::test]
async fn ways_to_sign_in_fail_as_one_while_the_database_is_down() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    kith.nobody().post("/v1/auth/password/forgot", json!({"email": ada.email})).await;
    let token = kith.mailed_token(&ada.email).await;
    let reset = json!({"token": token, "new_password": "another good one"});
    let change = json!({"new_email": "new@example.com", "current_password": PASSWORD});
    let key = json!({"name": "ci", "scopes": ["users:read"]});
    kith.stack.engines.fail(Service::DynamoDb, Fault::Throttle);
    let nobody = kith.nobody();
    for answer in [
        nobody.post("/v1/auth/password/forgot", json!({"email": ada.email})).await,
        nobody.post("/v1/auth/password/reset", reset.clone()).await,
        nobody.post("/v1/auth/email/verify", json!({"token": token})).await,
        ada.post("/v1/auth/email/verification", json!({})).await,
        ada.put("/v1/auth/email", change).await,
        ada.post("/v1/auth/api-keys", key).await,
        ada.get("/v1/auth/api-keys").await,
        ada.get("/v1/users/me/identities").await,
        ada.post("/v1/auth/mfa/totp", json!({})).await,
        ada.get("/v1/auth/mfa").await,
        ada.post("/v1/auth/passkeys/registration", json!({})).await,
        ada.get("/v1/auth/passkeys").await,
        ada.post("/v1/auth/reauthenticate", json!({"password": PASSWORD})).await,
        ada.post("/v1/users", json!({})).await,
    ] {
        answer.assert_problem(503, "unavailable");
    }
    kith.stack.engines.fail(Service::DynamoDb, Fault::None);
    // What couldn't be done hasn't used the token up.
    assert_eq!(nobody.post("/v1/auth/password/reset", reset).await.status, 204);
}

#[tokio::test]
async fn the_rest_of_the_profile_fails_as_one_while_the_database_is_down() {
    let kith = Kith::start().await;
    let (ada, admin) = (kith.known_as("Ada").await, kith.admin().await);
    let bob = kith.somebody().await;
    let extension = json!({"type": "badge", "data": {}});
    let made = ada.post("/v1/users/me/extensions", extension.clone()).await;
    let one = format!("/v1/users/me/extensions/{}", made.text("/id"));
    let line = r#"{"email": "new@example.com"}"#;
    kith.stack.settled().await;
    let before = super::everything::items(&kith).await.len();
    let of_bob = |part: &str| format!("/v1/users/me/{part}/{}", bob.id);
    let shut = json!({"is_active": false, "reason": "Sells spam."});
    let administered = |part: &str| format!("/v1/admin/users/{}{part}", bob.id);
    kith.stack.engines.fail(Service::DynamoDb, Fault::Throttle);
    for answer in [
        ada.get("/v1/users/me/extensions").await,
        ada.post("/v1/users/me/extensions", extension.clone()).await,
        ada.put(&one, extension).await,
        ada.delete(&one).await,
        ada.get("/v1/users/me/activity").await,
        ada.get("/v1/users/me/connections").await,
        ada.put(&of_bob("connections"), json!({})).await,
        ada.put(&of_bob("blocks"), json!({})).await,
        ada.post("/v1/users/me/export", json!({})).await,
        ada.delete("/v1/users/me").await,
        admin.get("/v1/admin/users").await,
        admin.get("/v1/admin/users?search=ada").await,
        admin.get(&administered("")).await,
        admin.put(&administered("/status"), shut).await,
        admin.put(&administered("/role"), json!({"role": "admin"})).await,
        admin.get("/v1/admin/audit").await,
        admin.post("/v1/admin/export", json!({})).await,
        super::import::import(&admin, line).await,
    ] {
        answer.assert_problem(503, "unavailable");
    }
    kith.stack.engines.fail(Service::DynamoDb, Fault::None);
    kith.stack.settled().await;
    assert_eq!(super::everything::items(&kith).await.len(), before);
    assert_eq!(ada.get(&one).await.status, 200);
}
