use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use tests::{Answer, Kith, PASSWORD, send};

/// All that proxies write to say for whom they call.
const FORWARDED: [&str; 8] = [
    "x-forwarded-for",
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "cf-connecting-ip",
    "x-amzn-source-ip",
];

/// Somebody at an address of their own: all of 127.0.0.0/8 is this machine.
struct From<'a> {
    kith: &'a Kith,
    http: reqwest::Client,
}

impl<'a> From<'a> {
    fn address(kith: &'a Kith, ip: &str) -> Self {
        let ip: IpAddr = ip.parse().unwrap();
        let http = reqwest::Client::builder().local_address(ip).build().unwrap();
        Self { kith, http }
    }

    async fn login(&self, email: &str, password: &str) -> Answer {
        let url = format!("{}/v1/auth/login", self.kith.stack.url);
        send(self.http.post(url).json(&json!({"email": email, "password": password}))).await
    }
}

async fn login(kith: &Kith, email: &str, password: &str) -> Answer {
    kith.nobody().post("/v1/auth/login", json!({"email": email, "password": password})).await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Holds that so many tries were let through and all others refused. A machine
/// that is overloaded may leave some without an answer (503), which may have
/// counted or not.
#[track_caller]
fn assert_exact(answers: &[Answer], limit: usize) {
    let (through, busy) = (count(answers, 401), count(answers, 503));
    assert_eq!(through + busy + count(answers, 429), answers.len());
    assert!((limit.saturating_sub(busy)..=limit).contains(&through), "{through}, {busy} busy");
}

/// Holds that the answer is a refusal by this policy, and says how long it lasts.
fn refused(answer: &Answer, policy: &str, limit: u32, window: u64) -> Duration {
    answer.assert_problem(429, "rate_limited");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=window).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit"), format!("\"{policy}\";r=0;t={wait}"));
    assert_eq!(answer.header("ratelimit-policy"), format!("\"{policy}\";q={limit};w={window}"));
    Duration::from_secs(wait)
}

#[tokio::test]
async fn the_limit_of_registrations_holds_exactly_and_by_the_true_address() {
    let kith = Kith::with(&[("RATE_LIMIT_REGISTER", "5/1h")]).await;
    let register = |n: usize| {
        let body = json!({"email": format!("p{n}@example.com"), "password": PASSWORD});
        let request = kith.nobody().request(Method::POST, "/v1/auth/register").json(&body);
        // A header that the client sets is no address.
        let name = FORWARDED[n % FORWARDED.len()];
        let address = format!("203.0.113.{n}");
        let value = if name == "forwarded" { format!("for={address}") } else { address };
        send(request.header(name, value))
    };
    let answers = join_all((0..100).map(register)).await;
    assert_eq!(count(&answers, 201), 5);
    assert_eq!(count(&answers, 429), 95);
    let wait =
        refused(answers.iter().find(|answer| answer.status == 429).unwrap(), "register", 5, 3600);
    kith.wait(wait);
    assert_eq!(register(100).await.status, 201);
}

#[tokio::test]
async fn the_limits_of_sign_ins_hold_exactly_under_a_hundred_at_once() {
    let kith =
        Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "7/1m"), ("RATE_LIMIT_LOGIN_IP", "20/1m")]).await;
    let ada = kith.somebody().await;
    // By account: the tries come from everywhere.
    let clients: Vec<_> = (2..102).map(|n| From::address(&kith, &format!("127.0.1.{n}"))).collect();
    let tries = clients.iter().map(|client| client.login(&ada.email, "wrong"));
    let answers = join_all(tries).await;
    assert_exact(&answers, 7);
    // By address: they go everywhere.
    let client = From::address(&kith, "127.0.2.1");
    let tries = (0..100).map(|n| {
        let client = &client;
        async move { client.login(&format!("p{n}@example.com"), "wrong").await }
    });
    let answers = join_all(tries).await;
    assert_exact(&answers, 20);
    // Of the eighty, none has counted against whom it was aimed at.
    let elsewhere = From::address(&kith, "127.0.2.2");
    let aimed_at = answers.iter().position(|answer| answer.status == 429).unwrap();
    let email = format!("p{aimed_at}@example.com");
    let more = join_all((0..7).map(|_| elsewhere.login(&email, "wrong"))).await;
    assert_eq!(count(&more, 401), 7);
}

#[tokio::test]
async fn a_burst_at_the_end_of_a_window_and_one_at_the_start_of_the_next_are_one() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "10/10m")]).await;
    let email = "nobody@example.com";
    let burst = async || {
        let tries = (0..10).map(|_| login(&kith, email, "wrong"));
        count(&join_all(tries).await, 401)
    };
    login(&kith, email, "wrong").await.assert_problem(401, "invalid_credentials");
    kith.wait(Duration::from_secs(580));
    assert_eq!(burst().await, 9);
    // The first has run out; the nine haven't.
    kith.wait(Duration::from_secs(25));
    assert_eq!(burst().await, 1);
    // Nor do they begin to run out before they are ten minutes old.
    kith.wait(Duration::from_mins(9));
    assert_eq!(burst().await, 0);
    kith.wait(Duration::from_mins(1));
    assert!((9..=10).contains(&burst().await));
    // A quiet window, and all is as at first.
    kith.wait(Duration::from_mins(10));
    assert_eq!(burst().await, 10);
}

