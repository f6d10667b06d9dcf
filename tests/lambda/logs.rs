//! One line a request, for machines, about nobody.

use serde_json::{Value, json};
use tests::PASSWORD;
use tests::runtime_api::{Event, Function};

use crate::deployment::Deployment;

/// The next line of a function's log.
async fn line(function: &mut Function) -> Value {
    let line = function.lines(1).await.remove(0);
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn a_request_is_one_line_with_all_that_operators_ask_for() {
    let lambda = Deployment::start().await;
    let zoe = lambda.kith.somebody().await;
    let mut profile = lambda.function("profile", &[("LOG_LEVEL", "info")]).await;
    let me = Event::sample("profile-get-user").by(zoe.access_token.as_deref().unwrap());
    let me = me.header("x-correlation-id", "checkout-4711");

    assert_eq!(profile.call(&me).await.status, 200);
    let first = line(&mut profile).await;
    assert_eq!(first["level"], "INFO");
    assert_eq!(first["message"], "request");
    assert_eq!(first["correlation_id"], "checkout-4711");
    assert_eq!(first["request_id"], me.request_id());
    assert_eq!(first["method"], "GET");
    assert_eq!(first["endpoint"], "/v1/users/{user_id}");
    assert_eq!(first["status_code"], 200);
    assert_eq!(first["function"], "profile");
    assert_eq!(first["cold_start"], true);
    assert_eq!(first["dynamodb.requests"], 1);
    assert!(first["dynamodb.consumed_capacity"].as_f64().unwrap() > 0.0, "{first}");
    assert!(first["duration_ms"].as_f64().unwrap() > 0.0, "{first}");
    let timestamp = first["timestamp"].as_str().unwrap();
    assert!(timestamp.starts_with("20") && timestamp.ends_with('Z'), "{timestamp}");

    // The next line is the next request's: the first wrote no second one.
    let unknown = me.by("x.y.z");
    profile.call(&unknown).await.assert_problem(401, "invalid_token");
    let second = line(&mut profile).await;
    assert_eq!((&second["status_code"], &second["cold_start"]), (&json!(401), &json!(false)));
    assert_eq!(second["dynamodb.requests"], 0);
    let exit = profile.stop().await;
    assert_eq!(exit.output, "", "nothing else is written");
}

#[tokio::test]
async fn the_log_names_nobody_and_tells_no_secret() {
    const SECRETS: [&str; 9] = [
        "zoe@example.com",
        "Fährmann",
        "correct horse",
        "Ferrywoman",
        "Zoë's laptop",
        "203.0.113.7",
        "Mozilla",
        "eyJ",
        "kith_rt_",
    ];
    let lambda = Deployment::start().await;
    // At the most talkative level there is.
    let trace = [("LOG_LEVEL", "trace")];
    let mut auth = lambda.function("auth", &trace).await;
    let mut log = Vec::new();

    let body = json!({"email": "zoe@example.com", "password": PASSWORD, "last_name": "Fährmann"});
    let register = Event::sample("auth-register").json(&body);
    let answer = auth.call(&register).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let token = answer.text("/access_token");
    auth.call(&register).await.assert_problem(409, "email_taken");
    let login = Event::sample("auth-login");
    auth.call(&login).await.assert_problem(401, "invalid_credentials");
    let body = json!({"email": "zoe@example.com", "password": PASSWORD, "role": "Ferrywoman"});
    let login = login.json(&body);
    auth.call(&login).await.assert_problem(422, "validation_failed");
    let refresh = Event::sample("auth-refresh")
        .json(&json!({"refresh_token": answer.text("/refresh_token")}));
    assert_eq!(auth.call(&refresh).await.status, 200);
    log.push(auth.stop().await.output);

    for (name, sample) in [
        ("profile", "profile-update-user"),
        ("preferences", "preferences-update-preferences"),
        ("sessions", "sessions-list-sessions"),
    ] {
        let mut function = lambda.function(name, &trace).await;
        let event = Event::sample(sample).by(&token).header("if-match", "\"9-Ferrywoman\"");
        let answer = function.call(&event).await;
        assert!(matches!(answer.status.as_u16(), 200 | 412), "{}", answer.body);
        log.push(function.stop().await.output);
    }

    let log = log.join("");
    assert_eq!(log.matches("\"endpoint\"").count(), 8, "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in: {log}");
    }
}
