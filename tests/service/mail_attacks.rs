//! What strangers try with mails and their tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Answer, Kith, PASSWORD, send};

const FORGOT: &str = "/v1/auth/password/forgot";
const RESET: &str = "/v1/auth/password/reset";
const VERIFY: &str = "/v1/auth/email/verify";
const NEW_PASSWORD: &str = "another good one";

async fn forget(kith: &Kith, email: &str) -> String {
    kith.nobody().post(FORGOT, json!({"email": email})).await;
    kith.mailed_token(email).await
}

async fn reset(kith: &Kith, token: &str, password: &str) -> Answer {
    let body = json!({"token": token, "new_password": password});
    kith.nobody().post(RESET, body).await
}

/// What a call asks of every service by itself, without what follows from it.
async fn requests(
    kith: &Kith,
    call: impl Future<Output = Answer>,
) -> (Answer, BTreeMap<String, BTreeMap<String, u64>>) {
    kith.stack.settled().await;
    kith.stack.engines.requests().reset();
    let answer = call.await;
    let mut counts = kith.stack.engines.requests().snapshot();
    counts.retain(|service, _| {
        !matches!(service.as_str(), "dynamodb_events" | "ses" | "eventbridge")
    });
    (answer, counts)
}

fn visible(answer: &Answer) -> (u16, Value, Vec<String>) {
    let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status.as_u16(), answer.body.clone(), names)
}

#[tokio::test]
async fn nothing_tells_whether_a_forgotten_password_has_an_account() {
    let kith = Kith::with(&[("RATE_LIMIT_FORGOT", "2/1h")]).await;
    let ada = kith.somebody().await;
    let nobody = kith.nobody();
    for status in [202, 202, 429] {
        let known = nobody.post(FORGOT, json!({"email": ada.email}));
        let unknown = nobody.post(FORGOT, json!({"email": "nobody@example.com"}));
        let (known, for_known) = requests(&kith, known).await;
        let (unknown, for_unknown) = requests(&kith, unknown).await;
        assert_eq!(known.status, status);
        assert_eq!(for_known, for_unknown);
        let without_ids = |answer: &Answer| {
            let (status, mut body, names) = visible(answer);
            if let Some(body) = body.as_object_mut() {
                body.remove("request_id");
            }
            (status, body, names)
        };
        assert_eq!(without_ids(&known), without_ids(&unknown));
    }
    // The first, of the sign-up, isn't counted.
    assert_eq!(kith.mails(&ada.email).await.len(), 3);
    assert!(kith.mails("nobody@example.com").await.is_empty());
    // Other spellings are the same address.
    let spelled = json!({"email": format!(" {}", ada.email.to_uppercase())});
    nobody.post(FORGOT, spelled).await.assert_problem(429, "rate_limited");
}

#[tokio::test]
async fn nothing_tells_whether_a_new_address_is_taken() {
    let kith = Kith::start().await;
    let (ada, bob) = (kith.somebody().await, kith.somebody().await);
    // By now the key that verifies tokens is known.
    assert!(ada.is_signed_in().await);
    let change = |email: &str| json!({"new_email": email, "current_password": PASSWORD});
    let path = "/v1/auth/email";
    let (free, for_free) = requests(&kith, ada.put(path, change("free@example.com"))).await;
    let (taken, for_taken) = requests(&kith, ada.put(path, change(&bob.email))).await;
    assert_eq!((visible(&free), for_free), (visible(&taken), for_taken));
    assert_eq!(kith.mails("free@example.com").await.len(), 1);
    // What he got is of his own sign-up.
    assert_eq!(kith.mails(&bob.email).await.len(), 1);
}

