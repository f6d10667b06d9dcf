use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, send};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

fn ids(answer: &tests::Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_list_shows_devices_newest_first() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let login = json!({"email": ada.email, "password": PASSWORD, "device_name": " Ada's phone "});
    let request = kith.nobody().request(reqwest::Method::POST, "/v1/auth/login").json(&login);
    let phone = kith.signed_in(&send(request.header("user-agent", PHONE)).await);
    let list = phone.get("/v1/users/me/sessions").await;
    assert_eq!(list.status, 200);
    insta::assert_json_snapshot!(list.body, {
        ".items[].id" => "[id]", ".items[].created_at" => "[time]",
        ".items[].last_used_at" => "[time]", ".items[].expires_at" => "[time]",
    });
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    for _ in 0..4 {
        kith.wait(Duration::from_millis(5));
        kith.sign_in(&ada.email, PASSWORD).await;
    }
    let whole = ids(&ada.get("/v1/users/me/sessions").await);
    let mut paged = Vec::new();
    let mut path = "/v1/users/me/sessions?limit=2".to_owned();
    loop {
        let page = ada.get(&path).await;
        paged.extend(ids(&page));
        match page.body["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/users/me/sessions?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(whole.len(), 5);
    assert_eq!(paged, whole);
}

#[tokio::test]
async fn an_ended_session_is_dead_at_the_next_request() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    let list = ada.get("/v1/users/me/sessions").await;
    let items = list.body["items"].as_array().unwrap();
    let other = items.iter().find(|item| item["current"] == false).unwrap();
    let path = format!("/v1/users/me/sessions/{}", other["id"].as_str().unwrap());
    assert_eq!(ada.delete(&path).await.status, 204);
    for path in ["/v1/users/me", "/v1/users/me/preferences", "/v1/users/me/sessions", "/v1/users"] {
        elsewhere.get(path).await.assert_problem(401, "invalid_token");
    }
    elsewhere.refresh().await.assert_problem(401, "invalid_token");
    ada.delete(&path).await.assert_problem(404, "not_found");
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn all_other_sessions_end_at_once_or_all() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let others =
        [kith.sign_in(&ada.email, PASSWORD).await, kith.sign_in(&ada.email, PASSWORD).await];
    assert_eq!(ada.delete("/v1/users/me/sessions").await.status, 204);
    assert!(ada.is_signed_in().await);
    for other in others {
        assert!(!other.is_signed_in().await);
    }
    assert_eq!(ada.delete("/v1/users/me/sessions?include_current=true").await.status, 204);
    assert!(!ada.is_signed_in().await);
    ada.delete("/v1/users/me/sessions?include_current=maybe")
        .await
        .assert_problem(422, "validation_failed");
}

#[tokio::test]
async fn the_least_recently_used_session_makes_room() {
    let kith = Kith::with(&[("MAX_ACTIVE_SESSIONS", "3")]).await;
    let first = kith.somebody().await;
    kith.wait(Duration::from_secs(1));
    let second = kith.sign_in(&first.email, PASSWORD).await;
    kith.wait(Duration::from_secs(1));
    let third = kith.sign_in(&first.email, PASSWORD).await;
    kith.wait(Duration::from_secs(1));
    // Used again, the first is no longer the one to go.
    assert_eq!(first.refresh().await.status, 200);
    let fourth = kith.sign_in(&first.email, PASSWORD).await;
    assert!(!second.is_signed_in().await);
    for person in [first, third, fourth] {
        assert!(person.is_signed_in().await);
    }
}

#[tokio::test]
async fn the_number_of_sessions_holds_under_concurrency() {
    let kith = Kith::with(&[("MAX_ACTIVE_SESSIONS", "3")]).await;
    let ada = kith.somebody().await;
    let people = join_all((0..8).map(|_| kith.sign_in(&ada.email, PASSWORD))).await;
    let alive = join_all(people.iter().map(tests::Person::is_signed_in)).await;
    let last = people.iter().zip(&alive).find(|(_, alive)| **alive).unwrap().0;
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 3);
    assert_eq!(ids(&last.get("/v1/users/me/sessions").await).len(), 3);
}

#[tokio::test]
async fn sessions_are_their_owners_and_the_administrators() {
    let kith = Kith::start().await;
    let (ada, eve) = (kith.somebody().await, kith.somebody().await);
    let admin = kith.admin().await;
    let path = format!("/v1/users/{}/sessions", ada.id);
    let own = ids(&ada.get(&path).await);
    let one = format!("{path}/{}", own[0]);
    eve.get(&path).await.assert_problem(404, "not_found");
    eve.delete(&path).await.assert_problem(404, "not_found");
    eve.delete(&one).await.assert_problem(404, "not_found");
    // Another's session under one's own name is no session either.
    eve.delete(&format!("/v1/users/me/sessions/{}", own[0])).await.assert_problem(404, "not_found");
    assert!(ada.is_signed_in().await);
    let seen = admin.get(&path).await;
    assert_eq!(ids(&seen), own);
    assert_eq!(seen.body["items"][0]["current"], Value::Bool(false));
    assert_eq!(admin.delete(&one).await.status, 204);
    assert!(!ada.is_signed_in().await);
    assert!(admin.is_signed_in().await);
}
