//! Mails: what is sent, to whom, and what their links do.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::engines::{Fault, Service};
use serde_json::{Value, json};
use tests::{Kith, PASSWORD, Person};

use crate::mfa::enrol;

const NEW_PASSWORD: &str = "another good one";

fn subjects(mails: &[Value]) -> Vec<&str> {
    mails.iter().map(|mail| mail["subject"].as_str().unwrap()).collect()
}

async fn verify(kith: &Kith, email: &str) {
    let token = kith.mailed_token(email).await;
    let answer = kith.nobody().post("/v1/auth/email/verify", json!({"token": token})).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

async fn forget(kith: &Kith, email: &str) -> String {
    let answer = kith.nobody().post("/v1/auth/password/forgot", json!({"email": email})).await;
    assert_eq!((answer.status.as_u16(), answer.body), (202, Value::Null));
    kith.mailed_token(email).await
}

async fn is_verified(person: &Person) -> bool {
    person.get("/v1/users/me").await.body["is_verified"] == true
}

#[tokio::test]
async fn signing_up_brings_a_mail_whose_link_verifies_the_address_once() {
    let kith = Kith::start().await;
    let ada = kith.somebody_with(json!({"display_name": "Ada"})).await;
    assert!(!is_verified(&ada).await);
    let mails = kith.mails(&ada.email.to_uppercase()).await;
    assert_eq!(subjects(&mails), ["Confirm your email address for Kith"]);
    let mail = &mails[0];
    assert_eq!(mail["to"], ada.email);
    assert_eq!(mail["from"], "\"Kith\" <no-reply@example.com>");
    let link = mail["links"][0].as_str().unwrap();
    assert!(link.starts_with(&format!("{}/console#verify=kith_ot_", kith.stack.url)), "{link}");
    assert_eq!(mail["links"].as_array().unwrap().len(), 1);
    assert!(mail["html"].as_str().unwrap().contains(link));
    assert!(mail["sent_at"].as_str().unwrap().ends_with('Z'));
    assert!(kith.mails("nobody@example.com").await.is_empty());

    let token = json!({"token": kith.mailed_token(&ada.email).await});
    let path = "/v1/auth/email/verify";
    assert_eq!(kith.nobody().post(path, token.clone()).await.status, 204);
    assert!(is_verified(&ada).await);
    kith.nobody().post(path, token).await.assert_problem(401, "invalid_token");
    let kinds: Vec<_> =
        kith.events(&ada.id).await.iter().map(|event| event["detail-type"].clone()).collect();
    assert_eq!(kinds, ["user.created", "session.created", "user.email_verified"]);
}

#[tokio::test]
async fn the_mail_that_verifies_comes_again_until_the_address_is_verified() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let path = "/v1/auth/email/verification";
    assert_eq!(ada.post(path, json!({})).await.status, 202);
    assert_eq!(kith.mails(&ada.email).await.len(), 2);
    verify(&kith, &ada.email).await;
    assert_eq!(ada.post(path, json!({})).await.status, 202);
    assert_eq!(kith.mails(&ada.email).await.len(), 2);
    kith.nobody().post(path, json!({})).await.assert_problem(401, "authentication_required");
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_and_everybody_is_signed_out() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let elsewhere = kith.sign_in(&ada.email, PASSWORD).await;
    let token = forget(&kith, &format!("  {} ", ada.email.to_uppercase())).await;
    let reset = |password: &str| json!({"token": token, "new_password": password});
    let (nobody, path) = (kith.nobody(), "/v1/auth/password/reset");

    let short = nobody.post(path, reset("short")).await;
    assert_eq!(short.errors(), [("new_password".to_owned(), "too_short".to_owned())]);
    let own = nobody.post(path, reset(&ada.email)).await;
    assert_eq!(own.errors(), [("new_password".to_owned(), "weak_password".to_owned())]);
    assert!(ada.is_signed_in().await);

    assert_eq!(nobody.post(path, reset(NEW_PASSWORD)).await.status, 204);
    for device in [&ada, &elsewhere] {
        device.get("/v1/users/me").await.assert_problem(401, "invalid_token");
        device.refresh().await.assert_problem(401, "invalid_token");
    }
    let old = json!({"email": ada.email, "password": PASSWORD});
    nobody.post("/v1/auth/login", old).await.assert_problem(401, "invalid_credentials");
    let ada = kith.sign_in(&ada.email, NEW_PASSWORD).await;
    // The mail has reached its reader.
    assert!(is_verified(&ada).await);
    let mails = kith.mails(&ada.email).await;
    let expected = [
        "Confirm your email address for Kith",
        "Set a new password for Kith",
        "Your password for Kith has been changed",
    ];
    assert_eq!(subjects(&mails), expected);
    assert_eq!(mails[2]["links"], json!([]));
}