#[tokio::test]
async fn a_token_sets_one_password_however_many_bring_it_at_once() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let token = forget(&kith, &ada.email).await;
    let passwords: Vec<_> = (0..12).map(|n| format!("password number {n}")).collect();
    let answers = join_all(passwords.iter().map(|password| reset(&kith, &token, password))).await;
    let (won, lost): (Vec<_>, Vec<_>) =
        answers.iter().zip(&passwords).partition(|(answer, _)| answer.status == 204);
    assert_eq!(won.len(), 1, "{answers:?}");
    for (answer, _) in lost {
        answer.assert_problem(401, "invalid_token");
    }
    kith.sign_in(&ada.email, won[0].1).await;
    reset(&kith, &token, NEW_PASSWORD).await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn tokens_die_with_the_password_that_they_were_made_for() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let (first, second) = (forget(&kith, &ada.email).await, forget(&kith, &ada.email).await);
    let change = json!({"new_email": "evil@example.com", "current_password": PASSWORD});
    ada.put("/v1/auth/email", change).await;
    let takeover = kith.mailed_token("evil@example.com").await;
    assert_eq!(reset(&kith, &second, NEW_PASSWORD).await.status, 204);
    reset(&kith, &first, "a third password").await.assert_problem(401, "invalid_token");
    let verified = kith.nobody().post(VERIFY, json!({"token": takeover})).await;
    verified.assert_problem(401, "invalid_token");

    let ada = kith.sign_in(&ada.email, NEW_PASSWORD).await;
    let third = forget(&kith, &ada.email).await;
    let change = json!({"current_password": NEW_PASSWORD, "new_password": "a third password"});
    assert_eq!(ada.put("/v1/auth/password", change).await.status, 204);
    reset(&kith, &third, "a fourth password").await.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_token_is_good_for_its_purpose_and_its_address_only() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let verification = kith.mailed_token(&ada.email).await;
    let password = forget(&kith, &ada.email).await;
    let mut forged = password.clone();
    forged.replace_range(forged.len() - 2.., "AA");
    for token in [&verification, &forged, "", "kith_ot_", &ada.refresh_token, "\u{0}"] {
        reset(&kith, token, NEW_PASSWORD).await.assert_problem(401, "invalid_token");
    }
    for token in [&password, &forged, ""] {
        let answer = kith.nobody().post(VERIFY, json!({"token": token})).await;
        answer.assert_problem(401, "invalid_token");
    }
    // The address moves on, and takes none of them along.
    let change = json!({"new_email": "ada@example.org", "current_password": PASSWORD});
    ada.put("/v1/auth/email", change).await;
    let moved = json!({"token": kith.mailed_token("ada@example.org").await});
    assert_eq!(kith.nobody().post(VERIFY, moved).await.status, 204);
    reset(&kith, &password, NEW_PASSWORD).await.assert_problem(401, "invalid_token");
    let old = kith.nobody().post(VERIFY, json!({"token": verification})).await;
    old.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn tokens_expire() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let verification = kith.mailed_token(&ada.email).await;
    let change = json!({"new_email": "ada@example.org", "current_password": PASSWORD});
    ada.put("/v1/auth/email", change).await;
    let changed = kith.mailed_token("ada@example.org").await;
    let late = forget(&kith, &ada.email).await;
    kith.wait(Duration::from_mins(30));
    reset(&kith, &late, NEW_PASSWORD).await.assert_problem(401, "invalid_token");
    kith.wait(Duration::from_mins(23 * 60 + 30));
    for token in [verification, changed] {
        let answer = kith.nobody().post(VERIFY, json!({"token": token})).await;
        answer.assert_problem(401, "invalid_token");
    }
}

#[tokio::test]
async fn no_header_of_a_request_shows_in_a_mail() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let port = kith.stack.url.rsplit(':').next().unwrap();
    for name in ["host", "x-forwarded-host", "x-forwarded-proto", "forwarded", "origin", "referer"]
    {
        let value = match name {
            "host" => format!("evil.example:{port}"),
            "forwarded" => "host=evil.example".to_owned(),
            _ => "https://evil.example".to_owned(),
        };
        let request = kith.nobody().request(Method::POST, FORGOT).header(name, value);
        let answer = send(request.json(&json!({"email": ada.email}))).await;
        assert_eq!(answer.status, 202, "{name}: {}", answer.body);
    }
    let mails = kith.mails(&ada.email).await;
    assert_eq!(mails.len(), 7);
    for mail in &mails {
        assert!(!mail.to_string().contains("evil"), "{mail}");
        let link = mail["links"][0].as_str().unwrap();
        assert!(link.starts_with(&format!("{}/console#", kith.stack.url)), "{link}");
    }
}