#[tokio::test]
async fn whoever_waits_as_long_as_they_are_told_may_try_again_and_not_before() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/10m")]).await;
    let email = "nobody@example.com";
    for pause in [100, 100, 0] {
        login(&kith, email, "wrong").await.assert_problem(401, "invalid_credentials");
        kith.wait(Duration::from_secs(pause));
    }
    // One try runs out after the other.
    for most in [401, 101, 101] {
        let wait = refused(&login(&kith, email, "wrong").await, "login-account", 3, 600);
        assert!(wait <= Duration::from_secs(most), "{wait:?}");
        kith.wait(wait.saturating_sub(Duration::from_secs(5)));
        login(&kith, email, "wrong").await.assert_problem(429, "rate_limited");
        kith.wait(Duration::from_secs(5));
        login(&kith, email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn an_attacker_cannot_lock_somebody_out_where_they_are_signed_in() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/1m")]).await;
    let ada = kith.somebody().await;
    let (attacker, hotel) =
        (From::address(&kith, "127.0.0.66"), From::address(&kith, "127.0.0.77"));
    for _ in 0..3 {
        attacker.login(&ada.email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
    // Not even the right password helps the attacker, nor anybody where Ada has never been.
    for client in [&attacker, &hotel] {
        refused(&client.login(&ada.email, PASSWORD).await, "login-account", 3, 60);
    }
    assert_eq!(login(&kith, &ada.email, PASSWORD).await.status, 200);
    refused(&attacker.login(&ada.email, PASSWORD).await, "login-account", 3, 60);
    // What her network has is as much again, and counted.
    for _ in 0..2 {
        login(&kith, &ada.email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
    refused(&login(&kith, &ada.email, PASSWORD).await, "login-account", 3, 60);
    kith.wait(Duration::from_mins(1));
    for _ in 0..3 {
        attacker.login(&ada.email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
    // Where she has signed out, she is as strange as anybody.
    let all = "/v1/users/me/sessions?include_current=true";
    assert_eq!(ada.delete(all).await.status, 204);
    refused(&login(&kith, &ada.email, PASSWORD).await, "login-account", 3, 60);
}

#[tokio::test]
async fn where_somebody_is_signed_in_there_are_no_more_tries_than_anywhere() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "10/1h")]).await;
    let ada = kith.somebody().await;
    let answers = join_all((0..100).map(|_| login(&kith, &ada.email, "wrong"))).await;
    assert_eq!((count(&answers, 401), count(&answers, 429)), (10, 90));
    let unknown = join_all((0..100).map(|_| login(&kith, "nobody@example.com", "wrong"))).await;
    assert_eq!((count(&unknown, 401), count(&unknown, 429)), (10, 90));
}

#[tokio::test]
async fn a_network_that_is_known_is_still_one_client() {
    let kith =
        Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "2/1m"), ("RATE_LIMIT_LOGIN_IP", "3/1m")]).await;
    let ada = kith.somebody().await;
    let attacker = From::address(&kith, "127.0.0.66");
    for _ in 0..2 {
        attacker.login(&ada.email, "wrong").await.assert_problem(401, "invalid_credentials");
    }
    for n in 0..2 {
        login(&kith, &format!("p{n}@example.com"), "wrong").await;
    }
    assert_eq!(login(&kith, &ada.email, PASSWORD).await.status, 200);
    refused(&login(&kith, &ada.email, PASSWORD).await, "login-ip", 3, 60);
}

#[tokio::test]
async fn a_refusal_costs_the_same_whether_there_is_an_account_or_not() {
    let kith =
        Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "1/1m"), ("RATE_LIMIT_LOGIN_IP", "9/1m")]).await;
    let ada = kith.somebody().await;
    let attacker = From::address(&kith, "127.0.0.66");
    let mut costs = Vec::new();
    for email in [ada.email.as_str(), "nobody@example.com"] {
        attacker.login(email, "wrong").await.assert_problem(401, "invalid_credentials");
        let (answer, requests) = kith.counting(attacker.login(email, "wrong")).await;
        refused(&answer, "login-account", 1, 60);
        costs.push((requests, answer.text("/detail").len()));
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn sign_ins_are_limited_by_account_and_by_address() {
    let kith =
        Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/1m"), ("RATE_LIMIT_LOGIN_IP", "7/1m")]).await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    let attacker = From::address(&kith, "127.0.0.66");
    let login = async |email: &str, password: &str| attacker.login(email, password).await;
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