#[tokio::test]
async fn who_has_no_password_gets_one_by_mail() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    // As an account has it that was made at a provider.
    kith.forget_password(&ada.email).await;
    kith.set_account(&ada.id, "is_verified", AttributeValue::Bool(true)).await;
    let providers = AttributeValue::L(vec![AttributeValue::S("google".to_owned())]);
    kith.set_account(&ada.id, "providers", providers).await;
    let change = json!({"new_email": "b@example.com", "current_password": PASSWORD});
    ada.put("/v1/auth/email", change).await.assert_problem(403, "wrong_password");

    let reset = json!({"token": forget(&kith, &ada.email).await, "new_password": NEW_PASSWORD});
    assert_eq!(kith.nobody().post("/v1/auth/password/reset", reset).await.status, 204);
    kith.sign_in(&ada.email, NEW_PASSWORD).await;
    let stats = kith.admin().await.get("/v1/admin/stats").await.body;
    kith.stack.settled().await;
    assert_eq!(stats["providers"]["google"], 1, "{stats}");
    // Hers and the administrator's.
    assert_eq!(stats["providers"]["password"], 2, "{stats}");
}

#[tokio::test]
async fn a_new_address_takes_effect_when_it_is_verified_and_the_old_one_is_told() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    verify(&kith, &ada.email).await;
    let change =
        |password: &str| json!({"new_email": "Ada@Example.org", "current_password": password});
    let path = "/v1/auth/email";
    ada.put(path, change("wrong password")).await.assert_problem(403, "wrong_password");
    assert_eq!(ada.put(path, change(PASSWORD)).await.status, 202);

    let told = kith.mails(&ada.email).await;
    assert_eq!(subjects(&told)[1..], ["Your email address for Kith is to be changed"]);
    assert_eq!(told[1]["links"], json!([]));
    let mails = kith.mails("ada@example.org").await;
    assert_eq!(subjects(&mails), ["Confirm your new email address for Kith"]);
    assert_eq!(ada.get("/v1/users/me").await.body["email"], ada.email);

    verify(&kith, "ada@example.org").await;
    let me = ada.get("/v1/users/me").await.body;
    assert_eq!((&me["email"], &me["is_verified"]), (&json!("ada@example.org"), &json!(true)));
    kith.sign_in("ada@example.org", PASSWORD).await;
    let login = json!({"email": ada.email, "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(401, "invalid_credentials");
    // The old one is free, and whoever goes on says the new one.
    let refreshed = ada.refresh().await;
    assert_eq!(claims(&refreshed.text("/access_token"))["email"], "ada@example.org");
    let other = json!({"email": ada.email, "password": PASSWORD});
    assert_eq!(kith.nobody().post("/v1/auth/register", other).await.status, 201);
    let events = kith.events(&ada.id).await;
    let updated: Vec<_> =
        events.iter().filter(|event| event["detail-type"] == "user.updated").collect();
    assert_eq!(updated.len(), 1);
    assert_eq!(updated[0]["detail"]["updated_fields"], json!(["email"]));
}

fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn a_new_address_that_somebody_else_takes_first_stays_theirs() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let change = json!({"new_email": "new@example.org", "current_password": PASSWORD});
    assert_eq!(ada.put("/v1/auth/email", change).await.status, 202);
    let token = json!({"token": kith.mailed_token("new@example.org").await});
    kith.somebody_with(json!({"email": "new@example.org"})).await;
    let late = kith.nobody().post("/v1/auth/email/verify", token).await;
    late.assert_problem(409, "email_taken");
    assert_eq!(ada.get("/v1/users/me").await.body["email"], ada.email);
    kith.sign_in(&ada.email, PASSWORD).await;
}

#[tokio::test]
async fn with_a_second_factor_a_new_address_needs_a_recent_sign_in() {
    let kith = Kith::start().await;
    let ada = kith.verified().await;
    enrol(&kith, &ada).await;
    let change = json!({"new_email": "new@example.org", "current_password": PASSWORD});
    assert_eq!(ada.put("/v1/auth/email", change.clone()).await.status, 202);
    kith.wait(Duration::from_mins(16));
    let refreshed = kith.nobody().with_access_token(ada.refresh().await.text("/access_token"));
    refreshed.put("/v1/auth/email", change).await.assert_problem(403, "reauthentication_required");
}