#[tokio::test]
async fn what_somebody_calls_themself_is_mailed_to_nobody_else_and_harms_no_reader() {
    let kith = Kith::start().await;
    let name = "<script>alert(1)</script> & http://evil.example";
    let ada = kith.somebody_with(json!({"display_name": name})).await;
    // The address may be a stranger's.
    let mails = kith.mails(&ada.email).await;
    assert!(!mails[0].to_string().contains("evil"), "{}", mails[0]);
    let change = json!({"new_email": "stranger@example.com", "current_password": PASSWORD});
    let verified = json!({"token": kith.mailed_token(&ada.email).await});
    assert_eq!(kith.nobody().post(VERIFY, verified).await.status, 204);
    ada.put("/v1/auth/email", change).await;
    let to_stranger = kith.mails("stranger@example.com").await;
    assert_eq!(to_stranger.len(), 1);
    assert!(!to_stranger[0].to_string().contains("evil"), "{}", to_stranger[0]);

    let to_owner = kith.mails(&ada.email).await;
    let html = to_owner[1]["html"].as_str().unwrap();
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62; &#38; "), "{html}");
    assert!(!html.contains("<script"));
    assert!(to_owner[1]["text"].as_str().unwrap().contains(name));
}

#[tokio::test]
async fn no_address_and_no_name_makes_a_header_or_another_recipient() {
    let kith = Kith::start().await;
    let nobody = kith.nobody();
    for email in [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "a@example.com;b@example.com",
        "\"a@example.com\" <b@example.com>",
        "a@example.com\u{0}",
        "b@example.com@example.com",
    ] {
        nobody.post(FORGOT, json!({"email": email})).await.assert_problem(422, "validation_failed");
        let body = json!({"email": email, "password": PASSWORD});
        let registered = nobody.post("/v1/auth/register", body).await;
        registered.assert_problem(422, "validation_failed");
    }
    let names = json!({"email": "a@example.com", "password": PASSWORD, "display_name": "A\r\nBcc: b@example.com"});
    nobody.post("/v1/auth/register", names).await.assert_problem(422, "validation_failed");
    kith.stack.settled().await;
    assert!(kith.stack.engines.mails().is_empty());
}

#[tokio::test]
async fn a_deactivated_account_gets_no_mail_and_its_tokens_are_worth_nothing() {
    use aws_sdk_dynamodb::types::AttributeValue;
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let verification = kith.mailed_token(&ada.email).await;
    let password = forget(&kith, &ada.email).await;
    kith.set_account(&ada.id, "is_active", AttributeValue::Bool(false)).await;
    kith.nobody().post(FORGOT, json!({"email": ada.email})).await;
    assert_eq!(kith.mails(&ada.email).await.len(), 2);
    reset(&kith, &password, NEW_PASSWORD).await.assert_problem(401, "invalid_token");
    let verified = kith.nobody().post(VERIFY, json!({"token": verification})).await;
    verified.assert_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_session_is_no_way_to_guess_the_password() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/1h")]).await;
    let ada = kith.somebody().await;
    let guess = |email: &str| json!({"new_email": email, "current_password": "a wrong guess"});
    let path = "/v1/auth/email";
    for n in 0..3 {
        let answer = ada.put(path, guess(&format!("new{n}@example.com"))).await;
        answer.assert_problem(403, "wrong_password");
    }
    ada.put(path, guess("new3@example.com")).await.assert_problem(429, "rate_limited");
    // Her own tries are apart from those that strangers have at her address.
    let change = json!({"current_password": "a wrong guess", "new_password": "another good one"});
    ada.put("/v1/auth/password", change).await.assert_problem(429, "rate_limited");
    kith.sign_in(&ada.email, PASSWORD).await;
}

