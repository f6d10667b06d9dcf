//! How functions start, and what ends them.

use serde_json::json;
use tests::runtime_api::{Event, Function};

use crate::deployment::{Deployment, FUNCTIONS, binary};

#[tokio::test]
async fn a_missing_variable_ends_the_start_and_is_named() {
    let lambda = Deployment::start().await;
    let for_all = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let for_http = [
        "VERIFICATION_KEYS_SECRET",
        "TABLE_NAME",
        "INDEX_TABLE_NAME",
        "JWT_ISSUER",
        "JWT_AUDIENCE",
    ];
    let for_events = [
        "TABLE_NAME",
        "INDEX_TABLE_NAME",
        "EVENT_BUS_NAME",
        "BUCKET_NAME",
        "DEAD_LETTER_QUEUE_URL",
    ];
    for function in FUNCTIONS {
        let own: &[_] = match function {
            "keys" => &["VERIFICATION_KEYS_SECRET"],
            "events" => &for_events,
            "mail" => &["TABLE_NAME", "MAIL_FROM", "VERIFY_EMAIL_URL", "RESET_PASSWORD_URL"],
            "picture-worker" | "export-worker" => &["TABLE_NAME", "BUCKET_NAME"],
            "erasure" => &["TABLE_NAME"],
            _ => &for_http,
        };
        for variable in for_all.iter().chain(own) {
            let mut environment = lambda.environment(function);
            assert!(environment.remove(*variable).is_some(), "{function} isn't given {variable}");
            let started = Function::start(&binary(function).await, environment).await;
            let exit = started.err().unwrap_or_else(|| panic!("{function} without {variable}"));
            assert!(exit.status.code().is_some_and(|code| code != 0), "{function}: {exit:?}");
            assert!(exit.output.contains(variable), "{function}, {variable}: {exit:?}");
        }
    }
}

#[tokio::test]
async fn a_start_asks_nothing_of_any_service() {
    let lambda = Deployment::start().await;
    lambda.kith.stack.settled().await;
    lambda.kith.stack.engines.requests().reset();
    for function in FUNCTIONS {
        lambda.function(function, &[]).await;
    }
    let requests = lambda.kith.stack.engines.requests().snapshot();
    assert!(requests.is_empty(), "{requests:?}");
}

#[tokio::test]
async fn what_is_no_event_of_the_gateway_is_refused_and_the_function_lives_on() {
    let lambda = Deployment::start().await;
    let mut system = lambda.function("system", &[]).await;
    for event in [json!({}), json!("text"), json!(null), json!({"Records": []})] {
        let error = system.invoke(&event).await.result.unwrap_err();
        assert!(error["errorMessage"].is_string(), "{error}");
    }
    let live = system.call(&Event::sample("system-get-liveness")).await;
    assert_eq!((live.status.as_u16(), live.text("/status").as_str()), (200, "up"));
}