#[tokio::test]
async fn mails_are_in_the_language_that_their_reader_has_chosen() {
    let kith = Kith::start().await;
    let zoe = kith.somebody_with(json!({"language": "de-AT", "display_name": "Zoë"})).await;
    let mails = kith.mails(&zoe.email).await;
    assert_eq!(subjects(&mails), ["Bestätigen Sie Ihre E-Mail-Adresse für Kith"]);
    assert!(mails[0]["html"].as_str().unwrap().contains("<html lang=\"de\">"));
    verify(&kith, &zoe.email).await;
    for (language, greeting) in
        [("fr", "Hello Zoë,"), ("de", "Guten Tag Zoë,"), ("en", "Hello Zoë,")]
    {
        zoe.patch("/v1/users/me/preferences", json!({"language": language})).await;
        forget(&kith, &zoe.email).await;
        let mails = kith.mails(&zoe.email).await;
        let text = mails.last().unwrap()["text"].as_str().unwrap();
        assert!(text.starts_with(greeting), "{text}");
    }
}

#[tokio::test]
async fn a_sign_in_on_a_new_device_is_told_to_whoever_verified_the_address() {
    let kith = Kith::start().await;
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let safari =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605 Version/18 Safari/605";
    let send = async |path: &str, agent: &str| {
        let body = json!({"email": "zoe@example.com", "password": PASSWORD});
        let request = kith.nobody().request(reqwest::Method::POST, path).json(&body);
        tests::send(request.header("user-agent", agent)).await
    };
    assert_eq!(send("/v1/auth/register", firefox).await.status, 201);
    verify(&kith, "zoe@example.com").await;
    for agent in [firefox, safari, safari] {
        assert_eq!(send("/v1/auth/login", agent).await.status, 200);
    }
    let mails = kith.mails("zoe@example.com").await;
    assert_eq!(subjects(&mails)[1..], ["New sign-in to Kith"]);
    let text = mails[1]["text"].as_str().unwrap();
    assert!(text.contains("Device: Safari on macOS\n"), "{text}");
    assert!(text.contains("IP address: 127.0.0.1\n") && text.contains(" UTC\n"), "{text}");
}

#[tokio::test]
async fn mails_wait_for_ses_and_come_once() {
    let kith = Kith::start().await;
    let engines = &kith.stack.engines;
    let mut addresses = Vec::new();
    for fault in [Fault::Throttle, Fault::Refuse] {
        kith.stack.settled().await;
        engines.fail(Service::Ses, fault);
        for _ in 0..3 {
            addresses.push(kith.somebody().await.email);
        }
        // Events don't wait for mails.
        let last = kith.somebody().await;
        addresses.push(last.email.clone());
        tests::until(|| {
            let told = engines.events();
            told.iter().any(|event| event["detail"]["user_id"] == last.id.as_str())
        })
        .await;
        engines.fail(Service::Ses, Fault::None);
        for address in &addresses {
            assert_eq!(kith.mails(address).await.len(), 1, "{address}");
        }
    }
    assert!(engines.dead_letters().is_empty());
}

#[tokio::test]
async fn mails_that_were_not_sent_before_a_stop_are_sent_after_it() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    kith.stack.settled().await;
    kith.stack.engines.fail(Service::Ses, Fault::Refuse);
    kith.nobody().post("/v1/auth/password/forgot", json!({"email": ada.email})).await;
    let kith = kith.restart().await;
    let mails = kith.mails(&ada.email).await;
    let expected = ["Confirm your email address for Kith", "Set a new password for Kith"];
    assert_eq!(subjects(&mails), expected);
    let kith = kith.restart().await;
    assert_eq!(kith.mails(&ada.email).await, mails);
}

#[tokio::test]
async fn a_mail_that_can_never_go_holds_up_no_other() {
    let kith = Kith::start().await;
    kith.stack.settled().await;
    // An address that only an operator could have written.
    let item = [
        ("pk", "MAIL#01a12a75-ddd0-74f8-996d-a763b7a969b1"),
        ("sk", "MAIL"),
        ("entity", "mail"),
        ("message", "no message"),
    ];
    let item = item.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    let client = kith.stack.context.sdk.dynamodb();
    let put = client.put_item().table_name("kith").set_item(Some(item.into()));
    put.send().await.unwrap();
    let ada = kith.somebody().await;
    assert_eq!(kith.mails(&ada.email).await.len(), 1);
}