#[tokio::test]
async fn changes_of_address_fill_nobodys_mailbox() {
    let kith = Kith::with(&[("RATE_LIMIT_FORGOT", "2/1h")]).await;
    let (bob, squatter) = (kith.somebody().await, kith.somebody().await);
    let change = |email: &str| json!({"new_email": email, "current_password": PASSWORD});
    for (n, status) in [202, 202, 429].into_iter().enumerate() {
        let changed = bob.put("/v1/auth/email", change("victim@example.com")).await;
        assert_eq!(changed.status, status);
        // Nor the mailbox that somebody has signed up with.
        let changed = squatter.put("/v1/auth/email", change(&format!("new{n}@example.com"))).await;
        assert_eq!(changed.status, status);
    }
}

#[tokio::test]
async fn whoever_signed_up_with_somebody_elses_address_has_nothing_left_after_its_owners_reset() {
    let kith = Kith::start().await;
    let mallory = kith.somebody_with(json!({"email": "victim@example.com"})).await;
    // Ways in and locks that a new password wouldn't end.
    for path in ["/v1/auth/mfa/totp", "/v1/auth/passkeys/registration"] {
        mallory.post(path, json!({})).await.assert_problem(403, "email_not_verified");
    }
    let key = json!({"name": "mine", "scopes": ["users:read", "users:write"]});
    let key = mallory.post("/v1/auth/api-keys", key).await;
    assert_eq!(key.status, 201, "{}", key.body);
    let by_key = async || {
        let request = kith.nobody().request(reqwest::Method::GET, "/v1/users/me");
        tests::send(request.header("x-api-key", key.text("/key"))).await
    };
    assert_eq!(by_key().await.status, 200);
    let change = json!({"new_email": "mallory@example.com", "current_password": PASSWORD});
    assert_eq!(mallory.put("/v1/auth/email", change).await.status, 202);
    let move_away = json!({"token": kith.mailed_token("mallory@example.com").await});

    let forgot = json!({"email": "victim@example.com"});
    kith.nobody().post("/v1/auth/password/forgot", forgot).await;
    let token = kith.mailed_token("victim@example.com").await;
    let reset = json!({"token": token, "new_password": "the owner's own"});
    assert_eq!(kith.nobody().post("/v1/auth/password/reset", reset).await.status, 204);

    assert!(!mallory.is_signed_in().await);
    mallory.refresh().await.assert_problem(401, "invalid_token");
    let login = json!({"email": "victim@example.com", "password": PASSWORD});
    kith.nobody().post("/v1/auth/login", login).await.assert_problem(401, "invalid_credentials");
    by_key().await.assert_problem(401, "invalid_token");
    let moved = kith.nobody().post("/v1/auth/email/verify", move_away).await;
    moved.assert_problem(401, "invalid_token");
    kith.sign_in("victim@example.com", "the owner's own").await;
}

#[tokio::test]
async fn strangers_who_guess_do_not_keep_the_owner_from_changing_the_password() {
    let kith = Kith::with(&[("RATE_LIMIT_LOGIN_ACCOUNT", "3/1h")]).await;
    let ada = kith.somebody().await;
    let guess = json!({"email": ada.email, "password": "a wrong guess"});
    for status in [401, 401, 401, 429] {
        let guessed = kith.nobody().post("/v1/auth/login", guess.clone()).await;
        assert_eq!(guessed.status, status);
    }
    let change = json!({"current_password": PASSWORD, "new_password": "another good one"});
    assert_eq!(ada.put("/v1/auth/password", change).await.status, 204);
}

#[tokio::test]
async fn of_several_changes_of_address_the_first_calls_off_the_others() {
    let kith = Kith::start().await;
    let ada = kith.somebody().await;
    let ask = async |email: &str| {
        let change = json!({"new_email": email, "current_password": PASSWORD});
        assert_eq!(ada.put("/v1/auth/email", change).await.status, 202);
        json!({"token": kith.mailed_token(email).await})
    };
    let (typo, good, again) = (
        ask("typo@example.org").await,
        ask("good@example.org").await,
        ask("good@example.org").await,
    );
    let verify = async |token| kith.nobody().post("/v1/auth/email/verify", token).await;
    assert_eq!(verify(good).await.status, 204);
    for token in [again, typo] {
        verify(token).await.assert_problem(401, "invalid_token");
    }
    assert_eq!(ada.get("/v1/users/me").await.body["email"], "good@example.org");
}
