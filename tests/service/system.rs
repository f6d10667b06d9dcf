use serde_json::json;
use tests::{Kith, PASSWORD};

#[tokio::test]
async fn the_service_says_what_it_is_and_how_it_is() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    let index = nobody.get("/").await;
    assert_eq!(index.body["service"], "kith");
    for link in index.body["links"].as_object().unwrap().values() {
        let response =
            reqwest::get(format!("{}{}", kith.stack.url, link.as_str().unwrap())).await.unwrap();
        assert_eq!(response.status(), 200, "{link}");
    }
    let health = nobody.get("/health").await;
    assert_eq!(health.status, 200);
    for dependency in ["database", "storage", "events", "secrets"] {
        assert_eq!(health.body["dependencies"][dependency]["status"], "up");
        assert!(health.body["dependencies"][dependency]["latency_ms"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(nobody.get("/health/live").await.body["status"], "up");
}

#[tokio::test]
async fn the_pages_may_run_their_own_script_only() {
    let kith = Kith::start().await;
    for path in ["/docs", "/console"] {
        let response = reqwest::get(format!("{}{path}", kith.stack.url)).await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        let html = response.text().await.unwrap();
        for (open, close, directive) in
            [("<script>", "</script>", "script-src"), ("<style>", "</style>", "style-src")]
        {
            let inner = html.split_once(open).unwrap().1.split_once(close).unwrap().0;
            let hash = ring::digest::digest(&ring::digest::SHA256, inner.as_bytes());
            let hash = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, hash);
            assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{path} {directive}");
            assert_eq!(html.matches(open).count(), 1);
        }
    }
}

#[tokio::test]
async fn the_local_views_count_requests() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    let counted = ada.get("/local/requests").await.body;
    assert!(counted["eventbridge"]["PutEvents"].as_u64() > Some(0), "{counted}");
    assert!(counted["dynamodb_events"].is_object(), "{counted}");
    ada.delete("/local/requests").await;
    ada.get("/v1/users/me").await;
    assert_eq!(ada.get("/local/requests").await.body["dynamodb"], json!({"BatchGetItem": 1}));
    assert_eq!(ada.delete("/local/requests").await.status, 204);
    assert_eq!(ada.get("/local/requests").await.body, json!({}));
    assert_eq!(ada.get("/local/dead-letters").await.body["items"], json!([]));
}

#[tokio::test]
async fn demo_users_are_made_once_and_can_sign_in() {
    let kith = Kith::start().await;
    for _ in 0..2 {
        local::seed::seed(&kith.stack.context, 12, || ()).await.unwrap();
    }
    let admin = kith.admin().await;
    let list = admin.get("/v1/users?limit=100").await;
    let users = list.body["items"].as_array().unwrap().clone();
    assert_eq!(users.len(), 13);
    let user = users.iter().find(|user| user["role"] == "user").unwrap();
    kith.sign_in(user["email"].as_str().unwrap(), local::seed::PASSWORD).await;
}

#[tokio::test]
async fn data_and_tokens_survive_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let options = || local::Options {
        port: 0,
        data: data.path().to_owned(),
        environment: [
            ("LOG_LEVEL".to_owned(), "error".to_owned()),
            ("JWT_ISSUER".to_owned(), "https://id.example.com".to_owned()),
        ]
        .into(),
        clock: shared::context::Clock::system(),
    };
    let http = reqwest::Client::new();
    let first = local::Stack::start(options()).await.unwrap();
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let answer =
        http.post(format!("{}/v1/auth/register", first.url)).json(&body).send().await.unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    let password = first.admin.password.clone();
    // The folder is one stack's at a time.
    let second = local::Stack::start(options()).await;
    assert!(second.err().unwrap().to_string().contains("in use"));
    first.stop().await;

    let again = local::Stack::start(options()).await.unwrap();
    assert_eq!(again.admin.password, password);
    let token = answer["access_token"].as_str().unwrap();
    let me =
        http.get(format!("{}/v1/users/me", again.url)).bearer_auth(token).send().await.unwrap();
    assert_eq!(me.status(), 200);
    let occupied = local::Options {
        port: again.url.rsplit(':').next().unwrap().parse().unwrap(),
        ..options()
    };
    assert!(local::Stack::start(occupied).await.err().unwrap().to_string().contains("is taken"));
    again.stop().await;
}
