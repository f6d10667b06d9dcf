use serde_json::json;
use tests::PASSWORD;
use tests::runtime_api::{Event, root};

use crate::deployment::Deployment;

#[tokio::test]
async fn somebody_lives_across_the_functions_and_signs_out_of_all() {
    let mut lambda = Deployment::start().await;
    let register = json!({"email": "zoe@example.com", "password": PASSWORD, "first_name": "Zoë"});
    let answer = lambda.call(Event::sample("auth-register").json(&register)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let laptop = answer.text("/access_token");

    let login = json!({"email": "Zoe@Example.com", "password": PASSWORD, "device_name": "phone"});
    let answer = lambda.call(Event::sample("auth-login").json(&login)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (phone, refresh_token) = (answer.text("/access_token"), answer.text("/refresh_token"));

    let me = lambda.call(Event::sample("profile-get-user").by(&phone)).await;
    assert_eq!((me.status.as_u16(), me.text("/first_name").as_str()), (200, "Zoë"));
    let patch = Event::sample("profile-update-user").by(&phone);
    let patched = lambda.call(patch.json(&json!({"bio": "Ferrywoman."}))).await;
    assert_eq!((patched.status.as_u16(), patched.text("/bio").as_str()), (200, "Ferrywoman."));

    let patch = Event::sample("preferences-update-preferences").by(&phone);
    let patched = lambda.call(patch.json(&json!({"theme": "dark"}))).await;
    assert_eq!((patched.status.as_u16(), patched.text("/theme").as_str()), (200, "dark"));
    let read = lambda.call(Event::sample("preferences-get-preferences").by(&laptop)).await;
    assert_eq!(read.body, patched.body);

    let sessions = lambda.call(Event::sample("sessions-list-sessions").by(&laptop)).await;
    assert_eq!(sessions.status, 200, "{}", sessions.body);
    let names: Vec<_> = sessions.body["items"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 2);
    assert_eq!((&names[0]["device_name"], &names[0]["current"]), (&json!("phone"), &json!(false)));

    let refresh = Event::sample("auth-refresh").json(&json!({"refresh_token": refresh_token}));
    let refreshed = lambda.call(refresh.clone()).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let phone = refreshed.text("/access_token");

    let logout = lambda.call(Event::sample("auth-logout").by(&phone)).await;
    assert_eq!((logout.status.as_u16(), logout.body), (204, json!(null)));
    for sample in [
        "profile-get-user",
        "preferences-get-preferences",
        "sessions-list-sessions",
        "auth-change-password",
    ] {
        let answer = lambda.call(Event::sample(sample).by(&phone)).await;
        answer.assert_problem(401, "invalid_token");
    }
    lambda.call(refresh).await.assert_problem(401, "invalid_token");
    let answer = lambda.call(Event::sample("profile-get-user").by(&laptop)).await;
    assert_eq!(answer.status, 200, "the other device stays signed in");
}

#[tokio::test]
async fn every_sample_event_gets_an_answer() {
    let mut lambda = Deployment::start().await;
    let folder = root().join("infra/events");
    let mut samples = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap();
        if ["keys-", "events-", "mail-", "picture-worker-", "export-worker-", "erasure-"]
            .iter()
            .any(|other| name.starts_with(other))
        {
            continue; // No HTTP: `rotation`, `stream`, `mail` and `pictures` send them.
        }
        samples += 1;
        let event = Event::sample(name);
        let answer = lambda.call(event.clone()).await;
        assert!(answer.status.as_u16() < 500, "{name}: {} {}", answer.status, answer.body);
        assert_eq!(answer.header("x-request-id"), event.request_id(), "{name}");
        // A ceremony can't be sampled: it is good for minutes, and for one authenticator.
        let is_ceremony = answer.errors().iter().all(|(_, code)| code == "invalid_ceremony");
        let is_well_formed = answer.code() != "validation_failed" || is_ceremony;
        assert!(is_well_formed, "{name}: {}", answer.body);
        // The samples' tokens are nobody's; what needs none works as it is.
        let open = ["system-get", "auth-get-jwks", "auth-get-openid"];
        let is_open = open.iter().any(|open| name.starts_with(open));
        assert!(!is_open || answer.status == 200, "{name}: {} {}", answer.status, answer.body);
    }
    assert!(samples > 20);
}
