use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{Kith, PASSWORD, send};

#[tokio::test]
async fn the_limit_of_registrations_holds_exactly_and_by_the_true_address() {
    let kith = Kith::with(&[("RATE_LIMIT_REGISTER", "5/1h")]).await;
    let register = |n: usize| {
        let body = json!({"email": format!("p{n}@example.com"), "password": PASSWORD});
        let request = kith.nobody().request(Method::POST, "/v1/auth/register").json(&body);
        // A header that the client sets is no address.
        send(
            request
                .header("x-forwarded-for", format!("203.0.113.{n}"))
                .header("forwarded", format!("for=203.0.113.{n}")),
        )
    };
    let answers = join_all((0..30).map(register)).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 5);
    let refused = answers.iter().find(|answer| answer.status != 201).unwrap();
    refused.assert_problem(429, "rate_limited");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait));
    assert_eq!(refused.header("ratelimit-policy"), "\"register\";q=5;w=3600");
    assert_eq!(refused.header("ratelimit"), format!("\"register\";r=0;t={wait}"));
    kith.wait(Duration::from_secs(wait));
    assert_eq!(register(99).await.status, 201);
}

#[tokio::test]
async fn sign_ins_are_limited_by_account_and_by_address() {
    let kith =
        Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/1m"), ("RATE_LIMIT_LOGIN_IP", "7/1m")]).await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    let login = async |email: &str, password: &str| {
        kith.nobody().post("/v1/auth/login", json!({"email": email, "password": password})).await
    };
    for _ in 0..3 {
        login(&ada.email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
    // The right password doesn't help any more, and an unknown address is no different.
    let refused = login(&ada.email, PASSWORD).await;
    refused.assert_problem(429, "rate_limited");
    assert!(refused.header("ratelimit-policy").starts_with("\"login-account\""));
    for _ in 0..3 {
        login("nobody@example.com", "wrong").await.assert_problem(401, "invalid_credentials");
    }
    login("nobody@example.com", "wrong").await.assert_problem(429, "rate_limited");
    // Refused tries count against nothing: of seven for the address, six are spent.
    assert_eq!(login(&eve.email, PASSWORD).await.status, 200);
    let refused = login(&eve.email, PASSWORD).await;
    refused.assert_problem(429, "rate_limited");
    assert!(refused.header("ratelimit-policy").starts_with("\"login-ip\""));
    kith.wait(Duration::from_mins(1));
    assert_eq!(login(&ada.email, PASSWORD).await.status, 200);
}
